//! Published figures beside those that the engine derives. Each is held against the one that it means, in words made from
//! the two numbers: only why they differ is written by hand.

use std::borrow::Cow;

use crate::analysis::advice::evidence_on_split;
use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::range::{Figures, Range};
use crate::catalog::Status;
use crate::catalog::records::{CLAIMS, Claim, ClaimBasis, Factor, TRAINING_USD};
use crate::engine::money::owned_hour;
use crate::engine::training::TrainingMethod;
use crate::scenario::resolve;
use crate::text::quantity::{Unit, format};

/// From so many times as much on a difference is told as a multiple.
const MULTIPLE: f64 = 2.0;
/// What the three totals of training are called, in the order of their size.
const TOTALS: [&str; 3] = ["the final run", "all compute", "the whole program"];

/// A published figure, and what the engine derives for it.
#[derive(Debug, Clone, PartialEq)]
pub struct Published {
    /// The figure that it speaks of, as in [`Claim::figure`].
    pub figure: &'static str,
    /// The value, or the low end.
    pub value: f64,
    /// The high end, where a span was published.
    pub high: Option<f64>,
    /// No more than a lower bound was published.
    pub is_least: bool,
    /// Which total it means, where it is about training.
    pub basis: Option<ClaimBasis>,
    /// What was published, in words.
    pub statement: Cow<'static, str>,
    /// What it is held against; `None` where the case has no such figure.
    pub against: Option<Against>,
    /// Why the two differ.
    pub reason: Option<Cow<'static, str>>,
    /// Who published it, in a word.
    pub short: Cow<'static, str>,
    /// Who published it.
    pub source: Cow<'static, str>,
}

/// What a published figure is held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Against {
    /// The figure that it means.
    One {
        /// What that is called.
        label: &'static str,
        /// Its unit.
        unit: Unit,
        /// Its value.
        derived: f64,
        /// Its 80% range, where there is one.
        range: Option<Range>,
    },
    /// The final run, all compute and the programme, USD: which of them it means was not stated.
    Totals([f64; 3]),
}

/// What was published about the built-in scenario of this id, or about the case's model.
pub fn published(case: &Case, id: Option<&str>, figures: &Figures) -> Vec<Published> {
    let model = case.model().map(|model| model.id.as_str());
    let speaks = |claim: &&Claim| [id, model].contains(&Some(claim.about.as_str()));
    let counts = |claim: &&Claim| claim.figure != TRAINING_USD || trains_it(case);
    let claims = CLAIMS.iter().filter(speaks).filter(counts);
    claims.map(|claim| Published::new(claim, case, figures)).chain(hours_beside(case, figures)).collect()
}

/// The published GPU-hours of the run, beside those that are derived.
fn hours_beside(case: &Case, figures: &Figures) -> Option<Published> {
    let hours = published_hours(case)?;
    Some(Published { against: against(Answer::GpuHours, "GPU-hours", case, figures), ..hours })
}

/// What a deck cites the published GPU-hours of its model's run by.
const HOURS: &str = "published-hours";

/// Everything that a deck may cite: claims by their ids, the evidence on inference's share of spending by its names, and the
/// published hours of a run.
pub fn citable() -> impl Iterator<Item = &'static str> {
    let evidence = evidence_on_split().map(|factor| factor.name.as_str());
    CLAIMS.iter().map(|claim| claim.id.as_str()).chain(evidence).chain([HOURS])
}

/// What is cited, beside the figure of a case; `None` for what is not [`citable`].
pub fn cited(id: &str, case: &Case, figures: &Figures) -> Option<Published> {
    if id == HOURS {
        return hours_beside(case, figures);
    }
    let claim = CLAIMS.iter().find(|claim| claim.id == id);
    let factor = || evidence_on_split().find(|factor| factor.name == id);
    claim
        .map(|claim| Published::new(claim, case, figures))
        .or_else(|| factor().map(|factor| Published::of_split(factor, case, figures)))
}

/// What is cited speaks of a case, which is about a built-in scenario and a model of these ids.
pub fn speaks_of(id: &str, case: &Case, about: [Option<&str>; 2]) -> bool {
    if id == HOURS {
        return published_hours(case).is_some();
    }
    CLAIMS.iter().find(|claim| claim.id == id).is_none_or(|claim| {
        about.contains(&Some(claim.about.as_str())) && (claim.figure != TRAINING_USD || trains_it(case))
    })
}

/// The published GPU-hours of the run that the case repeats.
pub fn published_hours(case: &Case) -> Option<Published> {
    let model = case.model()?;
    let run = resolve::published_run(&case.scenario, case.catalog())?;
    let tokens = case.scenario.training.tokens;
    if tokens.is_some() && tokens != model.training_tokens {
        return None;
    }
    let value = run.gpu_hours?;
    let gpu = &case.catalog().gpu(run.gpu).name;
    let count = run.gpus.map_or(String::new(), |gpus| format!("{} x ", format(gpus, Unit::Count)));
    let derived = Answer::GpuHours.of(&case.outcome);
    Some(Published {
        figure: "gpu_hours",
        value,
        high: None,
        is_least: false,
        basis: Some(ClaimBasis::FinalRun),
        statement: format!(
            "Published run of {}: {} GPU-hours on {count}{gpu}.",
            model.name,
            format(value, Unit::GpuHours)
        )
        .into(),
        against: derived.map(|derived| Against::One {
            label: "GPU-hours",
            unit: Unit::GpuHours,
            derived,
            range: None,
        }),
        reason: run.reason.clone().map(Cow::Owned),
        short: "developer".into(),
        source: run.source.clone().into(),
    })
}

