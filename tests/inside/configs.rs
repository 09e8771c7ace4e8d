//! Configurations of models: real ones, counted by instantiating them in transformers 5.19, and what may be wrong with
//! one.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;
use serde::Deserialize;

use crate::analysis::case::World;
use crate::catalog::{Catalog, ModelPreset};
use crate::engine::precision::Precision;
use crate::engine::shape::ModelShape;
use crate::import::ImportError;
use crate::import::config::{open, open_stream, to_toml};
use crate::scenario::Scenario;

/// A configuration in `tests/configs`: a copy of one on Hugging Face, such a one with fewer layers (`altered`), or the
/// defaults of a class. With the parameters of its text part as counted and as published; the file says by whom.
#[derive(Debug, Deserialize)]
struct Row {
    file: String,
    total: Option<f64>,
    active: Option<f64>,
    published_total: Option<f64>,
    published_active: Option<f64>,
    /// Bytes of its weights in 16 bits, by the index that is beside them.
    index_bytes: Option<f64>,
}

/// Beginnings of the names of files that are refused, and a word of the reason.
const REFUSED: [(&str, &str); 34] = [
    ("albert--", "encoder"),
    ("altered/git", "sees"),
    ("altered/jamba", "Mamba"),
    ("altered/t5", "encoder"),
    ("altered/whisper", "hears"),
    ("altered/yuan", "filters"),
    ("defaults/bamba", "Mamba"),
    ("defaults/bert", "encoder"),
    ("defaults/clip", "sees"),
    ("defaults/deepseek_v2", "`num_experts_per_tok`"),
    ("defaults/dots1", "the number of experts"),
    ("defaults/falcon_mamba", "Mamba"),
    ("defaults/gemma3n", "embeddings of their own"),
    ("defaults/granitemoehybrid", "linear_attention"),
    ("defaults/jamba", "Mamba"),
    ("defaults/lfm2", "convolution"),
    ("defaults/mamba", "Mamba"),
    ("defaults/modernbert", "encoder"),
    ("defaults/nemotron_h", "Mamba"),
    ("defaults/pixtral", "sees"),
    ("defaults/recurrent_gemma", "recurrent"),
    ("defaults/roberta", "encoder"),
    ("defaults/rwkv", "recurrent"),
    ("defaults/t5", "encoder"),
    ("defaults/vit", "sees"),
    ("defaults/whisper", "hears"),
    ("defaults/xlstm", "recurrent"),
    ("defaults/zamba2", "Mamba"),
    ("facebook--bart", "encoder"),
    ("google--gemma-4-E2B", "embeddings of each layer"),
    ("google--gemma-4-E4B", "embeddings of each layer"),
    ("google-bert--", "encoder"),
    ("nvidia--Llama-3_3-Nemotron-Super", "differ"),
    ("nvidia--NVIDIA-Nemotron-3", "Mamba"),
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/configs")
}

fn rows() -> Vec<Row> {
    let mut reader = csv::Reader::from_path(folder().join("counts.csv")).expect("the table");
    reader.deserialize().collect::<Result<Vec<Row>, _>>().expect("rows")
}

fn opened(file: &str) -> Result<ModelPreset, ImportError> {
    open(&folder().join(file), None)
}

fn text_of(file: &str) -> String {
    fs::read_to_string(folder().join(file)).expect("a file")
}

fn is_near(found: f64, right: Option<f64>) -> bool {
    right.is_none_or(|right| (found / right - 1.0).abs() < 0.03)
}

