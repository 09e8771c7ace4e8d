//! What the same work costs at token APIs.

use crate::bench::Bench;
use whatif::analysis::answer::Answer;
use whatif::analysis::api_costs::{ApiClass, api_costs, usd_per_request, version_cost};
use whatif::catalog::records::{API_PRICES, ApiPrice};
use whatif::scenario::Scenario;

#[test]
fn an_api_charges_prompt_prefix_and_output_at_their_own_prices() {
    let bench = Bench::new();
    let scenario = bench.scenario(
        "
        [workload]
        requests_per_day = 1_000_000
        sequence_length = 2000
        output_share = 0.25
        prefix_cache_hit_rate = 0.4
        cache_hit_rate = 0.2
        ",
    );
    let costs = api_costs(&bench.case(&scenario));
    let plain = |price: &ApiPrice| price.cache_write.is_none() && price.off_peak.is_none();
    let priced = costs.iter().find(|cost| cost.price.cached_input.is_some() && plain(cost.price));
    let priced = priced.expect("one has a cached price");
    let price = priced.price;
    let cached = price.cached_input.expect("it has");
    let prompt = 1500.0 * (0.6 * price.input + 0.4 * cached);
    let by_hand = 800_000.0 * (prompt + 500.0 * price.output) / 1e6;
    assert!((priced.daily_usd / by_hand - 1.0).abs() < 1e-12, "{} against {by_hand}", priced.daily_usd);
}

/// What a request costs at an API of the table, USD.
fn at_api(bench: &Bench, id: &str, scenario: &Scenario) -> f64 {
    let price = API_PRICES.iter().find(|price| price.id == id).unwrap_or_else(|| panic!("no API {id}"));
    usd_per_request(price, scenario.prices.api_service, &bench.world.inputs(scenario))
}

#[test]
fn an_api_has_prices_for_writes_long_prompts_hours_and_services() {
    let bench = Bench::new();
    let request = |more: &str| {
        bench.scenario(&format!("[workload]\nsequence_length = 2000\noutput_share = 0.25\n{more}"))
    };
    let close = |found: f64, expected: f64| {
        assert!((found / expected - 1.0).abs() < 1e-12, "{found}, not {expected}");
    };
    // DeepSeek V4 Pro: 133 of 168 hours at $0.66 and $1.98 a million, the others at $1.32 and $3.96.
    let off_peak = (1500.0 * 0.66 + 500.0 * 1.98) / 1e6;
    close(at_api(&bench, "deepseek/deepseek-v4-pro", &request("")), (133.0 + 2.0 * 35.0) / 168.0 * off_peak);
    // Claude Sonnet 5.5: $2 a million, $0.10 from the cache, $2.50 to write it, $10 out. Of 1,500 tokens 600 are hit.
    let hits = request("prefix_cache_hit_rate = 0.4");
    close(at_api(&bench, "claude-sonnet-5-5", &hits), (600.0 * 0.1 + 900.0 * 2.5 + 500.0 * 10.0) / 1e6);
    close(at_api(&bench, "claude-sonnet-5-5", &request("")), (1500.0 * 2.0 + 500.0 * 10.0) / 1e6);
    // A hundred requests a day come more rarely than every five minutes: an hour's cache, $4.
    let rare = request("prefix_cache_hit_rate = 0.8\nrequests_per_day = 100");
    close(at_api(&bench, "claude-sonnet-5-5", &rare), (1200.0 * 0.1 + 300.0 * 4.0 + 500.0 * 10.0) / 1e6);
    // With few hits, writes cost more than they save: nobody turns the cache on.
    let few = request("prefix_cache_hit_rate = 0.1");
    close(at_api(&bench, "claude-sonnet-5-5", &few), (1500.0 * 2.0 + 500.0 * 10.0) / 1e6);
    // Gemini 2.5 Pro beyond 200k tokens of prompt: all of it at $2.50 and $15 instead of $1.25 and $10.
    let long = bench.scenario("[workload]\nsequence_length = 400_000\noutput_share = 0.01");
    close(at_api(&bench, "gemini/gemini-2.5-pro", &long), (396_000.0 * 2.5 + 4_000.0 * 15.0) / 1e6);
    // GPT-5.2 in batches is half the price, with priority twice; an API without the service is at its standard price.
    let standard = at_api(&bench, "gpt-5.2", &request(""));
    for (service, factor) in [("batch", 0.5), ("priority", 2.0)] {
        let asked = request(&format!("[prices]\napi_service = \"{service}\""));
        close(at_api(&bench, "gpt-5.2", &asked), factor * standard);
        close(at_api(&bench, "gpt-4-turbo", &asked), at_api(&bench, "gpt-4-turbo", &request("")));
        let costs = api_costs(&bench.case(&asked));
        assert!(costs.iter().any(|cost| !cost.has_service) && costs.iter().any(|cost| cost.has_service));
    }
}