/// A source with its date, and how far it can be trusted, where it does not say so itself.
fn dated(source: &str, as_of: &str, status: Status) -> String {
    let year = as_of.get(..4).unwrap_or(as_of);
    let date = (!source.contains(year)).then_some(as_of);
    let mark = status.mark().filter(|mark| !source.contains(mark));
    [Some(source), date, mark].into_iter().flatten().collect::<Vec<_>>().join(", ")
}

/// Why what was published of a model's training says nothing of this case: it is another run. `None` where it does, or
/// where nothing was published.
pub fn withdrawn(case: &Case, id: Option<&str>) -> Option<String> {
    let model = case.model()?;
    let speaks = |claim: &&Claim| [id, Some(model.id.as_str())].contains(&Some(claim.about.as_str()));
    let count = CLAIMS.iter().filter(speaks).filter(|claim| claim.figure == TRAINING_USD).count();
    if count == 0 || trains_it(case) {
        return None;
    }
    let own = format(model.shape.total_parameters(), Unit::Parameters);
    let why = match case.scenario.model.size {
        Some(size) => format!("of {own} parameters, and this is {}", format(size, Unit::Parameters)),
        None => "of its pretraining, and here it is tuned".to_owned(),
    };
    Some(if count == 1 {
        format!("the figure published for {} no longer applies: it is {why}", model.name)
    } else {
        format!("the {count} figures published for {} no longer apply: they are {why}", model.name)
    })
}

/// Whether the case pretrains the model itself, in its own size: what was published of its training speaks of that.
fn trains_it(case: &Case) -> bool {
    case.scenario.training.method == TrainingMethod::Pretrain && case.scenario.model.size.is_none()
}

fn against(answer: Answer, label: &'static str, case: &Case, figures: &Figures) -> Option<Against> {
    let derived = answer.of(&case.outcome)?;
    Some(Against::One { label, unit: answer.unit(), derived, range: figures.range(answer) })
}

/// What a training cost is held against.
fn training_against(basis: ClaimBasis, case: &Case, figures: &Figures) -> Option<Against> {
    let one = |answer, label| against(answer, label, case, figures);
    match basis {
        ClaimBasis::FinalRun => one(Answer::FinalRunCost, "final run"),
        ClaimBasis::Compute => one(Answer::ComputeCost, "all compute"),
        ClaimBasis::Programme => one(Answer::TrainingCost, "whole program"),
        ClaimBasis::DepreciatedHardware => {
            let hours = Answer::GpuHours.of(&case.outcome)?;
            let purchase_usd = case.inputs.training_money.rate.purchase_usd?;
            let hour = owned_hour(purchase_usd, &case.training_gpu().gpu, &case.inputs.facility);
            let derived = hours * hour.total();
            Some(Against::One { label: "run on owned hardware", unit: Unit::Usd, derived, range: None })
        }
        ClaimBasis::NotStated => {
            let of = |answer: Answer| answer.of(&case.outcome);
            let [run, compute] = [Answer::FinalRunCost, Answer::ComputeCost].map(of);
            Some(Against::Totals([run?, compute?, of(Answer::TrainingCost)?]))
        }
    }
}

impl Published {
    fn new(claim: &'static Claim, case: &Case, figures: &Figures) -> Self {
        let against = match claim.basis {
            Some(basis) if claim.figure == TRAINING_USD => training_against(basis, case, figures),
            _ => Answer::from_id(&claim.figure)
                .and_then(|answer| against(answer, answer.label(), case, figures)),
        };
        Self {
            figure: &claim.figure,
            value: claim.value,
            high: claim.high,
            is_least: claim.least,
            basis: claim.basis,
            statement: claim.statement.as_str().into(),
            against,
            reason: claim.reason.as_deref().map(Cow::Borrowed),
            short: claim.short.as_str().into(),
            source: dated(&claim.source, &claim.as_of, claim.status).into(),
        }
    }

    /// What was published of inference's share of all spending.
    fn of_split(factor: &'static Factor, case: &Case, figures: &Figures) -> Self {
        let share = Answer::InferenceShare;
        Self {
            figure: share.short_id(),
            value: factor.value,
            high: None,
            is_least: false,
            basis: None,
            statement: format!("Inference is {} {}.", format(factor.value, share.unit()), factor.unit).into(),
            against: against(share, share.label(), case, figures),
            reason: factor.note.as_deref().map(Cow::Borrowed),
            short: factor.short.as_deref().unwrap_or(&factor.source).into(),
            source: dated(&factor.source, &factor.as_of, factor.status).into(),
        }
    }

