//! What the program does: command lines by their outcome, screens through real keys, a real terminal, random keys.

mod commands;
mod harness;
mod help;
mod properties;
#[cfg(unix)]
mod pty;
mod readme;
mod screens;
