//! Model types by what their configurations leave unsaid, and those that are no language models of a kind that the engine
//! knows. Defaults are those of the classes in Hugging Face transformers 5.19, or of the code that comes with a model.

/// What the configuration of a family leaves unsaid.
#[derive(Debug, Clone, Copy)]
pub(super) struct Family {
    /// Values of `model_type`.
    pub(super) types: &'static [&'static str],
    /// Three feed-forward matrices instead of two.
    pub(super) gated: bool,
    /// One matrix for embedding and head, where nothing is said.
    pub(super) tied: bool,
    /// How many heads keys and values have, where nothing is said.
    pub(super) kv_heads: KvHeads,
    /// Width of a head, where nothing is said and it is not that of the model divided among the heads.
    pub(super) head_dim: Option<f64>,
    /// Feed-forward width, where nothing is said, relative to that of the model.
    pub(super) ffn_ratio: Option<f64>,
    /// Which layers a window is for, where no list says it of each.
    pub(super) windows: Windows,
    /// How its experts are described; `None` where it has none.
    pub(super) experts: Option<ExpertKeys>,
    /// What is different about it.
    pub(super) quirk: Quirk,
}

/// How many heads keys and values have, where nothing is said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum KvHeads {
    /// It must be said.
    Said,
    /// As many as queries.
    All,
    /// One, where `multi_query` says so or says nothing.
    MultiQuery,
}

/// Which layers a window is for, where no list says it of each.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Windows {
    /// None.
    Never,
    /// All of them.
    All,
    /// Those from `max_window_layers` on, where `use_sliding_window` is on.
    Switched,
    /// All but every n-th, where `sliding_window_pattern` says nothing else.
    Between(f64),
}

/// How the experts of a family are described.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ExpertKeys {
    /// Their width has a key of its own.
    Own,
    /// Their width is that of the feed-forward.
    Plain,
}

/// What is different about a family.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quirk {
    None,
    /// Multi-query attention has keys and values as many as said only in its new architecture.
    Falcon,
    /// The feed-forward width counts both halves of its gate.
    Qwen1,
    /// Experts on every n-th layer, with one that is shared; dense layers have a width of their own.
    Llama4,
    /// Dense layers have a width of their own, the others that of experts.
    MiniMaxM3,
    /// A dense feed-forward beside the experts; the heads of global layers are others.
    Gemma4,
    /// A cache of vectors that are compressed more in some layers than in others.
    DeepSeekV4,
    /// Linear attention (gated `DeltaNet`) between the global layers.
    DeltaNet,
    /// Linear attention (lightning attention) between the global layers.
    Lightning,
    /// Two attentions and two feed-forwards a layer, and experts beside them; some experts compute nothing.
    LongCat,
    /// Layers that look at pictures, left out of the text part.
    Mllama,
    /// Attention over blocks or tokens that an indexer chooses.
    Sparse,
}

impl Family {
    const fn of(types: &'static [&'static str]) -> Self {
        Self {
            types,
            gated: true,
            tied: false,
            kv_heads: KvHeads::Said,
            head_dim: None,
            ffn_ratio: None,
            windows: Windows::Never,
            experts: None,
            quirk: Quirk::None,
        }
    }

    /// A family in the manner of GPT-2: every head has its own keys, and the feed-forward has no gate.
    const fn early(types: &'static [&'static str]) -> Self {
        Self { gated: false, ..Self::of(types).all_kv_heads() }
    }

    const fn ungated(self) -> Self {
        Self { gated: false, ..self }
    }

    const fn tied(self) -> Self {
        Self { tied: true, ..self }
    }

    const fn all_kv_heads(self) -> Self {
        Self { kv_heads: KvHeads::All, ..self }
    }

    const fn multi_query(self) -> Self {
        Self { kv_heads: KvHeads::MultiQuery, ..self }
    }

    const fn head(self, width: f64) -> Self {
        Self { head_dim: Some(width), ..self }
    }

    const fn ffn(self, ratio: f64) -> Self {
        Self { ffn_ratio: Some(ratio), ..self }
    }

    const fn windows(self, windows: Windows) -> Self {
        Self { windows, ..self }
    }

    const fn experts(self, keys: ExpertKeys) -> Self {
        Self { experts: Some(keys), ..self }
    }

    const fn quirk(self, quirk: Quirk) -> Self {
        Self { quirk, ..self }
    }
}

use ExpertKeys::{Own, Plain};

