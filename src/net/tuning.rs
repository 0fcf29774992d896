//! What a recipe does to a freshly drawn network.

use super::loss::Loss;
use super::rows::whole_rows;
use super::trainable::Trainable;
use crate::numerics::{ShapeError, length};
use crate::recipe::Tuning;

impl Tuning {
    /// Changes a freshly drawn network as the recipe says; `y` \[n, D\] are the training targets as it
    /// sees them.
    ///
    /// # Errors
    /// [`ShapeError`] where the network's parameters are not those of its architecture, or `y` does not hold
    /// whole rows.
    pub fn prepare(&self, network: &mut impl Trainable, y: &[f32]) -> Result<(), ShapeError> {
        let architecture = network.architecture();
        architecture.check()?;
        whole_rows("the targets", y.len(), architecture.loss.n_targets())?;
        if let Loss::SquaredError { .. } = architecture.loss {
            return Ok(());
        }
        let (k, d) = (
            architecture.loss.n_components(),
            architecture.loss.n_targets(),
        );
        let mut weights = Vec::new();
        network.copy_weights_into(&mut weights);
        length("the weights", weights.len(), architecture.n_parameters())?;
        let last = architecture.hidden.len();
        let mut rest = weights.as_mut_slice();
        let mut is_means = true;
        for slot in architecture.slots() {
            let (mine, others) = rest.split_at_mut(architecture.len(slot));
            rest = others;
            let is_head = slot.layer == last;
            if slot.is_bias {
                // The head's first bias is that of the means, [k, d].
                if is_head && std::mem::take(&mut is_means) && self.spread_means {
                    spread(mine, y, k, d);
                }
                continue;
            }
            let factor = if is_head {
                self.head_weight_factor
            } else {
                self.hidden_weight_factor
            };
            if let Some(factor) = factor {
                mine.iter_mut()
                    .for_each(|w| *w = (f64::from(*w) * factor) as f32);
            }
        }
        network.restore_weights(&weights)
    }
}

/// Mean k becomes the row of `y` at the (k + ½)/K quantile of the first target: spread, and where
/// the data are.
fn spread(biases: &mut [f32], y: &[f32], k: usize, d: usize) {
    let mut rows: Vec<usize> = (0..y.len() / d).collect();
    // Rows with equal first targets keep their order, without the room that a stable sort takes.
    rows.sort_unstable_by(|a, b| y[a * d].total_cmp(&y[b * d]).then(a.cmp(b)));
    for (component, mean) in biases.chunks_exact_mut(d).enumerate() {
        if let Some(row) = rows.get((2 * component + 1) * rows.len() / (2 * k)) {
            mean.copy_from_slice(&y[row * d..(row + 1) * d]);
        }
    }
}
