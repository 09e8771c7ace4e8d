//! Exported documents: what is in them, and that a page opens again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use tempfile::TempDir;

use crate::harness::{output, refusal, whatif};

/// A folder for what is written.
struct Folder(TempDir);

impl Folder {
    fn new() -> Self {
        Self(tempfile::tempdir().expect("a temporary directory"))
    }

    fn file(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    /// Exports to a file, also once more, and gives its path.
    fn export(&self, arguments: &[&str], name: &str) -> String {
        let path = self.file(name).to_str().expect("a path").to_owned();
        let said = output(&[&["export"], arguments, &["--force", "--to", &path]].concat());
        assert_eq!(said, "");
        path
    }

    fn page(&self, arguments: &[&str]) -> String {
        fs::read_to_string(self.export(arguments, "page.html")).expect("a page")
    }
}

const CHANGED: [&str; 5] =
    ["default", "--set", "workload.cache_hit_rate=50%", "--set", "hardware.gpu=h200-sxm"];

/// A tag of a page: its name, with `/` in front where it ends an element, and its attributes.
struct Tag<'a> {
    name: &'a str,
    attributes: Vec<(&'a str, &'a str)>,
    /// What follows it up to the next tag.
    text: &'a str,
}

impl Tag<'_> {
    fn attribute(&self, name: &str) -> Option<&str> {
        self.attributes.iter().find(|(key, _)| *key == name).map(|(_, value)| *value)
    }
}

/// The tags of a page; every attribute must be in quotes, or have no value.
fn tags(page: &str) -> Vec<Tag<'_>> {
    let mut found = Vec::new();
    let mut rest = page;
    while let Some(start) = rest.find('<') {
        let from = &rest[start + 1..];
        let end = from.find('>').expect("a tag ends");
        let inner = from[..end].trim_end_matches('/');
        let (name, mut words) = inner.split_once(' ').unwrap_or((inner, ""));
        let mut attributes = Vec::new();
        while let Some((key, value)) = words.split_once("=\"") {
            let (value, after) = value.split_once('"').expect("quotes are closed");
            attributes.push((key.trim(), value));
            words = after;
        }
        let text = &from[end + 1..];
        // Styles and data are text as they stand.
        let close = match name {
            "style" => text.find("</style"),
            "script" => text.find("</script"),
            _ => text.find('<'),
        };
        let close = close.unwrap_or(text.len());
        found.push(Tag { name, attributes, text: &text[..close] });
        rest = &text[close..];
    }
    found
}

/// Elements that nothing ends.
const VOID: [&str; 5] = ["!doctype", "meta", "br", "path", "circle"];

/// What every page must be: well formed, without anything to load, with headings in order and charts that are told.
fn check(page: &str) {
    let tags = tags(page);
    let mut open = Vec::new();
    let mut ids = Vec::new();
    let mut level = 0;
    for (index, tag) in tags.iter().enumerate() {
        if let Some(name) = tag.name.strip_prefix('/') {
            assert_eq!(open.pop(), Some(name), "near {:?}", tag.text);
        } else if !VOID.contains(&tag.name) {
            open.push(tag.name);
        }
        for key in
            ["src", "srcset", "data", "action", "background", "poster", "xlink:href", "onload", "onclick"]
        {
            assert_eq!(tag.attribute(key), None, "{key} of {}", tag.name);
        }
        if let Some(address) = tag.attribute("href") {
            assert!(tag.name == "a" && address.starts_with("https://"), "{} {address}", tag.name);
            assert_eq!(tag.attribute("rel"), Some("noreferrer"));
        }
        match tag.name {
            "svg" => {
                assert_eq!(tag.attribute("role"), Some("img"));
                assert!(tags[index + 1].name == "title" && !tags[index + 1].text.is_empty());
                assert!(tags[index + 3].name == "desc" && !tags[index + 3].text.is_empty());
            }
            "script" => assert_eq!(tag.attribute("type"), Some("application/toml")),
            "style" => assert!(!tag.text.contains("url(") && !tag.text.contains("@import")),
            "th" => assert!(tag.attribute("scope").is_some()),
            "h1" | "h2" | "h3" => {
                let own: usize = tag.name[1..].parse().expect("a number");
                assert!(own <= level + 1, "{} after a heading of level {level}", tag.text);
                assert!(own > 1 || level == 0, "a second title");
                level = own;
            }
            "link" | "iframe" | "object" | "embed" | "img" | "base" | "form" => panic!("a {}", tag.name),
            _ => {}
        }
        ids.extend(tag.attribute("id"));
    }
    assert_eq!(open, [""; 0]);
    let count = ids.len();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count, "an id is used twice");
    assert!(tags.iter().any(|tag| tag.name == "html" && tag.attribute("lang") == Some("en")));
    assert!(tags.iter().any(|tag| tag.attribute("name") == Some("viewport")));
}