    /// The answer that it speaks of.
    pub fn answer(&self) -> Option<Answer> {
        match self.figure {
            TRAINING_USD => Some(Answer::TrainingCost),
            figure => Answer::from_id(figure),
        }
    }

    /// The answer that it is to be held against: of the totals of training the one that was stated. `None` where none was, or
    /// where no answer is that figure.
    pub fn meant(&self) -> Option<Answer> {
        match self.basis {
            _ if self.figure != TRAINING_USD => Answer::from_id(self.figure),
            Some(ClaimBasis::FinalRun) => Some(Answer::FinalRunCost),
            Some(ClaimBasis::Compute) => Some(Answer::ComputeCost),
            Some(ClaimBasis::Programme) => Some(Answer::TrainingCost),
            Some(ClaimBasis::DepreciatedHardware | ClaimBasis::NotStated) | None => None,
        }
    }

    /// The figure and who published it, in a few words: `$63M, leak`.
    pub fn name(&self) -> String {
        let words = |value: f64| format(value, self.answer().map_or(Unit::Count, Answer::unit));
        let high = self.high.map_or(String::new(), |high| format!("-{}", words(high)));
        let over = if self.is_least { "over " } else { "" };
        format!("{over}{}{high}, {}", words(self.value), self.short)
    }

    /// The same and what is derived for it: `$63M, leak: final run here $58.1M, 0.92x`.
    pub fn beside(&self) -> String {
        let name = self.name();
        match self.against {
            None => name,
            Some(Against::One { label, unit, derived, .. }) => {
                let ratio = derived / self.nearest_end(derived);
                format!("{name}: {label} here {}, {ratio:.2}x", format(derived, unit))
            }
            Some(Against::Totals(totals)) => {
                let [run, compute, all] = totals.map(|total| format(total, Unit::Usd));
                format!("{name}, total not stated: run {run}, compute {compute}, all {all}")
            }
        }
    }

    /// The derived figure: the one that is meant, or of the three totals the nearest by ratio.
    pub fn derived(&self) -> Option<f64> {
        match self.against? {
            Against::One { derived, .. } => Some(derived),
            Against::Totals(totals) => {
                let off = |total: &f64| (total / self.nearest_end(*total)).ln().abs();
                totals.into_iter().min_by(|one, other| off(one).total_cmp(&off(other)))
            }
        }
    }

    /// The derived figure relative to the published one, or to the nearer end of a span; 1 within it.
    pub fn ratio(&self) -> Option<f64> {
        self.derived().map(|derived| derived / self.nearest_end(derived))
    }

    /// The part of the published span that is nearest to a figure.
    fn nearest_end(&self, figure: f64) -> f64 {
        figure.clamp(self.value, self.high())
    }

    fn high(&self) -> f64 {
        self.high.unwrap_or(self.value)
    }

    /// How the two stand to each other, in a sentence or two; `None` where nothing is derived.
    pub fn relation(&self) -> Option<String> {
        Some(match self.against? {
            Against::One { label, unit, derived, range } => {
                let times = self.times(derived);
                let inside = range.map_or("", |range| {
                    if self.high() < range.low {
                        "; the published figure lies below its 80% range"
                    } else if self.value > range.high {
                        "; the published figure lies above its 80% range"
                    } else {
                        "; the published figure lies inside its 80% range"
                    }
                });
                format!("Derived here: {label} {}, {times}{inside}.", format(derived, unit))
            }
            Against::Totals(totals) => format!("It {}.", self.place(totals)),
        })
    }

    /// How many times as much a figure is as what was published.
    fn times(&self, derived: f64) -> String {
        if self.high.is_some() && self.nearest_end(derived) == derived {
            return "within that span".to_owned();
        }
        let end = match self.high {
            None => None,
            Some(_) if derived < self.value => Some("its low end"),
            Some(_) => Some("its high end"),
        };
        let beside = |word: &str| end.map_or(String::new(), |end| format!(" {word} {end}"));
        let ratio = derived / self.nearest_end(derived);
        let percent = ((ratio - 1.0) * 100.0).round();
        if ratio >= MULTIPLE {
            format!("{ratio:.1} times as much{}", beside("as"))
        } else if percent == 0.0 {
            format!("the same{}", beside("as"))
        } else {
            format!("{}% {}{}", percent.abs(), if percent < 0.0 { "less" } else { "more" }, beside("than"))
        }
    }

    /// Where what was published lies among the three totals.
    fn place(&self, totals: [f64; 3]) -> String {
        let named = |index: usize| format!("{} ({})", TOTALS[index], format(totals[index], Unit::Usd));
        let covered: Vec<String> =
            (0..3).filter(|index| (self.value..=self.high()).contains(&totals[*index])).map(named).collect();
        if !covered.is_empty() {
            return format!("covers {} derived here", covered.join(" and "));
        }
        match totals.iter().filter(|total| **total < self.value).count() {
            0 => format!("lies below {} derived here, which is {}", named(0), self.times(totals[0])),
            3 => format!("lies above {} derived here, which is {}", named(2), self.times(totals[2])),
            below => format!("lies between {} and {} derived here", named(below - 1), named(below)),
        }
    }
}
