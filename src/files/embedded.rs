//! Scenarios within exported pages: a page carries the text of the file that it was made from, and opens as that.

use std::borrow::Cow;

/// What begins the text within a page: an element that browsers neither show nor run.
const OPEN: &str = "<script type=\"application/toml\" id=\"whatif\">\n";
/// What ends it.
const CLOSE: &str = "</script>";

/// Letters that could end the text, and what stands for them.
const ESCAPES: [(&str, &str); 2] = [("&", "&amp;"), ("<", "&lt;")];

/// Whether a text is a page, not a file of values.
pub fn is_page(text: &str) -> bool {
    let start = text.trim_start().get(.."<!doctype".len());
    start.is_some_and(|start| start.eq_ignore_ascii_case("<!doctype"))
}

/// The element that holds a text.
#[cfg(feature = "export")]
pub fn element(text: &str) -> String {
    let escape = |text: String, (from, to): (&str, &str)| text.replace(from, to);
    format!("{OPEN}{}{CLOSE}\n", ESCAPES.into_iter().fold(text.to_owned(), escape))
}

/// The text that a page holds; `None` where it holds none.
pub fn held(page: &str) -> Option<String> {
    let (_, rest) = page.split_once(OPEN)?;
    let (text, _) = rest.split_once(CLOSE)?;
    let restore = |text: Cow<'_, str>, (from, to): (&str, &str)| text.replace(to, from).into();
    Some(ESCAPES.into_iter().rev().fold(Cow::Borrowed(text), restore).into_owned())
}