#[test]
fn a_page_loads_nothing_and_can_be_read_by_everybody() {
    let folder = Folder::new();
    for name in ["default", "gpt-4", "chatgpt-2023", "llama-3.1-405b"] {
        check(&folder.page(&[name]));
    }
    let page = folder.page(&CHANGED);
    check(&page);
    assert!(tags(&page).iter().filter(|tag| tag.name == "svg").count() >= 14, "seven charts in two widths");
}

#[test]
fn a_page_shows_the_figures_of_the_report() {
    let folder = Folder::new();
    let page = folder.page(&CHANGED).replace("&#39;", "'");
    let report = output(&[&["report"], &CHANGED[..], &["--format", "markdown"]].concat());
    let rows = report.lines().filter_map(|line| line.strip_prefix("| "));
    let mut compared = 0;
    for row in rows.filter(|row| row.contains(" to ") && row.contains('$')) {
        let cells: Vec<&str> = row.trim_end_matches(" |").split(" | ").collect();
        if let [_, words, range] = cells[..] {
            assert!(page.contains(words) && page.contains(range), "{row}");
            compared += 1;
        }
    }
    assert!(compared > 10, "{compared}");
}

#[test]
fn a_page_opens_again_as_what_it_was_made_from() {
    let folder = Folder::new();
    let path = folder.export(&CHANGED, "page.html");
    let report = |arguments: &[&str]| -> Value {
        let text = output(&[&["report"], arguments, &["--format", "json"]].concat());
        let mut report: Value = serde_json::from_str(&text).expect("JSON");
        // What was published is known of built-in scenarios alone.
        report["published"].take();
        report
    };
    assert_eq!(report(&[&path]), report(&CHANGED));
    // And what is exported from that says the same again.
    let again = folder.export(&[&path], "again.html");
    assert_eq!(report(&[&again]), report(&CHANGED));
    let other = folder.file("other.html");
    fs::write(&other, "<!DOCTYPE html><title>another page</title>").expect("written");
    let refused = whatif(&["report", other.to_str().expect("a path")]);
    assert_eq!(refused.status.code(), Some(2));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("holds no scenario or deck"));
}

#[test]
fn nothing_in_a_file_is_markup_in_a_page() {
    let folder = Folder::new();
    let name = r#"</script><script>alert(1)</script> "a" & 'b' <b>bold</b>"#;
    let text = format!(
        "format = 1\nname = '''{name}'''\nsummary = '''<!-- {name}'''\nsources = ['''<img src=x> {name}''']\n"
    );
    let file = folder.file("hostile.toml");
    fs::write(&file, text).expect("written");
    let file = file.to_str().expect("a path");
    let path = folder.export(&[file], "page.html");
    let page = fs::read_to_string(&path).expect("a page");
    check(&page);
    assert_eq!(page.matches("<script").count(), 1);
    let report: Value = serde_json::from_str(&output(&["report", &path, "--format", "json"])).expect("JSON");
    assert_eq!(report["scenario"]["name"], name);
    let markdown = fs::read_to_string(folder.export(&[file], "page.md")).expect("Markdown");
    assert!(!markdown.contains("<script") && !markdown.contains("<img"), "{markdown}");
}

#[test]
fn the_name_of_the_file_says_what_is_written() {
    let folder = Folder::new();
    for (name, start) in [
        ("a.html", &b"<!doctype html>"[..]),
        ("a.MD", b"# Support chat"),
        ("a.pdf", b"%PDF-1.7"),
        ("a.svg", b"<svg "),
        ("a.png", b"\x89PNG"),
        ("a.csv", b"figure,value,low,high"),
        ("a.json", b"{"),
    ] {
        let bytes = fs::read(folder.export(&["default"], name)).expect("a file");
        assert!(bytes.starts_with(start), "{name}: {:?}", String::from_utf8_lossy(&bytes[..40]));
    }
    for (name, words) in [("a.htlm", "did you mean `.html`?"), ("a", "must end in .html, .md, .pdf,")] {
        let path = folder.file(name);
        let refused = whatif(&["export", "default", "--to", path.to_str().expect("a path")]);
        assert_eq!(refused.status.code(), Some(2));
        let error = String::from_utf8_lossy(&refused.stderr);
        assert!(error.contains(words) && !path.exists(), "{name}: {error}");
    }
}

