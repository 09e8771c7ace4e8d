//! The command line: what is asked, carried out, and the exit status.

mod questions;

use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, Result};
use clap::{Args, Parser, Subcommand, ValueEnum};
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::analysis::case::{Case, World};
use crate::app::App;
use crate::calibration::Calibration;
use crate::catalog::Catalog;
use crate::evidence::LeaveOut;
use crate::files::document::{Document, assign};
use crate::files::settings::ThemeName;
use crate::files::settings::{Settings, SettingsFile};
use crate::files::store::{DEFAULT_SCENARIO, Origin, Store};
use crate::keymap;
use crate::report::{Report, csv, json, markdown, tables, text, validation};
use crate::scenario::ParamId;
use crate::scenario::domain::Group;
use crate::tui::terminal::{self, Look};
use crate::tui::{draw, picture as svg_picture};
use crate::widgets::theme::Theme;

/// What AI models cost: to train once, to serve every day, and over their life.
#[derive(Debug, Parser)]
#[command(name = "whatif", version, about, max_term_width = 100, args_conflicts_with_subcommands = true)]
pub struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    scenario: ScenarioArgs,
    #[command(flatten)]
    look: LookArgs,
}

/// How the explorer looks.
#[derive(Debug, Clone, Copy, Args)]
struct LookArgs {
    /// Colours; by default the terminal's own, none under `NO_COLOR`
    #[arg(long, value_enum)]
    theme: Option<ThemeChoice>,
    /// Draw with plain ASCII only
    #[arg(long)]
    ascii: bool,
}

/// Themes by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ThemeChoice {
    /// The terminal's own colours.
    Auto,
    /// Light on dark.
    Dark,
    /// Dark on light.
    Light,
    /// Strong, for projectors.
    Contrast,
    /// No colour.
    Mono,
}

/// Which scenario, and what of it is set otherwise.
#[derive(Debug, Clone, Args)]
struct ScenarioArgs {
    /// A scenario or model by id, a saved scenario by name, a file, or - for standard input
    #[arg(value_name = "PRESET | FILE | -")]
    name: Option<String>,
    #[command(flatten)]
    common: CommonArgs,
}

/// Options of every command.
#[derive(Debug, Clone, Args)]
struct CommonArgs {
    /// Set a parameter by its path; any number of times
    #[arg(long = "set", value_name = "PATH=VALUE")]
    set: Vec<String>,
    /// Where saved scenarios live [default: the platform's configuration directory]
    #[arg(long, value_name = "DIR")]
    scenarios: Option<PathBuf>,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// The figures of a scenario without a screen
    Report {
        #[command(flatten)]
        scenario: ScenarioArgs,
        /// How they are printed
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
    },
    /// Scenarios side by side: what differs, and what caused it
    Compare {
        /// Scenarios, models, files
        #[arg(required = true, num_args = 2.., value_name = "PRESET | FILE")]
        names: Vec<String>,
        #[command(flatten)]
        common: CommonArgs,
        /// How they are printed
        #[arg(long, value_enum, default_value_t = CompareFormat::Text)]
        format: CompareFormat,
    },
    /// One or two parameters over a range, as CSV
    Sweep {
        #[command(flatten)]
        scenario: ScenarioArgs,
        /// What to sweep, for example `serving.batch_size=1..256:9`
        #[arg(long, required = true, value_name = "PATH=FROM..TO:N")]
        over: Vec<String>,
        /// How the table is printed
        #[arg(long, value_enum, default_value_t = TableFormat::Csv)]
        format: TableFormat,
    },
    /// One of the explorer's views as a table
    Show {
        #[command(flatten)]
        scenario: ScenarioArgs,
        /// Which
        #[arg(long, value_enum)]
        view: ShownView,
        /// The answer that sensitivity is about
        #[arg(long, value_name = "OUTPUT", default_value = "inference.daily_usd")]
        answer: String,
        /// How it is printed
        #[arg(long, value_enum, default_value_t = ShowFormat::Text)]
        format: ShowFormat,
    },
    /// Goal seek: make an output be a value by changing one parameter
    Solve {
        #[command(flatten)]
        scenario: ScenarioArgs,
        /// The goal, for example `inference.daily_usd=50k`
        #[arg(long, value_name = "OUTPUT=VALUE")]
        target: String,
        /// The parameter to change
        #[arg(long, value_name = "PATH")]
        by: String,
    },
    /// Exit 1 where a budget or a latency target is exceeded, or the model does not fit
    Check {
        #[command(flatten)]
        scenario: ScenarioArgs,
    },
    /// Predicted against published results, per kind
    Validate {
        /// How they are printed
        #[arg(long, value_enum, default_value_t = Format::Text)]
        format: Format,
        /// Predict each group from constants that were fitted without it; takes half a minute
        #[arg(long, value_enum, value_name = "GROUP")]
        leave_out: Option<LeftOutGroup>,
    },
    /// Fit the constants to the published results anew and print their files
    Fit,
    /// A picture of the explorer's screen, as SVG
    Picture {
        #[command(flatten)]
        scenario: ScenarioArgs,
        #[command(flatten)]
        look: LookArgs,
        /// Columns and rows of the screen
        #[arg(long, value_name = "COLSxROWS", default_value = "120x36", value_parser = screen_size)]
        size: (u16, u16),
        /// Keys pressed before the picture is taken, as the help writes them: "b Right Right 2"
        #[arg(long, default_value = "")]
        keys: String,
    },
    /// What there is to choose from
    List {
        /// Of what
        #[arg(value_enum)]
        what: Option<Listing>,
        #[command(flatten)]
        common: CommonArgs,
    },
}

