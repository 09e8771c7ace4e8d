//! Predicted against published, row by row, kind by kind, and by the year of the software.

use std::collections::BTreeMap;

use crate::calibration::kind::Kind;
use crate::engine::choice::choices;
use crate::engine::gpu::GpuFamily;

/// A published figure and the engine's own.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// Id of the row in its table.
    pub id: String,
    /// Kind of figure: rows of one kind are summed up together.
    pub kind: Kind,
    /// The model, by name.
    pub model: String,
    /// The accelerator, by id.
    pub gpu: String,
    /// Its family.
    pub family: GpuFamily,
    /// Date of the software, years.
    pub software_date: f64,
    /// What else tells the row from others.
    pub setting: String,
    /// What the engine says.
    pub predicted: f64,
    /// What was published.
    pub published: f64,
    /// Low end of the engine's 80% range over its value.
    pub low_factor: f64,
    /// High end of that range over its value.
    pub high_factor: f64,
    /// Where it was published.
    pub source: String,
}

impl Comparison {
    /// Predicted over published, as a logarithm.
    pub fn log_error(&self) -> f64 {
        (self.predicted / self.published).ln()
    }

    /// The engine's error as a share of the published figure.
    pub fn error(&self) -> f64 {
        self.predicted / self.published - 1.0
    }

    /// The work whose speed the figure tells, and predicted over published speed. Times to first token tell more than speed
    /// (queues, handling), and hours of real runs too (stops).
    fn speed(&self) -> Option<(Work, f64)> {
        let faster = self.predicted / self.published;
        match self.kind {
            Kind::Throughput | Kind::Offline | Kind::StaticThroughput => Some((Work::Serving, faster)),
            Kind::Tpot | Kind::TpotPoisson | Kind::TpotBurst | Kind::StaticTpot => {
                Some((Work::Serving, faster.recip()))
            }
            Kind::TrainingThroughput | Kind::TrainingAdapters => Some((Work::Training, faster)),
            Kind::TtftSingle
            | Kind::TtftLoaded
            | Kind::TtftPoisson
            | Kind::TtftBurst
            | Kind::StaticTtft
            | Kind::TrainingHours => None,
        }
    }

    /// The published figure lies in the engine's range.
    pub(super) fn in_range(&self) -> bool {
        let ratio = self.published / self.predicted;
        (self.low_factor..=self.high_factor).contains(&ratio)
    }
}

/// The error of one kind of figure.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Summary {
    /// The kind.
    pub kind: Kind,
    /// Rows.
    pub count: usize,
    /// Median of the error's size.
    pub median: f64,
    /// The same by cell, a model on an accelerator: the median over cells of their medians. Many rows of one cell count once.
    pub by_cell: f64,
    /// Nine in ten are nearer than this.
    pub p90: f64,
    /// Median of the error with its sign.
    pub bias: f64,
    /// Share of the published figures inside the engine's 80% range.
    pub in_range: f64,
}

/// Sums the rows of one kind up; `None` without rows.
pub fn summary(kind: Kind, rows: &[Comparison]) -> Option<Summary> {
    let rows: Vec<&Comparison> = rows.iter().filter(|row| row.kind == kind).collect();
    let signed = sorted(rows.iter().map(|row| row.error()));
    let sizes = sorted(signed.iter().map(|error| error.abs()));
    let mut cells: BTreeMap<(&str, &str), Vec<f64>> = BTreeMap::new();
    for row in &rows {
        cells.entry((&row.model, &row.gpu)).or_default().push(row.error().abs());
    }
    let cells = sorted(cells.into_values().filter_map(|sizes| quantile(&sorted(sizes), 0.5)));
    Some(Summary {
        kind,
        count: rows.len(),
        median: quantile(&sizes, 0.5)?,
        by_cell: quantile(&cells, 0.5)?,
        p90: quantile(&sizes, 0.9)?,
        bias: quantile(&signed, 0.5)?,
        in_range: rows.iter().filter(|row| row.in_range()).count() as f64 / rows.len() as f64,
    })
}

