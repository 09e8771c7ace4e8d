//! How a replica is laid out over its GPUs.

/// A layout. A replica is `tensor_parallel` GPUs over which every layer is split, once for each pipeline stage.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layout {
    /// GPUs over which every layer is split; with attention data parallelism, over which the experts are spread.
    pub tensor_parallel: u32,
    /// Stages that each hold a part of the layers; 1 for none.
    pub pipeline_parallel: u32,
    /// GPUs of a stage over which whole experts are spread, at most `tensor_parallel`; 1 for none.
    pub expert_parallel: u32,
    /// Each GPU attends to requests of its own, with attention and all that every token passes held whole (DeepSeek-V3,
    /// section 3.4). Only of a mixture of experts.
    pub attention_data_parallel: bool,
}

/// What may be chosen of a layout; `None` leaves it to the engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Layouts {
    /// Tensor-parallel degrees.
    pub tensor_parallel: Degree,
    /// Pipeline stages. The engine takes them where no server holds the model.
    pub pipeline_parallel: Option<u32>,
    /// Expert parallelism. The engine spreads experts where it spreads requests.
    pub expert_parallel: Option<u32>,
    /// Attention data parallelism.
    pub attention_data_parallel: Option<bool>,
}

/// A parallel degree: a number of GPUs, or the engine's choice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Degree {
    /// So many GPUs.
    Set(u32),
    /// A power of two, at most so many.
    UpTo(u32),
}

/// Most pipeline stages that the engine takes by itself.
const MOST_STAGES: u32 = 8;

impl Layout {
    /// One GPU.
    pub const ONE: Self =
        Self { tensor_parallel: 1, pipeline_parallel: 1, expert_parallel: 1, attention_data_parallel: false };

    /// Tensor parallelism alone.
    pub const fn tensor(gpus: u32) -> Self {
        Self { tensor_parallel: gpus, ..Self::ONE }
    }

    /// GPUs of a replica.
    pub const fn gpus(&self) -> u32 {
        self.tensor_parallel.saturating_mul(self.pipeline_parallel)
    }
}

impl Layouts {
    /// Tensor parallelism at this degree, and nothing else.
    pub const fn tensor(degree: Degree) -> Self {
        Self {
            tensor_parallel: degree,
            pipeline_parallel: Some(1),
            expert_parallel: Some(1),
            attention_data_parallel: Some(false),
        }
    }

    /// What may be chosen within a server, smaller replicas first: each degree with requests split as they are, and for a
    /// mixture of experts also with each GPU attending to its own.
    pub fn within_server(self, experts: bool) -> impl Iterator<Item = Layout> {
        let stages = self.pipeline_parallel.unwrap_or(1);
        self.tensor_parallel.choices().flat_map(move |gpus| self.at(gpus, stages, experts))
    }

    /// What may be chosen beyond one server, where none holds the model: the highest degree in more and more stages.
    pub fn beyond_server(self, experts: bool) -> impl Iterator<Item = Layout> {
        let free = self.pipeline_parallel.is_none() && matches!(self.tensor_parallel, Degree::UpTo(_));
        let stages = std::iter::successors(Some(2), |stages| Some(stages * 2));
        let gpus = self.tensor_parallel.choices().last().unwrap_or(1);
        stages
            .take_while(move |stages| free && *stages <= MOST_STAGES)
            .flat_map(move |stages| self.at(gpus, stages, experts))
    }

    /// The layouts of a degree.
    fn at(self, gpus: u32, stages: u32, experts: bool) -> impl Iterator<Item = Layout> {
        let spread = experts && gpus > 1;
        let data_parallel = match self.attention_data_parallel {
            Some(stated) => [Some(stated && spread), None],
            None => [Some(false), spread.then_some(true)],
        };
        data_parallel.into_iter().flatten().map(move |attention_data_parallel| Layout {
            tensor_parallel: gpus,
            pipeline_parallel: stages,
            expert_parallel: match self.expert_parallel {
                _ if !spread => 1,
                Some(stated) => stated.clamp(1, gpus),
                None if attention_data_parallel => gpus,
                None => 1,
            },
            attention_data_parallel,
        })
    }
}

impl Degree {
    /// The highest that may be chosen.
    pub const fn highest(self) -> u32 {
        match self {
            Self::Set(gpus) | Self::UpTo(gpus) => gpus,
        }
    }

    /// What may be chosen, ascending.
    pub fn choices(self) -> impl Iterator<Item = u32> {
        let least = match self {
            Self::Set(gpus) => gpus,
            Self::UpTo(_) => 1,
        };
        let powers = std::iter::successors(Some(least), |gpus| gpus.checked_mul(2));
        powers.take_while(move |gpus| *gpus <= self.highest())
    }
}

#[cfg(test)]
mod tests {
    use super::{Degree, Layout, Layouts};

    #[test]
    fn a_degree_is_chosen_among_powers_of_two_or_set() {
        let choices = |degree: Degree| degree.choices().collect::<Vec<_>>();
        assert_eq!(choices(Degree::UpTo(8)), [1, 2, 4, 8]);
        assert_eq!(choices(Degree::UpTo(6)), [1, 2, 4]);
        assert_eq!(choices(Degree::Set(6)), [6]);
        assert_eq!(Degree::UpTo(6).highest(), 6);
    }

    #[test]
    fn experts_are_spread_where_requests_are_and_only_in_a_mixture_of_experts() {
        let free = Layouts {
            tensor_parallel: Degree::UpTo(4),
            pipeline_parallel: None,
            expert_parallel: None,
            attention_data_parallel: None,
        };
        assert_eq!(free.within_server(false).collect::<Vec<_>>(), [1, 2, 4].map(Layout::tensor));
        let spread =
            |gpus| Layout { expert_parallel: gpus, attention_data_parallel: true, ..Layout::tensor(gpus) };
        assert_eq!(
            free.within_server(true).collect::<Vec<_>>(),
            [Layout::ONE, Layout::tensor(2), spread(2), Layout::tensor(4), spread(4)]
        );
        let stages: Vec<u32> = free.beyond_server(false).map(|layout| layout.gpus()).collect();
        assert_eq!(stages, [8, 16, 32]);
        assert_eq!(Layouts::tensor(Degree::Set(8)).beyond_server(true).count(), 0);
    }
}
