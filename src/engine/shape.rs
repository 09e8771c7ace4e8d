//! A model's shape: parameters, active parameters and KV cache follow from its architecture.
//!
//! Symbols in the formulas: layers `L`, hidden width `d`, heads `h`, KV heads `g`, head width `d_h`, feed-forward
//! width `f`, vocabulary `V`, experts `E`, active experts `k`. Counts are `f64`, since the size slider scales a
//! shape continuously.

use crate::engine::precision::Precision;

/// The architecture of a transformer language model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ModelShape {
    /// Transformer layers, `L`.
    pub layers: f64,
    /// Width of the residual stream, `d`.
    pub hidden: f64,
    /// Query heads, `h`.
    pub heads: f64,
    /// Key/value heads, `g`: `h` for multi-head, 1 for multi-query, between for grouped-query attention.
    pub kv_heads: f64,
    /// Width of one head, `d_h`; its own number, `h * d_h` need not be `d`.
    pub head_dim: f64,
    /// Feed-forward width of a dense layer, `f`.
    pub ffn: f64,
    /// Three feed-forward matrices (gated, as in SwiGLU) instead of two.
    pub gated: bool,
    /// Vocabulary, `V`.
    pub vocab: f64,
    /// One matrix serves as embedding and as output head.
    pub tied_embeddings: bool,
    /// Mixture of experts; `None` for a dense model.
    pub experts: Option<Experts>,
    /// Multi-head latent attention; `None` for ordinary attention.
    pub latent: Option<LatentAttention>,
    /// Layers that attend to a window only, or not at all; `None` when every layer sees the whole context.
    pub locality: Option<Locality>,
    /// The cache holds one entry for this many tokens (compressed caches); 1 for ordinary models.
    pub kv_compression: f64,
    /// The format in which the published weights are stored.
    pub native_precision: Precision,
}

/// Feed-forward experts, of which each token visits a few.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Experts {
    /// Routed experts in a layer, `E`.
    pub count: f64,
    /// Routed experts that a token visits, `k`.
    pub active: f64,
    /// Shared experts that every token visits.
    pub shared: f64,
    /// Feed-forward width of one expert.
    pub ffn: f64,
    /// Layers with a dense feed-forward instead of experts.
    pub dense_layers: f64,
}

/// Ranks and widths of multi-head latent attention (DeepSeek-V2, section 2.1).
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct LatentAttention {
    /// Rank of the compressed query; 0 when the query is not compressed.
    pub q_rank: f64,
    /// Rank of the compressed key and value: what the cache holds.
    pub kv_rank: f64,
    /// Width of the decoupled rotary key: cached too.
    pub rope_dim: f64,
    /// Width of the part of a head without rotary embedding.
    pub nope_dim: f64,
    /// Width of a value head.
    pub value_dim: f64,
}

/// How the layers between the global ones attend.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Locality {
    /// Every n-th layer attends to the whole context.
    pub global_every: f64,
    /// What the other layers see.
    pub local: LocalLayers,
}

/// The attention of the layers that are not global.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum LocalLayers {
    /// A sliding window (or chunk) of so many tokens.
    Window(f64),
    /// Linear attention: a state of constant size instead of a cache; `None` where no more is known of it.
    Linear(Option<DeltaNet>),
}

/// Widths of a gated `DeltaNet` layer (Qwen3-Next). The global layers between such layers gate their output, too.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct DeltaNet {
    /// Width of all keys together, and of all queries.
    pub key_width: f64,
    /// Width of all values together, and of their gate.
    pub value_width: f64,
}

/// Two numbers of which one is too large for the other, in a scaled shape by more than rounding.
fn exceeds(part: f64, whole: f64) -> bool {
    part > whole * (1.0 + 1e-9)
}

