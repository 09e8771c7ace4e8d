//! How much published results differ among themselves: submissions to one round of a benchmark, on the same chips, with
//! the same model and precision. `presets/measurements/noise.csv` has those configurations of `MLPerf` that were submitted at
//! least twice: tokens per second and GPU of the slowest, the median (the lower of two) and the fastest submission.

use std::sync::LazyLock;

use serde::Deserialize;

use crate::engine::choice::choices;
use crate::evidence::comparison::quantile;
use crate::evidence::table;

choices! {
    /// What was submitted.
    pub enum Benchmark {
        /// All requests are sent at once.
        Offline = "inference offline",
        /// As many come at random as bounds on the latency allow.
        Server = "inference server",
        /// The same with tighter bounds.
        Interactive = "inference interactive",
        /// A training run.
        Training = "training",
    }
}

/// A configuration that was submitted more than once.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Configuration {
    /// Of which benchmark.
    pub benchmark: Benchmark,
    /// Round of the benchmark.
    pub round: String,
    /// The model, as it is published.
    pub model: String,
    /// The accelerator, as it is published.
    pub gpu: String,
    /// How many of them.
    pub gpus: u32,
    /// Format of the weights, or of training's arithmetic.
    pub precision: String,
    /// How often it was submitted.
    pub submissions: u32,
    /// Slowest submission, tokens per second and GPU.
    pub low: f64,
    /// Median submission.
    pub median: f64,
    /// Fastest submission.
    pub high: f64,
    /// Where they were published.
    pub source: String,
}

/// How much the submissions of one benchmark differ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Noise {
    /// The benchmark.
    pub benchmark: Benchmark,
    /// Configurations.
    pub configurations: usize,
    /// Submissions of all of them.
    pub submissions: u32,
    /// Median of how far the submissions of a configuration differ.
    pub median: f64,
    /// Those of nine in ten configurations differ less.
    pub p90: f64,
}

static CONFIGURATIONS: LazyLock<Vec<Configuration>> =
    LazyLock::new(|| table::read("noise.csv", Ok::<Configuration, String>));

impl Configuration {
    /// Every one, in the order of the table.
    pub fn all() -> &'static [Self] {
        &CONFIGURATIONS
    }

    /// How far its submissions differ: half of their range, as a share of the median.
    pub fn difference(&self) -> f64 {
        (self.high - self.low) / 2.0 / self.median
    }
}

/// The noise of each benchmark that was submitted more than once.
pub fn noise() -> impl Iterator<Item = Noise> {
    Benchmark::ALL.iter().filter_map(|benchmark| {
        let own = Configuration::all().iter().filter(|configuration| configuration.benchmark == *benchmark);
        let mut differences: Vec<f64> = own.clone().map(Configuration::difference).collect();
        differences.sort_by(f64::total_cmp);
        Some(Noise {
            benchmark: *benchmark,
            configurations: differences.len(),
            submissions: own.map(|configuration| configuration.submissions).sum(),
            median: quantile(&differences, 0.5)?,
            p90: quantile(&differences, 0.9)?,
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_configuration_was_submitted_twice_and_its_median_lies_in_its_range() {
        for configuration in Configuration::all() {
            let Configuration { submissions, low, median, high, .. } = *configuration;
            assert!(submissions > 1 && 0.0 < low && low <= median && median <= high, "{configuration:?}");
            assert!(configuration.source.starts_with("github.com/mlcommons/"), "{configuration:?}");
        }
    }

    #[test]
    fn submissions_differ_by_a_few_percent() {
        // Three submissions of 7,140, 7,279 and 7,323 tokens a second.
        let found = |configuration: &&Configuration| {
            configuration.model == "DeepSeek-R1" && configuration.high == 7323.0
        };
        let configuration = Configuration::all().iter().find(found).unwrap();
        assert!((configuration.difference() - 0.012_57).abs() < 1e-5, "{}", configuration.difference());
        for noise in noise() {
            assert!(noise.configurations > 10 && (0.01..0.05).contains(&noise.median), "{noise:?}");
        }
        assert_eq!(noise().count(), Benchmark::ALL.len());
    }
}
