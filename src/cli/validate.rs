//! `whatif validate`.

use std::process::ExitCode;

use anyhow::Result;
use clap::Args;

use crate::calibration::Calibration;
use crate::cli::output::FormatArgs;
use crate::evidence::comparisons;
use crate::report::validation;

/// Compare predictions with published results, by kind
#[derive(Debug, Args)]
pub(super) struct Validate {
    #[command(flatten)]
    format: FormatArgs,
    /// Predict each group with constants fitted without it; takes a few seconds
    #[cfg(feature = "fit")]
    #[arg(long, value_enum, value_name = "GROUP")]
    leave_out: Option<left_out::Group>,
}

impl Validate {
    pub(super) fn run(&self) -> Result<ExitCode> {
        let calibration = Calibration::embedded();
        #[cfg(feature = "fit")]
        if let Some(group) = self.leave_out {
            let rows = crate::fitting::left_out::comparisons(&calibration, group.into());
            return self.format.print(&validation::page(&rows));
        }
        self.format.print(&validation::page(&comparisons(&calibration)))
    }
}

#[cfg(feature = "fit")]
mod left_out {
    use clap::ValueEnum;

    use crate::evidence::measurement;

    /// What may be left out.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
    pub(super) enum Group {
        /// Whole models
        Model,
        /// Whole accelerators
        Gpu,
        /// Whole hardware families
        Family,
    }

    impl From<Group> for measurement::Group {
        fn from(group: Group) -> Self {
            match group {
                Group::Model => Self::Model,
                Group::Gpu => Self::Gpu,
                Group::Family => Self::Family,
            }
        }
    }
}
