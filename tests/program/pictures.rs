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
fn a_picture_leaves_the_scenarios_as_they_were() {
    let directory = tempfile::tempdir().expect("a directory");
    let place = directory.path().to_str().expect("a path");
    let mine = directory.path().join("mine.toml");
    let mine = mine.to_str().expect("a path");
    let kept = "name = \"Kept\"\n";
    std::fs::write(mine, kept).expect("written");
    // Under a name, over its own file, as a deck; and over a file that is opened by one of the keys, renamed and deleted.
    for (name, keys) in [
        ("default", "S C-u text:x Enter"),
        (mine, "Right s"),
        (mine, "Right d D s C-u text:deck Enter"),
        ("default", "p text:Kept Enter Right s"),
        ("default", "p text:Kept C-r C-u text:x Enter"),
        ("default", "p text:Kept C-d y"),
    ] {
        for command in ["picture", "record"] {
            output(&[command, name, "--scenarios", place, "--keys", keys]);
            let files = std::fs::read_dir(place).expect("a folder").map(|file| file.expect("a file").path());
            assert_eq!(files.collect::<Vec<_>>(), [std::path::Path::new(mine)], "{keys}");
            assert_eq!(std::fs::read_to_string(mine).expect("a file"), kept, "{keys}");
        }
    }
    let saved = output(&["picture", mine, "--scenarios", place, "--keys", "Right s"]);
    assert!(saved.contains("savedas"), "it is saved as far as anybody sees");
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
