//! A head with full covariances and its reference: the `mixture` room's density, and central differences of it.

use mixture_density::mixture::GaussianMixture;
use mixture_density::numerics::full_nll::{FullHeadShape, NllScratch, full_nll};
use mixture_density::numerics::mixture_nll::ScaleLink;

use super::head_case::{scale_of, with_floor};
use super::words::{Dice, bits};

/// A batch of raw outputs and targets.
pub(crate) struct Full {
    pub(crate) head: FullHeadShape,
    pub(crate) link: ScaleLink,
    /// Instead of the link's one floor, if there are any.
    pub(crate) floors: Option<Vec<f32>>,
    pub(crate) raw: Vec<f32>,
    pub(crate) y: Vec<f32>,
}

pub(crate) const fn head(n_components: usize, n_targets: usize) -> FullHeadShape {
    FullHeadShape {
        n_components,
        n_targets,
    }
}

impl Full {
    pub(crate) fn random(head: FullHeadShape, link: ScaleLink, n: usize, seed: u64) -> Self {
        let mut dice = Dice(seed);
        Self {
            head,
            link,
            floors: None,
            raw: dice.many(n * head.columns(), -2.0, 2.0),
            y: dice.many(n * head.n_targets, -3.0, 3.0),
        }
    }

    pub(crate) fn n(&self) -> usize {
        self.y.len() / self.head.n_targets
    }

    pub(crate) fn run(&self, grad_scale: f32) -> (Vec<f32>, Vec<f32>) {
        let mut nll = vec![f32::NAN; self.n()];
        let mut alone = nll.clone();
        let mut grad = vec![f32::NAN; self.raw.len()];
        let scratch = &mut NllScratch::default();
        let (head, raw, y) = (self.head, &self.raw, &self.y);
        let link = match &self.floors {
            Some(floors) => self.link.with_floors(floors),
            None => self.link.into(),
        };
        full_nll(
            head,
            link,
            raw,
            y,
            grad_scale,
            &mut nll,
            Some(&mut grad),
            scratch,
        )
        .expect("fitting shapes");
        full_nll(head, link, raw, y, grad_scale, &mut alone, None, scratch)
            .expect("fitting shapes");
        assert_eq!(bits(&nll), bits(&alone));
        (nll, grad)
    }

    /// −ln of the `mixture` room's density, from raw outputs in f64.
    pub(crate) fn reference(&self, raw: &[f64], y: &[f64]) -> f64 {
        let (k, d) = (self.head.n_components, self.head.n_targets);
        let link = |i: usize| match &self.floors {
            Some(floors) => with_floor(self.link, floors[i]),
            None => self.link,
        };
        let [_, scales, lower, logits] = self.head.parts().map(|(from, to)| &raw[from..to]);
        let weights: Vec<f64> = logits.iter().map(|l| libm::exp(*l)).collect();
        let total: f64 = weights.iter().sum();
        let mut factors = vec![0.0; k * d * d];
        for c in 0..k {
            let mut entries = lower[c * self.head.n_lower()..].iter();
            for i in 0..d {
                for j in 0..i {
                    factors[c * d * d + i * d + j] =
                        *entries.next().expect("one number for each entry");
                }
                factors[c * d * d + i * d + i] = scale_of(link(i), scales[c * d + i]);
            }
        }
        let weights = weights.iter().map(|w| w / total).collect();
        let means = raw[..k * d].to_vec();
        let mixture = GaussianMixture::from_cholesky(d, weights, means, factors);
        let log_density = mixture.and_then(|mixture| mixture.log_density(y));
        -log_density.expect("a mixture over as many targets")
    }

    pub(crate) fn row(&self, row: usize) -> (Vec<f64>, Vec<f64>) {
        let wide = |v: &[f32]| v.iter().map(|v| f64::from(*v)).collect::<Vec<_>>();
        let (c, d) = (self.head.columns(), self.head.n_targets);
        (
            wide(&self.raw[row * c..(row + 1) * c]),
            wide(&self.y[row * d..(row + 1) * d]),
        )
    }

    /// ∂nll/∂raw by central differences of the reference.
    pub(crate) fn slopes(&self, row: usize) -> Vec<f64> {
        let (raw, y) = self.row(row);
        let at = |i: usize, by: f64| {
            let mut moved = raw.clone();
            moved[i] += by;
            self.reference(&moved, &y)
        };
        (0..raw.len())
            .map(|i| (at(i, 1e-5) - at(i, -1e-5)) / 2e-5)
            .collect()
    }
}
