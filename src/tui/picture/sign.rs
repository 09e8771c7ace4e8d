//! Signs that are drawn rather than written: lines, blocks, dots and the marks of a track fill their cells exactly, so
//! that neighbors join whatever font there is.

use crate::tui::picture::{CELL_HEIGHT, CELL_WIDTH};

/// A form in units from the upper left corner of a line.
#[derive(Debug, Clone, PartialEq)]
pub enum Form {
    /// A rectangle.
    Area { x: f32, y: f32, width: f32, height: f32 },
    /// Its corners, clockwise; convex.
    Polygon(Vec<[f32; 2]>),
    /// A filled circle.
    Disc { center: [f32; 2], radius: f32 },
    /// A circle in a thin line.
    Ring { center: [f32; 2], radius: f32 },
    /// A quarter of a ring, on the side of its center to which both signs point.
    Corner { center: [f32; 2], radius: f32, toward: [f32; 2] },
}

/// Where lines cross, in units: a thin line through it begins and ends on a pixel.
const MIDDLE: [f32; 2] = [4.5, 8.5];
/// Width of a thin line, in units.
pub const THIN: f32 = 1.0;
/// Width of a heavy line, in units.
const HEAVY: f32 = 3.0;

/// How heavy the lines are from U+250C on, as the Unicode chart has them: to the left, up, to the right and down; 0 none, 1
/// thin, 2 heavy.
const JOINTS: &str = "\
    0011 0021 0012 0022 1001 2001 1002 2002 0110 0120 0210 0220 1100 2100 1200 2200 \
    0111 0121 0211 0112 0212 0221 0122 0222 1101 2101 1201 1102 1202 2201 2102 2202 \
    1011 2011 1021 2021 1012 2012 1022 2022 1110 2110 1120 2120 1210 2210 1220 2220 \
    1111 2111 1121 2121 1211 1112 1212 2211 1221 2112 1122 2221 2122 2212 1222 2222";
/// The straight ones that stand elsewhere in the chart.
const STRAIGHT: [(char, &str); 16] = [
    ('─', "1010"),
    ('━', "2020"),
    ('│', "0101"),
    ('┃', "0202"),
    ('╴', "1000"),
    ('╵', "0100"),
    ('╶', "0010"),
    ('╷', "0001"),
    ('╸', "2000"),
    ('╹', "0200"),
    ('╺', "0020"),
    ('╻', "0002"),
    ('╼', "1020"),
    ('╽', "0102"),
    ('╾', "2010"),
    ('╿', "0201"),
];
/// Dashed lines: how many dashes a cell has, across or down, and how wide they are.
const DASHED: [(char, u8, bool, f32); 12] = [
    ('╌', 2, true, THIN),
    ('╍', 2, true, HEAVY),
    ('╎', 2, false, THIN),
    ('╏', 2, false, HEAVY),
    ('┄', 3, true, THIN),
    ('┅', 3, true, HEAVY),
    ('┆', 3, false, THIN),
    ('┇', 3, false, HEAVY),
    ('┈', 4, true, THIN),
    ('┉', 4, true, HEAVY),
    ('┊', 4, false, THIN),
    ('┋', 4, false, HEAVY),
];
/// Rounded corners, and where their lines go.
const ROUND: [(char, [f32; 2]); 4] =
    [('╭', [1.0, 1.0]), ('╮', [-1.0, 1.0]), ('╰', [1.0, -1.0]), ('╯', [-1.0, -1.0])];
/// Blocks that grow from below and from the left, by an eighth each.
const LOWER: &str = "▁▂▃▄▅▆▇█";
const LEFT: &str = "▏▎▍▌▋▊▉";
/// Quarters, by the sum of their bits: upper left 1, upper right 2, lower left 4, lower right 8.
const QUARTERS: &str = "▘▝▀▖▌▞▛▗▚▐▜▄▙▟█";
/// Shades and how much of the ground they cover.
const SHADES: [(char, f32); 3] = [('░', 0.25), ('▒', 0.5), ('▓', 0.75)];
/// The eight dots of braille in the order of their bits: column and row.
const DOTS: [[f32; 2]; 8] =
    [[0.0, 0.0], [0.0, 1.0], [0.0, 2.0], [1.0, 0.0], [1.0, 1.0], [1.0, 2.0], [0.0, 3.0], [1.0, 3.0]];

