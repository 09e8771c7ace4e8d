//! Predicted against published, row by row and kind by kind.

use crate::calibration::kind::Kind;

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
    let mut signed: Vec<f64> = rows.iter().map(|row| row.error()).collect();
    let mut sizes: Vec<f64> = signed.iter().map(|error| error.abs()).collect();
    signed.sort_by(f64::total_cmp);
    sizes.sort_by(f64::total_cmp);
    Some(Summary {
        kind,
        count: rows.len(),
        median: quantile(&sizes, 0.5)?,
        p90: quantile(&sizes, 0.9)?,
        bias: quantile(&signed, 0.5)?,
        in_range: rows.iter().filter(|row| row.in_range()).count() as f64 / rows.len() as f64,
    })
}

/// A quantile of sorted values, between neighbors by their distance.
pub fn quantile(sorted: &[f64], share: f64) -> Option<f64> {
    let last = sorted.len().checked_sub(1)?;
    let place = share * last as f64;
    let below = place.floor() as usize;
    let above = (below + 1).min(last);
    Some(sorted[below] + (sorted[above] - sorted[below]) * place.fract())
}
