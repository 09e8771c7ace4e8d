//! Drawings as SVG whose colors are left to the page.

use std::fmt::Write as _;

use crate::export::drawing::{Anchor, Drawing, Shape};
use crate::export::escape::html;

/// A drawing with its name and what is to be seen in it; `id` is its own on the page.
pub fn svg(drawing: &Drawing, id: &str, class: &str, title: &str, description: &str) -> String {
    let Drawing { width, height, shapes } = drawing;
    let mut out = format!(
        "<svg class=\"{class}\" viewBox=\"0 0 {width} {height}\" role=\"img\" \
         aria-labelledby=\"{id}-title {id}-text\"><title id=\"{id}-title\">{}</title>\
         <desc id=\"{id}-text\">{}</desc>\n",
        html(title),
        html(description)
    );
    for shape in shapes {
        write_shape(shape, &mut out);
        out.push('\n');
    }
    out.push_str("</svg>\n");
    out
}

fn write_shape(shape: &Shape, out: &mut String) {
    let _ = match shape {
        Shape::Line { points, tone, width } => write!(
            out,
            "<path class=\"line {}\" stroke-width=\"{}\" d=\"{}\"/>",
            tone.id(),
            short(*width),
            path(points)
        ),
        Shape::Area { corners, tone, opacity } => {
            write!(out, "<path class=\"{}\"{} d=\"{}z\"/>", tone.id(), faint(*opacity), path(corners))
        }
        Shape::Disc { center: [x, y], radius, tone, opacity } => write!(
            out,
            "<circle class=\"{}\"{} cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            tone.id(),
            faint(*opacity),
            short(*x),
            short(*y),
            short(*radius)
        ),
        Shape::Words { at: [x, y], anchor, tone, size, bold, words } => {
            let anchor = match anchor {
                Anchor::Start => "",
                Anchor::Middle => " text-anchor=\"middle\"",
                Anchor::End => " text-anchor=\"end\"",
            };
            let bold = if *bold { " strong" } else { "" };
            write!(
                out,
                "<text class=\"{}{bold}\" x=\"{}\" y=\"{}\" font-size=\"{}\"{anchor}>{}</text>",
                tone.id(),
                short(*x),
                short(*y),
                short(*size),
                html(words)
            )
        }
    };
}

fn faint(opacity: f64) -> String {
    if opacity < 1.0 { format!(" fill-opacity=\"{}\"", short(opacity)) } else { String::new() }
}

fn path(points: &[[f64; 2]]) -> String {
    let corners: Vec<String> = points.iter().map(|[x, y]| format!("{} {}", short(*x), short(*y))).collect();
    format!("M{}", corners.join("L"))
}

/// A length to a hundredth, without what says nothing.
fn short(length: f64) -> String {
    ((length * 100.0).round() / 100.0).to_string()
}
