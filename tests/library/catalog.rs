//! The embedded catalog: complete, consistent with what its sources state, and clear about bad files.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use whatif::analysis::answer::Answer;
use whatif::analysis::published::citable;
use whatif::catalog::records::{API_PRICES, CLAIMS, FACTORS, TRAINING_USD};
use whatif::catalog::{Catalog, ModelPreset, Status};
use whatif::engine::gpu::ScaleUpLink;
use whatif::engine::precision::Precision;
use whatif::text::date::month;

use crate::bench::{Bench, built_in_scenarios};

fn model<'a>(catalog: &'a Catalog, id: &str) -> &'a ModelPreset {
    catalog.model(catalog.model_id(id).unwrap_or_else(|| panic!("no model {id}")))
}

/// An id in two embedded files would silently hide one of them.
#[test]
fn every_entry_of_every_file_is_there_once() {
    let catalog = Catalog::embedded();
    let models = catalog.models().iter().map(|model| model.id.clone()).collect();
    let gpus = catalog.gpus().iter().map(|gpu| gpu.id.clone()).collect();
    for (folder, table, ids) in [("models", "model", models), ("gpus", "gpu", gpus)] {
        let mut ids: Vec<String> = ids;
        let mut written: Vec<String> = files(&format!("presets/{folder}"))
            .iter()
            .flat_map(|path| entries(path, table))
            .map(|entry| entry["id"].as_str().expect("an id").to_owned())
            .collect();
        ids.sort_unstable();
        written.sort_unstable();
        assert!(!ids.is_empty());
        assert_eq!(ids, written);
    }
}

/// Makers count active parameters with both embedding matrices, with the output head only, or with neither.
#[test]
fn a_shape_gives_the_stated_parameters_within_three_percent_or_says_why_not() {
    let within = |counted: f64, stated: f64| (counted / stated - 1.0).abs() <= 0.03;
    for preset in Catalog::embedded().models() {
        let shape = &preset.shape;
        let total = preset.stated_parameters.is_some_and(|stated| within(shape.total_parameters(), stated));
        let active = preset.stated_active_parameters.is_none_or(|stated| {
            [
                shape.active_parameters(),
                shape.matmul_parameters(),
                shape.active_parameters() - shape.embedding_parameters(),
            ]
            .into_iter()
            .any(|counted| within(counted, stated))
        });
        assert_eq!(
            preset.exception.is_none(),
            total && active,
            "{}: {:e} in total and {:e} active against {:?} and {:?}",
            preset.id,
            shape.total_parameters(),
            shape.active_parameters(),
            preset.stated_parameters,
            preset.stated_active_parameters
        );
    }
}

#[test]
fn every_model_is_possible_at_every_size() {
    for preset in Catalog::embedded().models() {
        assert_eq!(preset.shape.fault(), None, "{}", preset.id);
        for parameters in [1e8, 1e9, 7e9, 7e10, 1e12, 1e13] {
            assert_eq!(preset.shape.scaled_to(parameters).fault(), None, "{} at {parameters}", preset.id);
        }
    }
}

#[test]
fn cache_bytes_are_those_worked_out_by_hand() {
    let catalog = Catalog::embedded();
    let bytes = |id: &str| model(&catalog, id).shape.kv_bytes_per_token(Precision::Bf16);
    // Layers, key and value, KV heads, head width, two bytes.
    assert_eq!(bytes("llama-2-70b"), 327_680.0);
    assert_eq!(bytes("llama-2-70b"), 80.0 * 2.0 * 8.0 * 128.0 * 2.0);
    assert_eq!(bytes("gpt-3"), 96.0 * 2.0 * 96.0 * 128.0 * 2.0);
    assert_eq!(bytes("palm-540b"), 118.0 * 2.0 * 256.0 * 2.0);
    // Latent attention: rank and rotary width, once.
    assert_eq!(bytes("deepseek-v3"), 61.0 * (512.0 + 64.0) * 2.0);
    // Twelve of 48 layers keep a cache; every sixth of 62 sees beyond its window.
    assert_eq!(bytes("qwen-3-next-80b"), 12.0 * 2.0 * 2.0 * 256.0 * 2.0);
    assert!((bytes("gemma-3-27b") - 10.0 * 2.0 * 16.0 * 128.0 * 2.0).abs() < 1e-6);
    // 512 values for eight tokens.
    assert_eq!(bytes("deepseek-v4-pro"), 61.0 * 512.0 / 8.0 * 2.0);
}