/// Forms of a report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For reading.
    Text,
    /// For programs.
    Json,
    /// For documents.
    Markdown,
    /// For spreadsheets.
    Csv,
}

/// Groups that a validation may leave out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum LeftOutGroup {
    /// Whole models.
    Model,
    /// Whole accelerators.
    Gpu,
    /// Whole hardware families.
    Family,
}

impl From<LeftOutGroup> for LeaveOut {
    fn from(group: LeftOutGroup) -> Self {
        match group {
            LeftOutGroup::Model => Self::Model,
            LeftOutGroup::Gpu => Self::Gpu,
            LeftOutGroup::Family => Self::Family,
        }
    }
}

/// Forms of a comparison.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum CompareFormat {
    /// For reading.
    Text,
    /// For programs.
    Json,
}

/// Views that can be printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShownView {
    /// What each lever would save.
    Levers,
    /// Every accelerator.
    Hardware,
    /// What moves an answer.
    Sensitivity,
    /// Cost against speed.
    Frontier,
    /// Month by month.
    Growth,
    /// The same traffic bought from APIs.
    Apis,
    /// Formulas with this scenario's numbers.
    Explain,
}

/// Forms of a view.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum ShowFormat {
    /// For reading.
    Text,
    /// For programs.
    Json,
    /// For spreadsheets.
    Csv,
}

/// Forms of a sweep.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum TableFormat {
    /// For spreadsheets and plots.
    Csv,
}

/// What can be listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Listing {
    /// Models of the catalog.
    Models,
    /// Accelerators of the catalog.
    Gpus,
    /// Scenarios, built in and saved.
    Scenarios,
    /// Everything that can be set.
    Parameters,
}

/// Carries out a command line.
///
/// # Errors
///
/// Bad input, in words for the person who gave it.
pub fn run(cli: Cli) -> Result<ExitCode> {
    let calibration = Calibration::embedded();
    match cli.command {
        Some(Command::Report { scenario, format }) => {
            print_report(&scenario, format, calibration)?;
        }
        Some(Command::Picture { scenario, look, size, keys }) => {
            picture(&scenario, look, size, &keys, calibration)?;
        }
        Some(Command::Compare { names, common, format }) => {
            let (documents, catalog) = open_all(&names, &common)?;
            let world = Arc::new(World { catalog, calibration });
            let cases: Vec<Case> =
                documents.iter().map(|document| Case::new(&world, document.scenario)).collect();
            print(&match format {
                CompareFormat::Text => questions::compare(&documents, &cases),
                CompareFormat::Json => format!("{:#}\n", questions::compare_json(&documents, &cases)),
            })?;
        }
        Some(Command::Sweep { scenario, over, format: TableFormat::Csv }) => {
            let opened = open(&scenario)?;
            print(&questions::sweep(&opened.case(calibration), &over)?)?;
        }
        Some(Command::Show { scenario, view, answer, format }) => {
            let opened = open(&scenario)?;
            print(&show(&opened.case(calibration), view, &answer, format)?)?;
        }
        Some(Command::Solve { scenario, target, by }) => {
            let opened = open(&scenario)?;
            let (words, status) = questions::solve(&opened.case(calibration), &target, &by)?;
            print(&words)?;
            return Ok(status);
        }
        Some(Command::Check { scenario }) => {
            let opened = open(&scenario)?;
            let name = opened.document.name.clone();
            let (words, status) = questions::check(&opened.case(calibration), &name);
            print(&words)?;
            return Ok(status);
        }
        Some(Command::Validate { format, leave_out }) => {
            let catalog = Catalog::embedded();
            let rows = match leave_out {
                Some(group) => questions::left_out_comparisons(&catalog, &calibration, group.into()),
                None => questions::comparisons(&catalog, &calibration),
            };
            print(&match format {
                Format::Text | Format::Markdown => validation::text(&rows),
                Format::Json => format!("{:#}\n", validation::json(&rows)),
                Format::Csv => validation::csv(&rows)?,
            })?;
        }
        Some(Command::Fit) => print(&questions::fit(&Catalog::embedded()))?,
        Some(Command::List { what, common }) => list(what, &common)?,
        None if !io::stdout().is_terminal() => {
            print_report(&cli.scenario, Format::Text, calibration)?;
        }
        None => explore(&cli.scenario, cli.look, calibration)?,
    }
    Ok(ExitCode::SUCCESS)
}

