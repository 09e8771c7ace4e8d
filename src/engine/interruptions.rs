//! Spot capacity is taken away: what that costs a pool of replicas, and a run that must stop with it.

/// GPUs of a server, which spot capacity loses as a whole.
const SPOT_SERVER: f64 = 8.0;
/// Minutes that a run stands still to write a checkpoint, which is copied away while it goes on. Assumption.
const CHECKPOINT_WRITE_MINUTES: f64 = 1.0;
/// Beyond this an interrupted run repeats its work more often than any number tells.
const LARGEST_EXPONENT: f64 = 50.0;

/// How spot capacity is lost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interruptions {
    /// Mean time between interruptions of one server, hours.
    pub hours_between: f64,
    /// Minutes from one checkpoint of a training run to the next; `None` for the best interval.
    pub checkpoint_minutes: Option<f64>,
    /// Minutes from an interruption until a training run goes on.
    pub restart_minutes: f64,
}

impl Interruptions {
    /// Share of the time in which a spot replica of so many GPUs is being replaced.
    pub(super) fn time_lost(&self, gpus: f64, cold_start_s: f64) -> f64 {
        let servers = (gpus / SPOT_SERVER).ceil();
        (servers * cold_start_s / 3600.0 / self.hours_between).min(1.0)
    }

    /// Time of a synchronous run relative to one that is never interrupted, where so many of its GPUs are on spot
    /// capacity: losing any of their servers loses the work since the last checkpoint and the time of a restart.
    ///
    /// J. T. Daly 2006, "A higher order estimate of the optimum checkpoint interval for restart dumps", equation 20, with
    /// the interval of J. W. Young 1974 where none is stated.
    pub(super) fn repeats(&self, spot_gpus: f64) -> f64 {
        if spot_gpus <= 0.0 {
            return 1.0;
        }
        let between = self.hours_between / (spot_gpus / SPOT_SERVER).max(1.0);
        let write = CHECKPOINT_WRITE_MINUTES / 60.0;
        let interval =
            self.checkpoint_minutes.map_or((2.0 * write * between).sqrt(), |minutes| minutes / 60.0);
        let restart = self.restart_minutes / 60.0;
        let exponent = |hours: f64| (hours / between).min(LARGEST_EXPONENT);
        let repeats = between / interval * exponent(restart).exp() * exponent(interval + write).exp_m1();
        repeats.max(1.0)
    }
}
