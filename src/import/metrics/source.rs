//! Where metrics come from: a file, standard input, a page of an engine, a Prometheus server. Only what the user names is
//! asked, by GET, with limits on time and size.

use std::fs::File;
use std::io::{self, Read};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use thiserror::Error;
use ureq::Agent;
#[cfg(feature = "https")]
use ureq::tls::{PemItem, RootCerts, TlsConfig, parse_pem};

use crate::import::metrics::page::{self, NoSample};
use crate::import::metrics::prometheus;
use crate::import::metrics::snapshot::{Collector, Nothing, Snapshot, is_wanted, query};
use crate::import::text::may_be_read;

/// Bytes of a page or an answer.
const MOST_BYTES: u64 = 64 << 20;
/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(5);

/// A place that metrics come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    File(PathBuf),
    StandardInput,
    /// A page of an engine.
    Page(String),
    /// A Prometheus server, by the beginning of its address.
    Prometheus(String),
}

/// Why there are no metrics.
#[derive(Debug, Error)]
pub enum MetricsError {
    #[error("cannot read {name}: {reason}")]
    Unreadable { name: String, reason: io::Error },
    #[error("{url} does not answer: {reason}")]
    Gone { url: String, reason: String },
    #[error("{url} answers with status {status}{}", hint(*.status))]
    Refused { url: String, status: u16 },
    #[error("{0} is larger than 64 MiB: no page of metrics is")]
    TooLarge(String),
    #[error("{name}:{line}: `{text}` is no metric: expected lines such as `vllm:num_requests_running 3`")]
    Malformed { name: String, line: usize, text: String },
    #[error(
        "{0} answers with JSON, not with a page of metrics: trtllm-serve has that at /prometheus/metrics, an exporter at /metrics"
    )]
    Json(String),
    #[error(
        "{0} holds metrics of no engine that is known: vLLM, SGLang, TGI, TensorRT-LLM, Triton, llama.cpp"
    )]
    UnknownEngine(String),
    #[error("{0} tells more than 20,000 series of an engine apart")]
    TooManySeries(String),
    #[error("{url}: {words}")]
    Answer { url: String, words: String },
    #[cfg(not(feature = "https"))]
    #[error(
        "`{0}`: HTTPS is not built in; `curl -s {0} | whatif metrics -` reads what another program fetched"
    )]
    Https(String),
    #[error(
        "`{0}` has no host: write it as http://127.0.0.1:8000/metrics, or http://127.0.0.1:9090 for a Prometheus server"
    )]
    NoHost(String),
}

fn hint(status: u16) -> &'static str {
    match status {
        404 => {
            ": engines have their page at /metrics, a Prometheus server its own at the address without a path"
        }
        _ => "",
    }
}

impl Source {
    /// The source that a word names.
    ///
    /// # Errors
    ///
    /// [`MetricsError`] where an address cannot be asked.
    pub fn parse(word: &str) -> Result<Self, MetricsError> {
        if word == "-" {
            return Ok(Self::StandardInput);
        }
        #[cfg(not(feature = "https"))]
        if word.starts_with("https://") {
            return Err(MetricsError::Https(word.to_owned()));
        }
        let scheme = ["http://", "https://"].into_iter().find(|scheme| word.starts_with(scheme));
        let Some(scheme) = scheme else { return Ok(Self::File(word.into())) };
        let rest = &word[scheme.len()..];
        let (host, path) = rest.split_once('/').unwrap_or((rest, ""));
        if host.is_empty() {
            return Err(MetricsError::NoHost(word.to_owned()));
        }
        Ok(match path.split_once("api/v1").map_or(path, |(before, _)| before).trim_end_matches('/') {
            "" => Self::Prometheus(format!("{scheme}{host}")),
            before if path.contains("api/v1") => Self::Prometheus(format!("{scheme}{host}/{before}")),
            _ => Self::Page(word.to_owned()),
        })
    }

    /// What it is called.
    pub fn name(&self) -> String {
        match self {
            Self::File(path) => path.display().to_string(),
            Self::StandardInput => "standard input".to_owned(),
            Self::Page(url) | Self::Prometheus(url) => url.clone(),
        }
    }

    /// It says something else a little later.
    pub fn is_live(&self) -> bool {
        matches!(self, Self::Page(_) | Self::Prometheus(_))
    }

    /// It remembers what was.
    pub fn remembers(&self) -> bool {
        matches!(self, Self::Prometheus(_))
    }

    /// What it says now, and the engines that it says something of besides.
    ///
    /// # Errors
    ///
    /// [`MetricsError`] in words for one line.
    pub fn look(&self) -> Result<(Snapshot, Vec<&'static str>), MetricsError> {
        self.look_at(None)
    }

