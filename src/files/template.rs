//! A scenario file to start from: every parameter with what it means, what it may be, and what it is.

use std::fmt::Write as _;

use crate::catalog::Catalog;
use crate::files::document::{Document, FORMAT};
use crate::files::write::toml;
use crate::scenario::ParamId;
use crate::scenario::value::Value;
use crate::text::wrap::wrapped;

/// Columns of a comment.
const WIDTH: usize = 96;

impl Document {
    /// The text of a file in which every parameter is explained. What the scenario states is stated; all else is commented
    /// out, with the value that it has.
    pub fn to_template(&self, catalog: &Catalog) -> String {
        let mut text = format!("format = {FORMAT}\n");
        for (key, value) in [("name", &self.name), ("summary", &self.summary)] {
            if !value.is_empty() {
                let _ = writeln!(text, "{key} = {}", toml_edit::Value::from(value));
            }
        }
        if !self.sources.is_empty() {
            let sources: toml_edit::Array = self.sources.iter().collect();
            let _ = writeln!(text, "sources = {sources}");
        }
        let said = self.new_file(catalog);
        // What is in no table comes before all of them.
        let mut tables = vec![""];
        for (table, _) in paths() {
            if !tables.contains(&table) {
                tables.push(table);
            }
        }
        let tiers = said
            .get("tier")
            .and_then(toml_edit::Item::as_array_of_tables)
            .map_or(0, toml_edit::ArrayOfTables::len);
        for table in tables {
            let number: Option<usize> = table.strip_prefix("tier.").and_then(|number| number.parse().ok());
            // Where there are no tiers, one is commented out.
            let head = match number {
                Some(number) if number <= tiers => "[[tier]]".to_owned(),
                Some(1) => "# [[tier]]".to_owned(),
                Some(_) => continue,
                None => format!("[{table}]"),
            };
            if !table.is_empty() {
                let _ = writeln!(text, "\n{head}");
            }
            if let Some(name) = number.and_then(|number| self.tier_names.get(number - 1)?.as_ref()) {
                let _ = writeln!(text, "name = {}", toml_edit::Value::from(name));
            }
            let is_named = number.is_some_and(|number| number <= tiers);
            for (_, param) in paths().filter(|(of, _)| *of == table) {
                self.explain(param, is_named, &mut text, catalog);
            }
        }
        if let Some(gpu) = said.get("gpu") {
            let mut own = toml_edit::DocumentMut::new();
            own["gpu"] = gpu.clone();
            text += &own.to_string();
        }
        text
    }

    /// A parameter with its meaning, commented out where it is as it would be without it and need not be named.
    fn explain(&self, param: ParamId, is_named: bool, text: &mut String, catalog: &Catalog) {
        let meaning = format!("{}: {} ({})", param.label, param.help, param.allowed());
        for line in wrapped(&meaning, WIDTH) {
            let _ = writeln!(text, "# {line}");
        }
        let stated = param.stated(&self.scenario);
        let usual = param.stated(&Document::new("", catalog).scenario);
        let is_named = is_named || matches!(param, ParamId::ModelPreset | ParamId::HardwareGpu);
        let (off, value) = if stated != usual || is_named && stated != Value::Auto {
            ("", stated)
        } else {
            ("# ", param.effective(&self.scenario, catalog))
        };
        let key = param.path.rsplit('.').next().unwrap_or(param.path);
        let _ = writeln!(text, "{off}{key} = {}", toml(param, value, catalog));
    }
}

/// Every parameter with the table that it is in.
fn paths() -> impl Iterator<Item = (&'static str, ParamId)> {
    ParamId::ALL.into_iter().map(|param| (param.path.rsplit_once('.').map_or("", |(table, _)| table), param))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::files::store::Store;

    fn read(text: &str, catalog: &Catalog) -> Document {
        Document::parse("a template", text, catalog).unwrap_or_else(|error| panic!("{error}")).0
    }

    #[test]
    fn a_template_of_every_scenario_reads_as_that() {
        let (catalog, store) = (Catalog::embedded(), Store::new(None));
        for entry in Store::built_in_entries() {
            let opened = store.open(&entry.id, &catalog).expect("built in");
            let again = read(&opened.document.to_template(&catalog), &catalog);
            assert_eq!(again.scenario, opened.document.scenario, "{}", entry.id);
            assert_eq!((again.name, again.tier_names), (opened.document.name, opened.document.tier_names));
        }
    }

    #[test]
    fn every_line_that_is_commented_out_may_be_stated() {
        let catalog = Catalog::embedded();
        let template = Document::new("Mine", &catalog).to_template(&catalog);
        let lines: Vec<&str> = template.lines().collect();
        let mut count = 0;
        for (index, line) in lines.iter().enumerate() {
            let Some(stated) = line.strip_prefix("# ").filter(|line| line.contains(" = ")) else { continue };
            let of_tier = lines[..index].contains(&"# [[tier]]");
            let mut changed: Vec<String> = lines.iter().map(|line| (*line).to_owned()).collect();
            stated.clone_into(&mut changed[index]);
            if of_tier {
                changed = changed.into_iter().map(|line| line.replace("# [[tier]]", "[[tier]]")).collect();
            }
            read(&changed.join("\n"), &catalog);
            count += 1;
        }
        let tiers = ParamId::ALL.into_iter().filter(|param| param.path.starts_with("tier."));
        let beyond = tiers.filter(|param| !param.path.starts_with("tier.1.")).count();
        assert_eq!(count, ParamId::ALL.len() - beyond - 2, "but for the model and the accelerator");
    }
}
