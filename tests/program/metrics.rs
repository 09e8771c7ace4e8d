//! `whatif metrics`: pages that are replayed over a loopback port, files, a real Prometheus; and sources that are bad.

use std::fs;
use std::io::Write as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::exporter::{Exporter, page, write_answer};
use crate::harness::{json, output, refusal, run};
use crate::page::README;

/// Two engines side by side, of which the second began anew between two looks.
fn two_engines() -> Vec<String> {
    vec![page(100, "0", 4) + &page(40, "1", 2), page(160, "0", 4) + &page(20, "1", 2)]
}

/// A figure of a page, as it was measured.
fn measured(live: &Value, figure: &str) -> f64 {
    live["figures"][figure]["measured"].as_f64().unwrap_or_else(|| panic!("{figure}: {live:#}"))
}

/// What is measured of [`two_engines`], whatever the time between two looks: 60 requests of one, 20 of the other, which has
/// forgotten the 40 before them.
fn is_what_two_engines_did(live: &Value) {
    let exact =
        [("requests", 80.0), ("prompt_tokens", 80_000.0), ("output_tokens", 16_000.0), ("replicas", 2.0)];
    for (key, value) in exact {
        assert_eq!(live[key].as_f64(), Some(value), "{key}");
    }
    assert_eq!(measured(live, "prompt_tokens"), 1000.0);
    assert_eq!(measured(live, "output_tokens"), 200.0);
    assert!((measured(live, "prefix_hit_rate") - 0.25).abs() < 1e-9);
    let times = [("ttft_ms", 150.0), ("tpot_ms", 10.0), ("request_ms", 2140.0)];
    for (key, mean) in times {
        assert!((live[key]["mean"].as_f64().expect("a mean") - mean).abs() < 1e-6, "{key}: {live:#}");
    }
    // All lie between 0.1 and 0.2 s: half of them up to the middle, on a line.
    assert!((live["ttft_ms"]["p50"].as_f64().expect("a median") - 150.0).abs() < 1e-6);
    assert!((live["ttft_ms"]["p95"].as_f64().expect("a quantile") - 195.0).abs() < 1e-6);
}

#[test]
fn an_engine_is_looked_at_twice() {
    let exporter = Exporter::replay(two_engines());
    let live = json(&["metrics", &exporter.url(), "--over", "0.5", "--format", "json"]);
    assert_eq!(exporter.asked(), 2);
    is_what_two_engines_did(&live);
    let seconds = live["seconds"].as_f64().expect("seconds");
    assert!(live["engine"] == "vLLM" && (0.5..10.0).contains(&seconds), "{seconds}");
    let rate = 80.0 / seconds;
    assert!((measured(&live, "requests_per_s") - rate).abs() < 1e-9);
    assert!((measured(&live, "output_tokens_per_s") - rate * 200.0).abs() < 1e-6);
    assert_eq!(live["states"]["workload.sequence_length"], "1200");
    // The scenario's response cache answers 35% of what is asked.
    let asked: f64 = live["states"]["workload.requests_per_day"]
        .as_str()
        .and_then(|text| text.parse().ok())
        .expect("a rate");
    assert!((asked - rate * 86_400.0 / 0.65).abs() < 1.0, "{asked}");
    // So many requests a second on two replicas, at the scenario's prices.
    let usd = live["usd_per_hour"].as_f64().expect("a price");
    assert!((measured(&live, "usd_per_request") - usd / rate / 3600.0).abs() < 1e-12);
    assert!(
        (measured(&live, "paid_usd_per_million_tokens") - usd / 3600.0 / (rate * 1200.0) * 1e6).abs() < 1e-9
    );
}

