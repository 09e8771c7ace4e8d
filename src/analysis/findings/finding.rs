//! A finding: how much it matters, what it is about, and the sentence.

use crate::engine::choice::choices;

choices! {
    /// How much a finding matters.
    pub enum Severity {
        /// A budget, a target or a memory is exceeded: `whatif check` fails.
        Breach = "breach",
        /// It will be, or a figure rests on weak evidence.
        Warning = "warning",
        /// A figure rests on an assumption or a rumor.
        Assumption = "assumption",
        /// Good to know.
        Remark = "remark",
    }

    /// What a finding is about.
    pub enum Topic {
        /// The model cannot be served as asked.
        ServingDoesNotFit = "serving-fit",
        /// The model cannot be trained as asked.
        TrainingDoesNotFit = "training-fit",
        /// A figure is no number: its inputs contradict each other.
        NoNumber = "no-number",
        /// Training costs more than its budget, now or once new versions are made.
        TrainingBudget = "training-budget",
        /// A month of inference costs more than its budget, now or once it has grown.
        MonthlyBudget = "monthly-budget",
        /// Training was billed at more than its budget.
        TrainingBill = "training-bill",
        /// A month of inference was billed at more than its budget.
        MonthlyBill = "monthly-bill",
        /// The mean time to first token is longer than its target.
        LatencyTarget = "latency-target",
        /// Users wait longer than they are promised.
        Promise = "promise",
        /// A contract runs longer than the scenario.
        Commitment = "commitment",
        /// A latency target rests on capacity that may be taken away.
        Spot = "spot",
        /// A run hardly advances on capacity that is taken away.
        Interrupted = "interrupted",
        /// Requests are longer than the model was made for.
        ContextLength = "context-length",
        /// A chip does not compute in the chosen number format.
        Arithmetic = "arithmetic",
        /// A degree that was stated does not divide the served model evenly.
        ServingLayout = "serving-layout",
        /// The degrees that were stated leave no whole number of replicas.
        TrainingLayout = "training-layout",
        /// What guesses tokens ahead does not exist, or is assumed.
        Speculation = "speculation",
        /// A price is missing, so that nothing is known of what it is needed for.
        NoPrice = "no-price",
        /// A price rests on one listing, an old or unverified one, or an estimate.
        Price = "price",
        /// Where the model's shape comes from.
        Shape = "shape",
        /// Where the number of training tokens comes from.
        TrainingTokens = "training-tokens",
        /// Memory holds fewer requests than the batch asks for.
        BatchSize = "batch-size",
        /// Growth leads to more requests than can be stated.
        Growth = "growth",
        /// The fleet has room for more traffic.
        IdleFleet = "idle-fleet",
        /// What the catalog says of the model.
        Model = "model",
        /// A step of a deck shows what does not exist, or changes nothing.
        Step = "step",
        /// A published figure stands beside a figure of something else.
        Claim = "claim",
        /// A step of a deck has no room on a screen.
        Room = "room",
    }
}

impl Topic {
    /// Paths of what is stated of it in a scenario's file, tables among them, the nearest first.
    pub const fn stated_at(self) -> &'static [&'static str] {
        match self {
            Self::ServingDoesNotFit => &["serving.tensor_parallel", "serving", "hardware.gpu", "model"],
            Self::TrainingDoesNotFit => &["training.gpus", "training", "model"],
            Self::NoNumber | Self::Shape | Self::Model => &["model"],
            Self::TrainingBudget => &["budget.training_usd"],
            Self::MonthlyBudget => &["budget.monthly_inference_usd"],
            Self::TrainingBill => &["actual.training_usd"],
            Self::MonthlyBill => &["actual.monthly_inference_usd"],
            Self::LatencyTarget => &["workload.latency_target_ms", "tier"],
            Self::Promise => &["workload.target"],
            Self::Commitment => &["serving.commitment_months", "training.commitment_months"],
            Self::Spot => &["serving.spot_share"],
            Self::Interrupted => &["training.spot_share"],
            Self::ContextLength => &["workload.sequence_length", "workload"],
            Self::Arithmetic => &["serving.weight_precision", "training.precision"],
            Self::ServingLayout => &["serving.tensor_parallel", "serving"],
            Self::TrainingLayout => &["training.gpus", "training"],
            Self::Speculation => &["serving.speculation"],
            Self::NoPrice | Self::Price => &["prices.basis", "hardware.gpu", "serving.gpu", "training.gpu"],
            Self::TrainingTokens => &["training.tokens"],
            Self::BatchSize => &["serving.batch_size"],
            Self::Growth => &["workload.growth_per_month"],
            Self::IdleFleet => &["workload.requests_per_day"],
            Self::Step | Self::Claim | Self::Room => &[],
        }
    }
}

/// Something that a reader of the figures should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How much it matters.
    pub severity: Severity,
    /// What it is about.
    pub topic: Topic,
    /// The month in which it comes true, counted from 1; `None` where it is true now.
    pub month: Option<u32>,
    /// One sentence, with its numbers; what would help is its end.
    pub text: String,
    /// What would help.
    pub remedy: Option<String>,
}

impl Finding {
    /// What is wrong, without what would help.
    pub fn problem(&self) -> &str {
        let remedy = self.remedy.as_deref().unwrap_or_default();
        self.text.strip_suffix(remedy).unwrap_or(&self.text).trim_end_matches([';', ':', ' '])
    }

    /// It calls for action: something is exceeded, or will be.
    pub fn is_alert(&self) -> bool {
        self.severity <= Severity::Warning
    }

    /// It says why a figure does not exist.
    pub fn is_refusal(&self) -> bool {
        matches!(
            self.topic,
            Topic::ServingDoesNotFit | Topic::TrainingDoesNotFit | Topic::NoPrice | Topic::NoNumber
        )
    }
}
