//! A session as asciicast, version 2: what a terminal is sent, and when.
//!
//! <https://docs.asciinema.org/manual/asciicast/v2/>

use std::io;

use crossterm::cursor::Hide;
use crossterm::queue;
use crossterm::terminal::{Clear, ClearType};
use ratatui_core::buffer::Buffer;
use serde_json::{Value, json};

use crate::tui::output;
use crate::tui::screen::Frame;

/// The frames: the first in full, of the others what changes.
///
/// # Errors
///
/// None that comes from outside; that of the writer to memory.
pub fn cast(frames: &[Frame]) -> io::Result<String> {
    let Some(first) = frames.first() else { return Ok(String::new()) };
    let area = first.screen.area;
    // What is recorded has the colors of its theme, whatever this terminal wants.
    crossterm::style::force_color_output(true);
    let mut lines = vec![json!({
        "version": 2,
        "width": area.width,
        "height": area.height,
        "env": { "TERM": "xterm-256color" },
    })];
    let mut seen = Buffer::empty(area);
    let mut time = 0.0;
    for frame in frames {
        let mut bytes = Vec::new();
        if lines.len() == 1 {
            queue!(bytes, Clear(ClearType::All), Hide)?;
        }
        output::send(&seen, &frame.screen, &mut bytes)?;
        lines.push(event(time, &String::from_utf8_lossy(&bytes)));
        seen.clone_from(&frame.screen);
        time += frame.seconds;
    }
    // The last one is seen as long as it should be.
    lines.push(event(time, ""));
    let lines: Vec<String> = lines.iter().map(Value::to_string).collect();
    Ok(lines.join("\n") + "\n")
}

/// A line that says what is sent, after so many seconds.
fn event(time: f64, bytes: &str) -> Value {
    json!([(time * 1000.0).round() / 1000.0, "o", bytes])
}
