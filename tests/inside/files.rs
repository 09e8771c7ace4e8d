//! Scenario files as they are written: what a person wrote stays, and what is saved loads identical.

use proptest::prelude::*;

use crate::catalog::{Catalog, GpuId};
use crate::files::atomic::WriteError;
use crate::files::document::Document;
use crate::files::save::SaveError;
use crate::files::store::{Opened, Origin, Store, slug};
use crate::scenario::value::{StatedRange, Value};
use crate::scenario::{ParamId, Scenario};
use crate::text::control::one_line;

/// A file that somebody keeps by hand.
const COMMENTED: &str = "\
# Support chat, as agreed in March.
format = 1
name = \"Support chat\" # ours

[workload] # what the desk sees
  # measured over the first quarter
  requests_per_day = 1_500_000
  cache_hit_rate = \"35%\"   # from the gateway's log
sequence_length = \"8k..15k..30k\"

# How we serve it.
[serving]
batch_size   =  64
tensor_parallel = 4

# Batch customers.
[[tier]]
name = \"batch\"
share = 0.3 # about
";

fn read(text: &str, catalog: &Catalog) -> Document {
    Document::parse("own.toml", text, catalog).unwrap_or_else(|error| panic!("{error}\n{text}")).0
}

/// The text once some parameters are set, which must read back as the same scenario.
fn changed(text: &str, settings: &[(ParamId, Value)]) -> String {
    let catalog = Catalog::embedded();
    let mut document = read(text, &catalog);
    for (param, value) in settings {
        param.set(&mut document.scenario, *value);
    }
    let written = document.to_toml(&catalog);
    assert_eq!(read(&written, &catalog).scenario, document.scenario, "{written}");
    written
}

#[test]
fn what_is_not_changed_is_not_touched() {
    assert_eq!(changed(COMMENTED, &[]), COMMENTED);
}

#[test]
fn a_changed_key_keeps_its_place_its_indent_and_its_comments() {
    let settings = [
        (ParamId::WorkloadCacheHitRate, Value::Number(0.4)),
        (ParamId::ServingBatchSize, Value::Word("max")),
        (ParamId::Tier1Share, Value::Number(0.25)),
        (ParamId::WorkloadSequenceLength, Value::Number(4096.0)),
    ];
    let expected = COMMENTED
        .replace("\"35%\"", "\"40%\"")
        .replace("batch_size   =  64", "batch_size   =  \"max\"")
        .replace("share = 0.3", "share = 0.25")
        .replace("\"8k..15k..30k\"", "4096");
    assert_eq!(changed(COMMENTED, &settings), expected);
}

#[test]
fn a_number_is_written_as_the_one_in_its_place() {
    let hits = ParamId::WorkloadCacheHitRate;
    for (param, old, typed, new) in [
        (hits, "\"10%\"", "41%", "\"41%\""),
        (hits, "0.1", "41%", "0.41"),
        (ParamId::ServingSpotShare, "\"10%\"", "100%", "\"100%\""),
        (hits, "\"10%..20%\"", "41%", "0.41"),
        (ParamId::WorkloadSequenceLength, "\"8k\"", "32k", "\"32k\""),
        (ParamId::WorkloadSequenceLength, "\"8k\"", "10_001", "10001"),
        (ParamId::WorkloadRequestsPerDay, "\"2M\"", "4.1M", "\"4.1M\""),
        (ParamId::ServingPricePerGpuHour, "\"$2.10/h\"", "1.9", "\"$1.9/h\""),
        (ParamId::TargetTtftMs, "\"1.5 s\"", "700", "\"0.7 s\""),
    ] {
        let (table, key) = param.path.rsplit_once('.').expect("a table");
        let text = |value: &str| format!("[{table}]\n{key} = {value} # so far\n");
        let catalog = Catalog::embedded();
        let document = read(&text(old), &catalog);
        let value = param.parse(typed, &document.scenario, &catalog).expect("a value");
        assert_eq!(changed(&text(old), &[(param, value)]), text(new), "{old}");
    }
}

