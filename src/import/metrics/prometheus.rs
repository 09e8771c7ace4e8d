//! What a Prometheus server answers: instant vectors of its HTTP API.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::Deserialize;

use crate::import::metrics::page::number;
use crate::import::metrics::snapshot::Collector;

/// An answer, of which only what is of use is read.
#[derive(Debug, Deserialize)]
struct Answer {
    status: String,
    #[serde(default)]
    error: String,
    data: Option<Data>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Data {
    result_type: String,
    result: serde_json::Value,
}

/// A series with its value at a time.
#[derive(Debug, Deserialize)]
struct Series {
    metric: BTreeMap<String, String>,
    /// The time, and the value as text.
    value: (f64, String),
}

/// Adds what a server answers; `Err` says in words why there is nothing to add.
pub(super) fn add(text: &str, collector: &mut Collector) -> Result<(), String> {
    let answer: Answer =
        serde_json::from_str(text).map_err(|_| "this is no answer of Prometheus".to_owned())?;
    if answer.status != "success" {
        return Err(if answer.error.is_empty() { "it refused the query".to_owned() } else { answer.error });
    }
    let data = answer.data.ok_or("the answer holds no data")?;
    if data.result_type != "vector" {
        return Err(format!("the answer is a {}, not a vector", data.result_type));
    }
    let series: Vec<Series> =
        serde_json::from_value(data.result).map_err(|_| "the answer holds no series".to_owned())?;
    for Series { metric, value: (_, value) } in &series {
        let Some(name) = metric.get("__name__") else { continue };
        let Some(value) = number(value) else { return Err(format!("`{value}` is no value")) };
        let labels = metric.iter().filter(|(label, _)| *label != "__name__");
        collector.add(name, labels.map(|(label, value)| (label.as_str(), Cow::from(value))), value);
    }
    Ok(())
}
