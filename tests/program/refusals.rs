//! Bad input: refused with a reason, and tables that are something else told in words.

use crate::harness::{refusal, run, whatif};

#[test]
fn bad_input_is_refused_with_a_reason_and_a_way_out() {
    for (arguments, words) in [
        (vec!["report", "gpt-44"], "did you mean `gpt-4`?"),
        (vec!["report", "--set", "serving.bach_size=3"], "did you mean `serving.batch_size`?"),
        (vec!["report", "--set", "serving.batch_size"], "`=` is missing"),
        (vec!["report", "--set", "workload.cache_hit_rate=0,35"], "decimal commas are not supported"),
        (vec!["report", "--set", "workload.cache_hit_rate=1.5"], "out of range"),
        (vec!["report", "--set", "workload.cache_hit_rate=lots"], "is not a number"),
        (vec!["report", "--set", "hardware.gpu=h10-sxm"], "did you mean `h100-sxm`?"),
        (vec!["report", "--set", "serving.engine=vlm"], "did you mean `vllm`?"),
        (vec!["report", "--set", "model.preset=auto"], "it states no whole shape"),
        (vec!["report", "--set", "serving.min_replicas=1.5"], "must be a whole number"),
        (vec!["report", "no/such/file.toml"], "cannot read no/such/file.toml"),
        (
            vec!["solve", "default", "--target", "cost=3", "--by", "serving.batch_size"],
            "unknown output `cost`",
        ),
        (
            vec!["solve", "default", "--target", "inference.daily_usd=3", "--by", "serving.batchsize"],
            "did you mean `serving.batch_size`?",
        ),
        (vec!["sweep", "default", "--over", "serving.batch_size=1..8"], "PATH=FROM..TO:N"),
        (vec!["sweep", "default", "--over", "hardware.gpu=h100-sxm,h20-sxm"], "did you mean `h200-sxm`?"),
        (vec!["sweep", "default", "--over", "hardware.gpu=1..3:3"], "commas between them"),
        (vec!["sweep", "default", "--over", "workload.cache_hit_rate=0..120%:3"], "allowed"),
        (vec!["sweep", "default", "--over", "workload.requests_per_day=-5..5:3"], "allowed"),
        (
            vec!["sweep", "--over", "serving.batch_size=1,2", "--over", "serving.batch_size=3,4"],
            "`serving.batch_size` is swept twice",
        ),
        (vec!["compare", "default", "nothing-like-it"], "no scenario, model or file"),
    ] {
        let error = refusal(&arguments);
        assert!(error.starts_with("error: "), "{arguments:?}: {error}");
        assert!(error.contains(words), "{arguments:?}: {error}");
        assert!(error.matches("os error").count() <= 1, "{arguments:?} tells its cause twice: {error}");
    }
}

/// A shape that contradicts itself: the reason stands where figures would, and no command has any.
#[test]
fn a_model_that_cannot_be_is_told_instead_of_priced() {
    let shape = ["default", "--set", "model.kv_heads=128"];
    let why = "there can be no such model: it has more key/value heads than query heads";
    for command in [
        &["report"][..],
        &["show", "--view", "hardware"],
        &["show", "--view", "levers"],
        &["show", "--view", "growth"],
        &["compare", "llama-2-70b"],
        &["solve", "--target", "daily_usd=5k", "--by", "workload.requests_per_day"],
    ] {
        let run = whatif(&[command, &shape[..]].concat());
        let text = String::from_utf8_lossy(&run.stdout).into_owned();
        let start: Vec<&str> = text.lines().take(8).flat_map(str::split_whitespace).collect();
        assert!(start.join(" ").contains(why), "{command:?}: {text}");
    }
    let report = crate::harness::json(&["report", "--format", "json", "--set", "model.kv_heads=128"]);
    for path in ["/inference/daily_usd", "/training/programme_usd", "/inference/pools/0/daily_usd"] {
        assert_eq!(report.pointer(path), Some(&serde_json::Value::Null), "{path}");
    }
}