#[test]
fn a_new_key_goes_to_its_table_and_a_new_table_to_the_end() {
    let settings = [
        (ParamId::WorkloadPeakToMean, Value::Number(2.0)),
        (ParamId::TrainingExperiments, Value::Number(3.0)),
        (
            ParamId::DistilledModel,
            Value::Model(Catalog::embedded().model_id("llama-3.1-8b").expect("a model")),
        ),
        (ParamId::Tier2Share, Value::Number(0.1)),
    ];
    let expected = COMMENTED
        .replace("# ours\n", "# ours\ndistilled_model = \"llama-3.1-8b\"\n")
        .replace("8k..15k..30k\"\n", "8k..15k..30k\"\npeak_to_mean = 2\n")
        + "\n[[tier]]\nshare = 0.1\n\n[training]\nexperiments = 3\n";
    assert_eq!(changed(COMMENTED, &settings), expected);
}

#[test]
fn auto_takes_a_key_away_unless_a_comment_hangs_on_it() {
    let automatic = [(ParamId::ServingTensorParallel, Value::Auto)];
    assert_eq!(changed(COMMENTED, &automatic), COMMENTED.replace("tensor_parallel = 4\n", ""));
    let commented = COMMENTED.replace("tensor_parallel = 4", "tensor_parallel = 4 # two servers");
    let expected = COMMENTED.replace("tensor_parallel = 4", "tensor_parallel = \"auto\" # two servers");
    assert_eq!(changed(&commented, &automatic), expected);
    let alone = "[training]\ngpus = 64\n\n[serving]\nbatch_size = 8\n";
    let nothing_left = changed(alone, &[(ParamId::TrainingGpus, Value::Auto)]);
    assert_eq!(nothing_left.trim_start(), "[serving]\nbatch_size = 8\n");
}

#[test]
fn a_table_within_a_table_comes_and_goes() {
    let text = "[workload]\ncache_hit_rate = 0.3\n\n[serving]\nbatch_size = 8\n";
    let promised = changed(text, &[(ParamId::TargetTtftMs, Value::Number(500.0))]);
    assert_eq!(promised.matches("[workload.target]\nttft_ms = 500\n").count(), 1, "{promised}");
    assert_eq!(changed(&promised, &[(ParamId::TargetTtftMs, Value::Auto)]), text);
}

#[test]
fn a_key_that_its_author_wrote_stays_at_the_default() {
    let settings = [(ParamId::ServingBatchSize, Value::Number(32.0))];
    assert_eq!(changed(COMMENTED, &settings), COMMENTED.replace("=  64", "=  32"));
}

#[test]
fn every_legal_form_is_edited_in_its_own_form() {
    let batch = (ParamId::ServingBatchSize, Value::Number(8.0));
    let requests = (ParamId::WorkloadRequestsPerDay, Value::Number(5e5));
    let tier = (ParamId::Tier2Share, Value::Number(0.2));
    for (text, settings, expected) in [
        (
            "serving.batch_size = 64\nserving.spot_share = 0.5 # half\n",
            vec![batch, requests],
            "serving.batch_size = 8\nserving.spot_share = 0.5 # half\n\n[workload]\nrequests_per_day = 500000\n",
        ),
        (
            "# one by one\nserving.tensor_parallel = 4\nserving.expert_parallel = 4\n",
            vec![
                (ParamId::ServingTensorParallel, Value::Auto),
                (ParamId::ServingExpertParallel, Value::Auto),
                (ParamId::ServingMinReplicas, Value::Number(2.0)),
            ],
            "# one by one\nserving.tensor_parallel = \"auto\"\nserving.min_replicas = 2\n",
        ),
        (
            "serving = { batch_size = 64, spot_share = 0.5 } # inline\n",
            vec![batch, (ParamId::ServingMinReplicas, Value::Number(2.0))],
            "serving = { batch_size = 8, spot_share = 0.5, min_replicas = 2 } # inline\n",
        ),
        (
            "tier = [{ share = 0.3 }, { share = 0.1 }]\n",
            vec![tier],
            "tier = [{ share = 0.3 }, { share = 0.2 }]\n",
        ),
        (
            "[tier.1]\nshare = 0.3\n",
            vec![(ParamId::Tier1Share, Value::Number(0.4))],
            "[tier.1]\nshare = 0.4\n",
        ),
        ("[\"serving\"]\n'batch_size' = 64\n", vec![batch], "[\"serving\"]\n'batch_size' = 8\n"),
        (
            "[routing]\ndistilled_model = \"llama-3.1-8b\" # by its other name\n",
            vec![(
                ParamId::DistilledModel,
                Value::Model(Catalog::embedded().model_id("llama-2-7b").expect("a model")),
            )],
            "[routing]\ndistilled_model = \"llama-2-7b\" # by its other name\n",
        ),
    ] {
        assert_eq!(changed(text, &settings), expected);
    }
}

