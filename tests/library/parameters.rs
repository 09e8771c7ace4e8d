//! The table of parameters: every row does what it says.

use std::collections::HashSet;

use whatif::calibration::Calibration;
use whatif::catalog::profiles::ProfileError;
use whatif::catalog::{Catalog, GpuId, ModelId, Profile};
use whatif::scenario::domain::{Domain, Group};
use whatif::scenario::value::Value;
use whatif::scenario::{ParamId, Scenario};
use whatif::text::quantity::Unit;

/// The catalog, with a profile of the user's own.
fn catalog() -> Catalog {
    let mut catalog = Catalog::embedded();
    catalog.add_profile(Profile {
        id: "mine".to_owned(),
        summary: String::new(),
        constants: Calibration::embedded().constants.serving,
        error: ProfileError::default(),
        measured: Vec::new(),
    });
    catalog
}

/// Values at the edges of what a parameter may be: both ends of a number and its word, every choice, `auto`.
fn edges(param: ParamId, catalog: &Catalog) -> Vec<Value> {
    let mut values = param.choices(catalog);
    if let Some(domain) = param.number() {
        values.extend([domain.min, domain.max].map(Value::Number));
        values.extend(domain.word.map(Value::Word));
    }
    values.extend(param.may_be_auto(&Scenario::defaults(catalog)).then_some(Value::Auto));
    values
}

#[test]
fn every_value_is_set_read_back_written_and_parsed() {
    let catalog = catalog();
    for param in ParamId::ALL {
        let edges = edges(param, &catalog);
        assert!(edges.len() >= 2, "{} leaves no choice", param.path);
        for value in edges {
            let mut scenario = Scenario::defaults(&catalog);
            param.set(&mut scenario, value);
            assert_eq!(param.stated(&scenario), value, "{}", param.path);
            assert!(param.check(value).is_ok(), "{} refuses {value:?}", param.path);
            let written = param.written(value, &catalog);
            assert_eq!(param.parse(&written, &scenario, &catalog), Ok(value), "{} = {written}", param.path);
        }
    }
}

#[test]
fn the_bounds_that_are_shown_are_accepted_when_typed() {
    let (catalog, scenario) = (catalog(), Scenario::defaults(&catalog()));
    for param in ParamId::ALL.into_iter().filter(|param| param.number().is_some()) {
        let allowed = param.allowed();
        let bounds = allowed.split(", or ").next().expect("bounds").split(" to ");
        let read: Vec<f64> = bounds
            .map(|bound| {
                let value = param.parse(bound, &scenario, &catalog);
                value.unwrap_or_else(|error| panic!("{}: {error}", param.path)).number().expect("a number")
            })
            .collect();
        let domain = param.number().expect("a number");
        for (read, bound) in read.into_iter().zip([domain.min, domain.max]) {
            assert!((read - bound).abs() <= 0.01 * bound.abs(), "{}: {read} is not {bound}", param.path);
        }
    }
}

#[test]
fn a_percentage_is_its_share_to_the_last_bit() {
    let (catalog, scenario) = (catalog(), Scenario::defaults(&catalog()));
    for percent in 0..=100 {
        let read = ParamId::EdgeShare.parse(&format!("{percent}%"), &scenario, &catalog);
        let share: f64 = format!("{}.{:02}", percent / 100, percent % 100).parse().expect("a share");
        assert_eq!(read, Ok(Value::Number(share)));
    }
}

#[test]
fn a_model_follows_from_the_rest_only_where_that_is_a_whole_shape() {
    let catalog = catalog();
    let mut scenario = Scenario::defaults(&catalog);
    let refused = |scenario: &Scenario| {
        let read = ParamId::ModelPreset.parse("auto", scenario, &catalog);
        read.is_err_and(|error| error.to_string().contains("it states no whole shape"))
    };
    for (path, width) in [("layers", 32.0), ("hidden", 4096.0), ("heads", 32.0), ("ffn", 11008.0)] {
        assert!(refused(&scenario), "before {path}");
        let param = ParamId::from_path(&format!("model.{path}")).expect("a parameter");
        param.set(&mut scenario, Value::Number(width));
    }
    assert!(refused(&scenario));
    ParamId::ModelVocab.set(&mut scenario, Value::Number(32_000.0));
    assert_eq!(ParamId::ModelPreset.parse("auto", &scenario, &catalog), Ok(Value::Auto));
}

