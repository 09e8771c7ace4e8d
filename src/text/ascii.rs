//! Signs that ASCII does not have, in ASCII: for terminals and logs of another locale than UTF-8.

/// Signs and what stands for them in ASCII.
const ASCII: [(&str, char); 26] = [
    ("▸›→▶", '>'),
    ("‹←", '<'),
    ("▾▼", 'v'),
    ("▲↑", '^'),
    ("↓", 'v'),
    ("─–━╌┈═—−╺╸", '-'),
    ("●", 'O'),
    ("○", 'o'),
    ("├┤┃╎┊╵╷╻╹┣┫", '|'),
    ("│", '|'),
    ("◆★×", '*'),
    ("╱↙", '/'),
    ("▒", ':'),
    ("▁▂", '_'),
    ("▃", '.'),
    ("▄▅", '='),
    ("▆▇▓", '%'),
    ("█▀▌▐▋▊▉▖▗▘▝▙▚▛▜▞▟", '#'),
    ("▍▎▏", '|'),
    ("■", 'x'),
    ("·▪░", '.'),
    ("…", '.'),
    ("╭╮╰╯┌┐└┘┼┬┴┏┓┗┛╋┳┻◇", '+'),
    ("±", '~'),
    ("⏎", '='),
    ("’‘", '\''),
];

/// A sign in ASCII, as wide; one that has nothing like it there is a question mark.
pub fn ascii(sign: char) -> char {
    if sign.is_ascii() {
        return sign;
    }
    ASCII.iter().find(|(signs, _)| signs.contains(sign)).map_or('?', |(_, plain)| *plain)
}
