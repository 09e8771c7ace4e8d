//! Replicas to ask: every model on every accelerator, with the constants that are built in.

use whatif::calibration::Calibration;
use whatif::catalog::Catalog;
use whatif::engine::gpu::Gpu;
use whatif::engine::precision::Precision;
use whatif::engine::serving::queue::Latencies;
use whatif::engine::serving::{
    Batch, Batching, Deployment, Layout, Load, Prefills, Replica, ServingConstants, ServingEngine, latencies,
    serve,
};
use whatif::engine::shape::ModelShape;

/// Facts and constants.
pub struct House {
    pub catalog: Catalog,
    pub constants: ServingConstants,
}

impl House {
    pub fn new() -> Self {
        Self { catalog: Catalog::embedded(), constants: Calibration::embedded().constants.serving }
    }

    pub fn shape(&self, id: &str) -> ModelShape {
        self.catalog.model(self.catalog.model_id(id).unwrap()).shape
    }

    pub fn gpu(&self, id: &str) -> Gpu {
        self.catalog.gpu(self.catalog.gpu_id(id).unwrap()).gpu
    }

    pub fn deployment(&self, model: &str, gpu: &str) -> Deployment {
        deployment(self.shape(model), &self.gpu(gpu))
    }

    pub fn serve(&self, deployment: &Deployment) -> Replica {
        serve(deployment, &self.constants).expect("fits")
    }

    /// How long its users wait under a load.
    pub fn latencies(&self, deployment: &Deployment, load: Load) -> Latencies {
        latencies(deployment, &self.constants, load).expect("fits, and is below what it can answer")
    }

    /// Every model on a spread of accelerators, with as many GPUs as it needs.
    pub fn everywhere(&self) -> Vec<(String, Deployment)> {
        let gpus = ["a100-80-sxm", "l40s", "h100-sxm", "b200-sxm", "mi300x", "tpu-v5p"];
        let mut found = Vec::new();
        for preset in self.catalog.models() {
            for gpu in gpus {
                let roomy = (0..8).map(|power| 1_u32 << power).find_map(|gpus| {
                    let tried = Deployment {
                        layout: Layout::tensor(gpus),
                        batch: Batch::Requests(64.0),
                        ..deployment(preset.shape, &self.gpu(gpu))
                    };
                    // With room for a few requests: longer ones must fit, too.
                    let fits = serve(&tried, &self.constants).is_ok_and(|replica| replica.max_batch >= 4.0);
                    fits.then_some(tried)
                });
                if let Some(deployment) = roomy {
                    found
                        .push((format!("{} on {} x {gpu}", preset.id, deployment.layout.gpus()), deployment));
                }
            }
        }
        assert!(found.len() > 400, "{}", found.len());
        found
    }
}

/// One request of 1,024 + 512 tokens on one GPU with software of today, in 8 bits.
pub fn deployment(shape: ModelShape, gpu: &Gpu) -> Deployment {
    Deployment {
        shape,
        gpu: *gpu,
        engine: ServingEngine::Vllm,
        software_date: 2026.25,
        weight_precision: Precision::Fp8,
        kv_precision: Precision::Fp8,
        layout: Layout::ONE,
        batch: Batch::Requests(1.0),
        batching: Batching::Continuous,
        prompt_tokens: 1024.0,
        output_tokens: 512.0,
        prefix_hit_rate: 0.0,
        prompt_spread: 0.0,
        output_spread: 0.0,
        speculation: None,
        prefills: Prefills::Beside,
    }
}

/// The same with so many in flight.
pub fn at_batch(deployment: &Deployment, batch: f64) -> Deployment {
    Deployment { batch: Batch::Requests(batch), ..*deployment }
}