#[test]
fn a_bad_assignment_is_shown_with_a_caret_under_the_mistake() {
    assert_eq!(
        refusal(&["report", "--set", "workload.cache_hit_rate=2"]),
        "error: 200% is out of range for Cache hits (`workload.cache_hit_rate`)\n --> --set:1:25\n  |\n1 | \
         workload.cache_hit_rate=2\n  |                         ^\n  = help: allowed: 0% to 99%\n"
    );
}

/// What is quoted is cut, and what was meant is not looked for among what is far too long.
#[test]
fn mistakes_as_long_as_a_file_may_be_are_told_at_once_and_in_few_words() {
    let directory = tempfile::tempdir().expect("a directory");
    let path = directory.path().join("long.toml");
    let word = "a".repeat(1_000_000);
    let keys: Vec<String> = (0..60_000).map(|number| format!("key{number} = 1\n")).collect();
    for text in [
        format!("{word} = 1\n"),
        format!("[{word}]\n"),
        format!("[hardware]\ngpu = \"{word}\"\n"),
        format!("[workload]\nrequests_per_day = \"{word}\"\n"),
        format!("x = {}", "[".repeat(500_000)),
        keys.concat(),
    ] {
        std::fs::write(&path, text).expect("written");
        let start = std::time::Instant::now();
        let told = refusal(&["check", path.to_str().expect("a path")]);
        assert!(start.elapsed() < std::time::Duration::from_secs(10), "{:?}", start.elapsed());
        assert!(told.len() < 3_000, "{told}");
    }
    let told = refusal(&["check", &word[..100_000]]);
    assert!(told.len() < 3_000, "{} bytes", told.len());
}

#[test]
fn tables_that_are_something_else_are_told_in_words_that_files_use() {
    let directory = tempfile::tempdir().expect("a directory");
    let [scenario, prices] = ["a.toml", "prices.toml"].map(|name| directory.path().join(name));
    std::fs::write(&scenario, "gpu = \"x\"\n").expect("written");
    std::fs::write(&prices, "price = 3\n").expect("written");
    let told = refusal(&["report", scenario.to_str().expect("a path")]);
    assert!(told.contains("allowed: a table that describes an accelerator"), "{told}");
    let told = refusal(&["report", "--prices", prices.to_str().expect("a path")]);
    assert!(told.contains("allowed: a list, or a table in double brackets"), "{told}");
}

