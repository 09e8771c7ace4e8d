//! `whatif calibrate`.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result, anyhow, ensure};
use clap::Args;

use crate::analysis::case::Case;
use crate::cli::input::{Opened, Options};
use crate::cli::output::{CHECK_FAILED, FormatArgs, Replace};
use crate::engine::serving::Deployment;
use crate::files::document::Document;
use crate::files::store::DEFAULT_SCENARIO;
use crate::import::benchmarks::{self, Aside, Calibration, FEWEST, Run, calibrate, file_name, stack};
use crate::import::training::{self, Layout, Log, pace};
use crate::report::profile::{Calibrated, page};
use crate::report::training_log::Measured;

/// Move the constants to your own stack, from results of your benchmarks or logs of training
#[derive(Debug, Args)]
pub(super) struct Calibrate {
    /// Results of vllm bench serve, `SGLang`, `GuideLLM`, `AIPerf` or llama-bench; or logs of one training run, CSV or JSON
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// Keep what was found: a profile for `serving.profile`, or of a training run the scenario with it
    #[arg(long, value_name = "NAME")]
    save: Option<String>,
    #[command(flatten)]
    replace: Replace,
    /// The scenario that says what was measured: model, GPU, engine, formats, parallel degrees
    #[arg(long, value_name = "NAME", default_value = DEFAULT_SCENARIO)]
    scenario: String,
    #[command(flatten)]
    options: Options,
    #[command(flatten)]
    format: FormatArgs,
}

impl Calibrate {
    /// Shows row by row what is predicted and what was measured, and what was moved; status 1 where that does not help.
    pub(super) fn run(&self) -> Result<ExitCode> {
        let mut world = self.options.world()?;
        let (document, origin) = self.options.open(&self.scenario, &mut world.catalog)?;
        let mut logs = Vec::new();
        for file in &self.files {
            logs.extend(training::open(file)?);
        }
        if !logs.is_empty() {
            ensure!(
                logs.len() == self.files.len(),
                "some of these files are logs of training and some are not: give them one after the other"
            );
            let (logs, again) = once(logs, |log| &log.name, |one, other| one.lines == other.lines);
            let case = Case::new(&Arc::new(world), document.scenario);
            return self.training(&logs, &again, &document, &case);
        }
        let case = Opened { document, origin, world }.case();
        let stack = stack(&case).context("the model cannot be served as the scenario describes it")?;
        let mut runs = Vec::new();
        for file in &self.files {
            runs.push((file.display().to_string(), benchmarks::open(file)?));
        }
        let is_same = |one: &[Run], other: &[Run]| {
            one.len() == other.len() && one.iter().zip(other).all(|(one, other)| one.tells_the_same(other))
        };
        let (runs, again) = once(runs, |(name, _)| name, |(_, one), (_, other)| is_same(one, other));
        let runs: Vec<Run> = runs.into_iter().flat_map(|(_, runs)| runs).collect();
        let (found, mut aside) = calibrate(&runs, &stack);
        aside.extend(again.into_iter().map(|[file, first]| Aside {
            place: file,
            figure: None,
            reason: format!("the same as {}, and counted once", file_name(&first)),
        }));
        let Some(found) = found else {
            let reasons: Vec<String> = aside.iter().map(|aside| format!("\n{}", aside.words())).collect();
            return Err(anyhow!(
                "there are too few figures that say something about the engine; at least {FEWEST} are needed{}",
                reasons.concat()
            ));
        };
        let outcome = self.keep(&case, &found)?;
        let told = Calibrated { stack: words(&case, &stack), found: &found, aside: &aside, outcome };
        let status = self.format.print(&page(&told))?;
        Ok(if found.verdict.objection().is_none() { status } else { ExitCode::from(CHECK_FAILED) })
    }