#[test]
fn a_file_from_windows_keeps_its_line_ends() {
    let windows = COMMENTED.replace('\n', "\r\n");
    let written = changed(&windows, &[(ParamId::ServingBatchSize, Value::Number(8.0))]);
    assert_eq!(written, windows.replace("=  64", "=  8"));
    let added = changed(&windows, &[(ParamId::TrainingGpus, Value::Number(8.0))]);
    assert_eq!(added, windows + "\r\n[training]\r\ngpus = 8\r\n");
}

#[test]
fn a_new_file_says_what_differs_from_the_defaults() {
    let catalog = Catalog::embedded();
    let mut document = Document::new("My chat", &catalog);
    document.summary = "What it shows.".to_owned();
    document.scenario.workload.cache_hit_rate = 0.4;
    document.scenario.training.gpus = Some(64.0);
    document.scenario.tier[0].share = 0.2;
    document.tier_names[0] = Some("batch".to_owned());
    let expected = "format = 1\nname = \"My chat\"\nsummary = \"What it shows.\"\n\
        \n[model]\npreset = \"llama-2-70b\"\n\
        \n[workload]\ncache_hit_rate = 0.4\n\
        \n[hardware]\ngpu = \"h100-sxm\"\n\
        \n[training]\ngpus = 64\n\
        \n[[tier]]\nname = \"batch\"\nshare = 0.2\nprice_factor = 1\n";
    assert_eq!(document.to_toml(&catalog), expected);
}

#[test]
fn a_shipped_scenario_is_written_new_and_reads_back_identical() {
    let catalog = Catalog::embedded();
    for entry in Store::built_in_entries() {
        let document = Store::new(None).open(&entry.id, &catalog).expect("a scenario").document;
        let text = document.to_toml(&catalog);
        assert!(!text.contains('#'), "{text}");
        let again = read(&text, &catalog);
        assert_eq!(again.scenario, document.scenario, "{text}");
        assert_eq!(
            (&again.name, &again.summary, &again.sources, &again.tier_names),
            (&document.name, &document.summary, &document.sources, &document.tier_names)
        );
    }
}

/// An accelerator that a scenario describes itself.
fn own_gpu(memory_gb: u32) -> String {
    format!("[gpu]\nname = \"X1\" # ours\nmemory_gb = {memory_gb}\nbandwidth_tb_s = 20\nbf16_tflops = 5000\n")
}

#[test]
fn a_gpu_of_ones_own_joins_the_catalog_and_is_saved_with_its_scenario() {
    let catalog = Catalog::embedded();
    let (document, grown) = Document::parse("own.toml", &own_gpu(400), &catalog).expect("sound");
    let grown = grown.expect("a catalog with one more");
    let gpu = document.scenario.hardware.gpu;
    assert_eq!(usize::from(gpu.0), catalog.gpus().len(), "indices of before stay valid");
    assert_eq!(grown.gpu(gpu).name, "X1");
    assert_eq!(document.to_toml(&grown), own_gpu(400), "nothing was changed");

    // Without the text that it came from, the description is written anew.
    let mut fresh = Document::new("fresh", &grown);
    fresh.scenario = document.scenario;
    let text = fresh.to_toml(&grown);
    let (again, known) = Document::parse("fresh.toml", &text, &catalog).expect("sound");
    assert_eq!(known.expect("described").gpu(again.scenario.hardware.gpu).gpu, grown.gpu(gpu).gpu);
    let (_, no_more) = Document::parse("fresh.toml", &text, &grown).expect("sound");
    assert_eq!(no_more, None, "described in full, it is the same one");
}

#[test]
fn the_same_gpu_is_known_again_and_another_of_its_name_stands_beside_it() {
    let catalog = Catalog::embedded();
    let (first, grown) = Document::parse("a.toml", &own_gpu(400), &catalog).expect("sound");
    let grown = grown.expect("one more");
    let (again, no_more) = Document::parse("b.toml", &own_gpu(400), &grown).expect("sound");
    assert_eq!((again.scenario, no_more), (first.scenario, None));

    let text = own_gpu(800) + "[serving]\ngpu = \"custom\"\n";
    let (other, both) = Document::parse("c.toml", &text, &grown).expect("sound");
    let both = both.expect("two more");
    let second = other.scenario.hardware.gpu;
    assert_eq!(other.scenario.serving.gpu, Some(second), "the file means its own");
    assert_eq!(both.gpu(first.scenario.hardware.gpu), grown.gpu(first.scenario.hardware.gpu));
    assert_eq!(both.gpu(second).gpu.memory_bytes, 800e9);

    // The first file again, now that the newer of the same name is known too.
    let (again, _) =
        Document::parse("a.toml", &(own_gpu(400) + "[training]\ngpu = \"custom\"\n"), &both).expect("sound");
    assert_eq!(again.scenario.training.gpu, Some(first.scenario.hardware.gpu));
}