impl ModelShape {
    /// Why there can be no such model, in words; `None` where there can.
    pub fn fault(&self) -> Option<&'static str> {
        let widths = [self.layers, self.hidden, self.heads, self.kv_heads, self.head_dim, self.vocab];
        let latent = self.latent.unwrap_or(LatentAttention {
            q_rank: 1.0,
            kv_rank: 1.0,
            rope_dim: 1.0,
            nope_dim: 1.0,
            value_dim: 1.0,
        });
        let count = self.experts.map_or(0.0, |experts| experts.count);
        let experts =
            self.experts.unwrap_or(Experts { count, active: 0.0, shared: 0.0, ffn: 1.0, dense_layers: 0.0 });
        [
            (
                widths.into_iter().any(|width| width <= 0.0),
                "layers, widths, heads and vocabulary must all be stated",
            ),
            (
                self.latent.is_none() && exceeds(self.kv_heads, self.heads.max(1.0)),
                "it has more key/value heads than query heads",
            ),
            (latent.rope_dim + latent.nope_dim <= 0.0, "the keys of its latent attention have no width"),
            (latent.value_dim <= 0.0, "the values of its latent attention have no width"),
            (exceeds(experts.active, count), "more experts are active for a token than there are"),
            (exceeds(experts.dense_layers, self.layers), "more layers are dense than there are"),
            (experts.ffn <= 0.0, "its experts have no width"),
            (self.dense_layers() > 0.0 && self.ffn <= 0.0, "its dense layers have no feed-forward width"),
        ]
        .into_iter()
        .find_map(|(is_so, words)| is_so.then_some(words))
    }

    /// Feed-forward matrices: three when gated, else two.
    pub(super) fn ffn_matrices(&self) -> f64 {
        if self.gated { 3.0 } else { 2.0 }
    }

    /// Attention parameters of one layer: `d * d_h * (2h + 2g)`, or the factors of latent attention. Next to layers of
    /// gated `DeltaNet`, which take `d * (2 key widths + 3 value widths)`, `d * d_h * (3h + 2g)`, and the mean of both.
    #[inline]
    pub(super) fn attention_parameters_per_layer(&self) -> f64 {
        let ordinary = self.hidden * self.head_dim * 2.0 * (self.heads + self.kv_heads);
        if let Some((net, locality)) = self.delta_net() {
            let linear = self.hidden * (2.0 * net.key_width + 3.0 * net.value_width);
            let global = ordinary + self.hidden * self.head_dim * self.heads;
            return linear + (global - linear) / locality.global_every;
        }
        let Some(latent) = self.latent else { return ordinary };
        let query_width = self.heads * (latent.nope_dim + latent.rope_dim);
        let query = if latent.q_rank > 0.0 {
            self.hidden * latent.q_rank + latent.q_rank * query_width
        } else {
            self.hidden * query_width
        };
        let compress = self.hidden * (latent.kv_rank + latent.rope_dim);
        let expand = latent.kv_rank * self.heads * (latent.nope_dim + latent.value_dim);
        let output = self.heads * latent.value_dim * self.hidden;
        query + compress + expand + output
    }

    /// The widths of its linear attention, where they are known.
    fn delta_net(&self) -> Option<(DeltaNet, Locality)> {
        match self.locality {
            Some(locality @ Locality { local: LocalLayers::Linear(Some(net)), .. }) => Some((net, locality)),
            _ => None,
        }
    }

    /// Width of all heads together: `h d_h`; the mean of keys and values where latent attention tells them apart.
    pub(super) fn attention_width(&self) -> f64 {
        let head = self.latent.map_or(self.head_dim, |latent| {
            f64::midpoint(latent.nope_dim + latent.rope_dim, latent.value_dim)
        });
        self.heads * head
    }

    /// Tokens that one token attends to, summed over the layers, where whole contexts are `span` tokens.
    #[inline]
    pub(super) fn attended_tokens(&self, span: f64) -> f64 {
        let global = self.global_layers();
        let seen_locally = match self.locality.map(|locality| locality.local) {
            Some(LocalLayers::Window(window)) => span.min(window),
            Some(LocalLayers::Linear(_)) | None => 0.0,
        };
        global * span + (self.layers - global) * seen_locally
    }

    /// Parameters of one dense feed-forward layer.
    #[inline]
    pub(super) fn dense_ffn_parameters_per_layer(&self) -> f64 {
        self.ffn_matrices() * self.hidden * self.ffn
    }

    /// Parameters of one routed expert in one layer; 0 for a dense model.
    #[inline]
    pub(super) fn expert_parameters(&self) -> f64 {
        self.experts.map_or(0.0, |experts| self.ffn_matrices() * self.hidden * experts.ffn)
    }

    /// Layers with experts; 0 for a dense model.
    #[inline]
    pub(super) fn expert_layers(&self) -> f64 {
        self.experts.map_or(0.0, |experts| (self.layers - experts.dense_layers).max(0.0))
    }

    /// Layers with a dense feed-forward.
    #[inline]
    pub(super) fn dense_layers(&self) -> f64 {
        self.layers - self.expert_layers()
    }

    /// Parameters of the output head: `V * d`, read for every token also when tied.
    #[inline]
    pub(super) fn head_parameters(&self) -> f64 {
        self.vocab * self.hidden
    }

    /// Parameters of the embedding and the output head together.
    pub fn embedding_parameters(&self) -> f64 {
        self.head_parameters() * if self.tied_embeddings { 1.0 } else { 2.0 }
    }

    /// Parameters of layers that every token passes through: attention, dense feed-forward, shared experts.
    #[inline]
    pub(super) fn shared_layer_parameters(&self) -> f64 {
        let shared = self.experts.map_or(0.0, |experts| experts.shared);
        self.layers * self.attention_parameters_per_layer()
            + self.dense_layers() * self.dense_ffn_parameters_per_layer()
            + self.expert_layers() * (shared * self.expert_parameters() + self.router_parameters())
    }

    /// Parameters of one layer's router: `d * E`.
    #[inline]
    pub(super) fn router_parameters(&self) -> f64 {
        self.experts.map_or(0.0, |experts| self.hidden * experts.count)
    }

    /// All parameters.
    #[inline]
    pub fn total_parameters(&self) -> f64 {
        self.embedding_parameters() + self.shared_layer_parameters() + self.routed_parameters()
    }

    /// Parameters of all routed experts; 0 for a dense model.
    #[inline]
    pub(super) fn routed_parameters(&self) -> f64 {
        self.experts.map_or(0.0, |experts| self.expert_layers() * experts.count * self.expert_parameters())
    }

    /// Parameters that one token passes through: `k` of `E` experts, shared experts, attention, dense layers and
    /// both embedding matrices, as models are usually described.
    #[inline]
    pub fn active_parameters(&self) -> f64 {
        let routed = self
            .experts
            .map_or(0.0, |experts| self.expert_layers() * experts.active * self.expert_parameters());
        self.embedding_parameters() + self.shared_layer_parameters() + routed
    }

    /// Parameters that take part in a matrix product for one token: the active ones without the embedding look-up.
    pub fn matmul_parameters(&self) -> f64 {
        self.active_parameters() - self.embedding_parameters() + self.head_parameters()
    }

    /// Layers whose cache grows with the whole context.
    pub(super) fn global_layers(&self) -> f64 {
        self.locality.map_or(self.layers, |locality| self.layers / locality.global_every)
    }

    /// Values that one layer caches for one token: `2 g d_h`, or `kv_rank + rope_dim` for latent attention.
    pub(super) fn kv_values_per_layer(&self) -> f64 {
        match self.latent {
            Some(latent) => (latent.kv_rank + latent.rope_dim) / self.kv_compression,
            None => 2.0 * self.kv_heads * self.head_dim / self.kv_compression,
        }
    }

    /// Bytes that one more token of context adds to the cache beyond every window.
    pub fn kv_bytes_per_token(&self, precision: Precision) -> f64 {
        self.global_layers() * self.kv_values_per_layer() * precision.bytes()
    }

    /// Bytes of cache that grow with the context: all of it in global layers, up to the window in the others.
    #[inline]
    pub fn growing_cache_bytes(&self, context: f64, precision: Precision) -> f64 {
        self.attended_tokens(context) * self.kv_values_per_layer() * precision.bytes()
    }

    /// Bytes of the state that linear-attention layers keep for a sequence, however long it is.
    ///
    /// The state of gated `DeltaNet`, in 32-bit floats: each head's values times keys that are 128 wide (Qwen3-Next).
    #[inline]
    pub(super) fn linear_state_bytes(&self) -> f64 {
        match self.locality.map(|locality| locality.local) {
            Some(LocalLayers::Linear(net)) => {
                let values = net.map_or(self.heads * self.head_dim, |net| net.value_width);
                (self.layers - self.global_layers()) * values * 128.0 * 4.0
            }
            Some(LocalLayers::Window(_)) | None => 0.0,
        }
    }

    /// The same architecture at `parameters` in all: layers and width are scaled together (`N ~ d^2 L`, so each by
    /// a cube root), the ratios `d/L`, `g/h`, `f/d` and the counts of experts are kept.
    ///
    /// At the shape's own size the result is the shape itself, to the last bit.
    #[must_use]
    pub fn scaled_to(&self, parameters: f64) -> Self {
        let own = self.total_parameters();
        if parameters == own || parameters <= 0.0 || parameters.is_nan() {
            return *self;
        }
        // The embedding grows with d only, so the cube root is a first guess that a few secant steps correct.
        let mut factor = (parameters / own).cbrt();
        for _ in 0..6 {
            let reached = self.stretched(factor).total_parameters();
            factor *= (parameters / reached).powf(0.4);
        }
        self.stretched(factor)
    }

    /// Layers, width, heads and feed-forward widths multiplied by `factor`.
    #[inline]
    fn stretched(&self, factor: f64) -> Self {
        let linear = self.delta_net().map(|(net, locality)| {
            let wider = DeltaNet { key_width: net.key_width * factor, value_width: net.value_width * factor };
            Locality { local: LocalLayers::Linear(Some(wider)), ..locality }
        });
        Self {
            locality: linear.or(self.locality),
            layers: self.layers * factor,
            hidden: self.hidden * factor,
            heads: self.heads * factor,
            kv_heads: if self.kv_heads <= 1.0 { self.kv_heads } else { (self.kv_heads * factor).max(1.0) },
            ffn: self.ffn * factor,
            experts: self.experts.map(|experts| Experts {
                ffn: experts.ffn * factor,
                dense_layers: experts.dense_layers * factor,
                ..experts
            }),
            ..*self
        }
    }
}
