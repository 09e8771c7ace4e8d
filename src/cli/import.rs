//! `whatif import`.

use std::io;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Result, ensure};
use clap::Args;

use crate::analysis::case::World;
use crate::cli::output::print;
use crate::files::store::Store;
use crate::import::config::{self, to_toml};
use crate::text::name::{ID, is_id};

/// Make a model of a config.json, as Hugging Face has it
#[derive(Debug, Args)]
pub(super) struct Import {
    /// A config.json, the directory of a model, or - for standard input
    #[arg(value_name = "FILE | DIRECTORY | -")]
    from: PathBuf,
    /// Its id in scenarios and on the command line [default: its name]
    #[arg(long, value_name = "NAME")]
    id: Option<String>,
    /// Keep it beside your scenarios
    #[arg(long)]
    save: bool,
    /// Directory of saved scenarios [default: the platform's configuration directory]
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
}

impl Import {
    /// Prints the model as a file of the catalog has it, or where it is kept.
    pub(super) fn run(&self) -> Result<ExitCode> {
        if let Some(id) = &self.id {
            ensure!(is_id(id), "`{id}` is not a valid id; allowed: {ID}");
        }
        let id = self.id.as_deref();
        let model = if self.from.as_os_str() == "-" {
            config::open_stream(io::stdin().lock(), id)?
        } else {
            config::open(&self.from, id)?
        };
        let text = to_toml(&model);
        if !self.save {
            return print(text);
        }
        let store = Store::new(self.scenarios.clone());
        let mut catalog = World::embedded().catalog;
        store.add_models(&mut catalog)?;
        let path = store.keep_model(&model, &catalog)?;
        let summary = text.lines().next().unwrap_or_default().trim_start_matches("# ");
        let note = model.note.map(|note| format!("{note}\n")).unwrap_or_default();
        print(format!("{summary}\n{note}saved as {}\nwhatif report {}\n", path.display(), model.id))
    }
}