#[test]
fn a_scenario_may_use_two_gpus_of_one_name_and_one_that_another_file_describes() {
    let catalog = Catalog::embedded();
    let (first, grown) = Document::parse("a.toml", &own_gpu(400), &catalog).expect("sound");
    let grown = grown.expect("one more");
    let (mut second, both) = Document::parse("b.toml", &own_gpu(800), &grown).expect("sound");
    let both = both.expect("two more");
    second.scenario.training.gpu = Some(first.scenario.hardware.gpu);
    for document in [second.clone(), fresh(&second, &both)] {
        let text = document.to_toml(&both);
        let (read, known) = Document::parse("b.toml", &text, &catalog).expect(&text);
        let known = known.expect(&text);
        let memory = |gpu: GpuId| known.gpu(gpu).gpu.memory_bytes;
        assert_eq!(memory(read.scenario.hardware.gpu), 800e9, "{text}");
        assert_eq!(read.scenario.training.gpu.map(memory), Some(400e9), "{text}");
    }
}

fn fresh(document: &Document, catalog: &Catalog) -> Document {
    let mut fresh = Document::new(&document.name, catalog);
    fresh.scenario = document.scenario;
    fresh
}

#[test]
fn an_own_gpu_has_an_id_that_stands_for_nothing_else() {
    let catalog = Catalog::embedded();
    let read = |id: &str| {
        let text = own_gpu(400).replace("[gpu]", &format!("[gpu]\nid = \"{id}\""));
        Document::parse("own.toml", &text, &catalog)
    };
    for id in ["auto", "max", "none", "..", "1..2", "nul", "a b"] {
        let error = read(id).expect_err(id);
        assert!(error.message.contains("is not a valid id") && error.line == 2, "{id}: {error}");
    }
    let (document, _) = read("h100-mine").expect("sound");
    assert!(document.notes.is_empty(), "{:?}", document.notes);
}

#[test]
fn an_own_gpu_is_not_for_nothing() {
    let catalog = Catalog::embedded();
    let read = |price: &str| {
        let text = format!("{}{price}\n", own_gpu(400));
        Document::parse("own.toml", &text, &catalog)
    };
    for price in
        ["on_demand_usd_h = 0", "on_demand_usd_h = 0.009", "spot_usd_h = 0", "purchase_usd = [0, 0, 0]"]
    {
        let error = read(price).expect_err(price);
        assert!(error.help.as_ref().is_some_and(|help| help.starts_with("allowed: ")), "{price}: {error}");
    }
    let least = ParamId::ServingPricePerGpuHour.number().expect("a number").min;
    assert!(read(&format!("on_demand_usd_h = {least}")).is_ok(), "the slider reaches it");
}

#[test]
fn a_gpu_may_take_the_name_of_one_of_the_catalog() {
    let catalog = Catalog::embedded();
    let text = own_gpu(400).replace("[gpu]", "[gpu]\nid = \"h100-sxm\"");
    let (document, grown) = Document::parse("own.toml", &text, &catalog).expect("sound");
    assert!(
        document.notes[0].starts_with("`h100-sxm` is what this scenario describes"),
        "{:?}",
        document.notes
    );
    let grown = grown.expect("one more");
    let built_in = catalog.gpu_id("h100-sxm").expect("an accelerator");
    assert_ne!(document.scenario.hardware.gpu, built_in);
    assert_eq!(grown.gpu(built_in), catalog.gpu(built_in), "the catalog's own is as it was");
    let mut both = document;
    both.scenario.training.gpu = Some(built_in);
    let (read, known) = Document::parse("own.toml", &both.to_toml(&grown), &catalog).expect("sound");
    assert_eq!(read.scenario.training.gpu, Some(built_in));
    assert_eq!(known.expect("one more").gpu(read.scenario.hardware.gpu).gpu.memory_bytes, 400e9);
}