#[test]
fn what_exists_is_replaced_only_where_that_is_asked_for() {
    let folder = Folder::new();
    let file = |name: &str| folder.file(name).to_str().expect("a path").to_owned();
    for (arguments, name) in [
        (&["export", "default", "--to"][..], "thesis.md"),
        (&["export", "tour", "--to"], "tour.svg"),
        (&["audit", "tests/bills/two-months.csv", "--to"], "mine.toml"),
    ] {
        // Of a deck, a picture of any step.
        let there = file(if name == "tour.svg" { "tour-07.svg" } else { name });
        fs::write(&there, "# kept\n").expect("written");
        let error = refusal(&[arguments, &[&file(name)]].concat());
        assert_eq!(error, format!("error: {there} already exists; --force replaces it\n"));
        assert_eq!(fs::read_to_string(&there).expect("a file"), "# kept\n");
        assert_eq!(fs::read_dir(folder.0.path()).expect("a folder").count(), 1, "some steps were written");
        output(&[arguments, &[&file(name), "--force"]].concat());
        assert_ne!(fs::read_to_string(&there).expect("a file"), "# kept\n");
        fs::read_dir(folder.0.path()).expect("a folder").for_each(|file| {
            fs::remove_file(file.expect("a file").path()).expect("removed");
        });
    }
    let keep = ["audit", "tests/bills/two-months.csv", "--save", "as billed", "--scenarios", &file("mine")];
    output(&keep);
    assert!(refusal(&keep).contains("as-billed.toml already exists; --force replaces it"));
    output(&[&keep[..], &["--force"]].concat());
}

#[test]
fn what_is_set_is_told_with_its_causes() {
    let folder = Folder::new();
    let markdown = fs::read_to_string(folder.export(&CHANGED, "a.md")).expect("Markdown");
    for words in [
        "## Against Support chat",
        "| Cache hits 35% to 50% | -$",
        "% less, saves $",
        "| workload.cache_hit_rate | 35% | 50% |",
    ] {
        assert!(markdown.contains(words), "{words}: {markdown}");
    }
    let plain = fs::read_to_string(folder.export(&["default"], "b.md")).expect("Markdown");
    assert!(!plain.contains("## Against"));
    let other = fs::read_to_string(folder.export(&["default", "--baseline", "chatgpt-2023"], "c.md"))
        .expect("Markdown");
    assert!(other.contains("## Against ChatGPT"));
}

const DECKS: [&str; 4] = ["tour", "cache", "one-model-forty-gpus", "build-or-buy"];

#[test]
fn a_page_of_a_deck_has_a_section_for_each_step_and_opens_again() {
    let folder = Folder::new();
    for deck in DECKS {
        let path = folder.export(&[deck], "deck.html");
        let page = fs::read_to_string(&path).expect("a page");
        check(&page);
        let figures = |name: &str| fs::read_to_string(folder.export(&[name], "deck.json")).expect("JSON");
        let record: Value = serde_json::from_str(&figures(deck)).expect("JSON");
        let rows = record["figures"].as_array().expect("figures");
        let steps = rows.iter().filter_map(|row| row["step"].as_f64()).fold(0.0, f64::max) as usize;
        let headings = tags(&page).iter().filter(|tag| tag.name == "h2").count();
        assert!(steps > 5 && headings > steps, "{deck}: {headings} headings, {steps} steps");
        assert_eq!(figures(&path), figures(deck), "{deck}");
        assert_eq!(output(&["check", &path]), output(&["check", deck]));
        let pdf = fs::read(folder.export(&[deck], "deck.pdf")).expect("a PDF");
        assert!(pdf.starts_with(b"%PDF") && pdf.len() < 200_000, "{} bytes", pdf.len());
        let markdown = fs::read_to_string(folder.export(&[deck], "deck.md")).expect("Markdown");
        assert!(markdown.contains(" instead of "), "it does not say why a cost changed: {deck}");
    }
}

/// What a page says of its tables: rows of cells without their markup.
fn rows(page: &str) -> Vec<Vec<String>> {
    let cell = |cell: &str| {
        let mut words = String::new();
        let mut is_markup = false;
        for letter in cell.chars() {
            match letter {
                '<' => is_markup = true,
                '>' => is_markup = false,
                letter if !is_markup => words.push(letter),
                _ => {}
            }
        }
        words
    };
    let cells =
        |row: &str| row.split("</t").map(cell).filter(|cell| !cell.is_empty()).collect::<Vec<String>>();
    page.split("<tr>").skip(1).filter_map(|row| Some(cells(row.split_once("</tr>")?.0))).collect()
}

