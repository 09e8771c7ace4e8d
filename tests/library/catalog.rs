//! The embedded catalog: complete, consistent with what its sources state, and clear about bad files.

use std::collections::HashSet;
use std::fs;
use std::path::{Path, PathBuf};

use whatif::catalog::records::{API_PRICES, CLAIMED_FIGURES, CLAIMS, FACTORS, PRICES};
use whatif::catalog::{Catalog, ModelPreset, Status};
use whatif::engine::gpu::ScaleUpLink;
use whatif::engine::precision::Precision;
use whatif::files::document::Document;

const MODELS: [&str; 76] = [
    "bloom-176b",
    "chinchilla-70b",
    "command-r-plus",
    "dbrx",
    "deepseek-v3",
    "deepseek-v3.2",
    "deepseek-v4-flash",
    "deepseek-v4-pro",
    "falcon-180b",
    "falcon-40b",
    "falcon-7b",
    "gemma-2-27b",
    "gemma-2-2b",
    "gemma-2-9b",
    "gemma-3-12b",
    "gemma-3-1b",
    "gemma-3-27b",
    "gemma-3-4b",
    "gemma-4-26b-a4b",
    "glm-4.5",
    "glm-4.5-air",
    "glm-5",
    "gpt-3",
    "gpt-3.5",
    "gpt-4",
    "gpt-oss-120b",
    "gpt-oss-20b",
    "grok-1",
    "kimi-k2",
    "kimi-k3",
    "llama-1-13b",
    "llama-1-33b",
    "llama-1-65b",
    "llama-1-7b",
    "llama-2-13b",
    "llama-2-34b",
    "llama-2-70b",
    "llama-2-7b",
    "llama-3.1-405b",
    "llama-3.1-70b",
    "llama-3.1-8b",
    "llama-3.2-1b",
    "llama-3.2-3b",
    "llama-4-maverick",
    "llama-4-scout",
    "minimax-m2.5",
    "mistral-7b",
    "mistral-large-2",
    "mixtral-8x22b",
    "mixtral-8x7b",
    "nemotron-4-340b",
    "olmo-2-13b",
    "olmo-2-32b",
    "olmo-2-7b",
    "opt-175b",
    "palm-2",
    "palm-540b",
    "phi-3-medium",
    "phi-3-mini",
    "phi-4",
    "qwen-2.5-14b",
    "qwen-2.5-32b",
    "qwen-2.5-72b",
    "qwen-2.5-7b",
    "qwen-3-0.6b",
    "qwen-3-1.7b",
    "qwen-3-14b",
    "qwen-3-235b-a22b",
    "qwen-3-30b-a3b",
    "qwen-3-32b",
    "qwen-3-4b",
    "qwen-3-8b",
    "qwen-3-coder-480b",
    "qwen-3-next-80b",
    "qwen-3.5-27b",
    "qwen-3.5-397b-a17b",
];

const GPUS: [&str; 40] = [
    "a10",
    "a100-40-pcie",
    "a100-40-sxm",
    "a100-80-pcie",
    "a100-80-sxm",
    "a10g",
    "b200-sxm",
    "b300-sxm",
    "gaudi2",
    "gaudi3",
    "gb200-nvl72",
    "gb300-nvl72",
    "gh200",
    "h100-nvl",
    "h100-pcie",
    "h100-sxm",
    "h20",
    "h200-sxm",
    "h800-sxm",
    "inf2",
    "l4",
    "l40s",
    "mi250x",
    "mi300x",
    "mi325x",
    "mi355x",
    "rtx4090",
    "rtx5090",
    "rtx6000ada",
    "rtxpro6000",
    "t4",
    "tpu-v4",
    "tpu-v5e",
    "tpu-v5p",
    "tpu-v6e",
    "tpu-v7",
    "trn1",
    "trn2",
    "v100-16-sxm",
    "v100-32-sxm",
];

const SCENARIOS: [&str; 15] = [
    "batch-pipeline",
    "chatgpt-2023",
    "deepseek-2025",
    "default",
    "enterprise-500k",
    "enterprise-50k",
    "fine-tune-adapter",
    "fine-tune-full",
    "frontier-moe-blackwell",
    "gpt-3.5",
    "gpt-4",
    "llama-2-70b",
    "long-context-rag",
    "palm-2",
    "startup-8b",
];

/// Models whose shape does not give the stated total within 3%, or that have none; their files say why.
const TOTAL_EXCEPTIONS: [&str; 4] = ["chinchilla-70b", "gemma-4-26b-a4b", "kimi-k3", "qwen-3.5-27b"];

/// Models whose shape does not give the stated active parameters: linear-attention layers and global layers that
/// are wider than the shape can say.
const ACTIVE_EXCEPTIONS: [&str; 2] = ["gemma-4-26b-a4b", "qwen-3.5-397b-a17b"];

fn model<'a>(catalog: &'a Catalog, id: &str) -> &'a ModelPreset {
    catalog.model(catalog.model_id(id).unwrap_or_else(|| panic!("no model {id}")))
}

#[test]
fn every_model_is_there_once() {
    let catalog = Catalog::embedded();
    let ids: Vec<&str> = catalog.models().iter().map(|model| model.id.as_str()).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "an id stands twice");
    let mut sorted = ids;
    sorted.sort_unstable();
    assert_eq!(sorted, MODELS);
}

#[test]
fn every_accelerator_is_there_once() {
    let catalog = Catalog::embedded();
    let ids: Vec<&str> = catalog.gpus().iter().map(|gpu| gpu.id.as_str()).collect();
    assert_eq!(ids.iter().collect::<HashSet<_>>().len(), ids.len(), "an id stands twice");
    let mut sorted = ids;
    sorted.sort_unstable();
    assert_eq!(sorted, GPUS);
}