#[test]
fn apis_of_the_same_class_come_first() {
    let bench = Bench::new();
    let costs = api_costs(&bench.case(&bench.scenario("[model]\npreset = \"llama-3.1-70b\"")));
    assert!(costs.is_sorted_by_key(|cost| cost.class));
    let class = |name: &str| costs.iter().find(|cost| cost.price.name == name).map(|cost| cost.class);
    assert_eq!(class("Qwen2.5 72B"), Some(ApiClass::SameSize));
    assert_eq!(class("Llama 3.1 8B"), Some(ApiClass::Smaller));
    assert_eq!(class("Llama 3.1 405B"), Some(ApiClass::Larger));
    assert_eq!(class("GPT-5.2"), Some(ApiClass::Unknown));
    assert_eq!(costs[0].class, ApiClass::SameModel);
}

#[test]
fn at_the_break_even_both_cost_the_same_and_beyond_it_hosting_is_cheaper() {
    let bench = Bench::new();
    let scenario = bench.scenario("");
    let mut found = 0;
    for cost in api_costs(&bench.case(&scenario)) {
        let Some(requests) = cost.break_even_requests.filter(|requests| *requests > 1.0) else { continue };
        found += 1;
        let mut changed = scenario;
        changed.workload.requests_per_day = requests * 1.000_001;
        // The team is that of the load, as the scenario would have it there.
        let people =
            |scenario: &Scenario| bench.world.evaluate(scenario).serving.expect("it fits").people_usd_per_day;
        let hosting = bench.figure(Answer::DailyCost, &changed) + people(&changed);
        let api = changed.workload.requests_per_day
            * (1.0 - changed.workload.cache_hit_rate)
            * cost.usd_per_request;
        assert!(hosting <= api * 1.000_01, "{}: {hosting} against {api}", cost.price.name);
        // Just below it hosting is the dearer, by nothing or by a whole replica.
        changed.workload.requests_per_day = requests * 0.999_999;
        let before = bench.figure(Answer::DailyCost, &changed) + people(&changed);
        assert!(before >= api * 0.999_99, "{}: {before} against {api}", cost.price.name);
    }
    assert!(found > 0, "self-hosting breaks even against some API");
}

#[test]
fn a_version_pays_back_from_what_serving_leaves_of_its_value() {
    let bench = Bench::new();
    let mut scenario = bench.scenario(
        "[training]\nversions_per_year = 4\nupdate_cost_share = 0.5\n[workload]\nhorizon_months = 12",
    );
    let programme = bench.figure(Answer::TrainingCost, &scenario);
    let serving = bench.world.evaluate(&scenario).serving.expect("it fits");
    // A month of 30.4 days, people included.
    let month = (serving.daily_usd().expect("a price") + serving.people_usd_per_day) * 30.4;
    scenario.training.version_value_usd_per_month = Some(month + programme / 6.0);
    let versions = version_cost(&bench.case(&scenario)).expect("the run fits");
    assert!((versions.months_to_pay_back_first.expect("a value is stated") - 6.0).abs() < 1e-9);
    assert!((versions.months_to_pay_back_update.expect("there are updates") - 3.0).abs() < 1e-9);
    // One whole programme and four halves, over five versions.
    assert!((versions.usd_per_version / programme - 0.6).abs() < 1e-12);
    // Twelve months earn 12 months of serving and two programmes; three programmes and those months are spent.
    let earned = 12.0 * month + 2.0 * programme;
    let spent = 12.0 * month + 3.0 * programme;
    assert!((versions.return_on_spending.expect("a price") - (earned / spent - 1.0)).abs() < 1e-9);
    // What serving takes in full pays nothing back.
    scenario.training.version_value_usd_per_month = Some(month * 0.9);
    let versions = version_cost(&bench.case(&scenario)).expect("the run fits");
    assert_eq!((versions.months_to_pay_back_first, versions.months_to_pay_back_update), (None, None));
}