#[test]
fn a_page_of_a_deck_has_every_row_of_its_lists_and_no_name_of_a_file() {
    let folder = Folder::new();
    let page = |deck: &str| fs::read_to_string(folder.export(&[deck], "deck.html")).expect("a page");
    let buy = page("build-or-buy");
    assert!(buy.contains("for GPUs and $1,189 for the people"), "the engineers");
    let own = rows(&buy).into_iter().filter(|row| row[0].ends_with("self-hosted, with people")).count();
    assert_eq!(own, 4);
    let priced =
        rows(&buy).into_iter().filter(|row| row.iter().any(|cell| cell.contains("price table"))).count();
    let apis =
        fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/presets/api_prices.toml")).expect("prices");
    assert!(
        priced > 4 * 30 && priced <= 4 * apis.matches("[[api]]").count(),
        "{priced} rows of hosted models"
    );
    // Every lever that the screen lists, the least of them too.
    let tour = rows(&page("tour"));
    for lever in ["Own the baseline", "Response cache", "Quantize KV cache"] {
        assert!(tour.iter().any(|row| row[0].ends_with(lever)), "{lever}");
    }
    for deck in DECKS {
        let text = page(deck);
        let body = text.split("</main>").next().expect("a body");
        for raw in ["workload.", "serving.", "h100-sxm", "a100-80-sxm", "fireworks_ai", "paid for with"] {
            assert!(!body.contains(raw), "{deck}: {raw}");
        }
    }
}

#[test]
fn a_page_of_a_deck_says_why_a_figure_is_missing() {
    let folder = Folder::new();
    let text = "format = 1\ntitle = \"T\"\nscenario = \"default\"\n[[step]]\ntitle = \"A\"\nshow = [\"daily_usd\"]\n\
                [[step]]\ntitle = \"B\"\nset = { \"model.preset\" = \"llama-3.1-405b\", \"serving.tensor_parallel\" = 1 }\nshow = [\"daily_usd\"]\n";
    fs::write(folder.file("deck.toml"), text).expect("written");
    let deck = folder.file("deck.toml");
    for name in ["page.html", "page.md"] {
        let page =
            fs::read_to_string(folder.export(&[deck.to_str().expect("a path")], name)).expect("a page");
        assert_eq!(page.matches("per GPU, but only").count(), 1, "{page}");
    }
}

#[test]
fn a_page_of_a_deck_needs_no_file_beside_it() {
    let folder = Folder::new();
    fs::write(folder.file("own.toml"), "format = 1\nname = \"Own\"\n[workload]\nrequests_per_day = \"3M\"\n")
        .expect("written");
    let text = "format = 1\ntitle = \"T\"\nscenario = \"own.toml\"\n[[step]]\ntitle = \"A\"\n\
                [[step]]\ntitle = \"B\"\nset = { \"workload.cache_hit_rate\" = \"50%\" }\n\
                [[step]]\ntitle = \"C\"\nscenario = \"./own.toml\"\n[[step]]\ntitle = \"D\"\nscenario = \"default\"\n";
    fs::write(folder.file("deck.toml"), text).expect("written");
    let deck = folder.file("deck.toml");
    let deck = deck.to_str().expect("a path");
    let values = |arguments: &[&str]| -> Vec<Value> {
        let text = fs::read_to_string(folder.export(arguments, "figures.json")).expect("JSON");
        let record: Value = serde_json::from_str(&text).expect("JSON");
        record["figures"].as_array().expect("figures").iter().map(|row| row["value"].clone()).collect()
    };
    for set in [&[][..], &["--set", "workload.horizon_months=12", "--set", "serving.batch_size=16"]] {
        let arguments = [&[deck], set].concat();
        let expected = values(&arguments);
        let page = folder.export(&arguments, "page.html");
        let moved = Folder::new();
        fs::copy(&page, moved.file("page.html")).expect("copied");
        let alone = moved.file("page.html");
        assert_eq!(values(&[alone.to_str().expect("a path")]), expected, "{set:?}");
        assert_eq!(expected.len(), 4);
    }
}

