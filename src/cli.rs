//! The command line: one file a command, listed here once.

// What cannot be told is no reason to end: `output::say`.
#![warn(clippy::print_stderr)]

mod arguments;
mod audit;
mod calibrate;
mod check;
mod compare;
#[cfg(feature = "tui")]
mod explore;
#[cfg(feature = "export")]
mod export;
#[cfg(feature = "fit")]
mod fit;
mod import;
mod input;
mod list;
#[cfg(feature = "tui")]
mod look;
mod manual;
mod metrics;
#[cfg(feature = "tui")]
mod new;
mod output;
#[cfg(feature = "tui")]
mod picture;
#[cfg(feature = "tui")]
mod present;
#[cfg(feature = "tui")]
mod record;
mod report;
mod schema;
mod show;
mod solve;
mod sweep;
mod validate;

use std::process::ExitCode;

use anyhow::Result;
use clap::{CommandFactory as _, Parser, Subcommand};

/// What AI models cost: to train once, to serve every day, and over their life.
#[derive(Debug, Parser)]
#[command(name = "whatif", about, max_term_width = 100, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    scenario: input::Scenario,
    #[cfg(feature = "tui")]
    #[command(flatten)]
    look: look::LookArgs,
    /// A serving engine to watch: its page of metrics, a Prometheus server, or a file [default: `actual.metrics`]
    #[arg(long, value_name = "URL | FILE")]
    metrics: Option<String>,
    /// Print the version, and of when its prices and its constants are
    #[arg(short = 'V', long)]
    version: bool,
}

#[derive(Debug, Subcommand)]
enum Command {
    Report(report::Report),
    Compare(compare::Compare),
    Sweep(sweep::Sweep),
    Show(show::Show),
    Solve(solve::Solve),
    Check(check::Check),
    Audit(audit::Audit),
    Metrics(metrics::Metrics),
    Validate(validate::Validate),
    Import(import::Import),
    Calibrate(calibrate::Calibrate),
    #[cfg(feature = "fit")]
    Fit(fit::Fit),
    #[cfg(feature = "export")]
    Export(export::Export),
    #[cfg(feature = "tui")]
    Present(present::Present),
    #[cfg(feature = "tui")]
    Picture(picture::Picture),
    #[cfg(feature = "tui")]
    Record(record::Record),
    List(list::List),
    #[cfg(feature = "tui")]
    New(new::New),
    Schema(schema::Schema),
    Completions(manual::Completions),
    Man(manual::Man),
}

/// Exit status for bad input.
const BAD_INPUT: u8 = 2;

/// The program: carries out the command line; its status is 1 where a check failed and 2 for bad input.
pub fn main() -> ExitCode {
    let arguments = arguments::arranged(std::env::args_os().collect(), &Cli::command());
    let done = match Cli::try_parse_from(arguments) {
        Ok(cli) => run(cli),
        // What is asked for is printed as it is; what is wrong quotes what was typed.
        Err(asked) if !asked.use_stderr() => output::print_by(|_| asked.print()),
        Err(error) => {
            output::say(error.render().to_string().trim_end());
            return ExitCode::from(BAD_INPUT);
        }
    };
    match done {
        Ok(status) => status,
        Err(error) => {
            output::say(&format!("error: {error:#}"));
            ExitCode::from(BAD_INPUT)
        }
    }
}

fn run(cli: Cli) -> Result<ExitCode> {
    if cli.version {
        return output::print(manual::version());
    }
    match cli.command {
        Some(Command::Report(command)) => command.run(),
        Some(Command::Compare(command)) => command.run(),
        Some(Command::Sweep(command)) => command.run(),
        Some(Command::Show(command)) => command.run(),
        Some(Command::Solve(command)) => command.run(),
        Some(Command::Check(command)) => command.run(),
        Some(Command::Audit(command)) => command.run(),
        Some(Command::Metrics(command)) => command.run(),
        Some(Command::Validate(command)) => command.run(),
        Some(Command::Import(command)) => command.run(),
        Some(Command::Calibrate(command)) => command.run(),
        #[cfg(feature = "fit")]
        Some(Command::Fit(command)) => command.run(),
        #[cfg(feature = "export")]
        Some(Command::Export(command)) => command.run(),
        #[cfg(feature = "tui")]
        Some(Command::Present(command)) => command.run(),
        #[cfg(feature = "tui")]
        Some(Command::Picture(command)) => command.run(),
        #[cfg(feature = "tui")]
        Some(Command::Record(command)) => command.run(),
        Some(Command::List(command)) => command.run(),
        #[cfg(feature = "tui")]
        Some(Command::New(command)) => command.run(),
        Some(Command::Schema(command)) => command.run(),
        Some(Command::Completions(command)) => command.run(),
        Some(Command::Man(command)) => command.run(),
        #[cfg(feature = "tui")]
        None if output::is_terminal() => explore::explore(&cli.scenario, cli.look, cli.metrics.as_deref()),
        None => report::Report::of(cli.scenario, cli.metrics).run(),
    }
}