/// The drawing of a sign in the cell that begins at `left`; `None` where a letter is written.
pub fn drawing(sign: char, left: f32) -> Option<Vec<Form>> {
    let place = |signs: &str| signs.chars().position(|one| one == sign);
    let mut forms = if let Some(index) = place(LOWER) {
        let height = CELL_HEIGHT * (index + 1) as f32 / 8.0;
        vec![area(0.0, CELL_HEIGHT - height, CELL_WIDTH, height)]
    } else if let Some(index) = place(LEFT) {
        vec![area(0.0, 0.0, CELL_WIDTH * (index + 1) as f32 / 8.0, CELL_HEIGHT)]
    } else if let Some(index) = place(QUARTERS) {
        quarters(index + 1)
    } else if density(sign) < 1.0 {
        vec![area(0.0, 0.0, CELL_WIDTH, CELL_HEIGHT)]
    } else if let Some(weights) = joint(sign) {
        lines(weights)
    } else if let Some((_, dashes, across, width)) = DASHED.into_iter().find(|(one, ..)| *one == sign) {
        dashed(dashes, across, width)
    } else if let Some((_, toward)) = ROUND.into_iter().find(|(one, _)| *one == sign) {
        round(toward)
    } else if let Some(dots) = u32::from(sign).checked_sub(0x2800).filter(|dots| *dots < 0x100) {
        braille(dots)
    } else {
        vec![mark(sign)?]
    };
    for form in &mut forms {
        form.shift(left);
    }
    Some(forms)
}

/// How much of the ground a sign covers where it is drawn.
pub fn density(sign: char) -> f32 {
    SHADES.iter().find(|(shade, _)| *shade == sign).map_or(1.0, |(_, share)| *share)
}

impl Form {
    fn shift(&mut self, by: f32) {
        match self {
            Self::Polygon(corners) => corners.iter_mut().for_each(|[x, _]| *x += by),
            Self::Area { x, .. }
            | Self::Disc { center: [x, _], .. }
            | Self::Ring { center: [x, _], .. }
            | Self::Corner { center: [x, _], .. } => *x += by,
        }
    }

    /// Whether another form went on where this one ends; it has become part of it then.
    pub fn joins(&mut self, next: &Self) -> bool {
        match (self, next) {
            (
                Self::Area { x, y, width, height },
                Self::Area { x: next_x, y: next_y, width: more, height: next_height },
            ) if *x + *width == *next_x && y == next_y && height == next_height => {
                *width += more;
                true
            }
            _ => false,
        }
    }
}

const fn area(x: f32, y: f32, width: f32, height: f32) -> Form {
    Form::Area { x, y, width, height }
}

fn quarters(bits: usize) -> Vec<Form> {
    let (width, height) = (CELL_WIDTH / 2.0, CELL_HEIGHT / 2.0);
    let is_set = |bit: usize| bits & (1 << bit) != 0;
    let quarter = |bit: usize| area((bit % 2) as f32 * width, (bit / 2) as f32 * height, width, height);
    (0..4).filter(|bit| is_set(*bit)).map(quarter).collect()
}

/// How heavy a sign's lines are to the left, up, to the right and down, in units.
fn joint(sign: char) -> Option<[f32; 4]> {
    let straight = STRAIGHT.iter().find(|(one, _)| *one == sign).map(|(_, weights)| *weights);
    let weights = straight.or_else(|| {
        let index = u32::from(sign).checked_sub(u32::from('┌'))?;
        JOINTS.split_whitespace().nth(index as usize)
    })?;
    let mut widths = weights.bytes().map(|weight| [0.0, THIN, HEAVY][usize::from(weight - b'0')]);
    Some(std::array::from_fn(|_| widths.next().unwrap_or_default()))
}