/// Sizes of the published checkpoints, as their cards give them, in GiB: experts in MXFP4, the rest in BF16.
#[test]
fn a_model_is_served_in_the_format_in_which_it_is_published() {
    let bench = Bench::new();
    for (id, gibibytes) in [("gpt-oss-120b", 60.8), ("gpt-oss-20b", 12.8)] {
        let case = bench.case(&bench.scenario(&format!("[model]\npreset = \"{id}\"")));
        let main = &case.outcome.serving.as_ref().expect("one H100 holds it").main;
        assert_eq!((case.weight_precision(), main.gpus_per_replica), (Precision::Fp4, 1.0));
        let published = gibibytes * 2.0_f64.powi(30);
        let weights = main.replica.memory.weights;
        assert!((weights / published - 1.0).abs() < 0.01, "{id}: {weights:e} against {published:e}");
        let set = format!("[model]\npreset = \"{id}\"\n[serving]\nweight_precision = \"bf16\"");
        assert_eq!(
            bench.case(&bench.scenario(&set)).weight_precision(),
            Precision::Bf16,
            "what is set stays"
        );
    }
    let published = [
        ("llama-2-70b", Precision::Bf16),
        ("deepseek-v3", Precision::Fp8),
        ("minimax-m2.5", Precision::Fp8),
        ("mimo-v2-flash", Precision::Fp8),
        ("kimi-k2", Precision::Fp8),
        ("kimi-k2.5", Precision::Int4),
        ("kimi-k3", Precision::Fp4),
    ];
    for (id, precision) in published {
        assert_eq!(model(&bench.world.catalog, id).shape.native_precision, precision, "{id}");
    }
}

/// Three of four layers are gated `DeltaNet`: queries and keys, values, their gate and the output; the fourth gates its
/// heads, too.
#[test]
fn linear_attention_has_the_parameters_worked_out_by_hand() {
    let catalog = Catalog::embedded();
    let shape = &model(&catalog, "qwen-3.5-35b-a3b").shape;
    let linear = 30.0 * 2048.0 * (2.0 * 2048.0 + 3.0 * 4096.0);
    let global = 10.0 * 2048.0 * 256.0 * (3.0 * 16.0 + 2.0 * 2.0);
    let experts = 40.0 * (257.0 * 3.0 * 2048.0 * 512.0 + 2048.0 * 256.0);
    let embeddings = 2.0 * 248_320.0 * 2048.0;
    let total = linear + global + experts + embeddings;
    assert_eq!(total, 34_655_436_800.0);
    assert_eq!(shape.total_parameters(), total);
    // Layers and widths grow together, until the size is met to within a millionth.
    let wider = shape.scaled_to(2.0 * total);
    assert!((wider.total_parameters() / (2.0 * total) - 1.0).abs() < 1e-6);
    assert_eq!(shape.scaled_to(total), *shape);
}

#[test]
fn every_fact_has_its_source() {
    let catalog = Catalog::embedded();
    for preset in catalog.models() {
        assert!(!preset.source.is_empty() && !preset.released.is_empty(), "{}", preset.id);
        assert!(!preset.organization.is_empty() && preset.license != "undisclosed", "{}", preset.id);
        assert!(preset.trained_on.as_ref().is_none_or(|run| !run.source.is_empty()), "{}", preset.id);
    }
    for preset in catalog.gpus() {
        assert!(!preset.source.is_empty() && !preset.launched.is_empty(), "{}", preset.id);
        let priced = preset.purchase_usd.is_some();
        assert_eq!(priced, preset.purchase_as_of.is_some(), "{}: purchase price and date", preset.id);
    }
    let rates = &catalog.rates().prices;
    assert!(rates.iter().all(|price| !price.source.is_empty() && !price.as_of.is_empty()));
    assert!(API_PRICES.iter().all(|price| !price.source.is_empty() && !price.as_of.is_empty()));
    assert!(FACTORS.iter().all(|factor| !factor.source.is_empty() && !factor.as_of.is_empty()));
    assert!(CLAIMS.iter().all(|claim| !claim.source.is_empty() && !claim.as_of.is_empty()));
}

#[test]
fn what_is_not_known_says_so() {
    let catalog = Catalog::embedded();
    assert_eq!(model(&catalog, "gpt-4").status, Status::Rumored);
    assert_eq!(model(&catalog, "gpt-3.5").status, Status::Assumed);
    assert_eq!(model(&catalog, "palm-2").status, Status::Assumed);
    assert_eq!(model(&catalog, "llama-2-70b").status, Status::Read);
    for preset in catalog.models() {
        let disclosed = ["reported", "press"].contains(&preset.training_tokens_status.as_str());
        assert_eq!(preset.training_tokens.is_some(), disclosed, "{}: training tokens", preset.id);
    }
}