#[test]
fn files_are_compared_and_standard_input_is_read() {
    let directory = tempfile::tempdir().expect("a directory");
    let paths = ["before.prom", "after.prom"].map(|name| directory.path().join(name));
    for (path, text) in paths.iter().zip(two_engines()) {
        fs::write(path, text).expect("written");
    }
    let [before, after] = paths.each_ref().map(|path| path.to_str().expect("a path"));
    let live = json(&["metrics", before, after, "--over", "30s", "--format", "json"]);
    is_what_two_engines_did(&live);
    assert!((measured(&live, "requests_per_s") - 80.0 / 30.0).abs() < 1e-9);
    // Without a time there are lengths and waits, and no rates.
    let live = json(&["metrics", before, after, "--format", "json"]);
    is_what_two_engines_did(&live);
    assert_eq!(live["figures"]["requests_per_s"]["measured"], Value::Null);
    assert!(output(&["metrics", before, after]).contains("say it with --over SECONDS"));
    let back = json(&["metrics", after, before, "--over", "30s", "--format", "json"]);
    assert_eq!(back["figures"]["requests_per_s"]["measured"], Value::Null);
    assert!(
        output(&["metrics", after, before, "--over", "30s"]).contains("the engine began anew in between")
    );
    let done = run(&["metrics", "-"], &page(10, "0", 1));
    let text = String::from_utf8(done.stdout).expect("UTF-8");
    assert!(
        text.contains("vLLM since it started, 10 requests") && text.contains("One look gives no rates"),
        "{text}"
    );
    let report = json(&["report", "--metrics", before, "--format", "json"]);
    assert_eq!(report["live"]["requests"], 140.0);
    assert!(output(&["report", "--metrics", before]).contains("Beside the scenario"));
}

#[test]
fn an_engine_that_a_scenario_names_is_in_its_report() {
    let exporter = Exporter::replay(two_engines());
    let scenario = format!("format = 1\n[actual]\nmetrics = \"{}\"\n", exporter.url());
    let done = run(&["report", "-", "--format", "json"], &scenario);
    let report: Value = serde_json::from_slice(&done.stdout).expect("JSON");
    is_what_two_engines_did(&report["live"]);
    let shown = run(&["show", "-", "--view", "live", "--format", "json"], &scenario);
    let shown: Value = serde_json::from_slice(&shown.stdout).expect("JSON");
    assert_eq!(shown["engine"], "vLLM");
    assert!(
        refusal(&["show", "default", "--view", "live"]).contains("names no engine: `actual.metrics` does")
    );
    let gone = run(&["report", "-"], "format = 1\n[actual]\nmetrics = \"http://127.0.0.1:9/metrics\"\n");
    assert!(gone.status.success() && String::from_utf8_lossy(&gone.stderr).contains("note: "));
    let wrong = run(&["report", "-"], "format = 1\n[actual]\nmetrics = 3\n");
    let words = String::from_utf8_lossy(&wrong.stderr).into_owned();
    assert!(words.contains("`actual.metrics` has the wrong type") && words.contains(":3:11"), "{words}");
}

/// Lines that the README leaves out are an ellipsis there.
#[test]
fn the_readme_shows_what_is_printed() {
    let command = "$ whatif metrics tests/metrics/before.prom tests/metrics/after.prom --over 60\n";
    let shown = README.split(command).nth(1).and_then(|rest| rest.split("```").next()).expect("a page");
    let words: Vec<&str> = command.trim().split(' ').skip(2).collect();
    let printed = output(&words);
    assert!(shown.lines().count() > 10);
    for line in shown.lines().filter(|line| *line != "...") {
        assert!(printed.lines().any(|other| other == line), "{line}\n{printed}");
    }
}

/// The pages of the README are those that the tests make.
#[test]
fn the_pages_in_files_are_those_that_are_replayed() {
    for (requests, running, file) in [(1000, 3, "before"), (1450, 5, "after")] {
        let path = format!("{}/tests/metrics/{file}.prom", env!("CARGO_MANIFEST_DIR"));
        let made = page(requests, "0", running);
        if std::env::var_os("WHATIF_WRITE_PAGES").is_some() {
            fs::write(&path, &made).expect("written");
        }
        assert_eq!(fs::read_to_string(&path).expect("a page"), made);
    }
}

#[test]
fn targets_and_budgets_are_held_against_what_is_measured() {
    let exporter = Exporter::replay(two_engines());
    let url = exporter.url();
    let mut arguments = vec!["metrics", &url, "--over", "0.2", "--format", "json"];
    for set in
        ["workload.target.ttft_ms=180", "workload.target.percentile=p95", "budget.monthly_inference_usd=1k"]
    {
        arguments.extend(["--set", set]);
    }
    let live = json(&arguments);
    let alerts: Vec<&str> =
        live["alerts"].as_array().expect("a list").iter().filter_map(Value::as_str).collect();
    assert_eq!(alerts.len(), 2, "{alerts:?}");
    assert!(alerts[0].contains("p95 is 195 ms, promised 180 ms"), "{alerts:?}");
    assert!(alerts[1].contains("the budget is $1,000"), "{alerts:?}");
}

