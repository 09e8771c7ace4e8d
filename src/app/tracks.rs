//! What is known of the answer along the tracks of sliders: the last that was, until it is worked out anew.

use crate::analysis::answer::Answer;
use crate::analysis::case::Case;
use crate::analysis::profile::{Profile, profiles, response};
use crate::scenario::ParamId;

/// The answer along tracks, and at all that the focused parameter can be.
#[derive(Debug)]
pub struct Tracks {
    /// By the parameters.
    profiles: Vec<Option<Profile>>,
    /// Which of them are of the case as it is.
    are_current: Vec<bool>,
    response: Option<(ParamId, Profile)>,
    /// The response is of the case as it is.
    has_responded: bool,
}

impl Default for Tracks {
    fn default() -> Self {
        let count = ParamId::ALL.len();
        Self {
            profiles: vec![None; count],
            are_current: vec![false; count],
            response: None,
            has_responded: false,
        }
    }
}

impl Tracks {
    /// The answer along the track of a parameter; `None` where it has none, or was not seen yet.
    pub fn profile(&self, param: ParamId) -> Option<&Profile> {
        self.profiles[param as usize].as_ref()
    }

    /// The answer at all that the parameter of the last response can be.
    pub(super) fn response(&self) -> Option<(ParamId, &Profile)> {
        self.response.as_ref().map(|(param, profile)| (*param, profile))
    }

    /// The profile is of the case as it is.
    pub(super) fn is_profiled(&self, param: ParamId) -> bool {
        self.are_current[param as usize]
    }

    /// The response is of this parameter, and of the case as it is.
    pub(super) fn has_response(&self, param: ParamId) -> bool {
        self.has_responded && self.response.as_ref().is_some_and(|(other, _)| *other == param)
    }

    /// The case is another one.
    pub(super) fn outdate(&mut self) {
        self.are_current.fill(false);
        self.has_responded = false;
    }

    /// Works out the profiles of sliders, and the response of one.
    pub(super) fn work_out(
        &mut self,
        case: &Case,
        answer: Answer,
        sliders: &[ParamId],
        responds: Option<ParamId>,
    ) {
        if let Some(param) = responds {
            self.response = Some((param, response(case, param, answer)));
            self.has_responded = true;
        }
        for (param, profile) in sliders.iter().zip(profiles(case, sliders, answer)) {
            self.profiles[*param as usize] = profile;
            self.are_current[*param as usize] = true;
        }
    }
}
