//! A small server on a loopback port that answers as a serving engine's page of metrics does, and pages for it.

use std::fmt::Write as _;
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// The server, which lives as long as the test.
#[derive(Debug)]
pub struct Exporter {
    address: SocketAddr,
    asked: Arc<AtomicUsize>,
}

impl Exporter {
    /// Each question is answered on a thread of its own, by its number from 0.
    pub fn start(answer: impl Fn(&mut TcpStream, usize) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("its address");
        let asked = Arc::new(AtomicUsize::new(0));
        let counted = Arc::clone(&asked);
        let answer = Arc::new(answer);
        thread::spawn(move || {
            for mut stream in listener.incoming().flatten() {
                let turn = counted.fetch_add(1, Ordering::SeqCst);
                let answer = Arc::clone(&answer);
                thread::spawn(move || {
                    read_question(&mut stream);
                    answer(&mut stream, turn);
                });
            }
        });
        Self { address, asked }
    }

    /// Pages one after another, the last of them again and again.
    pub fn replay(pages: Vec<String>) -> Self {
        Self::start(move |stream, turn| {
            let page = &pages[turn.min(pages.len() - 1)];
            write_answer(stream, 200, page.len(), page);
        })
    }

    /// The address of its page.
    pub fn url(&self) -> String {
        format!("http://{}/metrics", self.address)
    }

    /// How often it was asked.
    pub fn asked(&self) -> usize {
        self.asked.load(Ordering::SeqCst)
    }
}

fn read_question(stream: &mut TcpStream) {
    let mut question = Vec::new();
    let mut byte = [0];
    while !question.ends_with(b"\r\n\r\n") && stream.read(&mut byte).is_ok_and(|read| read > 0) {
        question.push(byte[0]);
    }
}

/// An answer with a status, a body and what it says of the body's length.
pub fn write_answer(stream: &mut TcpStream, status: u16, length: usize, body: &str) {
    let kind = "Content-Type: text/plain; version=1.0.0";
    let head =
        format!("HTTP/1.1 {status} X\r\n{kind}\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n");
    // Whoever asked may be gone already.
    let _ = stream.write_all(format!("{head}{body}").as_bytes());
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
        let _ = writeln!(text, "{name}_bucket{{{labels},le=\"+Inf\"}} {each:?}");
        for (index, bound) in bounds.iter().enumerate() {
            let up_to = if index >= at { each } else { 0.0 };
            let _ = writeln!(text, "{name}_bucket{{le=\"{bound}\",{labels}}} {up_to:?}");
        }
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