/// A scenario as the command line asks for it.
struct Opened {
    document: Document,
    origin: Origin,
    catalog: Catalog,
}

impl Opened {
    /// The scenario evaluated.
    fn case(self, calibration: Calibration) -> Case {
        let world = World { catalog: self.catalog, calibration };
        Case::new(&Arc::new(world), self.document.scenario)
    }

    fn id(&self) -> Option<&str> {
        match &self.origin {
            Origin::BuiltIn(id) | Origin::Model(id) => Some(id),
            Origin::File(_) | Origin::StandardInput => None,
        }
    }
}

fn open(args: &ScenarioArgs) -> Result<Opened> {
    let mut catalog = Catalog::embedded();
    let store = Store::new(args.common.scenarios.clone());
    let name = args.name.as_deref().unwrap_or(DEFAULT_SCENARIO);
    let (mut document, origin) = store.open(name, &mut catalog)?;
    for assignment in &args.common.set {
        assign(&mut document.scenario, assignment, &catalog)?;
    }
    Ok(Opened { document, origin, catalog })
}

/// A view as text, JSON or CSV.
fn show(case: &Case, view: ShownView, answer: &str, format: ShowFormat) -> Result<String> {
    let table = match view {
        ShownView::Levers => tables::lever_table(case),
        ShownView::Hardware => tables::hardware_table(case),
        ShownView::Sensitivity => tables::sensitivity_table(case, questions::answer_called(answer)?),
        ShownView::Frontier => tables::frontier_table(case),
        ShownView::Growth => tables::growth_table(case),
        ShownView::Apis => tables::api_table(case),
        ShownView::Explain => {
            return Ok(questions::explanations(case, format == ShowFormat::Json));
        }
    };
    Ok(match format {
        ShowFormat::Text => table.text(),
        ShowFormat::Json => format!("{:#}\n", table.json()),
        ShowFormat::Csv => table.csv()?,
    })
}

/// Several scenarios against one catalog.
fn open_all(names: &[String], common: &CommonArgs) -> Result<(Vec<Document>, Catalog)> {
    let mut catalog = Catalog::embedded();
    let store = Store::new(common.scenarios.clone());
    let mut documents = Vec::with_capacity(names.len());
    for name in names {
        let (mut document, _) = store.open(name, &mut catalog)?;
        for assignment in &common.set {
            assign(&mut document.scenario, assignment, &catalog)?;
        }
        documents.push(document);
    }
    Ok((documents, catalog))
}

fn explore(args: &ScenarioArgs, look: LookArgs, calibration: Calibration) -> Result<()> {
    let mut app = start(args, calibration)?;
    let (file, mistake) = SettingsFile::open();
    app.theme = look.theme_name().or(file.theme()).unwrap_or_default();
    app.last_scenario.clone_from(&file.settings.last_scenario);
    if let Some(mistake) = mistake {
        app.complain(mistake);
    }
    let light_background = std::env::var("COLORFGBG").is_ok_and(|colours| is_light(&colours));
    terminal::run(&mut app, Look { ascii: look.ascii, light_background })?;
    // A theme that was asked for this once is not what one wants every day, unless it was changed meanwhile.
    let chosen = look.theme_name() != Some(app.theme);
    let theme = if chosen { Some(app.theme.id().to_owned()) } else { file.settings.theme.clone() };
    file.save(&Settings { theme, last_scenario: app.opened_by() })?;
    Ok(())
}

/// The explorer on the scenario that the command line names.
fn start(args: &ScenarioArgs, calibration: Calibration) -> Result<App> {
    let opened = open(args)?;
    let store = Store::new(args.common.scenarios.clone());
    let world = World { catalog: opened.catalog, calibration };
    Ok(App::new(world, store, opened.document, opened.origin))
}

