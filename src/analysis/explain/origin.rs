//! Where the value of an input comes from: a source, a change, the scenario, a default, or a choice of the program.

use crate::analysis::case::Case;
use crate::catalog::GpuPreset;
use crate::scenario::value::Value;
use crate::scenario::{ParamId, Scenario};
use crate::text::quantity::{Unit, format};

/// Where a value comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Origin {
    /// In words.
    pub words: String,
    /// Who published it.
    pub source: Option<String>,
}

impl Origin {
    /// One that nobody published.
    fn own(words: impl Into<String>) -> Self {
        Self { words: words.into(), source: None }
    }
}

/// Where the value of a parameter comes from, in a case that may have been changed since `before`.
pub fn origin(case: &Case, before: Option<&Case>, param: ParamId) -> Origin {
    let stated = param.stated(&case.scenario);
    let earlier = before.map(|before| (before, param.stated(&before.scenario)));
    if let Some((before, value)) = earlier.filter(|(_, value)| *value != stated) {
        let value = match value {
            Value::Auto => param.effective(&before.scenario, before.catalog()),
            value => value,
        };
        return Origin::own(format!("changed, was {}", param.display(value, before.catalog())));
    }
    match (param, stated, param.effective(&case.scenario, case.catalog())) {
        (ParamId::ServingPricePerGpuHour, Value::Auto, _) => quoted(case, case.serving_gpu()),
        (ParamId::TrainingPricePerGpuHour, Value::Auto, _) => quoted(case, case.training_gpu()),
        (_, _, Value::Gpu(id)) => {
            Origin { words: "its data sheet".to_owned(), source: Some(case.catalog().gpu(id).source.clone()) }
        }
        (_, Value::Auto, Value::Auto) if param.chosen_for(&case.outcome).is_some() => {
            Origin::own("chosen by the program")
        }
        (_, Value::Auto, Value::Auto) => Origin::own("not set"),
        (_, Value::Auto, _) => Origin::own("follows from the rest"),
        _ if stated == param.stated(&Scenario::defaults(case.catalog())) => assumed(case, param),
        _ => Origin::own("stated in the scenario"),
    }
}

/// A value that the scenario leaves as it is by default.
fn assumed(case: &Case, param: ParamId) -> Origin {
    let ends = param.number().and_then(|domain| domain.plausible);
    let Some(ends) = ends else { return Origin::own("the default") };
    let [low, high] = ends.map(|end| param.display(Value::Number(end), case.catalog()));
    Origin::own(format!("an assumption: {low} to {high} is common"))
}

/// What providers ask for an accelerator on the scenario's basis.
fn quoted(case: &Case, gpu: &GpuPreset) -> Origin {
    let basis = case.scenario.prices.basis;
    let Some(quote) = &gpu.offer(basis).on_demand else { return Origin::own("nobody lists a price") };
    let rows = quote.rows.iter().filter_map(|row| case.catalog().rates().prices.get(*row));
    let newest = rows.max_by(|one, other| one.as_of.cmp(&other.as_of));
    let mut words = match quote.providers {
        0 => format!("{} price", basis.id()),
        1 => format!("{} price of one provider", basis.id()),
        count => format!(
            "{} price, the median of {count} providers ({} to {})",
            basis.id(),
            format(quote.low, Unit::Usd),
            format(quote.high, Unit::Usd)
        ),
    };
    let date = newest.map(|price| price.as_of.as_str());
    for more in date.into_iter().chain(quote.standing.mark()) {
        words.extend([", ", more]);
    }
    Origin { words, source: newest.map(|price| format!("{}: {}", price.provider, price.source)) }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::analysis::case::World;

    fn words(case: &Case, before: Option<&Case>, param: ParamId) -> String {
        origin(case, before, param).words
    }

    #[test]
    fn an_origin_is_a_source_a_change_a_default_or_a_choice() {
        let world = Arc::new(World::embedded());
        let case = Case::new(&world, Scenario::defaults(&world.catalog));
        let price = origin(&case, None, ParamId::ServingPricePerGpuHour);
        assert!(price.words.contains("the median of") && price.words.contains(", 20"), "{}", price.words);
        assert!(price.source.is_some_and(|source| source.contains(": ")));
        let gpu = origin(&case, None, ParamId::HardwareGpu);
        assert_eq!(gpu.source, Some(case.serving_gpu().source.clone()));
        assert_eq!(words(&case, None, ParamId::ServingTensorParallel), "chosen by the program");
        assert!(words(&case, None, ParamId::WorkloadPeakToMean).starts_with("an assumption: "));
        let scenario = case.changed(|scenario| {
            ParamId::WorkloadPeakToMean.set(scenario, Value::Number(3.0));
            ParamId::ServingPricePerGpuHour.set(scenario, Value::Number(2.5));
        });
        let changed = case.of(scenario);
        for param in [ParamId::WorkloadPeakToMean, ParamId::ServingPricePerGpuHour] {
            assert!(words(&changed, Some(&case), param).starts_with("changed, was "), "{}", param.path);
            assert_eq!(words(&changed, Some(&changed), param), "stated in the scenario");
        }
    }
}