    /// The same at a time, in seconds since the beginning of 1970, where it [remembers](Self::remembers).
    pub fn look_at(&self, time: Option<f64>) -> Result<(Snapshot, Vec<&'static str>), MetricsError> {
        let name = self.name();
        let unreadable = |reason| MetricsError::Unreadable { name: self.name(), reason };
        let mut collector = Collector::default();
        match self {
            Self::File(path) => {
                let file = may_be_read(path).and_then(|()| File::open(path)).map_err(unreadable)?;
                add_page(&name, &text_of(&name, file)?, &mut collector)?;
            }
            Self::StandardInput => add_page(&name, &text_of(&name, io::stdin().lock())?, &mut collector)?,
            Self::Page(url) => add_page(&name, &get(url, &[])?, &mut collector)?,
            Self::Prometheus(base) => {
                let url = format!("{base}/api/v1/query");
                let time = time.map(|time| format!("{time:.3}"));
                let query = query();
                let mut asked = vec![("query", query.as_str())];
                asked.extend(time.as_deref().map(|time| ("time", time)));
                let text = get(&url, &asked)?;
                prometheus::add(&text, &mut collector)
                    .map_err(|words| MetricsError::Answer { url: name.clone(), words })?;
            }
        }
        collector.finish().map_err(|nothing| match nothing {
            Nothing::UnknownEngine => MetricsError::UnknownEngine(name),
            Nothing::TooManySeries => MetricsError::TooManySeries(name),
        })
    }
}

fn add_page(name: &str, text: &str, collector: &mut Collector) -> Result<(), MetricsError> {
    if text.trim_start().starts_with(['[', '{']) {
        return Err(MetricsError::Json(name.to_owned()));
    }
    for sample in page::samples(text, is_wanted) {
        let sample = sample.map_err(|NoSample { line, text }| MetricsError::Malformed {
            name: name.to_owned(),
            line,
            text: text.chars().map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect(),
        })?;
        collector.add(sample.name, page::labels(sample.labels), sample.value);
    }
    Ok(())
}

/// A whole text, unless it is far longer than any page.
fn text_of(name: &str, from: impl Read) -> Result<String, MetricsError> {
    let mut bytes = Vec::new();
    let read = from.take(MOST_BYTES + 1).read_to_end(&mut bytes);
    let length = read.map_err(|reason| MetricsError::Unreadable { name: name.to_owned(), reason })?;
    if length as u64 > MOST_BYTES {
        return Err(MetricsError::TooLarge(name.to_owned()));
    }
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// Whose certificates are believed: those of the file that `SSL_CERT_FILE` names, as with other programs, else those of Mozilla.
#[cfg(feature = "https")]
fn trusted() -> Result<RootCerts, MetricsError> {
    let Some(path) = std::env::var_os("SSL_CERT_FILE").map(PathBuf::from) else {
        return Ok(RootCerts::WebPki);
    };
    let name = path.display().to_string();
    let pem = may_be_read(&path).and_then(|()| File::open(&path));
    let pem = pem.map_err(|reason| MetricsError::Unreadable { name: name.clone(), reason })?;
    let pem = text_of(&name, pem)?;
    let certificates = parse_pem(pem.as_bytes()).filter_map(|item| match item {
        Ok(PemItem::Certificate(certificate)) => Some(certificate),
        _ => None,
    });
    Ok(RootCerts::from(certificates.collect::<Vec<_>>()))
}

/// What is read until a time: of one who sends a little now and then the agent itself sees no end.
struct Until<R> {
    from: R,
    end: Instant,
}

impl<R: Read> Read for Until<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if Instant::now() > self.end { Err(io::ErrorKind::TimedOut.into()) } else { self.from.read(buffer) }
    }
}

/// Asks an address.
fn get(url: &str, asked: &[(&str, &str)]) -> Result<String, MetricsError> {
    let end = Instant::now() + PATIENCE;
    let gone = |error: ureq::Error| {
        let is_late = match &error {
            ureq::Error::Timeout(_) => true,
            ureq::Error::Io(reason) => reason.kind() == io::ErrorKind::TimedOut,
            _ => false,
        };
        let late = || format!("no answer in {} seconds", PATIENCE.as_secs());
        let reason = if is_late { late() } else { error.to_string() };
        MetricsError::Gone { url: url.to_owned(), reason }
    };
    let asking = Agent::config_builder()
        .timeout_global(Some(PATIENCE))
        .http_status_as_error(false)
        .max_redirects(3)
        .proxy(None);
    #[cfg(feature = "https")]
    let asking = asking.tls_config(TlsConfig::builder().root_certs(trusted()?).build());
    let agent: Agent = asking.build().into();
    let mut answer = agent.get(url).query_pairs(asked.iter().copied()).call().map_err(gone)?;
    let status = answer.status().as_u16();
    let mut body = Vec::new();
    let mut from = Until { from: answer.body_mut().as_reader(), end }.take(MOST_BYTES + 1);
    from.read_to_end(&mut body).map_err(|reason| gone(reason.into()))?;
    if body.len() as u64 > MOST_BYTES {
        return Err(MetricsError::TooLarge(url.to_owned()));
    }
    // A refusal of Prometheus says why.
    let says_why = status == 400 && !asked.is_empty();
    if status != 200 && !says_why {
        return Err(MetricsError::Refused { url: url.to_owned(), status });
    }
    Ok(String::from_utf8_lossy(&body).into_owned())
}