    /// Shows how a run of training went beside what the scenario says.
    fn training(
        &self,
        logs: &[Log],
        again: &[[String; 2]],
        document: &Document,
        case: &Case,
    ) -> Result<ExitCode> {
        let stated = &case.scenario.training;
        let layout = Layout { gpus: stated.gpus, batch_tokens: stated.global_batch_tokens };
        let pace = pace(logs, layout).map_err(|missing| anyhow!(missing))?;
        let beside = case.of(case.changed(|scenario| {
            let training = &mut scenario.training;
            (training.mfu, training.goodput) = (None, None);
            training.gpus = pace.gpus.or(training.gpus);
            training.global_batch_tokens = pace.batch_tokens.or(training.global_batch_tokens);
        }));
        let measured = Measured { pace: &pace, case: &beside, scenario: &document.name };
        let outcome = match &self.save {
            None => "Nothing is kept without --save NAME.".to_owned(),
            Some(_) if measured.is_impossible() => {
                "Nothing is kept: no accelerator of the scenario is that fast.".to_owned()
            }
            Some(name) => keep_run(&self.options, self.replace, name, logs, &measured, document, case)?,
        };
        let again =
            again.iter().map(|[file, first]| format!(" {file} is the same as {first}, and counted once."));
        let status = self.format.print(&measured.page(outcome + &again.collect::<String>()))?;
        let is_refused = self.save.is_some() && measured.is_impossible();
        Ok(if is_refused { ExitCode::from(CHECK_FAILED) } else { status })
    }

    /// Keeps the profile where it helps, and says what became of it.
    fn keep(&self, case: &Case, found: &Calibration) -> Result<String> {
        if let Some(objection) = found.verdict.objection() {
            return Ok(objection.to_owned());
        }
        let Some(name) = &self.save else {
            return Ok("Nothing is kept without --save NAME.".to_owned());
        };
        let store = self.options.store();
        if let Some(path) = store.profile_file(name) {
            self.replace.check(&path)?;
        }
        store.keep_profile(&found.profile(name, case), &found.update.moved)?;
        Ok(format!("Saved: --set serving.profile={name}"))
    }
}

/// What was read, each content once; and the files that hold what another does, with the first that does.
fn once<T>(
    read: Vec<T>,
    name: impl Fn(&T) -> &String,
    is_same: impl Fn(&T, &T) -> bool,
) -> (Vec<T>, Vec<[String; 2]>) {
    let (mut kept, mut again) = (Vec::<T>::new(), Vec::new());
    for one in read {
        match kept.iter().find(|other| is_same(&one, other)) {
            Some(first) => again.push([name(&one).clone(), name(first).clone()]),
            None => kept.push(one),
        }
    }
    (kept, again)
}

/// The stack in words.
fn words(case: &Case, stack: &Deployment) -> String {
    let model = case.served_model().map_or("a model", |model| case.catalog().model(model).slider_name());
    format!(
        "{model} in {} on {} x {}, {}. Where that is not what was measured, say so with --set.",
        stack.weight_precision.id(),
        stack.layout.gpus(),
        case.serving_gpu().name,
        stack.engine.id(),
    )
}

/// Keeps the scenario with what a run of training was like.
#[cfg(feature = "tui")]
fn keep_run(
    options: &Options,
    replace: Replace,
    name: &str,
    logs: &[Log],
    measured: &Measured,
    document: &Document,
    case: &Case,
) -> Result<String> {
    let mut filled = document.clone();
    for (param, value) in measured.states() {
        param.set(&mut filled.scenario, value);
    }
    name.clone_into(&mut filled.name);
    let files: Vec<&str> = logs.iter().map(|log| log.name.as_str()).collect();
    filled.sources.push(format!("speed of training: {}", files.join(", ")));
    let path = replace.save(&options.store(), &mut filled, case.catalog())?;
    Ok(format!("Saved: whatif {}", path.display()))
}

#[cfg(not(feature = "tui"))]
fn keep_run(
    _: &Options,
    _: Replace,
    _: &str,
    _: &[Log],
    _: &Measured,
    _: &Document,
    _: &Case,
) -> Result<String> {
    Err(anyhow!("a scenario is kept by the program with its explorer: here --set takes what it states"))
}
