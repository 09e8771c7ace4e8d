//! Explain: every figure's formula with this scenario's numbers in it, line by line, down to sources.

use crate::analysis::explain::explain;
use crate::views::scene::{Scene, View};
use crate::widgets::text::Text;
use crate::widgets::theme::Role;

pub(super) const VIEW: View = View {
    title: "Explain",
    short_title: "Why",
    keys: &["8", "e"],
    help: "Explain: every figure's formula with this scenario's numbers and sources",
    open: |scene| Box::new(text(scene)),
};

fn text(scene: &Scene) -> Text {
    let mut text = Text::default();
    for section in explain(scene.case) {
        text.head(section.title);
        for line in section.lines {
            text.add(Role::Base, format!("  {line}"));
        }
    }
    text
}