/// Lines from the middle to the sides, each as far as the lines across it are wide.
fn lines([left, up, right, down]: [f32; 4]) -> Vec<Form> {
    let [x, y] = MIDDLE;
    let (across, along) = (up.max(down).max(THIN) / 2.0, left.max(right).max(THIN) / 2.0);
    let found = [
        (left, area(0.0, y - left / 2.0, x + across, left)),
        (right, area(x - across, y - right / 2.0, CELL_WIDTH - x + across, right)),
        (up, area(x - up / 2.0, 0.0, up, y + along)),
        (down, area(x - down / 2.0, y - along, down, CELL_HEIGHT - y + along)),
    ];
    // A line of one width from side to side is one area, which joins those of its neighbors.
    let whole = match (left == right, up == down) {
        (true, _) if left > 0.0 && up + down == 0.0 => Some(area(0.0, y - left / 2.0, CELL_WIDTH, left)),
        (_, true) if up > 0.0 && left + right == 0.0 => Some(area(x - up / 2.0, 0.0, up, CELL_HEIGHT)),
        _ => None,
    };
    match whole {
        Some(whole) => vec![whole],
        None => found.into_iter().filter(|(width, _)| *width > 0.0).map(|(_, form)| form).collect(),
    }
}

/// Dashes with gaps of half their length, half a gap at each side.
fn dashed(dashes: u8, across: bool, width: f32) -> Vec<Form> {
    let length = if across { CELL_WIDTH } else { CELL_HEIGHT };
    let pitch = length / f32::from(dashes);
    let dash = |index: u8| {
        let from = pitch * (f32::from(index) + 1.0 / 6.0);
        let [x, y] = MIDDLE;
        if across {
            area(from, y - width / 2.0, pitch * 2.0 / 3.0, width)
        } else {
            area(x - width / 2.0, from, width, pitch * 2.0 / 3.0)
        }
    };
    (0..dashes).map(dash).collect()
}

/// A bend from the side of the cell to its top or bottom.
fn round([right, down]: [f32; 2]) -> Vec<Form> {
    let [x, y] = MIDDLE;
    let radius = CELL_WIDTH / 2.0;
    let center = [x + right * radius, y + down * radius];
    let (from, to) = if down > 0.0 { (center[1], CELL_HEIGHT) } else { (0.0, center[1]) };
    vec![
        Form::Corner { center, radius, toward: [-right, -down] },
        area(x - THIN / 2.0, from, THIN, to - from),
    ]
}

fn braille(dots: u32) -> Vec<Form> {
    let pitch = CELL_WIDTH / 2.0;
    let is_set = |bit: &usize| dots & (1 << bit) != 0;
    let dot = |bit: usize| Form::Disc { center: DOTS[bit].map(|step| pitch * (step + 0.5)), radius: 1.3 };
    (0..DOTS.len()).filter(is_set).map(dot).collect()
}

/// A mark in the middle of its cell.
fn mark(sign: char) -> Option<Form> {
    let [x, y] = MIDDLE;
    let around = |corners: &[[f32; 2]]| {
        Form::Polygon(corners.iter().map(|[right, down]| [x + right, y + down]).collect())
    };
    Some(match sign {
        '●' => Form::Disc { center: MIDDLE, radius: 3.8 },
        '○' => Form::Ring { center: MIDDLE, radius: 3.3 },
        '■' => area(x - 3.5, y - 3.5, 7.0, 7.0),
        '▪' => area(x - 2.0, y - 2.0, 4.0, 4.0),
        '◆' => around(&[[0.0, -4.5], [4.5, 0.0], [0.0, 4.5], [-4.5, 0.0]]),
        '▲' => around(&[[0.0, -4.0], [4.3, 4.0], [-4.3, 4.0]]),
        '▼' => around(&[[-4.3, -4.0], [4.3, -4.0], [0.0, 4.0]]),
        '▶' => around(&[[-4.0, -4.3], [4.0, 0.0], [-4.0, 4.3]]),
        '◀' => around(&[[4.0, -4.3], [4.0, 4.3], [-4.0, 0.0]]),
        '▸' => around(&[[-2.5, -3.8], [3.0, 0.0], [-2.5, 3.8]]),
        '▾' => around(&[[-3.8, -2.5], [3.8, -2.5], [0.0, 3.0]]),
        '╱' => Form::Polygon(slash(CELL_WIDTH, 0.0)),
        '╲' => Form::Polygon(slash(0.0, CELL_WIDTH)),
        _ => return None,
    })
}

/// A thin line from the top of the cell at one place to its bottom at another, clockwise.
fn slash(top: f32, bottom: f32) -> Vec<[f32; 2]> {
    // As wide across as it is long down, a line slants: so much more of it lies in a row.
    let half = THIN * 5_f32.sqrt() / 4.0;
    vec![[top - half, 0.0], [top + half, 0.0], [bottom + half, CELL_HEIGHT], [bottom - half, CELL_HEIGHT]]
}