/// A sparse rate is twice the dense one: the ratio to the 16-bit rate gives it away, and the data sheets of the best known.
#[test]
fn rates_are_dense() {
    let catalog = Catalog::embedded();
    let rate = |id: &str| {
        let preset = catalog.gpu(catalog.gpu_id(id).unwrap_or_else(|| panic!("no accelerator {id}")));
        preset.gpu.rates.fp16 / 1e12
    };
    assert_eq!(rate("a100-80-sxm"), 312.0);
    assert_eq!(rate("h100-sxm"), 989.4);
    assert_eq!(rate("b200-sxm"), 2250.0);
    assert_eq!(rate("mi300x"), 1307.4);
    assert_eq!(rate("rtx4090"), 165.2);
    let fp4 = |id: &str| catalog.gpu_id(id).and_then(|id| catalog.gpu(id).gpu.rates.fp4);
    assert_eq!(fp4("b200-sxm"), Some(9000e12));
    assert_eq!(fp4("mi355x"), Some(10_066e12));
    for preset in catalog.gpus() {
        let rates = &preset.gpu.rates;
        let half = rates.fp16;
        assert!(rates.fp8.is_none_or(|fp8| fp8 / half <= 2.05), "{}: FP8", preset.id);
        assert!(rates.tf32.is_none_or(|tf32| tf32 <= half), "{}: TF32", preset.id);
    }
    for id in ["t4", "v100-16-sxm", "v100-32-sxm"] {
        let preset = catalog.gpu(catalog.gpu_id(id).unwrap_or_else(|| panic!("no accelerator {id}")));
        assert!(!preset.gpu.rates.bf16, "{id} has no BF16");
    }
}

#[test]
fn links_are_counted_in_one_direction() {
    let catalog = Catalog::embedded();
    for (id, gigabytes, link) in [
        ("a100-80-sxm", 300.0, ScaleUpLink::Fabric),
        ("h100-sxm", 450.0, ScaleUpLink::Fabric),
        ("h800-sxm", 200.0, ScaleUpLink::Fabric),
        ("gb200-nvl72", 900.0, ScaleUpLink::Fabric),
        ("l4", 32.0, ScaleUpLink::Pcie),
        ("h100-pcie", 300.0, ScaleUpLink::Bridge),
    ] {
        let gpu = &catalog.gpu(catalog.gpu_id(id).unwrap_or_else(|| panic!("no accelerator {id}"))).gpu;
        assert_eq!(gpu.scale_up_bytes_per_s, gigabytes * 1e9, "{id}");
        assert_eq!(gpu.scale_up_link, link, "{id}");
    }
}

#[test]
fn the_long_tables_are_complete_and_name_known_ids() {
    let catalog = Catalog::embedded();
    for (file, table, read) in [
        ("api_prices", "api", API_PRICES.len()),
        ("factors", "factor", FACTORS.len()),
        ("claims", "claim", CLAIMS.len()),
    ] {
        let path = PathBuf::from(format!("presets/{file}.toml"));
        assert_eq!(entries(&path, table).len(), read, "{file}");
        assert!(read > 0, "{file} is empty");
    }
    for price in &catalog.rates().prices {
        assert!(month(&price.as_of).is_some(), "{} at {}: {}", price.gpu, price.provider, price.as_of);
        assert!(catalog.gpu_id(&price.gpu).is_some(), "{}", price.gpu);
        let amounts = [price.usd_per_gpu_hour, price.usd_purchase];
        assert!(amounts.iter().flatten().all(|usd| *usd > 0.0), "{}", price.gpu);
        assert_eq!(amounts.iter().flatten().count(), 1, "{} at {}", price.gpu, price.provider);
    }
    for price in API_PRICES.iter() {
        assert!(price.model.as_ref().is_none_or(|id| catalog.model_id(id).is_some()), "{}", price.id);
        assert!(price.input > 0.0 && price.output > 0.0, "{}", price.id);
        assert!(price.cached_input.is_none_or(|cached| cached <= price.input), "{}", price.id);
    }
    for factor in FACTORS.iter() {
        assert!(factor.low.is_none_or(|low| low <= factor.value), "{}", factor.name);
        assert!(factor.high.is_none_or(|high| high >= factor.value), "{}", factor.name);
    }
}