choices! {
    /// Work that gets faster as its software does.
    pub enum Work {
        /// Serving.
        Serving = "serving",
        /// Training.
        Training = "training",
    }
}

/// Whether the engine follows how software gets faster.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Drift {
    /// Of what.
    pub work: Work,
    /// On chips of NVIDIA; otherwise on all others.
    pub nvidia: bool,
    /// Year of the software.
    pub year: u32,
    /// Rows.
    pub count: usize,
    /// Median of predicted over published speed, less 1.
    pub bias: f64,
}

/// The engine's bias in the speed of work by the maker of the chip and the year of the software.
pub fn drift(rows: &[Comparison]) -> Vec<Drift> {
    let mut years: BTreeMap<_, Vec<f64>> = BTreeMap::new();
    for row in rows {
        if let Some((work, speed)) = row.speed() {
            let others = !row.family.is_nvidia();
            years.entry((work, others, row.software_date as u32)).or_default().push(speed);
        }
    }
    years
        .into_iter()
        .filter_map(|((work, others, year), speeds)| {
            let count = speeds.len();
            Some(Drift { work, nvidia: !others, year, count, bias: quantile(&sorted(speeds), 0.5)? - 1.0 })
        })
        .collect()
}

fn sorted(values: impl IntoIterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values
}

/// A quantile of sorted values, between neighbors by their distance.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    Some(sorted[below] + (sorted[above] - sorted[below]) * place.fract())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A row that is predicted so many times as large as it was published.
    fn row(kind: Kind, model: &str, family: GpuFamily, software_date: f64, times: f64) -> Comparison {
        Comparison {
            id: String::new(),
            kind,
            model: model.to_owned(),
            gpu: family.id().to_owned(),
            family,
            software_date,
            setting: String::new(),
            predicted: 100.0 * times,
            published: 100.0,
            low_factor: 0.8,
            high_factor: 1.25,
            source: String::new(),
        }
    }

    #[test]
    fn many_rows_of_one_cell_count_once() {
        let at = |model, family, times| row(Kind::Tpot, model, family, 2025.0, times);
        let rows = [
            at("a", GpuFamily::Hopper, 1.01),
            at("a", GpuFamily::Hopper, 0.98),
            at("a", GpuFamily::Hopper, 1.03),
            at("a", GpuFamily::Cdna3, 1.20),
            at("b", GpuFamily::Hopper, 0.50),
        ];
        let summary = summary(Kind::Tpot, &rows).unwrap();
        // Of 1, 2, 3, 20 and 50%; and of 2, 20 and 50%.
        assert!((summary.median - 0.03).abs() < 1e-9 && (summary.by_cell - 0.20).abs() < 1e-9, "{summary:?}");
    }

    #[test]
    fn speed_is_compared_by_year_whether_a_time_or_a_rate_was_published() {
        let rows = [
            row(Kind::Tpot, "a", GpuFamily::Hopper, 2024.0, 0.5),
            row(Kind::Throughput, "a", GpuFamily::Blackwell, 2024.99, 1.5),
            row(Kind::Throughput, "a", GpuFamily::Hopper, 2025.0, 1.1),
            row(Kind::TtftLoaded, "a", GpuFamily::Hopper, 2025.0, 9.0),
            row(Kind::TrainingThroughput, "a", GpuFamily::Tpu, 2025.5, 0.9),
        ];
        let found: Vec<_> = drift(&rows)
            .into_iter()
            .map(|drift| (drift.work, drift.nvidia, drift.year, drift.count, (drift.bias * 1e6).round()))
            .collect();
        let expected = [
            (Work::Serving, true, 2024, 2, 750_000.0),
            (Work::Serving, true, 2025, 1, 100_000.0),
            (Work::Training, false, 2025, 1, -100_000.0),
        ];
        assert_eq!(found, expected);
    }
}