#[test]
fn a_saved_file_keeps_its_comments_and_so_does_a_renamed_one() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let store = Store::new(Some(directory.path().to_owned()));
    let catalog = Catalog::embedded();
    let path = directory.path().join("support-chat.toml");
    std::fs::write(&path, COMMENTED).expect("written");
    let Opened { mut document, .. } = store.open("support-chat", &catalog).expect("opened");
    document.scenario.serving.spot_share = 0.5;
    store.save(&mut document, &catalog, true).expect("saved");
    let text = std::fs::read_to_string(&path).expect("a text");
    assert_eq!(text, COMMENTED.replace("tensor_parallel = 4\n", "tensor_parallel = 4\nspot_share = 0.5\n"));
    let renamed = store.rename(&path, "Chat", &catalog).expect("renamed");
    let text = std::fs::read_to_string(renamed).expect("a text");
    assert!(
        text.contains("name = \"Chat\" # ours") && text.contains("# measured over the first quarter"),
        "{text}"
    );
}

#[test]
fn a_saved_scenario_loads_identical_and_is_never_overwritten_unasked() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let store = Store::new(Some(directory.path().join("new")));
    let catalog = Catalog::embedded();
    let mut document = Document::new("My chat", &catalog);
    document.scenario.workload.cache_hit_rate = 0.1 + 0.2;
    let path = store.save(&mut document, &catalog, false).expect("saved");
    let loaded = store.open("My chat", &catalog).expect("loaded");
    assert_eq!((loaded.document.name, loaded.document.scenario), (document.name.clone(), document.scenario));
    assert_eq!(loaded.origin, Origin::File(path));
    let again = store.save(&mut document, &catalog, false);
    assert!(matches!(again, Err(SaveError::Write(WriteError::Exists(_)))));
    store.save(&mut document, &catalog, true).expect("overwritten when asked");
}

#[test]
fn a_directory_that_cannot_be_written_is_an_error() {
    let file = tempfile::NamedTempFile::new().expect("a temporary file");
    let store = Store::new(Some(file.path().join("inside-a-file")));
    let catalog = Catalog::embedded();
    let saved = store.save(&mut Document::new("x", &catalog), &catalog, false);
    assert!(matches!(saved, Err(SaveError::Write(WriteError::Unwritable { .. }))));
}

#[test]
fn names_become_file_names() {
    assert_eq!(slug("Support chat, LLaMA 2 70B!"), "support-chat-llama-2-70b");
    assert_eq!(slug("../../etc/passwd"), "etc-passwd");
    assert_eq!(slug("···"), "");
    assert_eq!(slug(".."), "");
    // What Windows keeps for devices.
    assert_eq!(["CON", "nul.v2", "COM1", "console"].map(slug), ["con_", "nul_.v2", "com1_", "console"]);
}

#[test]
fn a_name_of_what_is_built_in_hides_nothing_and_is_not_hidden() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let store = Store::new(Some(directory.path().to_owned()));
    let catalog = Catalog::embedded();
    for (name, id) in [
        ("Default", "default-mine"),
        ("tour", "tour-mine"),
        ("Llama 2 70B", "llama-2-70b-mine"),
        ("con", "con"),
        ("Own one.toml", "own-one"),
    ] {
        let mut document = Document::new(name, &catalog);
        document.scenario.workload.cache_hit_rate = 0.25;
        store.save(&mut document, &catalog, false).expect("saved");
        let opened = store.open(id, &catalog).expect("opened").document;
        assert_eq!((opened.name.as_str(), opened.scenario), (name, document.scenario));
        let again = store.save(&mut document, &catalog, false);
        assert!(matches!(again, Err(SaveError::Write(WriteError::Exists(_)))), "{name}");
    }
    for id in ["default", "llama-2-70b", "llama-3.1-8b"] {
        let built_in = Store::new(None).open(id, &catalog).expect("built in");
        assert_eq!(store.open(id, &catalog).expect("opened").document, built_in.document);
    }
    // A file that somebody put there is written over, and not beside.
    let own = directory.path().join("gpt-4.toml");
    std::fs::write(&own, "format = 1\n").expect("written");
    assert_eq!(store.new_file("GPT-4", &catalog), Some(own));
}