/// Every model type that is read.
pub(super) const FAMILIES: &[Family] = &[
    Family::of(&["llama", "llava", "llava_llama", "baichuan", "internlm2", "exaone"]).all_kv_heads(),
    Family::of(&["mistral", "ministral"]).windows(Windows::All),
    Family::of(&["mixtral"]).windows(Windows::All).experts(Plain),
    Family::of(&["qwen"]).all_kv_heads().quirk(Quirk::Qwen1),
    Family::of(&[
        "qwen2",
        "qwen2_vl",
        "qwen2_vl_text",
        "qwen2_5_vl",
        "qwen2_5_vl_text",
        "qwen3_vl_text",
        "mimo",
    ])
    .windows(Windows::Switched),
    Family::of(&["qwen3"]).head(128.0).windows(Windows::Switched),
    Family::of(&["qwen2_moe", "qwen3_moe", "qwen3_vl_moe_text"]).windows(Windows::Switched).experts(Own),
    Family::of(&["qwen3_5_text"]).quirk(Quirk::DeltaNet),
    Family::of(&["qwen3_next", "qwen3_5_moe_text"]).experts(Own).quirk(Quirk::DeltaNet),
    Family::of(&["gemma"]).tied().head(256.0),
    Family::of(&["gemma2"]).tied().head(256.0).windows(Windows::Between(2.0)),
    Family::of(&["gemma3_text"]).tied().head(256.0).windows(Windows::Between(6.0)),
    Family::of(&["gemma4_text"])
        .tied()
        .head(256.0)
        .windows(Windows::Between(6.0))
        .experts(Own)
        .quirk(Quirk::Gemma4),
    Family::early(&["gpt2"]).tied().ffn(4.0),
    Family::early(&["gptj", "codegen"]).ffn(4.0),
    Family::early(&["gpt_bigcode"]).tied().multi_query().ffn(4.0),
    Family::early(&["gpt_neox", "phi", "nemotron"]),
    Family::early(&["opt"]).tied(),
    Family::early(&["bloom"]).tied().ffn(4.0),
    Family::early(&["falcon"]).tied().multi_query().ffn(4.0).quirk(Quirk::Falcon),
    Family::early(&["mpt"]).tied().ffn(4.0),
    Family::of(&["starcoder2"]).ungated().tied().windows(Windows::All),
    Family::of(&["apertus", "arcee"]).ungated(),
    Family::of(&[
        "stablelm",
        "granite",
        "smollm3",
        "seed_oss",
        "glm",
        "glm4",
        "ernie4_5",
        "hunyuan_v1_dense",
    ]),
    Family::of(&["phi3", "phi4mm"]).windows(Windows::All),
    Family::of(&["phimoe"]).windows(Windows::All).experts(Plain),
    Family::of(&["cohere"]).tied().all_kv_heads(),
    Family::of(&["cohere2"]).tied().windows(Windows::Between(4.0)),
    Family::of(&["olmo", "olmo2"]).all_kv_heads(),
    Family::of(&["olmo3", "exaone4"]).windows(Windows::Between(4.0)),
    Family::of(&["olmoe"]).experts(Plain),
    Family::of(&["granitemoe", "granitemoehybrid"]).experts(Plain),
    Family::of(&["glm4_moe", "dots1", "ernie4_5_moe", "deepseek", "step3p7"]).experts(Own),
    Family::of(&["hunyuan_v1_moe"]).experts(Own),
    Family::of(&["deepseek_v2", "deepseek_v3", "kimi_k2"]).experts(Own),
    Family::of(&["deepseek_v32", "glm_moe_dsa"]).experts(Own).quirk(Quirk::Sparse),
    Family::of(&["deepseek_v4", "deepseek_ref"]).experts(Own).quirk(Quirk::DeepSeekV4),
    Family::of(&["minimax"]).experts(Plain).quirk(Quirk::Lightning),
    Family::of(&["minimax_m2"]).experts(Plain),
    Family::of(&["minimax_m3"]).experts(Own).quirk(Quirk::MiniMaxM3),
    Family::of(&["gpt_oss"]).windows(Windows::Between(2.0)).experts(Plain),
    Family::of(&["llama4", "llama4_text"]).experts(Plain).quirk(Quirk::Llama4),
    Family::of(&["dbrx"]).all_kv_heads().experts(Plain),
    Family::of(&["longcat_flash"]).all_kv_heads().experts(Own).quirk(Quirk::LongCat),
    Family::of(&["chatglm"]).all_kv_heads(),
    Family::of(&["mllama_text_model"]).quirk(Quirk::Mllama),
];

/// Model types that are refused, and why.
const REFUSED: &[(&[&str], &str)] = &[
    (
        &[
            "albert",
            "bert",
            "camembert",
            "deberta",
            "deberta-v2",
            "distilbert",
            "electra",
            "eurobert",
            "modernbert",
            "mpnet",
            "nomic_bert",
            "roberta",
            "xlm-roberta",
            "xlnet",
        ],
        "it is an encoder, which generates no tokens",
    ),
    (
        &["bart", "led", "m2m_100", "marian", "mbart", "mt5", "pegasus", "t5", "umt5"],
        "its decoder reads what an encoder makes; decoders alone are modeled",
    ),
    (
        &["whisper", "seamless_m4t", "speech_to_text", "wav2vec2", "hubert"],
        "it hears; decoders of text alone are modeled",
    ),
    (
        &[
            "beit",
            "clip",
            "clip_text_model",
            "clip_vision_model",
            "deit",
            "dinov2",
            "git",
            "pixtral",
            "siglip",
            "siglip_vision_model",
            "swin",
            "vit",
        ],
        "it sees; decoders of text alone are modeled",
    ),
    (&["mamba", "mamba2", "falcon_mamba"], "its layers are Mamba's, which are not modeled"),
    (
        &["bamba", "falcon_h1", "jamba", "nemotron_h", "zamba", "zamba2"],
        "it has layers of Mamba between those of attention, which are not modeled",
    ),
    (&["recurrent_gemma", "rwkv", "rwkv7", "xlstm"], "its layers are recurrent, which are not modeled"),
    (&["lfm2", "lfm2_moe"], "it has layers of convolution between those of attention, which are not modeled"),
    (&["gemma3n", "gemma3n_text"], "its layers have embeddings of their own, which are not modeled"),
    (&["nemotron-nas"], "its layers differ from each other, which is not modeled"),
    (&["yuan"], "its attention filters tokens nearby first, which is not modeled"),
    (&["kimi_linear"], "its linear attention is of a kind that is not modeled"),
];

/// The family of a model type.
pub(super) fn family(model_type: &str) -> Option<&'static Family> {
    FAMILIES.iter().find(|family| family.types.contains(&model_type))
}

/// Why a model type is refused.
pub(super) fn refusal(model_type: &str) -> Option<&'static str> {
    REFUSED.iter().find(|(types, _)| types.contains(&model_type)).map(|(_, reason)| *reason)
}

/// Every model type that is read.
pub(super) fn known_types() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().flat_map(|family| family.types.iter().copied())
}