#[test]
fn a_bad_source_is_told_in_a_line() {
    let replay = |page: &str| Exporter::replay(vec![page.to_owned()]);
    let status = |status| Exporter::start(move |stream, _| write_answer(stream, status, 0, ""));
    let half = Exporter::start(|stream, _| write_answer(stream, 200, 1000, "vllm:num"));
    let endless = Exporter::start(|stream, _| {
        write_answer(stream, 200, usize::MAX >> 1, "");
        let chunk = "vllm:num_requests_running 1\n".repeat(4096);
        while stream.write_all(chunk.as_bytes()).is_ok() {}
    });
    let series = |index: usize| format!("vllm:num_requests_running{{engine=\"{index}\"}} 1");
    let many = (0..21_000).map(series).collect::<Vec<_>>().join("\n");
    let torn = "vllm:num_requests_running 1\nvllm:num_requests_running{ 1\n";
    for (exporter, words) in [
        (status(404), "status 404: engines have their page at /metrics"),
        (status(500), "status 500"),
        (half, "does not answer"),
        (endless, "larger than 64 MiB"),
        (replay("<html><body>Hi</body></html>\n"), ":1: `<html><body>Hi</body></html>` is no metric"),
        (replay(torn), ":2: `vllm:num_requests_running{ 1`"),
        (
            replay("[]"),
            "answers with JSON, not with a page of metrics: trtllm-serve has that at /prometheus/metrics",
        ),
        (replay(""), "holds metrics of no engine that is known"),
        (
            replay("go_goroutines 8\nvllm:num_requests_running NaN\n"),
            "holds metrics of no engine that is known",
        ),
        (replay(&many), "more than 20,000 series"),
    ] {
        let error = refusal(&["metrics", &exporter.url(), "--over", "0.1"]);
        assert!(error.contains(words) && error.lines().count() == 1, "{error}");
    }
    let start = Instant::now();
    let silent = Exporter::start(|_, _| thread::sleep(Duration::from_secs(60)));
    let error = refusal(&["metrics", &silent.url()]);
    assert!(error.contains("no answer in 5 seconds"), "{error}");
    assert!(start.elapsed() < Duration::from_secs(30));
    for (source, words) in [
        ("http://127.0.0.1:9/metrics", "does not answer"),
        ("http://", "has no host"),
        (
            "https://127.0.0.1:9/metrics",
            if cfg!(feature = "https") { "does not answer" } else { "HTTPS is not built in" },
        ),
        ("no/such/page.prom", "cannot read no/such/page.prom"),
    ] {
        let error = refusal(&["metrics", source]);
        assert!(error.contains(words), "{error}");
    }
}

