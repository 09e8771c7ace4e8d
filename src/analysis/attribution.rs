//! What caused the difference: the change of an answer between two scenarios, shared among the inputs that changed.
//!
//! The shares are Shapley values (L. Shapley 1953, "A value for n-person games"): what an input adds, averaged over
//! every order in which the inputs could have been changed. They do not depend on any order and add up to the whole
//! change. Up to eight inputs every subset is evaluated; above that, a fixed sample of orders.

use crate::analysis::answer::Answer;
use crate::analysis::case::{Case, World};
use crate::analysis::changes::{Change, changes};
use crate::analysis::sample::{SEED, shuffle};
use crate::rank;
use crate::scenario::Scenario;

/// Inputs of which every subset is evaluated: 2^8 evaluations.
const MOST_EXACT: usize = 8;
/// Orders that are sampled above that, each with its reverse, which halves the noise of most games.
const SAMPLED_ORDERS: usize = 24;

/// One input and its share of the change.
#[derive(Debug, Clone)]
pub struct Share {
    /// What was changed; parameters that only make sense together share one entry.
    pub changes: Vec<Change>,
    /// Its part of the change of the answer; the parts add up to the whole.
    pub amount: f64,
}

/// The change of an answer and its causes.
#[derive(Debug, Clone)]
pub struct Attribution {
    /// The answer before.
    pub before: f64,
    /// The answer after.
    pub after: f64,
    /// The causes, the largest first; they add up to `after - before`.
    pub shares: Vec<Share>,
    /// Every subset was evaluated; else the shares come from a sample of orders.
    pub exact: bool,
}

/// Shares out the change of `answer` between two scenarios.
///
/// `None` where the answer does not exist for one of them. On the way between them it may not exist either, as when
/// the larger model comes before the larger GPU: such a combination counts for as much as those with one input less.
pub fn attribute(before: &Case, after: &Case, answer: Answer) -> Option<Attribution> {
    let inputs = grouped(changes(&before.scenario, &after.scenario));
    let first = answer.of(&before.outcome)?;
    let last = answer.of(&after.outcome)?;
    let game = Game { world: &after.world, before: &before.scenario, answer, inputs: &inputs, first, last };
    let exact = inputs.len() <= MOST_EXACT;
    let amounts = if exact { game.exact() } else { game.sampled() };
    let amounts = exact_sum(amounts, last - first);
    let mut shares: Vec<Share> =
        inputs.into_iter().zip(amounts).map(|(changes, amount)| Share { changes, amount }).collect();
    rank::falling(&mut shares, |share| share.amount.abs());
    Some(Attribution { before: first, after: last, shares, exact })
}

/// Parameters that only make sense together are one input: a tier, the shape of the model, the routing.
fn grouped(changes: Vec<Change>) -> Vec<Vec<Change>> {
    let mut groups: Vec<(&str, Vec<Change>)> = Vec::new();
    for change in changes {
        let group = change.param.together.unwrap_or(change.param.path);
        match groups.iter_mut().find(|(name, _)| *name == group) {
            Some((_, members)) => members.push(change),
            None => groups.push((group, vec![change])),
        }
    }
    groups.into_iter().map(|(_, members)| members).collect()
}

/// The answer as a function of the set of inputs that were changed.
struct Game<'a> {
    world: &'a World,
    before: &'a Scenario,
    answer: Answer,
    inputs: &'a [Vec<Change>],
    first: f64,
    last: f64,
}

impl Game<'_> {
    /// The answer with the inputs of a bit set changed.
    fn at(&self, set: u32) -> Option<f64> {
        let mut scenario = *self.before;
        for (index, input) in self.inputs.iter().enumerate() {
            if set & (1 << index) != 0 {
                apply(input, &mut scenario);
            }
        }
        self.answer.of(&self.world.evaluate(&scenario))
    }

    /// Shares from every subset.
    fn exact(&self) -> Vec<f64> {
        let count = self.inputs.len();
        let whole = (1_u32 << count) - 1;
        let mut values = vec![self.first; 1 << count];
        for set in 1..=whole {
            // Where there is no answer, the mean of the subsets with one input less.
            let members = (0..count).filter(|index| set & (1 << index) != 0);
            let without = |index: usize| values[(set & !(1 << index)) as usize];
            let fallback = members.map(without).sum::<f64>() / f64::from(set.count_ones());
            values[set as usize] = if set == whole { self.last } else { self.at(set).unwrap_or(fallback) };
        }
        (0..count)
            .map(|index| {
                let bit = 1_u32 << index;
                (0..=whole)
                    .filter(|set| set & bit == 0)
                    .map(|set| {
                        let weight = order_weight(set.count_ones() as usize, count);
                        weight * (values[(set | bit) as usize] - values[set as usize])
                    })
                    .sum()
            })
            .collect()
    }

    /// Shares from a sample of orders, each walked from both ends.
    fn sampled(&self) -> Vec<f64> {
        let count = self.inputs.len();
        let mut amounts = vec![0.0; count];
        let mut order: Vec<usize> = (0..count).collect();
        let mut random = SEED;
        for _ in 0..SAMPLED_ORDERS {
            shuffle(&mut order, &mut random);
            self.walk(order.iter().copied(), &mut amounts);
            self.walk(order.iter().rev().copied(), &mut amounts);
        }
        let walks = (2 * SAMPLED_ORDERS) as f64;
        amounts.iter().map(|amount| amount / walks).collect()
    }

    /// Changes one input after another and adds what each step does.
    fn walk(&self, order: impl Iterator<Item = usize>, amounts: &mut [f64]) {
        let mut scenario = *self.before;
        let mut value = self.first;
        for (step, index) in order.enumerate() {
            apply(&self.inputs[index], &mut scenario);
            let is_last = step + 1 == self.inputs.len();
            let next = if is_last {
                self.last
            } else {
                self.answer.of(&self.world.evaluate(&scenario)).unwrap_or(value)
            };
            amounts[index] += next - value;
            value = next;
        }
    }
}

fn apply(input: &[Change], scenario: &mut Scenario) {
    for change in input {
        change.apply(scenario);
    }
}

/// The share of all orders in which exactly the `before` inputs of a given set come first: `b! (n - b - 1)! / n!`.
fn order_weight(before: usize, count: usize) -> f64 {
    let factorial = |n: usize| (1..=n).map(|k| k as f64).product::<f64>();
    factorial(before) * factorial(count - before - 1) / factorial(count)
}

/// Gives the rounding noise of the sum to the largest share.
fn exact_sum(mut amounts: Vec<f64>, whole: f64) -> Vec<f64> {
    let largest = (0..amounts.len()).max_by(|a, b| amounts[*a].abs().total_cmp(&amounts[*b].abs()));
    if let Some(largest) = largest {
        amounts[largest] += whole - amounts.iter().sum::<f64>();
    }
    amounts
}