/// An id that stood in two embedded files would silently hide one of them.
#[test]
fn no_id_stands_in_two_files() {
    for folder in ["models", "gpus"] {
        let mut seen = HashSet::new();
        for path in files(&format!("presets/{folder}")) {
            for line in read(&path).lines().filter(|line| line.starts_with("id = ")) {
                assert!(seen.insert(line.to_owned()), "{}: {line} again", path.display());
            }
        }
    }
}

#[test]
fn a_shape_gives_the_stated_total_within_three_percent() {
    let catalog = Catalog::embedded();
    for preset in catalog.models() {
        let total = preset.shape.total_parameters();
        let close = preset.stated_parameters.is_some_and(|stated| (total / stated - 1.0).abs() <= 0.03);
        let excepted = TOTAL_EXCEPTIONS.contains(&preset.id.as_str());
        assert_ne!(close, excepted, "{}: {total:e} against {:?}", preset.id, preset.stated_parameters);
        assert_eq!(preset.exception.is_some(), excepted, "{} does not say why", preset.id);
    }
}

/// Makers count active parameters with both embedding matrices, with the output head only, or with neither.
#[test]
fn a_shape_gives_the_stated_active_parameters() {
    let catalog = Catalog::embedded();
    for preset in catalog.models() {
        let Some(stated) = preset.stated_active_parameters else { continue };
        let shape = &preset.shape;
        let nearest = [
            shape.active_parameters(),
            shape.matmul_parameters(),
            shape.active_parameters() - shape.embedding_parameters(),
        ]
        .into_iter()
        .map(|active| (active / stated - 1.0).abs())
        .fold(f64::INFINITY, f64::min);
        let excepted = ACTIVE_EXCEPTIONS.contains(&preset.id.as_str());
        assert_eq!(nearest > 0.03, excepted, "{}: off by {nearest:.3}", preset.id);
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
    // Twelve of 48 layers keep a cache; one of six sees beyond its window.
    assert_eq!(bytes("qwen-3-next-80b"), 12.0 * 2.0 * 2.0 * 256.0 * 2.0);
    assert!((bytes("gemma-3-27b") - 62.0 / 6.0 * 2.0 * 16.0 * 128.0 * 2.0).abs() < 1e-6);
    // 512 values for eight tokens.
    assert_eq!(bytes("deepseek-v4-pro"), 61.0 * 512.0 / 8.0 * 2.0);
}

#[test]
fn every_fact_has_its_source() {
    let catalog = Catalog::embedded();
    for preset in catalog.models() {
        assert!(!preset.source.is_empty() && !preset.released.is_empty(), "{}", preset.id);
        assert!(!preset.organisation.is_empty() && preset.licence != "undisclosed", "{}", preset.id);
        assert!(preset.trained_on.as_ref().is_none_or(|run| !run.source.is_empty()), "{}", preset.id);
    }
    for preset in catalog.gpus() {
        assert!(!preset.source.is_empty() && !preset.launched.is_empty(), "{}", preset.id);
        let priced = preset.gpu.prices.purchase_usd.is_some();
        assert_eq!(priced, preset.purchase_as_of.is_some(), "{}: purchase price and date", preset.id);
    }
    assert!(PRICES.iter().all(|price| !price.source.is_empty() && !price.as_of.is_empty()));
    assert!(API_PRICES.iter().all(|price| !price.source.is_empty() && !price.as_of.is_empty()));
    assert!(FACTORS.iter().all(|factor| !factor.source.is_empty() && !factor.as_of.is_empty()));
    assert!(CLAIMS.iter().all(|claim| !claim.source.is_empty() && !claim.as_of.is_empty()));
}

#[test]
fn what_is_not_known_says_so() {
    let catalog = Catalog::embedded();
    assert_eq!(model(&catalog, "gpt-4").status, Status::Rumoured);
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
    assert_eq!(PRICES.len(), 257);
    assert_eq!(API_PRICES.len(), 74);
    assert_eq!(FACTORS.len(), 112);
    for price in PRICES.iter() {
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
    assert!(!CLAIMS.is_empty());
    for claim in CLAIMS.iter() {
        let known = catalog.model_id(&claim.about).is_some() || SCENARIOS.contains(&claim.about.as_str());
        assert!(known, "{}", claim.about);
        assert!(CLAIMED_FIGURES.contains(&claim.figure.as_str()), "{}", claim.figure);
        assert!(claim.high.is_none_or(|high| high > claim.value), "{}", claim.statement);
    }
    for about in ["gpt-4", "gpt-3.5", "palm-2", "llama-2-70b", "chatgpt-2023", "deepseek-2025"] {
        assert!(CLAIMS.iter().any(|claim| claim.about == about), "{about}");
    }
}

#[test]
fn every_scenario_loads_and_says_what_it_shows() {
    let paths = files("presets/scenarios");
    let ids: Vec<String> = paths.iter().map(|path| stem(path)).collect();
    assert_eq!(ids, SCENARIOS);
    for path in paths {
        let (document, _) = Document::parse(&path.to_string_lossy(), &read(&path), &Catalog::embedded())
            .unwrap_or_else(|error| panic!("{error}"));
        assert!(document.name.len() > 5 && document.summary.ends_with('.'), "{}", path.display());
        assert!(!document.sources.is_empty(), "{}", path.display());
    }
}

/// A day of the service as its operator published it.
#[test]
fn the_deepseek_day_adds_up() {
    let text = read(Path::new("presets/scenarios/deepseek-2025.toml"));
    let (document, _) = Document::parse("deepseek-2025.toml", &text, &Catalog::embedded())
        .unwrap_or_else(|error| panic!("{error}"));
    let workload = &document.scenario.workload;
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

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}
