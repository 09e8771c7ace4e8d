//! Options that stand before a command, as `whatif --theme light present tour` has them, are those of the command.

use std::ffi::OsString;

use clap::Command;

/// The arguments with the options before a command behind its name; as they are where no command is named, or where an option
/// is not known.
pub(super) fn arranged(mut arguments: Vec<OsString>, program: &Command) -> Vec<OsString> {
    if let Some(place) = place_of_command(&arguments, program) {
        arguments[1..=place].rotate_right(1);
    }
    arguments
}

/// Where the name of a command stands behind options alone, and their values.
fn place_of_command(arguments: &[OsString], program: &Command) -> Option<usize> {
    let mut place = 1;
    loop {
        let word = arguments.get(place)?.to_str()?;
        let Some(option) = word.strip_prefix("--") else {
            return program.find_subcommand(word).map(|_| place);
        };
        let (name, value) =
            option.split_once('=').map_or((option, None), |(name, value)| (name, Some(value)));
        // The version is that of the program.
        let mut known = program.get_arguments().filter(|known| known.get_id() != "version");
        let known = known.find(|known| known.get_long() == Some(name))?;
        let is_followed = known.get_action().takes_values() && value.is_none();
        place += if is_followed { 2 } else { 1 };
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;
    use crate::cli::Cli;

    #[test]
    fn options_before_a_command_are_its_own() {
        for (given, arranged_so) in [
            ("whatif --scenarios there check tour", "whatif check --scenarios there tour"),
            ("whatif --set a=b --set=c=d report x", "whatif report --set a=b --set=c=d x"),
            ("whatif check --set a=b", "whatif check --set a=b"),
            // The value of an option is no command.
            ("whatif --set report", "whatif --set report"),
            ("whatif gpt-4 report", "whatif gpt-4 report"),
            ("whatif --nothing report", "whatif --nothing report"),
            ("whatif --version report", "whatif --version report"),
            ("whatif -- report", "whatif -- report"),
            ("whatif", "whatif"),
        ] {
            let words = given.split(' ').map(OsString::from).collect();
            let arranged = arranged(words, &Cli::command());
            assert_eq!(arranged.join(" ".as_ref()), arranged_so, "{given}");
        }
    }
}