#[test]
fn a_name_is_saved_as_it_is_read() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let store = Store::new(Some(directory.path().to_owned()));
    let catalog = Catalog::embedded();
    for name in
        [" two  words ", "tab\tbed", "an \u{202e}order\u{1b}[31m", "\"quoted\" \\ 'names'", "Größe 模型 🙂"]
    {
        let mut document = Document::new(name, &catalog);
        let path = store.save(&mut document, &catalog, true).expect("saved");
        let opened = store.open(path.to_str().expect("UTF-8"), &catalog).expect("opened").document;
        assert_eq!(opened.name, document.name);
    }
}

/// Values at the edges of what a parameter may be: both ends of a number and its word, every choice, `auto`.
fn edges(param: ParamId, catalog: &Catalog) -> Vec<Value> {
    let mut values = param.choices(catalog);
    if let Some(domain) = param.number() {
        values.extend([domain.min, domain.max].map(Value::Number));
        values.extend(domain.word.map(Value::Word));
    }
    values.extend(param.optional.then_some(Value::Auto));
    values
}

#[test]
fn every_edge_is_saved_and_loaded() {
    let catalog = Catalog::embedded();
    for param in ParamId::ALL {
        for value in edges(param, &catalog) {
            let mut document = Document::new("edge", &catalog);
            param.set(&mut document.scenario, value);
            let text = document.to_toml(&catalog);
            assert_eq!(read(&text, &catalog).scenario, document.scenario, "{text}");
        }
    }
}

/// A value of a parameter: one at the edges, a range, or a place of the track.
fn value_of(param: ParamId, kind: u8, at: [f64; 3], catalog: &Catalog) -> Value {
    let Some(domain) = param.number().filter(|_| kind > 0) else {
        let edges = edges(param, catalog);
        return edges[(at[0] * edges.len() as f64) as usize];
    };
    let mut ends = at.map(|fraction| domain.rounded(domain.at_fraction(fraction)));
    if kind > 1 {
        return Value::Number(ends[0]);
    }
    ends.sort_by(f64::total_cmp);
    Value::Range(StatedRange { low: ends[0], likely: ends[1], high: ends[2] })
}

/// A scenario with some parameters set, up to nearly all, tiers and shapes among them.
fn scenario(catalog: &'static Catalog) -> impl Strategy<Value = Scenario> {
    let setting = (0..ParamId::ALL.len(), 0..4_u8, [0.0..1.0_f64, 0.0..1.0, 0.0..1.0]);
    proptest::collection::vec(setting, 0..400).prop_map(move |settings| {
        let mut scenario = Scenario::defaults(catalog);
        for (index, kind, at) in settings {
            let param = ParamId::ALL[index];
            let value = value_of(param, kind, at, catalog);
            // Shares that add up to more than everything are refused.
            if param.has_room(value, &scenario) {
                param.set(&mut scenario, value);
            }
        }
        scenario
    })
}

static CATALOG: std::sync::LazyLock<Catalog> = std::sync::LazyLock::new(Catalog::embedded);

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_saved_loads_identical_new_or_over_another(
        before in scenario(&CATALOG),
        after in scenario(&CATALOG),
        words in [".*", ".*", ".*"],
    ) {
        // Without a name a file is called as it is.
        let [name, summary, tier] = words.map(|words| one_line(&words));
        let name = format!(".{name}");
        let mut document = Document::new(&name, &CATALOG);
        document.scenario = before;
        document.summary = summary;
        document.tier_names[2] = Some(tier);
        let text = format!("# kept\n{}", document.to_toml(&CATALOG));
        let mut read = read(&text, &CATALOG);
        for param in ParamId::ALL {
            prop_assert_eq!(param.stated(&read.scenario), param.stated(&before), "{} in\n{}", param.path, text);
        }
        prop_assert_eq!((&read.name, &read.summary), (&document.name, &document.summary));
        prop_assert_eq!(&read.tier_names, &document.tier_names);
        prop_assert_eq!(&read.to_toml(&CATALOG), &text, "saving again changes nothing");
        read.scenario = after;
        let edited = read.to_toml(&CATALOG);
        prop_assert!(edited.starts_with("# kept\n"), "it was written new\n{}", edited);
        let (again, _) = Document::parse("random.toml", &edited, &CATALOG).expect("sound");
        for param in ParamId::ALL {
            prop_assert_eq!(param.stated(&again.scenario), param.stated(&after), "{} in\n{}", param.path, edited);
        }
    }
}
