//! A handout as one HTML file that asks nothing of any network: light and dark, on paper and on a phone.

use std::fmt::Write as _;

use crate::export::chart::Chart;
use crate::export::draw::{Width, draw};
use crate::export::escape::html as escaped;
use crate::export::handout::{Handout, Headline, Part, Section};
use crate::export::svg::svg;
use crate::export::tone::{Tone, themes};
use crate::files::embedded;
use crate::report::page::{Block, Figure};
use crate::report::table::{Align, Table};
use crate::tui::picture::color::Paper;
use crate::tui::picture::svg::hex;

/// Nothing may be loaded or run; the page's own style is all that it has.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'";
const STYLE: &str = include_str!("page.css");
/// The most columns that have room on a phone.
const FEW: usize = 3;
/// Bytes of a word that is not cut.
const WHOLE: usize = 16;

/// The text of the file.
pub fn html(handout: &Handout) -> String {
    let mut out = format!(
        "<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"generator\" content=\"whatif {}\">\n<title>{}</title>\n<style>\n{}{STYLE}</style>\n</head>\n\
         <body>\n<main>\n<header>\n<h1>{}</h1>\n",
        env!("CARGO_PKG_VERSION"),
        escaped(&handout.title),
        colors(),
        escaped(&handout.title)
    );
    for sentence in &handout.introduction {
        paragraph(sentence, &mut out);
    }
    out.push_str("</header>\n");
    let mut charts = 0;
    for section in &handout.sections {
        write_section(section, &mut charts, &mut out);
    }
    out.push_str("</main>\n<footer>\n<h2>How this was made</h2>\n");
    write_figures(&handout.colophon, &mut out);
    out.push_str("<p>This file holds what it was made from: <code>whatif FILE.html</code> opens it again.</p>\n</footer>\n");
    out.push_str(&embedded::element(&handout.source));
    out.push_str("</body>\n</html>\n");
    out
}

/// The colors of the screen's themes; paper is light.
fn colors() -> String {
    let [light, dark] = themes().map(|theme| {
        let tones = Tone::ALL.map(|tone| format!("--{}:{};", tone.id(), hex(tone.rgb(&theme))));
        format!("--ground:{};{}", hex(Paper::of(&theme).ground), tones.concat())
    });
    format!(
        ":root{{color-scheme:light dark;{light}}}\n\
         @media screen and (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"
    ) + &Tone::ALL.map(|tone| format!("svg .{0}{{fill:var(--{0})}}svg .line.{0}{{stroke:var(--{0})}}.tone-{0}{{color:var(--{0})}}\n", tone.id())).concat()
}

fn paragraph(words: &str, out: &mut String) {
    let _ = writeln!(out, "<p>{}</p>", linked(words));
}

fn write_section(section: &Section, charts: &mut usize, out: &mut String) {
    out.push_str("<section>\n");
    if !section.heading.is_empty() {
        let _ = writeln!(out, "<h2>{}</h2>", escaped(&section.heading));
    }
    for part in &section.parts {
        match part {
            Part::Answers(answers) => write_answers(answers, out),
            Part::Chart(chart) => {
                *charts += 1;
                write_chart(chart, *charts, out);
            }
            Part::Block(block) => write_block(block, out),
            Part::Words(words) => paragraph(words, out),
        }
    }
    out.push_str("</section>\n");
}

fn write_answers(answers: &[Headline], out: &mut String) {
    out.push_str("<dl class=\"answers\">\n");
    for answer in answers {
        let _ = write!(
            out,
            "<div><dt>{}</dt><dd class=\"value\">{}</dd>",
            escaped(&answer.label),
            escaped(&answer.value)
        );
        if let Some(range) = &answer.range {
            let _ = write!(out, "<dd class=\"range\">80% range: {}</dd>", escaped(range));
        }
        if let Some((words, tone)) = &answer.change {
            let _ = write!(out, "<dd class=\"tone-{}\">{}</dd>", tone.id(), escaped(words));
        }
        out.push_str("</div>\n");
    }
    out.push_str("</dl>\n");
}

