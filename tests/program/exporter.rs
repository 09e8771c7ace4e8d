//! A small server on a loopback port that answers as a serving engine's page of metrics does: with pages one after another,
//! the last of them again and again; or badly.

use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Duration;

/// How it answers.
#[derive(Debug, Clone)]
pub enum Answers {
    Pages(Vec<String>),
    /// Another status.
    Status(u16),
    /// It takes the question and never answers.
    Never,
    /// More than anybody reads.
    Endless,
    /// Half an answer, then it hangs up.
    Half,
}

/// The server, which lives as long as the test.
#[derive(Debug)]
pub struct Exporter {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Exporter {
    pub fn start(answers: Answers) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let turn = counted.fetch_add(1, Ordering::SeqCst);
                let answers = answers.clone();
                thread::spawn(move || answer(stream, &answers, turn));
            }
        });
        Self { address, asked }
    }

    /// The address of its page.
    pub fn url(&self) -> String {
        format!("http://{}/metrics", self.address)
    }

    /// The address without a path, or where it stands in for a Prometheus server.
    pub fn host(&self) -> String {
        self.address.to_string()
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn answer(mut stream: TcpStream, answers: &Answers, turn: usize) {
    let mut question = Vec::new();
    let mut byte = [0];
    while !question.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
        question.push(byte[0]);
    }
    let head = |status: u16, length: usize| {
        format!(
            "HTTP/1.1 {status} X\r\nContent-Type: text/plain; version=1.0.0\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n"
        )
    };
    // Whoever asked may be gone already.
    let _ = match answers {
        Answers::Pages(pages) => {
            let page = &pages[turn.min(pages.len() - 1)];
            stream.write_all(format!("{}{page}", head(200, page.len())).as_bytes())
        }
        Answers::Status(status) => stream.write_all(head(*status, 0).as_bytes()),
        Answers::Never => {
            thread::sleep(Duration::from_secs(60));
            Ok(())
        }
        Answers::Endless => {
            let _ = stream.write_all(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
            let chunk = "vllm:num_requests_running 1\n".repeat(4096);
            while stream.write_all(chunk.as_bytes()).is_ok() {}
            Ok(())
        }
        Answers::Half => stream.write_all(format!("{}vllm:num", head(200, 1000)).as_bytes()),
    };
}

/// A page as vLLM writes it, of an engine that has answered so many requests since it started: each of 1,000 prompt tokens, of
/// which 250 were cached, and 200 output tokens, with a first token after 150 ms, and 10 ms for each further one.
pub fn page(requests: u64, engine: &str, running: u64) -> String {
    let labels = format!("engine=\"{engine}\",model_name=\"a \\\"model\\\"\"");
    let count = |name: &str, value: f64| format!("{name}{{{labels}}} {value:?}\n");
    let each = requests as f64;
    let histogram = |name: &str, bounds: &[&str], at: usize, seconds: f64| {
        let mut text = format!("# TYPE {name} histogram\n{name}_sum{{{labels}}} {:?}\n", each * seconds);
        // As some write them: the last bucket first.
        let buckets =
            bounds.iter().enumerate().map(|(index, bound)| (bound, if index >= at { each } else { 0.0 }));
        text += &format!("{name}_bucket{{{labels},le=\"+Inf\"}} {each:?}\n");
        buckets.for_each(|(bound, up_to)| {
            text += &format!("{name}_bucket{{le=\"{bound}\",{labels}}} {up_to:?}\n")
        });
        text + &format!("{name}_count{{{labels}}} {each:?}\n{name}_created{{{labels}}} 1.7e+09\n")
    };
    [
        "# HELP vllm:num_requests_running Number of requests.\n".to_owned(),
        count("vllm:num_requests_running", running as f64),
        count("vllm:num_requests_waiting", 0.0),
        count("vllm:kv_cache_usage_perc", 0.25),
        count("vllm:prompt_tokens_total", each * 1000.0),
        count("vllm:prefix_cache_queries_total", each * 1000.0),
        count("vllm:prefix_cache_hits_total", each * 250.0),
        count("vllm:generation_tokens_total", each * 200.0),
        format!("vllm:request_success_total{{{labels},finished_reason=\"stop\"}} {:?}\n", each / 2.0),
        format!("vllm:request_success_total{{{labels},finished_reason=\"length\"}} {:?}\n", each / 2.0),
        histogram("vllm:time_to_first_token_seconds", &["0.1", "0.2", "0.4"], 1, 0.15),
        histogram("vllm:request_time_per_output_token_seconds", &["0.005", "0.01", "0.02"], 1, 0.01),
        histogram("vllm:e2e_request_latency_seconds", &["1.0", "2.0", "4.0"], 2, 2.14),
        "process_start_time_seconds 1.79555e+09\n".to_owned(),
    ]
    .concat()
}
