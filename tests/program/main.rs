//! What the program does: command lines by their outcome, a real terminal; and what the README says of it.

mod commands;
mod export;
mod page;
#[cfg(unix)]
mod pty;
mod readme;