#[test]
fn a_deck_is_a_picture_a_step() {
    let folder = Folder::new();
    let file = |name: &str| folder.file(name).to_str().expect("a path").to_owned();
    let pages = whatif(&["export", "tour", "--to", &file("tour.svg")]);
    let said = String::from_utf8_lossy(&pages.stderr);
    assert!(
        pages.status.success() && said.contains("tour-01.svg to ") && said.contains("tour-10.svg"),
        "{said}"
    );
    assert!(!folder.file("tour.svg").exists());
    let text = |name: &str| fs::read_to_string(folder.file(name)).expect("a picture");
    folder.export(&["tour", "--step", "10"], "last.svg");
    assert_eq!(text("last.svg"), text("tour-10.svg"));
    assert_eq!(text("tour-02.svg"), output(&["picture", "tour", "--step", "2", "--size", "100x28"]));
    folder.export(&["tour", "--step", "1"], "first.png");
    for (arguments, words) in [
        (&["tour", "--step", "11", "--to", &file("a.png")][..], "the deck has steps 1 to 10"),
        (&["tour", "--step", "1", "--to", &file("a.html")], "export it to .svg or .png"),
        (&["default", "--step", "1", "--to", &file("a.png")], "only decks have steps"),
    ] {
        let refused = whatif(&[&["export"], arguments].concat());
        assert!(String::from_utf8_lossy(&refused.stderr).contains(words), "{arguments:?}");
        assert_eq!(refused.status.code(), Some(2));
    }
    assert!(!folder.file("a.png").exists() && !folder.file("a.html").exists());
}

/// A browser, where there is one.
fn browser() -> Option<&'static str> {
    ["chromium", "chromium-browser", "google-chrome"]
        .into_iter()
        .find(|name| Command::new(name).arg("--version").output().is_ok_and(|done| done.status.success()))
}

#[test]
fn a_browser_shows_a_page_without_a_complaint() {
    let Some(browser) = browser() else {
        eprintln!("skipped: there is no browser here");
        return;
    };
    let folder = Folder::new();
    for arguments in [&CHANGED[..], &["tour"], &["one-model-forty-gpus"]] {
        let path = folder.export(arguments, "page.html");
        let picture = folder.file("page.png");
        let done = Command::new(browser)
            .args([
                "--headless=new",
                "--no-sandbox",
                "--disable-gpu",
                "--enable-logging=stderr",
                "--window-size=400,900",
            ])
            .arg(format!("--user-data-dir={}", folder.file("profile").display()))
            .arg(format!("--screenshot={}", picture.display()))
            .arg(format!("file://{path}"))
            .output()
            .expect("it starts");
        let said = String::from_utf8_lossy(&done.stderr);
        assert!(done.status.success() && is_written(&picture), "{said}");
        // What a page may not load is refused aloud.
        let complaints: Vec<&str> = said.lines().filter(|line| line.contains("CONSOLE")).collect();
        assert!(complaints.is_empty(), "{arguments:?}: {complaints:?}");
        fs::remove_file(&picture).expect("removed");
    }
}

fn is_written(path: &Path) -> bool {
    fs::metadata(path).is_ok_and(|file| file.len() > 0)
}

#[test]
fn a_deck_without_a_terminal_names_what_opens_it() {
    let told = |arguments: &[&str]| String::from_utf8_lossy(&whatif(arguments).stderr).into_owned();
    let opened = told(&["tour"]);
    assert!(
        opened.contains("whatif present DECK") && opened.contains("whatif export DECK --to FILE"),
        "{opened}"
    );
    assert!(told(&["present", "tour"]).contains("whatif export DECK --to FILE"));
}

#[test]
fn a_page_says_what_it_does_not_hold() {
    let folder = Folder::new();
    let config = format!("{}/tests/configs/Qwen--Qwen3-30B-A3B-FP8.json", env!("CARGO_MANIFEST_DIR"));
    let scenario = folder.file("own.toml");
    fs::write(&scenario, format!("format = 1\n[model]\npreset = '{config}'\n")).expect("written");
    let page = folder.file("own.html");
    let export = |name: &str| whatif(&["export", name, "--force", "--to", &page.display().to_string()]);
    let done = export(&scenario.display().to_string());
    let words = "does not hold the model `";
    assert!(done.status.success() && String::from_utf8_lossy(&done.stderr).contains(words));
    assert!(
        fs::read_to_string(&page)
            .expect("a page")
            .contains("to open it again elsewhere takes that file, too")
    );
    let whole = export("startup-8b");
    assert!(whole.status.success() && whole.stderr.is_empty());
    assert!(!fs::read_to_string(&page).expect("a page").contains("does not hold"));
}
