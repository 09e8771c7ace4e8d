//! What was published, the constants that were fitted to it, and how far off the engine is.

use whatif::calibration::Calibration;
use whatif::calibration::constants::{ConstantsFile, Fitted};
use whatif::calibration::error::ErrorModel;
use whatif::calibration::kind::Kind;
use whatif::catalog::Catalog;
use whatif::engine::precision::Precision;
use whatif::engine::serving::{
    Batch, Batching, Deployment, Layout, Prefills, ServingConstants, ServingEngine,
};
use whatif::engine::training::TrainingConstants;
use whatif::evidence::comparison::{quantile, summary};
use whatif::evidence::comparisons;
use whatif::evidence::measurement::{LeftOut, Measurement, Setup};
use whatif::evidence::nearest::nearest;
use whatif::evidence::serving::Trial;

#[test]
fn the_bars_are_met() {
    let rows = comparisons(&Calibration::embedded());
    assert!(rows.iter().all(|row| row.predicted.is_finite() && row.predicted > 0.0));
    // Rows, median, nine in ten, bias, share in the range.
    #[rustfmt::skip]
    let bars = [
        (Kind::Tpot, 620, 0.085, 0.24, 0.05, 0.75..1.0),
        (Kind::Throughput, 589, 0.085, 0.28, 0.05, 0.75..1.0),
        (Kind::Offline, 98, 0.085, 0.26, 0.05, 0.75..1.0),
        (Kind::TpotPoisson, 44, 0.10, 0.25, 0.05, 0.75..1.0),
        (Kind::TtftSingle, 117, 0.15, 0.35, 0.05, 0.75..1.0),
        (Kind::TtftLoaded, 415, 0.22, 0.50, 0.05, 0.75..1.0),
        (Kind::TtftPoisson, 44, 0.35, 0.90, 0.10, 0.75..1.0),
        (Kind::TrainingThroughput, 32, 0.15, 1.0, 1.0, 0.75..0.92),
        (Kind::TrainingHours, 32, 0.18, 1.0, 1.0, 0.75..0.92),
    ];
    for (kind, fewest, median, p90, bias, in_range) in bars {
        let summary = summary(kind, &rows).unwrap();
        assert!(summary.count >= fewest && summary.median <= median && summary.p90 <= p90, "{summary:?}");
        assert!(summary.bias.abs() < bias && in_range.contains(&summary.in_range), "{summary:?}");
    }
}

#[test]
fn every_row_fits_and_names_its_source() {
    let constants = Calibration::embedded().constants.serving;
    for row in Trial::rows() {
        assert!(row.predicted(&constants).is_some_and(|value| value > 0.0), "{row:?}");
        assert!(row.source.contains('.') && row.published > 0.0, "{row:?}");
    }
}

#[test]
fn rows_that_say_nothing_of_the_engine_do_not_count() {
    let of = |why| Trial::rows().iter().filter(|row| row.left_out == Some(why)).count();
    let why = [LeftOut::Cold, LeftOut::Queued, LeftOut::Speculative, LeftOut::Capped, LeftOut::Contradicted]
        .map(of);
    assert_eq!(why, [206, 6, 35, 20, 9]);
    assert_eq!(Measurement::<Trial>::counted().count(), Trial::rows().len() - why.iter().sum::<usize>());
}

#[test]
fn quantiles_lie_between_neighbors() {
    assert_eq!(quantile(&[1.0, 2.0, 3.0], 0.5), Some(2.0));
    assert_eq!(quantile(&[1.0, 2.0], 0.5), Some(1.5));
    assert_eq!(quantile(&[], 0.5), None);
}

#[test]
fn a_measured_deployment_is_its_own_nearest_row() {
    let constants = Calibration::embedded().constants.serving;
    let row = Measurement::<Trial>::counted().find(|row| row.kind == Kind::Tpot).unwrap();
    let found = nearest(&constants, Kind::Tpot, &row.setup.deployment, 5);
    assert_eq!(found.len(), 5);
    assert_eq!(found[0].distance, 0.0);
    assert!(found.windows(2).all(|pair| pair[0].distance <= pair[1].distance));
    assert!(found.iter().all(|neighbor| neighbor.row.kind == Kind::Tpot && neighbor.error.is_some()));
}

fn deployment(model: &str, gpu: &str) -> Deployment {
    let catalog = Catalog::embedded();
    Deployment {
        shape: catalog.model(catalog.model_id(model).unwrap()).shape,
        gpu: catalog.gpu(catalog.gpu_id(gpu).unwrap()).gpu,
        engine: ServingEngine::Vllm,
        software_date: 2026.25,
        weight_precision: Precision::Fp8,
        kv_precision: Precision::Fp8,
        layout: Layout::tensor(8),
        batch: Batch::Requests(16.0),
        batching: Batching::Continuous,
        prompt_tokens: 1000.0,
        output_tokens: 1000.0,
        prefix_hit_rate: 0.0,
        prompt_spread: 0.0,
        output_spread: 0.0,
        speculation: None,
        prefills: Prefills::Beside,
    }
}

#[test]
fn ranges_are_wider_where_nothing_was_measured() {
    let errors = ErrorModel::embedded();
    let width = |deployment: &Deployment| {
        let spread = errors.spread(Kind::Tpot, &deployment.into());
        assert!(spread.low_factor < 1.0 && spread.high_factor > 1.0);
        (spread.high_factor / spread.low_factor).ln()
    };
    let measured = deployment("llama-3.1-70b", "h100-sxm");
    assert!(width(&deployment("llama-3.1-70b", "gaudi3")) > 1.3 * width(&measured));
    assert!(width(&deployment("nemotron-4-340b", "h100-sxm")) > 1.1 * width(&measured));
    let long = |prompt_tokens| width(&Deployment { prompt_tokens, ..measured });
    assert!(long(100_000.0) > long(20_000.0) && long(20_000.0) > long(1000.0));
    assert!((long(10_001.0) / long(10_000.0) - 1.0).abs() < 1e-3, "no jump while a slider moves");
}

#[test]
fn the_error_model_is_written_as_it_is_checked_in() {
    let checked_in = include_str!("../../presets/calibration/errors.toml");
    assert_eq!(ErrorModel::embedded().to_toml(), checked_in);
}

/// A file is whole, sound, and written as it is checked in.
fn check<C: Fitted>(checked_in: &str) {
    let file = ConstantsFile::<C>::embedded();
    let ids: Vec<&str> = file.entries.iter().map(|entry| entry.id.as_str()).collect();
    let fields: Vec<&str> = C::FIELDS.iter().map(|(path, _)| *path).collect();
    assert_eq!(ids, fields, "every constant is checked in once");
    let (mut values, mut priors) = (file.constants(&file.values()), C::default());
    for (entry, (_, field)) in file.entries.iter().zip(C::FIELDS) {
        assert!(entry.low <= entry.value && entry.value <= entry.high, "{}", entry.id);
        assert_eq!(*field(&mut values), entry.value, "{} reaches its field", entry.id);
        assert_eq!(*field(&mut priors), entry.prior, "{} starts from the engine's default", entry.id);
    }
    assert_eq!(file.to_toml(), checked_in);
}

#[test]
fn files_of_constants_are_whole() {
    check::<ServingConstants>(include_str!("../../presets/calibration/serving.toml"));
    check::<TrainingConstants>(include_str!("../../presets/calibration/training.toml"));
}