#[test]
fn dollars_are_no_tokens() {
    let (catalog, scenario) = (catalog(), Scenario::defaults(&catalog()));
    for param in ParamId::ALL.into_iter().filter(|param| param.number().is_some()) {
        let is_money = matches!(param.unit(), Some(Unit::Usd | Unit::UsdPerHour));
        for text in ["$5", "$5..$6"] {
            let read = param.parse(text, &scenario, &catalog);
            if !is_money {
                let told = read.expect_err(param.path).to_string();
                let allowed = param.allowed();
                assert!(told.contains("is in dollars") && told.ends_with(&allowed), "{}: {told}", param.path);
            }
        }
    }
    let price = ParamId::ServingPricePerGpuHour;
    assert_eq!(price.parse("$5", &scenario, &catalog), Ok(Value::Number(5.0)));
}

#[test]
fn the_constants_are_published_ones_or_ones_own_by_name() {
    let (catalog, scenario) = (catalog(), Scenario::defaults(&catalog()));
    let profile = ParamId::ServingProfile;
    assert_eq!(profile.display(Value::Auto, &catalog), "published");
    for word in ["published", "auto"] {
        assert_eq!(profile.parse(word, &scenario, &catalog), Ok(Value::Auto));
    }
    let mine = profile.parse("mine", &scenario, &catalog).expect("a profile");
    assert_eq!(profile.display(mine, &catalog), "mine");
    assert!(profile.parse("yours", &scenario, &catalog).is_err());
}

#[test]
fn setting_one_parameter_sets_no_other() {
    let catalog = catalog();
    let before = Scenario::defaults(&catalog);
    for param in ParamId::ALL {
        for value in edges(param, &catalog) {
            let mut scenario = before;
            param.set(&mut scenario, value);
            let moved: Vec<&str> = ParamId::ALL
                .into_iter()
                .filter(|other| other.stated(&scenario) != other.stated(&before))
                .map(ParamId::path)
                .collect();
            assert!(moved.iter().all(|path| *path == param.path), "{} moved {moved:?}", param.path);
        }
    }
}

#[test]
fn what_follows_is_a_value_of_the_parameter() {
    let catalog = Catalog::embedded();
    for model in (0..catalog.models().len()).map(|index| ModelId(index as u16)) {
        let mut scenario = Scenario::defaults(&catalog);
        scenario.model.preset = Some(model);
        scenario.hardware.gpu = GpuId(model.0 % catalog.gpus().len() as u16);
        for param in ParamId::ALL {
            let value = param.effective(&scenario, &catalog);
            let fits = match (&param.domain, value) {
                (_, Value::Auto) => param.optional,
                (Domain::Number(domain), Value::Number(number)) => {
                    (domain.min..=domain.max).contains(&number)
                }
                _ => param.choices(&catalog).contains(&value),
            };
            assert!(fits, "{} of {} is {value:?}", param.path, catalog.model(model).id);
        }
    }
}

#[test]
fn names_are_told_apart_and_fit_where_they_are_shown() {
    let mut paths = HashSet::new();
    for param in ParamId::ALL {
        assert!(paths.insert(param.path), "{} stands for two parameters", param.path);
        assert!(param.label.chars().count() <= 14, "{} is too long for a slider", param.label);
        assert!(param.help.len() > 10 && !param.help.ends_with('.'), "{}: {}", param.path, param.help);
        for path in param.aliases.iter().chain([&param.path]) {
            assert_eq!(ParamId::from_path(path), Some(param), "{path}");
        }
        assert!(param.aliases.iter().all(|alias| paths.insert(alias)), "{:?}", param.aliases);
        assert_eq!(param.id, param);
    }
    assert_eq!(ParamId::from_path("serving.bach_size"), None);
}

#[test]
fn headings_come_in_their_order_and_the_first_screen_in_its_own() {
    let groups: Vec<Group> = ParamId::ALL.into_iter().map(|param| param.group).collect();
    assert!(groups.is_sorted(), "a heading is torn apart");
    let first: Vec<&str> =
        ParamId::ALL.into_iter().filter(|param| param.group == Group::Main).map(ParamId::path).collect();
    let main = "model.preset model.size workload.sequence_length serving.batch_size workload.cache_hit_rate hardware.gpu";
    assert_eq!(first.join(" "), main);
}

#[test]
#[should_panic(expected = "of another kind")]
#[cfg(debug_assertions)]
fn a_value_of_another_kind_is_a_mistake_in_the_program() {
    let mut scenario = Scenario::defaults(&Catalog::embedded());
    ParamId::ServingBatchSize.set(&mut scenario, Value::Flag(true));
}
