//! The report as CSV: one figure a line, with its range.

use crate::analysis::answer::Answer;
use crate::report::Report;

/// The table: `figure,value,low,high`, with empty fields where a figure does not exist.
///
/// # Errors
///
/// Never in practice: the table is written to memory.
pub fn csv(report: &Report) -> Result<String, csv::Error> {
    let mut table = csv::Writer::from_writer(Vec::new());
    table.write_record(["figure", "value", "low", "high"])?;
    for answer in Answer::ALL {
        let figures = report.figures.range(answer).map_or_else(Default::default, |range| {
            [range.value, range.low, range.high].map(|figure| figure.to_string())
        });
        table.write_record([answer.id(), &figures[0], &figures[1], &figures[2]])?;
    }
    let bytes = table.into_inner().map_err(|error| csv::Error::from(error.into_error()))?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}
