//! Pictures and recordings as files.

use crate::harness::{output, refusal, whatif};

#[test]
fn a_picture_is_an_svg_of_the_screen_after_the_keys() {
    let picture = |keys: &str| output(&["picture", "default", "--size", "100x28", "--keys", keys]);
    let (before, after) = (picture(""), picture("b S-Right"));
    for picture in [&before, &after] {
        assert!(picture.starts_with("<svg ") && picture.trim_end().ends_with("</svg>"));
    }
    assert!(
        !before.contains("sincethebaseline") && after.contains("sincethebaseline"),
        "a change is shown against the baseline"
    );
    assert!(refusal(&["picture", "--keys", "Hyper-X"]).contains("is not a key"));
}

#[test]
fn pictures_and_recordings_are_written_as_the_name_of_their_file_says() {
    let directory = tempfile::tempdir().expect("a directory");
    let written = |command: &str, name: &str| {
        let path = directory.path().join(name);
        let arguments = [command, "default", "--size", "80x24", "--keys", "b S-Right", "--out"];
        output(&[&arguments[..], &[path.to_str().expect("a path")]].concat());
        std::fs::read(path).expect("a file")
    };
    assert!(written("picture", "a.svg").starts_with(b"<svg "));
    assert!(written("record", "b.SVG").starts_with(b"<svg "));
    assert!(written("record", "c.cast").starts_with(b"{\"version\":2,"));
    let [picture, piped] = [
        written("picture", "d.png"),
        whatif(&["picture", "default", "--size", "80x24", "--keys", "b S-Right", "--format", "png"]).stdout,
    ];
    assert!(picture.starts_with(b"\x89PNG") && picture == piped);
    assert!(refusal(&["picture", "--out", "e.gif"]).contains("must end in .svg or .png"));
    assert!(refusal(&["record", "--out", "f.png"]).contains("must end in .svg or .cast"));
    assert!(refusal(&["record", "--keys", "wait:long"]).contains("`wait:long` is not a key"));
}