/// A chart at both widths, of which a page shows one, and its figures.
fn write_chart(chart: &Chart, number: usize, out: &mut String) {
    let _ = writeln!(out, "<figure>\n<h3>{}</h3>", escaped(&chart.title));
    for width in [Width::Wide, Width::Narrow] {
        if let Some(drawing) = draw(chart, width) {
            let id = format!("chart-{number}-{}", width.id());
            out.push_str(&svg(&drawing, &id, width.id(), &chart.title, &chart.caption));
        }
    }
    let _ = writeln!(out, "<figcaption>{}</figcaption>\n</figure>", escaped(&chart.caption));
    out.push_str("<details>\n<summary>The same figures as a table</summary>\n");
    write_table(&chart.table, out);
    out.push_str("</details>\n");
}

fn write_block(block: &Block, out: &mut String) {
    match block {
        Block::Table(table) | Block::Listing(table) => write_table(table, out),
        Block::Figures(figures) => write_figures(figures, out),
        Block::Items(lines) | Block::Lines(lines) => {
            out.push_str("<ul>\n");
            for line in lines {
                let _ = writeln!(out, "<li>{}</li>", linked(line).replace('\n', "<br>"));
            }
            out.push_str("</ul>\n");
        }
    }
}

fn write_figures(figures: &[Figure], out: &mut String) {
    out.push_str("<div class=\"scroll\"><table class=\"figures\">\n<tbody>\n");
    for Figure { label, words, range } in figures {
        let part = if label.starts_with(' ') { " class=\"part\"" } else { "" };
        let _ = write!(out, "<tr><th scope=\"row\"{part}>{}</th>", escaped(label.trim_start()));
        match range {
            Some(range) => {
                let _ = write!(
                    out,
                    "<td>{} <span class=\"range\">80%: {}</span></td>",
                    escaped(words),
                    escaped(range)
                );
            }
            None => {
                let _ = write!(out, "<td>{}</td>", linked(words));
            }
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}

fn write_table(table: &Table, out: &mut String) {
    // A few columns have room on a phone; others are scrolled.
    let few = if table.columns.len() <= FEW { " class=\"few\"" } else { "" };
    let _ = write!(out, "<div class=\"scroll\"><table{few}>\n<thead><tr>");
    for column in &table.columns {
        let class = if column.align == Align::Right { " class=\"number\"" } else { "" };
        let _ = write!(out, "<th scope=\"col\"{class}>{}</th>", escaped(&column.heading));
    }
    out.push_str("</tr></thead>\n<tbody>\n");
    for row in &table.rows {
        out.push_str("<tr>");
        for (index, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
            let shown = cell.show(column.unit);
            let words = linked(&shown);
            let class = match column.align {
                Align::Right => " class=\"number\"",
                // A date or a name is not cut at its hyphens.
                Align::Left if shown.len() <= WHOLE && !shown.contains(' ') => " class=\"whole\"",
                Align::Left => "",
            };
            let _ = match index {
                0 => write!(out, "<th scope=\"row\"{class}>{words}</th>"),
                _ => write!(out, "<td{class}>{words}</td>"),
            };
        }
        out.push_str("</tr>\n");
    }
    out.push_str("</tbody>\n</table></div>\n");
}

/// Words with the addresses in them as links, which are followed only when somebody does.
fn linked(words: &str) -> String {
    let mut out = String::new();
    let mut rest = words;
    while let Some(start) = rest.find("https://").or_else(|| rest.find("http://")) {
        let (before, from) = rest.split_at(start);
        let end =
            from.find(|letter: char| letter.is_whitespace() || "\"<>".contains(letter)).unwrap_or(from.len());
        let address = from[..end].trim_end_matches(['.', ',', ';', ':', ')']);
        let shown = escaped(address);
        let _ = write!(out, "{}<a rel=\"noreferrer\" href=\"{shown}\">{shown}</a>", coded(before));
        rest = &from[address.len()..];
    }
    out + &coded(rest)
}

/// Words with what stands between backticks as code.
fn coded(words: &str) -> String {
    let parts: Vec<&str> = words.split('`').collect();
    if parts.len().is_multiple_of(2) {
        return escaped(words);
    }
    let marked = |(index, part): (usize, &&str)| match index % 2 {
        0 => escaped(part),
        _ => format!("<code>{}</code>", escaped(part)),
    };
    parts.iter().enumerate().map(marked).collect()
}
