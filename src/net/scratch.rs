//! Memory for asking a network, used again from call to call.

use std::cell::Cell;

use super::crossing::Block;
use super::forward::Activations;
use crate::mixture::Mixtures;

/// What a thread needs to ask models: made once, used for any number of calls and models.
///
/// After a first call of the same size [`Model::mixtures_in`](super::Model::mixtures_in) allocates nothing.
#[derive(Debug, Default)]
pub struct Scratch {
    pub(super) activations: Activations,
    /// Features of a block with their pieces.
    pub(super) encoded: Vec<f64>,
    /// Features of a block as the network sees them.
    pub(super) x: Vec<f32>,
    /// Its raw outputs.
    pub(super) raw: Vec<f32>,
    /// What one member says of it.
    pub(super) block: Block,
    /// The last answer.
    pub(super) answer: Option<Mixtures>,
}

thread_local! {
    static OWN: Cell<Option<Box<Scratch>>> = const { Cell::new(None) };
}

/// Calls `ask` with this thread's own scratch.
pub(super) fn with<R>(ask: impl FnOnce(&mut Scratch) -> R) -> R {
    // Taken rather than lent: whatever `ask` does, and at the thread's end, there is one.
    let own = OWN.try_with(Cell::take).ok().flatten();
    let mut scratch = own.unwrap_or_default();
    let answer = ask(&mut scratch);
    let _ = OWN.try_with(|own| own.set(Some(scratch)));
    answer
}
