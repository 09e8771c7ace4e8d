//! The training model's constants by the path that files use.

use crate::calibration::constants::{Field, Fitted, fields};
use crate::engine::training::TrainingConstants;

impl Fitted for TrainingConstants {
    const FILE: &'static str = "training.toml";

    const PREAMBLE: &'static str = "\
# Constants of the training model. `whatif fit` writes this file: values by robust least squares on the logarithm of
# (predicted / published) over presets/measurements/training.csv and the runs of tiers A and B in training_runs.csv, pulled
# toward `prior` by its spread; `low` to `high` is the 80% range that the rows leave. `prior_spread` is a standard
# deviation of the logarithm.
";

    const FIELDS: &'static [(&'static str, Field<Self>)] = fields![
        product_efficiency,
        product_efficiency_tpu,
        power_exponent,
        power_learning,
        operand_reads,
        attention_efficiency,
        activation_passes,
        routing_passes,
        launch_us,
        unfused_experts,
        straggling,
        goodput.mature,
        goodput.early,
        goodput.tuning,
    ];
}
