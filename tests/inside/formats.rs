//! Every format writes the same table.

use std::io;

use crate::report::format::FORMATS;
use crate::report::page::Page;
use crate::report::table::{WORDS, table};
use crate::text::quantity::Unit;

#[test]
fn columns_line_up_and_what_is_missing_stays_missing() -> io::Result<()> {
    let rows = [("one", Some(1235.0)), ("客|服", None)];
    let page = Page::from(table!(rows.into_iter(), |row| {
        "name", "Name", WORDS => row.0;
        "usd", "Cost", Unit::Usd => row.1;
    }));
    let written = |id: &str| {
        let format = FORMATS.iter().find(|format| format.id == id).expect("a format");
        let mut out = Vec::new();
        (format.write)(&page, &mut out)?;
        Ok::<_, io::Error>(String::from_utf8_lossy(&out).into_owned())
    };
    assert_eq!(written("text")?, "Name     Cost\none    $1,235\n客|服       –\n");
    assert_eq!(written("csv")?, "name,usd\none,1235\n客|服,\n");
    assert!(written("json")?.contains("\"usd\": null"));
    assert!(written("markdown")?.ends_with("| 客\\|服 | – |\n"));
    Ok(())
}