#[test]
fn real_configurations_have_the_parameters_that_were_counted_and_published() {
    let (mut read, mut indexed) = (0, 0);
    for row in rows() {
        let Ok(model) = opened(&row.file) else { continue };
        let [total, active] = [model.shape.total_parameters(), model.shape.active_parameters()];
        assert!(is_near(total, row.total) && is_near(total, row.published_total), "{row:?}: {total:e}");
        // Counted a second way: norms and biases aside, every weight has two bytes.
        if let Some(bytes) = row.index_bytes {
            assert!(row.total.is_none_or(|counted| counted * 2.0 == bytes), "{row:?}");
            assert!((total * 2.0 / bytes - 1.0).abs() < 1e-3, "{row:?}: {total:e}");
            indexed += 1;
        }
        // The indexers of DeepSeek V4 are not counted.
        let counted = row.active.filter(|_| !row.file.contains("DeepSeek-V4"));
        assert!(is_near(active, counted), "{row:?}: {active:e}");
        // Some count both matrices of the vocabulary as active, some the head alone, some neither.
        let matrix = model.shape.vocab * model.shape.hidden;
        let ways = [active, active - matrix, active - 2.0 * matrix];
        assert!(ways.iter().any(|active| is_near(*active, row.published_active)), "{row:?}: {active:e}");
        read += 1;
    }
    assert!(read > 120 && indexed == 8, "{read} {indexed}");
}

#[test]
fn what_is_not_modeled_is_refused_by_name_and_reason() {
    for row in rows() {
        let reason = REFUSED.iter().find(|(file, _)| row.file.starts_with(file)).map(|(_, reason)| *reason);
        match (opened(&row.file), reason) {
            (Ok(_), None) => {}
            (Err(ImportError::Refused(told)), Some(reason)) => {
                assert!(told.message.contains(reason), "{}: {told}", row.file);
            }
            (found, _) => panic!("{}: {found:?}", row.file),
        }
    }
}

/// Files whose model the catalog has from another reading of the same configuration.
const KNOWN: [(&str, &str); 25] = [
    ("MiniMaxAI--MiniMax-M2.5", "minimax-m2.5"),
    ("MiniMaxAI--MiniMax-M3", "minimax-m3"),
    ("Qwen--Qwen2.5-7B-Instruct", "qwen-2.5-7b"),
    ("Qwen--Qwen3-1.7B", "qwen-3-1.7b"),
    ("Qwen--Qwen3-30B-A3B", "qwen-3-30b-a3b"),
    ("Qwen--Qwen3-32B", "qwen-3-32b"),
    ("Qwen--Qwen3-Next-80B-A3B-Instruct", "qwen-3-next-80b"),
    ("Qwen--Qwen3.5-397B-A17B", "qwen-3.5-397b-a17b"),
    ("deepseek-ai--DeepSeek-V3", "deepseek-v3"),
    ("deepseek-ai--DeepSeek-V3.2", "deepseek-v3.2"),
    ("google--gemma-2-27b", "gemma-2-27b"),
    ("google--gemma-4-26B-A4B", "gemma-4-26b-a4b"),
    ("google--gemma-3-27b-it", "gemma-3-27b"),
    ("google--gemma-4-31B", "gemma-4-31b"),
    ("meta-llama--Llama-2-70b-hf", "llama-2-70b"),
    ("meta-llama--Llama-3.2-1B-Instruct", "llama-3.2-1b"),
    ("meta-llama--Llama-4-Maverick-17B-128E-Instruct", "llama-4-maverick"),
    ("meta-llama--Meta-Llama-3.1-8B", "llama-3.1-8b"),
    ("microsoft--phi-4", "phi-4"),
    ("moonshotai--Kimi-K2.5", "kimi-k2.5"),
    ("openai--gpt-oss-20b", "gpt-oss-20b"),
    ("stepfun-ai--Step-3.7-Flash", "step-3.7-flash"),
    ("tiiuae--falcon-180B", "falcon-180b"),
    ("zai-org--GLM-4.5", "glm-4.5"),
    ("zai-org--GLM-5", "glm-5"),
];

#[test]
fn what_is_read_is_what_the_catalog_has() {
    let catalog = Catalog::embedded();
    for (file, id) in KNOWN {
        let model = opened(&format!("{file}.json")).unwrap_or_else(|error| panic!("{file}: {error}"));
        let preset = catalog.model(catalog.model_id(id).expect("an id"));
        // Without dense layers, their width is nothing.
        let idle = |shape: ModelShape| shape.experts.is_some_and(|experts| experts.dense_layers == 0.0);
        let ffn = if idle(model.shape) { preset.shape.ffn } else { model.shape.ffn };
        assert_eq!(ModelShape { ffn, ..model.shape }, preset.shape, "{file}");
    }
}