/// Draws one frame after some keys, and prints it as a picture.
fn picture(
    args: &ScenarioArgs,
    look: LookArgs,
    (columns, rows): (u16, u16),
    keys: &str,
    calibration: Calibration,
) -> Result<()> {
    let mut app = start(args, calibration)?;
    app.make_room(draw::body_rows(rows));
    for name in keys.split_whitespace() {
        let key = keymap::press(name).with_context(|| format!("`{name}` is not a key"))?;
        app.key(&key);
    }
    let name = look.theme_name().unwrap_or_default();
    let theme = Theme::new(name, look.ascii, false);
    let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
    draw::draw(&app, &theme, buffer.area, &mut buffer);
    let paper = if name == ThemeName::Light { svg_picture::LIGHT } else { svg_picture::DARK };
    print(&svg_picture::svg(&buffer, paper))
}

/// Reads `120x36`.
fn screen_size(text: &str) -> Result<(u16, u16), String> {
    let sizes = text
        .split_once('x')
        .and_then(|(columns, rows)| Some((columns.trim().parse().ok()?, rows.trim().parse().ok()?)));
    match sizes {
        Some((columns, rows)) if (1..=500).contains(&columns) && (1..=200).contains(&rows) => {
            Ok((columns, rows))
        }
        _ => Err("write it as 120x36, at most 500x200".to_owned()),
    }
}

impl LookArgs {
    /// The theme that the command line or `NO_COLOR` asks for.
    fn theme_name(self) -> Option<ThemeName> {
        let no_colour = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        match self.theme {
            Some(ThemeChoice::Auto) => Some(ThemeName::Auto),
            Some(ThemeChoice::Dark) => Some(ThemeName::Dark),
            Some(ThemeChoice::Light) => Some(ThemeName::Light),
            Some(ThemeChoice::Contrast) => Some(ThemeName::Contrast),
            Some(ThemeChoice::Mono) => Some(ThemeName::Mono),
            None => no_colour.then_some(ThemeName::Mono),
        }
    }
}

/// Whether `COLORFGBG`, which many terminals set to `foreground;background`, tells of a light background.
fn is_light(colours: &str) -> bool {
    matches!(colours.rsplit(';').next().and_then(|background| background.parse::<u8>().ok()), Some(7 | 15))
}

fn print_report(args: &ScenarioArgs, format: Format, calibration: Calibration) -> Result<()> {
    let opened = open(args)?;
    let (document, id) = (opened.document.clone(), opened.id().map(ToOwned::to_owned));
    let case = opened.case(calibration);
    let report = Report::new(&case, &document, id.as_deref());
    print(&match format {
        Format::Text => text::text(&report),
        Format::Json => format!("{:#}\n", json::json(&report)),
        Format::Markdown => markdown::markdown(&report),
        Format::Csv => csv::csv(&report)?,
    })
}

fn list(what: Option<Listing>, common: &CommonArgs) -> Result<()> {
    let catalog = Catalog::embedded();
    let mut lines = String::new();
    let mut table = |heading: &str, rows: Vec<(String, String)>| {
        let width = rows.iter().map(|(id, _)| id.chars().count()).max().unwrap_or(0) + 2;
        if what.is_none() {
            lines.push_str(heading);
            lines.push('\n');
        }
        for (id, words) in rows {
            let _ = writeln!(lines, "{id:<width$}{words}");
        }
    };
    let wants =
        |listing: Listing| what == Some(listing) || (what.is_none() && listing != Listing::Parameters);
    if wants(Listing::Scenarios) {
        let store = Store::new(common.scenarios.clone());
        let entries = Store::built_in_entries().into_iter().chain(store.user_entries());
        table("Scenarios", entries.map(|entry| (entry.id, entry.name)).collect());
    }
    if wants(Listing::Models) {
        let models = catalog.models().iter().map(|model| {
            let mark = model.status.mark().map(|mark| format!(" ({mark})")).unwrap_or_default();
            (model.id.clone(), format!("{}{mark}", model.name))
        });
        table("\nModels", models.collect());
    }
    if wants(Listing::Gpus) {
        table("\nGPUs", catalog.gpus().iter().map(|gpu| (gpu.id.clone(), gpu.name.clone())).collect());
    }
    if wants(Listing::Parameters) {
        let rows = Group::ALL.iter().flat_map(|group| {
            ParamId::ALL
                .into_iter()
                .filter(|param| param.group == *group)
                .map(|param| (param.path.to_owned(), format!("{} ({})", param.help, param.allowed())))
        });
        table("\nParameters", rows.collect());
    }
    print(&lines)
}

/// Writes to standard output; a reader that has gone away is no error.
fn print(text: &str) -> Result<()> {
    match io::stdout().write_all(text.as_bytes()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        other => other.context("cannot write to standard output"),
    }
}