/// Clipboards, colors and the direction of writing are not for a file, a file name or an argument to set.
#[test]
fn nothing_that_a_terminal_obeys_is_passed_on() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let evil = "\u{1b}]52;c;eA==\u{7}\u{9b}31m\u{202e}";
    let obeyed = |bytes: &[u8]| {
        String::from_utf8_lossy(bytes).chars().any(|one| evil.contains(one) && !one.is_ascii_graphic())
    };
    assert!(obeyed(evil.as_bytes()));
    let named = directory.path().join(format!("{evil}.toml"));
    std::fs::write(&named, "format = 1\n").expect("written");
    let holding = directory.path().join("holding.toml");
    std::fs::write(&holding, "name = \"\\u001b]52;c;eA==\\u0007\"\n").expect("written");
    let raw = directory.path().join("raw.toml");
    std::fs::write(&raw, format!("name = \"{evil}\"\n")).expect("written");
    let missing = directory.path().join(format!("missing{evil}.toml"));
    for format in ["text", "markdown", "csv", "json"] {
        for name in [&named, &holding, &raw, &missing] {
            let output = whatif(&["report", name.to_str().expect("UTF-8"), "--format", format]);
            assert!(!obeyed(&output.stdout) && !obeyed(&output.stderr), "{format} of {}", name.display());
        }
    }
    // Nor are lines of the output.
    let forging = directory.path().join("forging.toml");
    let rates = directory.path().join("rates.toml");
    let gpu = "id = \"x1\"\nmemory_gb = 400\nbandwidth_tb_s = 20\nbf16_tflops = 5000\non_demand_usd_h = 9";
    std::fs::write(&forging, format!("[gpu]\nname = \"X1\\nforged\"\n{gpu}\n")).expect("written");
    std::fs::write(
        &rates,
        "[[price]]\ngpu = \"h100-sxm\"\nprovider = \"ours\\nforged\"\nusd_per_gpu_hour = 2\nas_of = \"2026-10\"\n",
    )
    .expect("written");
    for arguments in [
        &["report", forging.to_str().expect("UTF-8")][..],
        &["show", forging.to_str().expect("UTF-8"), "--view", "hardware"],
        &["list", "prices", "--prices", rates.to_str().expect("UTF-8")],
        &["report", "--prices", rates.to_str().expect("UTF-8"), "--set", "prices.basis=own"],
    ] {
        let output = whatif(arguments);
        let words = String::from_utf8_lossy(&output.stdout);
        assert!(output.status.success() && !words.contains('\u{2028}'), "{output:?}");
        assert!(!words.lines().any(|line| line.trim_start().starts_with("forged")), "{words}");
    }
    let [option, target] = [format!("--{evil}"), format!("{evil}=1")];
    for arguments in [
        vec!["report", evil],
        vec!["report", "default", "--set", evil],
        vec!["report", "default", "--format", evil],
        vec!["report", "default", evil],
        vec!["report", &option],
        vec!["solve", "default", "--by", evil, "--target", &target],
        vec!["check", "--help", evil],
        vec!["report", "/nowhere/\nforged.toml"],
        vec!["report", "default", "--set", "a\nforged=1"],
        vec!["report", "default", "--prices", "/nowhere/\nforged.toml"],
        vec![evil],
    ] {
        let output = whatif(&arguments);
        assert!(!obeyed(&output.stdout) && !obeyed(&output.stderr), "{arguments:?}");
        let told = String::from_utf8_lossy(&output.stderr);
        assert!(!told.lines().any(|line| line.starts_with("forged")), "{told}");
    }
}

#[test]
fn standard_input_is_read_once_and_never_taken_for_the_defaults() {
    for (arguments, input) in
        [(&["check", "-"][..], ""), (&["check", "-"], " \n"), (&["compare", "-", "-"], "format = 1\n")]
    {
        let output = run(arguments, input);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        let words = String::from_utf8_lossy(&output.stderr);
        assert!(words.contains("standard input is empty; it can be read once"), "{words}");
    }
}

#[test]
#[cfg(unix)]
fn what_is_no_file_is_refused_and_a_pipe_of_the_shell_is_read() {
    let directory = tempfile::tempdir().expect("a temporary directory");
    let pipe = directory.path().join("pipe.toml");
    let made = std::process::Command::new("mkfifo").arg(&pipe).status().expect("mkfifo runs");
    assert!(made.success());
    let pipe = pipe.to_str().expect("UTF-8");
    for (path, words) in [
        (directory.path().to_str().expect("UTF-8"), "it is a directory"),
        ("/dev/zero", "it is no file"),
        (pipe, "it is no file"),
    ] {
        assert!(refusal(&["check", path]).contains(words), "{path}");
        // Whatever it is to be read as.
        let bill = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/bills/two-months.csv");
        let scenario = directory.path().join("measured.toml");
        std::fs::write(&scenario, format!("[workload]\nlength_file = {path:?}\n")).expect("written");
        for arguments in [
            &["check", scenario.to_str().expect("UTF-8")][..],
            &["check", "--prices", path],
            &["audit", bill, "--rules", path],
            &["audit", path],
            &["metrics", path],
            &["import", path],
        ] {
            let told = refusal(arguments);
            assert!(told.contains(words) || told.contains("directory"), "{arguments:?}: {told}");
        }
    }
    let shell = format!("'{}' report <(echo 'name = \"Through the shell\"')", env!("CARGO_BIN_EXE_whatif"));
    if let Ok(output) = std::process::Command::new("bash").args(["-c", &shell]).output() {
        assert!(String::from_utf8_lossy(&output.stdout).starts_with("Through the shell"), "{output:?}");
    }
}
