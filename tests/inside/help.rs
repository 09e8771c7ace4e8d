//! What `--help` says, of the program and of every command.

use clap::{CommandFactory as _, Parser as _};

use crate::cli::Cli;

/// What is printed, without spaces at the ends of lines.
fn help(arguments: &[&str]) -> String {
    let asked =
        Cli::try_parse_from([&["whatif"], arguments].concat()).expect_err("help is no command to carry out");
    asked.to_string().lines().map(str::trim_end).collect::<Vec<_>>().join("\n")
}

#[test]
fn every_command_explains_itself_as_approved() {
    insta::assert_snapshot!("help", help(&["--help"]));
    let mut program = Cli::command();
    program.build();
    let names: Vec<&str> = program.get_subcommands().map(clap::Command::get_name).collect();
    for name in names.into_iter().filter(|name| *name != "help") {
        insta::assert_snapshot!(format!("help-{name}"), help(&[name, "--help"]));
    }
}

#[test]
fn every_argument_is_explained() {
    let mut program = Cli::command();
    program.build();
    for command in program.get_subcommands().filter(|command| command.get_name() != "help").chain([&program])
    {
        assert!(command.get_about().is_some(), "{}", command.get_name());
        for argument in command.get_arguments() {
            let help = argument.get_help().map(ToString::to_string).unwrap_or_default();
            assert!(
                !help.is_empty() && !help.ends_with('.'),
                "{} {}: {help}",
                command.get_name(),
                argument.get_id()
            );
        }
    }
}