#[test]
fn answers_of_a_prometheus_server_that_say_nothing_are_told() {
    let of = |answer: &str| {
        let exporter = Exporter::replay(vec![answer.to_owned()]);
        refusal(&["metrics", exporter.url().trim_end_matches("/metrics")])
    };
    for (answer, words) in [
        (r#"{"status":"error","errorType":"bad_data","error":"parse error"}"#, "parse error"),
        (r#"{"status":"success","data":{"resultType":"matrix","result":[]}}"#, "is a matrix, not a vector"),
        (r#"{"status":"success","data":{"resultType":"vector","result":[]}}"#, "no engine that is known"),
        (r#"{"status":"success"}"#, "holds no data"),
        ("hello", "no answer of Prometheus"),
    ] {
        let error = of(answer);
        assert!(error.contains(words), "{answer}: {error}");
    }
}

/// A Prometheus server that ends with the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts a real one that looks at an engine every fifth of a second; `None` where it is not installed.
fn prometheus(directory: &Path, target: &str) -> Option<(Server, String)> {
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|socket| socket.local_addr())
        .expect("a port")
        .port();
    let configuration = directory.join("prometheus.yml");
    let text = format!(
        "global:\n  scrape_interval: 200ms\n  scrape_timeout: 200ms\nscrape_configs:\n  - job_name: engine\n    static_configs:\n      - targets: [\"{target}\"]\n"
    );
    fs::write(&configuration, text).expect("written");
    let address = format!("127.0.0.1:{port}");
    let started = Command::new("prometheus")
        .arg(format!("--config.file={}", configuration.display()))
        .arg(format!("--storage.tsdb.path={}", directory.join("data").display()))
        .arg(format!("--web.listen-address={address}"))
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
    started.ok().map(|child| (Server(child), format!("http://{address}")))
}

#[test]
fn a_real_prometheus_is_asked() {
    let pages: Vec<String> = (1..400).map(|look| page(look * 10, "0", 3)).collect();
    let exporter = Exporter::replay(pages);
    let directory = tempfile::tempdir().expect("a directory");
    let url = exporter.url();
    let host = url.trim_start_matches("http://").trim_end_matches("/metrics");
    let Some((server, url)) = prometheus(directory.path(), host) else {
        println!("prometheus is not installed: nothing was asked of one");
        return;
    };
    let patience = Instant::now() + Duration::from_secs(60);
    while exporter.asked() < 30 {
        assert!(Instant::now() < patience, "Prometheus does not look");
        thread::sleep(Duration::from_millis(50));
    }
    // Ten requests a look, five looks a second.
    let live = json(&["metrics", &url, "--over", "3", "--format", "json"]);
    assert_eq!((&live["engine"], &live["seconds"]), (&"vLLM".into(), &3.0.into()));
    let requests = live["requests"].as_f64().expect("requests");
    assert!((20.0..=200.0).contains(&requests) && requests % 10.0 == 0.0, "{requests}");
    assert_eq!(measured(&live, "prompt_tokens"), 1000.0);
    assert!((live["ttft_ms"]["mean"].as_f64().expect("a mean") - 150.0).abs() < 1e-6);
    let api = json(&["metrics", &format!("{url}/api/v1"), "--over", "3", "--format", "json"]);
    assert_eq!(api["engine"], "vLLM");
    drop(server);
    assert!(refusal(&["metrics", &url]).contains("does not answer"));
}

/// Pages of real engines; the truth about the first two is known.
#[test]
fn real_pages_say_what_is_known_of_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/metrics/real");
    let path = |name: &str| folder.join(name).display().to_string();
    let live = json(&[
        "metrics",
        &path("vllm/metrics-before.prom"),
        &path("vllm/metrics-after.prom"),
        "--over",
        "185.47",
        "--format",
        "json",
    ]);
    for (key, truth) in [("requests", 350.0), ("prompt_tokens", 173_809.0), ("output_tokens", 47_149.0)] {
        assert_eq!(live[key].as_f64(), Some(truth), "{key}");
    }
    let hits = measured(&live, "prefix_hit_rate");
    assert!((hits - 71_936.0 / 173_809.0).abs() < 1e-9, "{hits}");
    // By hand from the page: the sum over the count.
    assert!((live["ttft_ms"]["mean"].as_f64().expect("a mean") - 75.433).abs() < 0.01);
    // 70 requests in 62.9 s, as their sender counted them; the engine counts none.
    let [before, after] = ["before", "after"].map(|name| path(&format!("llamacpp/metrics-{name}.prom")));
    let live = json(&["metrics", &before, &after, "--over", "62.9", "--format", "json"]);
    for (key, truth) in
        [("requests", None), ("prompt_tokens", Some(8_117.0)), ("output_tokens", Some(2_890.0))]
    {
        assert_eq!(live[key].as_f64(), truth, "{key}");
    }
    // Seconds of each request over its tokens: 1,692.43 less 1,649.43.
    assert!((live["tpot_ms"]["mean"].as_f64().expect("a mean") - 43.0 / 2.89).abs() < 1e-3);
    for (name, engine, replicas) in [
        ("vllm/metrics-dp2-after.prom", "vLLM", 2.0),
        ("vllm/metrics-specdecode-after.prom", "vLLM", 1.0),
        ("sglang/metrics-from-collector-classes.prom", "SGLang", 1.0),
        ("llamacpp/metrics-during.prom", "llama.cpp", 1.0),
        ("prometheus/federate-vllm.prom", "vLLM", 1.0),
    ] {
        let live = json(&["metrics", &path(name), "--format", "json"]);
        assert_eq!(
            (live["engine"].as_str(), live["replicas"].as_f64()),
            (Some(engine), Some(replicas)),
            "{name}"
        );
    }
    assert!(
        refusal(&["metrics", &path("prometheus/prometheus-own-metrics.prom")])
            .contains("no engine that is known")
    );
}

/// Pages as the source of engines that cannot run here writes them: 240 requests with prompts of 500, 505, ... tokens and outputs
/// of 100, 101, ...; 90 ms to the first token, 20 ms for each further one.
#[test]
fn transcribed_pages_say_what_was_put_into_them() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/metrics/transcribed");
    let prompts: f64 = (0..240).map(|index| 500.0 + 5.0 * f64::from(index)).sum();
    let outputs: f64 = (0..240).map(|index| 100.0 + f64::from(index)).sum();
    let latency = 90.0 + 20.0 * (outputs / 240.0 - 1.0);
    // TGI times no first token, counts none that its cache held, and takes 200 ms for a prompt; Triton times no further token.
    let (tgi_latency, none) = (200.0 + 20.0 * outputs / 240.0, None);
    for (file, engine, ttft, tpot, request, running, waiting, memory) in [
        ("tgi", "TGI", none, Some(20.0), tgi_latency, 12.0, 2.0, none),
        ("tensorrt-llm", "TensorRT-LLM", Some(90.0), Some(20.0), latency, 8.0, 1.0, Some(0.3125)),
        (
            "triton-tensorrt-llm",
            "Triton with TensorRT-LLM",
            Some(90.0),
            none,
            latency,
            8.0,
            1.0,
            Some(0.3125),
        ),
    ] {
        let path = folder.join(format!("{file}.prom")).display().to_string();
        let live = json(&["metrics", &path, "--format", "json"]);
        assert_eq!(live["engine"], engine);
        assert_eq!(live["replicas"].as_f64(), Some(1.0), "{file}");
        for (key, truth) in [("requests", 240.0), ("prompt_tokens", prompts), ("output_tokens", outputs)] {
            assert_eq!(live[key].as_f64(), Some(truth), "{file}: {key}");
        }
        let near = |value: &Value, truth: Option<f64>| match (value.as_f64(), truth) {
            (Some(value), Some(truth)) => (value / truth - 1.0).abs() < 1e-6,
            (value, truth) => value.is_none() && truth.is_none(),
        };
        for (key, truth) in [("ttft_ms", ttft), ("tpot_ms", tpot), ("request_ms", Some(request))] {
            assert!(near(&live[key]["mean"], truth), "{file}: {key}: {}", live[key]);
        }
        assert_eq!(measured(&live, "running_per_replica"), running, "{file}");
        assert_eq!(measured(&live, "waiting"), waiting, "{file}");
        assert!(near(&live["figures"]["kv_cache_use"]["measured"], memory), "{file}: {live:#}");
    }
}

/// A server with a certificate of its own is asked where `SSL_CERT_FILE` says that it is believed, and not else.
#[cfg(feature = "https")]
#[test]
fn a_server_is_asked_by_https() {
    let directory = tempfile::tempdir().expect("a directory");
    let openssl = |arguments: &[&str]| {
        let mut command = Command::new("openssl");
        command.args(arguments).current_dir(directory.path()).stdout(Stdio::null()).stderr(Stdio::null());
        command
    };
    let mut made =
        openssl(&["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "key.pem", "-out", "own.pem"]);
    made.args(["-days", "2", "-subj", "/CN=localhost", "-addext", "subjectAltName=IP:127.0.0.1"]);
    made.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    if !made.status().is_ok_and(|status| status.success()) {
        println!("openssl is not installed: nothing was asked by HTTPS");
        return;
    }
    fs::write(directory.path().join("metrics"), page(10, "0", 1)).expect("written");
    let port = std::net::TcpListener::bind("127.0.0.1:0")
        .and_then(|socket| socket.local_addr())
        .expect("a port")
        .port();
    let accept = format!("127.0.0.1:{port}");
    let served = openssl(&["s_server", "-accept", &accept, "-cert", "own.pem", "-key", "key.pem", "-WWW"]);
    let _server = Server({ served }.spawn().expect("it starts"));
    let patience = Instant::now() + Duration::from_secs(30);
    while std::net::TcpStream::connect(&accept).is_err() {
        assert!(Instant::now() < patience, "it does not answer");
        thread::sleep(Duration::from_millis(50));
    }
    let url = format!("https://127.0.0.1:{port}/metrics");
    let ask = |trusted: Option<&str>| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_whatif"));
        command.args(["metrics", &url, "--over", "0.1", "--format", "json"]).env_remove("SSL_CERT_FILE");
        command.envs(trusted.map(|file| ("SSL_CERT_FILE", directory.path().join(file))));
        command.output().expect("it runs")
    };
    let believed = ask(Some("own.pem"));
    let words = String::from_utf8_lossy(&believed.stderr).into_owned();
    let live: Value = serde_json::from_slice(&believed.stdout).unwrap_or_else(|_| panic!("{words}"));
    assert_eq!(live["engine"], "vLLM");
    for refused in [ask(None), ask(Some("metrics"))] {
        let words = String::from_utf8_lossy(&refused.stderr).into_owned();
        assert!(!refused.status.success() && words.contains("does not answer"), "{words}");
    }
    assert!(String::from_utf8_lossy(&ask(Some("none.pem")).stderr).contains("cannot read"));
}
