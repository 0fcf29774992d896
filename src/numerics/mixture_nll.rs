//! Negative log-likelihood of a Gaussian mixture and its gradient in one pass.

/// Sizes of a mixture head: its raw output row is `means [k·d] | raw scales [k·d] | logits [k]`,
/// component by component (`means[k * d + j]` is target `j` of component `k`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeadShape {
    /// K, components.
    pub n_components: usize,
    /// D, targets.
    pub n_targets: usize,
}

impl HeadShape {
    /// Columns of the raw output: 2·K·D + K.
    #[must_use]
    pub const fn columns(self) -> usize {
        (2 * self.n_targets + 1) * self.n_components
    }
}

/// How a raw output becomes a scale σ.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum ScaleLink {
    /// `ELU(a) + 1 + floor`, written `max(a, 0) + exp(min(a, 0)) + floor`.
    EluPlusOne {
        /// Added outside the link, in units of the target.
        floor: f32,
    },
    /// `ln(1 + exp a) + floor`.
    Softplus {
        /// Added outside the link, in units of the target.
        floor: f32,
    },
}
