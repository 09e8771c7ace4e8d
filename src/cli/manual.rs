//! `whatif completions` and `whatif man`, from the table of the command line; and `whatif --version`.

use std::io;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result};
use clap::builder::PossibleValuesParser;
use clap::{Arg, Args, Command, CommandFactory as _};
use clap_complete::Shell;

use crate::analysis::answer::Answer;
use crate::calibration::Calibration;
use crate::catalog::Catalog;
use crate::cli::Cli;
use crate::cli::output::print;
use crate::evidence::comparisons;
use crate::files::store::{decks, scenarios};
use crate::scenario::ParamId;
use crate::text::date::written;

/// Print the completions of a shell, to be sourced or kept where it looks for them
#[derive(Debug, Args)]
pub(super) struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let mut written = Vec::new();
        clap_complete::generate(self.shell, &mut offering(Cli::command()), "whatif", &mut written);
        if self.shell == Shell::Bash {
            written.extend_from_slice(WITHOUT_SPACE.as_bytes());
        }
        print(written)
    }
}

/// Behind the `=` of a path its value is typed, without a space between.
const WITHOUT_SPACE: &str = r#"
_whatif_values() {
    _whatif "$@"
    if [[ ${COMPREPLY[0]} == *= ]]; then
        compopt -o nospace 2>/dev/null
    fi
}
complete -F _whatif_values -o bashdefault -o default whatif
"#;

/// The command line with the words that its arguments may begin with, none of which is the only one allowed.
fn offering(command: Command) -> Command {
    let offering_words = |argument: Arg| match offered(&argument) {
        Some(words) => argument.value_parser(PossibleValuesParser::new(words)),
        None => argument,
    };
    command.mut_args(offering_words).mut_subcommands(offering)
}

/// Words of the program's own tables that an argument may begin with.
fn offered(argument: &Arg) -> Option<Vec<&'static str>> {
    // The command ends with them.
    let followed = |word: &str| &*format!("{word}=").leak();
    let params = || ParamId::ALL.into_iter().map(|param| param.path);
    let is_named = |kind: &str| {
        let names = argument.get_value_names().unwrap_or_default();
        argument.is_positional() && names.iter().any(|name| name.contains(kind))
    };
    Some(match argument.get_id().as_str() {
        "set" | "over" => params().map(followed).collect(),
        "by" => params().collect(),
        "target" => Answer::ALL.into_iter().map(|answer| followed(answer.id())).collect(),
        "answer" => Answer::ALL.into_iter().map(Answer::id).collect(),
        _ if is_named("PRESET") => scenarios().into_iter().chain(decks()).map(|id| &*id.leak()).collect(),
        _ if is_named("DECK") => decks().into_iter().map(|id| &*id.leak()).collect(),
        _ => return None,
    })
}

/// Print the manual page, or write those of all commands
#[derive(Debug, Args)]
pub(super) struct Man {
    /// Directory for a page of each command, as whatif.1 and whatif-report.1
    #[arg(long, value_name = "DIR")]
    to: Option<PathBuf>,
}

impl Man {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let mut command = Cli::command().disable_help_subcommand(true);
        command.build();
        if let Some(to) = &self.to {
            std::fs::create_dir_all(to)
                .and_then(|()| write_pages(&command, to))
                .with_context(|| format!("cannot write manual pages to {}", to.display()))?;
            return Ok(ExitCode::SUCCESS);
        }
        let mut written = Vec::new();
        page(&command).render(&mut written)?;
        print(written)
    }
}

/// The page of a command, with the version and the month of the prices that it has.
fn page(command: &Command) -> clap_mangen::Man {
    clap_mangen::Man::new(command.clone())
        .date(Catalog::embedded().rates().as_of.clone())
        .source(concat!("whatif ", env!("CARGO_PKG_VERSION")))
}

/// The pages of a command and of those below it.
fn write_pages(command: &Command, to: &Path) -> io::Result<()> {
    for command in command.get_subcommands().filter(|command| !command.is_hide_set()) {
        write_pages(command, to)?;
    }
    page(command).generate_to(to).map(drop)
}

/// The version, the month of the newest prices, and that of the newest software whose published results were fitted.
pub(super) fn version() -> String {
    let prices = Catalog::embedded().rates().as_of.clone();
    let rows = comparisons(&Calibration::embedded());
    let newest = rows.iter().map(|row| row.software_date).fold(0.0, f64::max);
    format!(
        "whatif {}\nprices as of {prices}; constants fitted to published results up to {}\n",
        env!("CARGO_PKG_VERSION"),
        written((newest * 12.0).round()),
    )
}
