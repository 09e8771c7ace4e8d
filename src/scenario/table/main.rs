//! Model and load: the five main sliders, with the model that they start from.

use super::{CONTEXTS, number, shape};
use crate::engine::serving::MAX_BATCH;
use crate::scenario::param::Group::Main;
use crate::scenario::param::{Domain, NumberDomain, Param};
use crate::scenario::value::{Field as _, Value};
use crate::text::quantity::Unit;

/// Sizes that models come in.
const SIZES: &[f64] = &[1e9, 3e9, 8e9, 13e9, 34e9, 70e9, 180e9, 405e9, 1e12, 1.8e12];

/// The rows.
pub(super) fn rows() -> Vec<Param> {
    vec![
        param!(model.preset, "Model", Main, Domain::Model, "The model that is trained and served"),
        param!(
            model.size,
            "Parameters",
            Main,
            number(NumberDomain::log(Unit::Parameters, 1e8, 1e13).stops(SIZES)),
            "Total parameters; another size scales the preset's layers and width together",
            |scenario, catalog| Value::Number(shape(scenario, catalog).total_parameters())
        ),
        param!(
            workload.sequence_length,
            "Sequence",
            Main,
            number(
                NumberDomain::binary(Unit::Context, 2.0, 4_194_304.0)
                    .fractional()
                    .stops(CONTEXTS)
                    .plausible(1024.0, 4096.0)
            ),
            "Tokens of one request, prompt and output together"
        ),
        param!(
            serving.batch_size,
            "Batch",
            Main,
            number(
                NumberDomain::binary(Unit::Count, 1.0, MAX_BATCH)
                    .stops(&[1.0, 8.0, 32.0, 128.0, 512.0, 2048.0])
                    .or_word("max")
                    .plausible(8.0, 128.0)
            ),
            "Requests in flight on a replica: more share each read of the weights, and wait"
        ),
        param!(
            workload.cache_hit_rate,
            "Cache hits",
            Main,
            number(NumberDomain::share().between(0.0, 0.99).plausible(0.1, 0.6).band("common", 0.3, 0.6)),
            "Share of requests that a response cache answers without a GPU; 30-60% are common"
        ),
        param!(
            hardware.gpu,
            "GPU",
            Main,
            Domain::Gpu,
            "The accelerator that serves, and trains where nothing else is known"
        ),
    ]
}
