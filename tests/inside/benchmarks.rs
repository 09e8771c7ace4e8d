//! Results of real load generators: the same runs in each of their formats, and what may be wrong with a file.

use std::fs;
use std::path::{Path, PathBuf};

use proptest::prelude::*;

use crate::engine::arrivals::Arrivals;
use crate::import::benchmarks::{Run, open, read};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/benchmarks")
}

fn runs(file: &str) -> Vec<Run> {
    open(&folder().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// Numbers to three digits, as tables round them.
fn rounded(run: &Run) -> [f64; 6] {
    let numbers = [
        run.in_flight,
        run.prompt_tokens,
        run.output_tokens,
        run.ttft_ms.unwrap_or(-1.0),
        run.tpot_ms.unwrap_or(-1.0),
        run.spreads[0].unwrap_or(-1.0),
    ];
    numbers.map(|number| format!("{number:.2e}").parse().unwrap_or(f64::NAN))
}

#[test]
fn figures_are_those_that_stand_in_the_files() {
    let [closed] = &runs("vllm-closed.json")[..] else { panic!("one run") };
    assert_eq!((closed.arrivals, closed.in_flight), (Arrivals::Closed, 8.0));
    assert_eq!((closed.prompt_tokens, closed.output_tokens), (512.12, 160.0));
    assert_eq!(
        (closed.ttft_ms, closed.tpot_ms),
        (Some(100.932_085_500_012_36), Some(11.429_118_026_823_842))
    );
    let [random] = &runs("vllm-random.json")[..] else { panic!("one run") };
    // 2.42 requests a second stay 1.255 s each; 2.5 were sent.
    assert_eq!(random.arrivals, Arrivals::Poisson);
    assert!((random.in_flight - 3.038).abs() < 0.001, "{random:?}");
    assert!((random.answered_share - 0.968).abs() < 0.001, "{random:?}");
    assert!(runs("vllm-guessed.json")[0].unusable.is_some_and(|reason| reason.contains("guessed")));
    let sglang = runs("sglang.jsonl");
    assert_eq!(sglang.iter().map(|run| run.in_flight).collect::<Vec<_>>(), [2.0, 8.0]);
    assert_eq!(sglang[0].tpot_ms, Some(4.446_068_356_382_145));
    let sweep = runs("guidellm-0.3.1.json");
    let arrivals: Vec<_> = sweep.iter().map(|run| (run.arrivals, run.unusable.is_some())).collect();
    let [closed, random] = [Arrivals::Closed, Arrivals::Poisson];
    assert_eq!(arrivals, [(closed, false), (closed, true), (random, false), (random, false)]);
    assert_eq!(sweep[2].ttft_ms, None, "requests that come like clockwork wait less");
    let [aiperf] = &runs("aiperf.json")[..] else { panic!("one run") };
    // 64 tokens a request as the server counts, 72.22 as the program does.
    assert_eq!((aiperf.in_flight, aiperf.output_tokens), (6.0, 64.0));
    assert!((aiperf.tpot_ms.unwrap() - 14.137_34 * 72.22 / 64.0).abs() < 1e-3);
    let [short, long, output] = &runs("llama-bench.json")[..] else { panic!("three runs") };
    assert!((short.ttft_ms.unwrap() - 3.661).abs() < 0.001 && short.tpot_ms.is_none());
    assert!(long.ttft_ms > short.ttft_ms && output.ttft_ms.is_none() && output.tpot_ms.is_some());
    assert!(runs("llama-bench-pg.json").iter().any(|run| run.unusable.is_some()));
}

#[test]
fn the_same_runs_are_read_from_each_format() {
    for version in ["0.3.1", "0.5.4", "0.8.1"] {
        let [json, csv] = ["json", "csv"].map(|format| runs(&format!("guidellm-{version}.{format}")));
        assert!(!json.is_empty());
        assert_eq!(json.iter().map(rounded).collect::<Vec<_>>(), csv.iter().map(rounded).collect::<Vec<_>>());
    }
    assert_eq!(rounded(&runs("aiperf.json")[0]), rounded(&runs("aiperf.csv")[0]));
    // Each of these was another run of the program, of the same tests.
    let tests = |file: &str| -> Vec<_> {
        runs(file).iter().map(|run| (run.prompt_tokens, run.output_tokens, run.tpot_ms.is_some())).collect()
    };
    assert_eq!(tests("llama-bench.json"), tests("llama-bench.jsonl"));
    assert_eq!(tests("llama-bench.json"), tests("llama-bench.csv"));
}

#[test]
fn what_is_no_result_is_refused_with_its_place() {
    let sound = fs::read_to_string(folder().join("vllm-closed.json")).expect("a text");
    for (text, words) in [
        (String::new(), "not the result of a benchmark"),
        ("{}".to_owned(), "not the result of a benchmark"),
        ("[]".to_owned(), "no run in this file"),
        ("a,b\n1,2\n".to_owned(), "not the result of a benchmark"),
        ("Metric,avg\nOther,1\n".to_owned(), "how many requests were in flight is missing"),
        (sound.replace("\"completed\": 200", "\"completed\": 0"), "`completed` is 0: nothing was measured"),
        (sound.replace("\"completed\": 200", "\"completed\": -200"), "`completed` cannot be -200"),
        (sound.replace("\"completed\": 200", "\"completed\": \"many\""), "`completed` cannot be many"),
        (
            sound.replace("\"mean_ttft_ms\": 100.93208550001236", "\"mean_ttft_ms\": NaN"),
            "`mean_ttft_ms` is no number",
        ),
        (sound.replace("\"duration\"", "\"length\""), "`duration` is missing"),
        ("build_commit,n_prompt,n_gen,avg_ts\nx,512,0,fast\n".to_owned(), "`avg_ts` cannot be fast"),
    ] {
        let told = read("f", &text).expect_err("no result").to_string();
        assert!(told.contains(words) && told.contains("--> f"), "{words}: {told}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    /// Whatever a file holds, it is runs of which every number is sound, or an error.
    #[test]
    fn whatever_a_file_holds_is_runs_or_refused(
        file in prop::sample::select(vec![
            "vllm-closed.json", "vllm-random.json", "sglang.jsonl", "guidellm-0.5.4.csv", "guidellm-0.3.1.json",
            "aiperf.csv", "aiperf.json", "llama-bench.csv", "llama-bench.jsonl",
        ]),
        edits in prop::collection::vec((any::<prop::sample::Index>(), prop::sample::select(vec![
            "", "-", "0", "1e308", "NaN", "Infinity", "\"", ",", "\n", "{", "]", "\u{feff}", "9", "\0",
        ])), 1..5),
    ) {
        let mut text = fs::read_to_string(folder().join(file)).expect("a text");
        for (place, insert) in edits {
            let mut at = place.index(text.len());
            while !text.is_char_boundary(at) { at -= 1; }
            let end = text[at..].char_indices().nth(2).map_or(text.len(), |(next, _)| at + next);
            text.replace_range(at..end, insert);
        }
        if let Ok(runs) = read("f", &text) {
            for run in runs {
                for number in [run.in_flight, run.prompt_tokens, run.output_tokens] {
                    prop_assert!(number.is_finite() && number > 0.0, "{run:?}");
                }
            }
        }
    }
}
