//! A profile of what is measured of a running engine.

use crate::app::state::State;
use crate::catalog::ProfileId;
use crate::engine::serving::Deployment;
use crate::import::benchmarks::{FEWEST, calibrate, stack};
use crate::scenario::ParamId;
use crate::scenario::value::Value;

/// What profiles of running engines are called.
const NAME: &str = "live";

impl State {
    /// Moves the constants by what was measured of the engine that is watched, keeps them as a profile, and takes that into the
    /// scenario as one step of undo. Where that does not help, a line says why.
    pub(super) fn make_profile(&mut self) {
        match self.profile_of_live() {
            Ok((id, words)) => {
                self.set(ParamId::ServingProfile, Value::Profile(id), false);
                self.say(words);
            }
            Err(why) => self.complain(why),
        }
    }

    fn profile_of_live(&mut self) -> Result<(ProfileId, String), String> {
        let watch =
            self.live.as_ref().ok_or("no engine is watched: there is nothing to make a profile of")?;
        let runs = watch.history.runs();
        let measured = watch.history.measured(f64::INFINITY);
        if let Some(measured) = measured.as_ref().filter(|measured| measured.requests.is_none()) {
            return Err(format!(
                "{} counts no requests, so that nobody knows how long they are: whatif calibrate takes a benchmark of it",
                measured.engine
            ));
        }
        let stack = stack(&self.case).ok_or("the model cannot be served as this scenario describes it")?;
        let hits = measured.and_then(|measured| measured.prefix_hits);
        let stack = Deployment { prefix_hit_rate: hits.unwrap_or(stack.prefix_hit_rate), ..stack };
        let (found, aside) = calibrate(&runs, &stack);
        let Some(found) = found else {
            return Err(aside.first().map_or_else(
                || format!("watch it longer: a profile takes {FEWEST} figures, each of a minute and twenty requests"),
                |aside| format!("too few figures; left aside: {}", aside.reason),
            ));
        };
        if let Some(objection) = found.verdict.objection() {
            return Err(objection.to_owned());
        }
        let catalog = &self.world.catalog;
        let mut names =
            (1..).map(|count| if count == 1 { NAME.to_owned() } else { format!("{NAME}-{count}") });
        let name = names.find(|name| catalog.profile_id(name).is_none()).unwrap_or_default();
        let profile = found.profile(&name, &self.case);
        self.store.keep_profile(&profile, &found.update.moved).map_err(|error| error.to_string())?;
        let words = format!("kept as the profile {name}: {}", profile.summary);
        let mut grown = catalog.clone();
        grown.add_profile(profile);
        let id = grown.profile_id(&name).ok_or("the profile is not there")?;
        self.world = self.with_catalog(Some(grown));
        Ok((id, words))
    }
}