#[test]
fn formats_are_read_in_the_words_of_those_who_quantized() {
    let llama = text_of("meta-llama--Meta-Llama-3.1-8B.json");
    let with = |addition: &str| {
        let text = llama.replacen('{', &format!("{{{addition},"), 1);
        open_stream(text.as_bytes(), None).map(|model| model.shape.native_precision)
    };
    for (quantization, precision) in [
        (r#""quant_method": "awq", "bits": 4"#, Precision::Int4),
        (r#""quant_method": "gptq", "bits": 8"#, Precision::Int8),
        (r#""quant_method": "fbgemm_fp8""#, Precision::Fp8),
        (r#""quant_method": "bitsandbytes", "load_in_4bit": true"#, Precision::Int4),
        (
            r#""quant_method": "quark", "global_quant_config": {"weight": {"dtype": "fp8_e4m3"}}"#,
            Precision::Fp8,
        ),
        (
            r#""quant_method": "compressed-tensors", "config_groups": {"a": {"weights": {"num_bits": 8, "type": "int"}}}"#,
            Precision::Int8,
        ),
        (r#""quant_method": "mxfp4""#, Precision::Fp4),
    ] {
        let read = with(&format!(r#""quantization_config": {{{quantization}}}"#));
        assert_eq!(read.unwrap_or_else(|error| panic!("{quantization}: {error}")), precision);
    }
    assert_eq!(with(r#""quant_algo": "W4A16_AWQ""#).unwrap(), Precision::Int4);
    for (file, precision, note) in [
        ("Qwen--Qwen3-32B-FP8-Static-PerTensor", Precision::Fp8, "serving.kv_precision=fp8"),
        ("nvidia--Qwen3.6-35B-A3B-NVFP4", Precision::Fp4, "wider formats"),
        ("nvidia--GLM-5.3-NVFP4", Precision::Fp4, "wider formats"),
        ("moonshotai--Kimi-K2.5", Precision::Int4, "The text part alone"),
        ("altered/gptbigcode", Precision::Fp16, "32 bits"),
    ] {
        let model = opened(&format!("{file}.json")).unwrap_or_else(|error| panic!("{file}: {error}"));
        assert_eq!(model.shape.native_precision, precision, "{file}");
        assert!(model.note.as_ref().is_some_and(|told| told.contains(note)), "{file}: {:?}", model.note);
    }
    assert_eq!(
        opened("Qwen--Qwen3-235B-A22B-FP8.json").unwrap().note,
        None,
        "only the head and norms are left out"
    );
}

#[test]
fn what_nvidia_says_beside_a_configuration_is_read_with_it() {
    let directory = tempfile::tempdir().expect("a directory");
    let write = |name: &str, text: &str| fs::write(directory.path().join(name), text).expect("written");
    write("config.json", &text_of("meta-llama--Meta-Llama-3.1-8B.json"));
    write("hf_quant_config.json", r#"{"quantization": {"quant_algo": "FP8", "kv_cache_quant_algo": "FP8"}}"#);
    let model = open(directory.path(), Some("mine")).expect("a model");
    assert_eq!((model.id.as_str(), model.shape.native_precision), ("mine", Precision::Fp8));
    write("hf_quant_config.json", r#"{"quantization": {"quant_algo": "FP7"}}"#);
    let error = open(directory.path(), None).expect_err("no such format").to_string();
    assert!(
        error.contains("hf_quant_config.json:1:") && error.contains("`quant_algo` cannot be \"FP7\""),
        "{error}"
    );
}

/// Edits of a real configuration, each a mistake of its own.
const MISTAKES: [(&str, &str, &str); 17] = [
    ("unknown-type", "\"llama\"", "\"lama\""),
    ("no-type", "\"model_type\"", "\"kind\""),
    ("foreign-type", "\"llama\"", "\"\u{1b}[2Jxyz\""),
    ("no-layers", "\"num_hidden_layers\"", "\"depth\""),
    ("nan", "\"hidden_size\": 4096", "\"hidden_size\": NaN"),
    ("negative", "\"num_attention_heads\": 32", "\"num_attention_heads\": -32"),
    ("fraction", "\"num_attention_heads\": 32", "\"num_attention_heads\": 32.5"),
    ("huge", "\"vocab_size\": 128256", "\"vocab_size\": 12825600000000000000000000"),
    ("infinite", "\"vocab_size\": 128256", "\"vocab_size\": 1e999"),
    ("word-for-number", "\"intermediate_size\": 14336", "\"intermediate_size\": \"14336\""),
    ("number-for-flag", "\"tie_word_embeddings\": false", "\"tie_word_embeddings\": 0"),
    ("more-kv-heads-than-heads", "\"num_key_value_heads\": 8", "\"num_key_value_heads\": 64"),
    ("judges", "LlamaForCausalLM", "LlamaForSequenceClassification"),
    ("half-written", "\"vocab_size\": 128256", "\"vocab_size\":"),
    ("control-character", "\"llama\"", "\"lla\u{1}ma\""),
    ("list", "{\n", "[\n"),
    ("three-bits", "{\n", "{\n  \"quantization_config\": {\"quant_method\": \"gptq\", \"bits\": 3},\n"),
];

#[test]
fn every_mistake_is_told_where_it_is() {
    let sound = text_of("meta-llama--Meta-Llama-3.1-8B.json");
    for (name, from, to) in MISTAKES {
        assert!(sound.contains(from), "{name}: {from}");
        let error = open_stream(sound.replacen(from, to, 1).as_bytes(), None);
        let error = error.expect_err(&format!("{name} is read without complaint")).to_string();
        insta::assert_snapshot!(format!("config-{name}"), error);
    }
}

#[test]
fn a_file_that_has_no_end_or_no_bottom_is_refused() {
    let endless = std::io::Read::take(std::io::repeat(b' '), u64::MAX);
    assert!(open_stream(endless, None).expect_err("endless").to_string().contains("larger than 16 MiB"));
    let deep = "[".repeat(1 << 20);
    assert!(open_stream(deep.as_bytes(), None).expect_err("deep").to_string().contains("too many tables"));
    let many = format!("{{{}\"a\": 1}}", "\"a\": {\"b\": []},".repeat(200_000));
    let told = open_stream(many.as_bytes(), None).expect_err("no model").to_string();
    assert!(told.contains("`model_type`, the family of the model, is missing"), "{told:.200}");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Whatever a file holds, it is a model that can be kept and evaluated, or an error.
    #[test]
    fn whatever_a_file_holds_is_read_or_refused(
        row in any::<prop::sample::Index>(),
        edits in prop::collection::vec((any::<prop::sample::Index>(), any::<prop::sample::Index>()), 1..4),
        bytes in prop::collection::vec(any::<u8>(), 0..3),
        cut in any::<prop::sample::Index>(),
    ) {
        let values = [
            "null", "-1", "0", "1", "3", "1e300", "1000000", "99999999999999999999", "0.5", "true", "\"x\"", "[]",
            "[1, 2]", "{}", "NaN", "[[[[]]]]", "\"full_attention\"", "[\"linear_attention\"]",
        ];
        let rows = rows();
        let mut text = text_of(&rows[row.index(rows.len())].file);
        for (place, value) in edits {
            // Behind any colon, up to the end of the line.
            let colons: Vec<usize> = text.match_indices(": ").map(|(at, _)| at + 2).collect();
            if colons.is_empty() { continue; }
            let start = colons[place.index(colons.len())];
            let end = text[start..].find([',', '\n', '}']).map_or(text.len(), |end| start + end);
            text.replace_range(start..end, values[value.index(values.len())]);
        }
        let mut text = text.into_bytes();
        if !bytes.is_empty() {
            let at = cut.index(text.len());
            text.splice(at..at, bytes);
        }
        if let Ok(model) = open_stream(text.as_slice(), Some("mine")) {
            let mut world = World::embedded();
            let told = to_toml(&model);
            world.catalog.add_file("mine.toml", &told).unwrap_or_else(|error| panic!("{told}\n{error}"));
            let id = world.catalog.model_id("mine").expect("kept");
            prop_assert_eq!(world.catalog.model(id).shape, model.shape);
            let mut scenario = Scenario::defaults(&world.catalog);
            scenario.model.preset = Some(id);
            let outcome = world.evaluate(&scenario);
            prop_assert!(outcome.total_parameters.is_finite());
        }
    }
}