#[test]
fn claims_speak_of_known_things() {
    let catalog = Catalog::embedded();
    let scenarios = built_in_scenarios();
    let cited: HashSet<&str> = citable().collect();
    assert_eq!(cited.len(), citable().count(), "an id stands for two");
    for claim in CLAIMS.iter() {
        let is_scenario = scenarios.iter().any(|(id, _)| *id == claim.about);
        let known = is_scenario || catalog.model_id(&claim.about).is_some();
        assert!(known, "{}", claim.about);
        let training = claim.figure == TRAINING_USD;
        assert_eq!(claim.basis.is_some(), training, "{}: training has a basis", claim.statement);
        assert!(training || Answer::from_id(&claim.figure).is_some(), "{}", claim.figure);
        assert!(claim.high.is_none_or(|high| high > claim.value), "{}", claim.statement);
    }
    for about in ["gpt-4", "gpt-3.5", "palm-2", "llama-2-70b", "chatgpt-2023", "deepseek-2025"] {
        assert!(CLAIMS.iter().any(|claim| claim.about == about), "{about}");
    }
}

/// A day of the service as its operator published it.
#[test]
fn the_deepseek_day_adds_up() {
    let scenario = Bench::new().scenario(&read(Path::new("presets/scenarios/deepseek-2025.toml")));
    let workload = &scenario.workload;
    let tokens = workload.requests_per_day * workload.sequence_length;
    let output = tokens * workload.output_share;
    assert!((output / 168e9 - 1.0).abs() < 0.001, "{output:e}");
    assert!(((tokens - output) / 608e9 - 1.0).abs() < 0.001, "{tokens:e}");
}

#[test]
fn bad_files_are_explained() {
    let bad = files("tests/bad_catalog");
    assert!(bad.len() >= 15);
    for path in bad {
        let name = format!("{}.toml", stem(&path));
        let mut catalog = Catalog::embedded();
        let before = catalog.clone();
        let Err(error) = catalog.add_file(&name, &read(&path)) else { panic!("{name} was accepted") };
        let expected = read(&path.with_extension("txt"));
        assert_eq!(format!("{error}\n"), expected, "{name}");
        assert_eq!(catalog, before, "{name} left something behind");
    }
}

#[test]
fn own_entries_join_the_catalog_and_replace_their_namesakes() {
    let mut catalog = Catalog::embedded();
    let (models, gpus) = (catalog.models().len(), catalog.gpus().len());
    let text = "[[gpu]]\nid = \"mine\"\nmemory_gb = 100\nbandwidth_tb_s = 5\nbf16_tflops = 1000\n\n\
                [[gpu]]\nid = \"l4\"\nmemory_gb = 48\nbandwidth_tb_s = 0.6\nbf16_tflops = 121\n\n\
                [[model]]\nid = \"tiny\"\nlayers = 2\nhidden = 64\nheads = 4\nkv_heads = 2\nhead_dim = 16\n\
                ffn = 256\nvocab = 1000\n[model.trained_on]\ngpu = \"mine\"\nsource = \"own run\"\n";
    catalog.add_file("own.toml", text).unwrap_or_else(|error| panic!("{error}"));
    assert_eq!((catalog.models().len(), catalog.gpus().len()), (models + 1, gpus + 1));
    let own = catalog.gpu_id("mine");
    assert_eq!(own.map(|id| catalog.gpu(id).gpu.memory_bytes), Some(100e9));
    assert_eq!(catalog.gpu_id("l4").map(|id| catalog.gpu(id).gpu.memory_bytes), Some(48e9));
    let tiny = model(&catalog, "tiny");
    assert_eq!(tiny.trained_on.as_ref().map(|run| run.gpu), own);
    assert_eq!(tiny.status, Status::Unverified);
}

/// The TOML files of a folder of the project, by name.
fn files(folder: &str) -> Vec<PathBuf> {
    let mut paths: Vec<PathBuf> = fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder))
        .unwrap_or_else(|error| panic!("{folder}: {error}"))
        .filter_map(|entry| Some(entry.ok()?.path()))
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    paths.sort();
    paths
}

/// The entries of a file's table.
fn entries(path: &Path, table: &str) -> Vec<toml::Value> {
    let file: toml::Table = read(path).parse().unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    file.get(table).and_then(toml::Value::as_array).cloned().unwrap_or_default()
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
