//! Annotations: what GitHub's workflows show beside a file (their documentation, "Workflow commands").

use crate::analysis::findings::Severity;

/// What is shown beside a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    pub severity: Severity,
    /// The file as the workflow names it; `None` where there is none.
    pub file: Option<String>,
    /// Line and column, from 1.
    pub place: Option<[usize; 2]>,
    pub title: String,
    pub text: String,
}

impl Annotation {
    /// Its line, with the newline at the end.
    pub fn line(&self) -> String {
        let command = match self.severity {
            Severity::Breach => "error",
            Severity::Warning => "warning",
            Severity::Assumption | Severity::Remark => "notice",
        };
        let file = self.file.as_ref().map_or(String::new(), |file| format!("file={},", escaped(file, true)));
        let place = self.place.map_or(String::new(), |[line, column]| format!("line={line},col={column},"));
        format!(
            "::{command} {file}{place}title={}::{}\n",
            escaped(&self.title, true),
            escaped(&self.text, false)
        )
    }
}

/// A text in which nothing ends it; a property also ends at a colon or a comma.
fn escaped(text: &str, is_property: bool) -> String {
    let text = text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A");
    if is_property { text.replace(':', "%3A").replace(',', "%2C") } else { text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_in_a_text_ends_it() {
        let annotation = Annotation {
            severity: Severity::Breach,
            file: Some("costs/a,b:c.toml".to_owned()),
            place: Some([3, 7]),
            title: "100%".to_owned(),
            text: "busy: 80%, idle\n20%".to_owned(),
        };
        let line = "::error file=costs/a%2Cb%3Ac.toml,line=3,col=7,title=100%25::busy: 80%25, idle%0A20%25\n";
        assert_eq!(annotation.line(), line);
        let bare = Annotation { severity: Severity::Warning, file: None, place: None, ..annotation };
        assert_eq!(bare.line(), "::warning title=100%25::busy: 80%25, idle%0A20%25\n");
    }
}
