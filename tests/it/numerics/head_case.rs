//! A mixture head with its reference: the formula in `f64`, and central differences of it.

use mixture_density::numerics::mixture_nll::{
    FlooredLink, HeadShape, NllScratch, ScaleLink, mixture_nll,
};

use super::words::{Dice, bits};

pub(crate) const ELU: ScaleLink = ScaleLink::EluPlusOne { floor: 1e-7 };
pub(crate) const SOFTPLUS: ScaleLink = ScaleLink::Softplus { floor: 1e-3 };

pub(crate) const fn head(n_components: usize, n_targets: usize) -> HeadShape {
    HeadShape {
        n_components,
        n_targets,
    }
}

/// Raw scale to scale, in `f64`.
pub(crate) fn scale_of(link: ScaleLink, a: f64) -> f64 {
    match link {
        ScaleLink::EluPlusOne { floor } => {
            f64::from(floor) + if a > 0.0 { a + 1.0 } else { libm::exp(a) }
        }
        ScaleLink::Softplus { floor } => {
            f64::from(floor) + a.max(0.0) + libm::log1p(libm::exp(-a.abs()))
        }
    }
}

/// The same link with another floor.
pub(crate) fn with_floor(link: ScaleLink, floor: f32) -> ScaleLink {
    match link {
        ScaleLink::EluPlusOne { .. } => ScaleLink::EluPlusOne { floor },
        ScaleLink::Softplus { .. } => ScaleLink::Softplus { floor },
    }
}

/// NLL of one row straight from the formula, in `f64`; a link for each target.
fn reference(head: HeadShape, links: &[ScaleLink], raw: &[f64], y: &[f64]) -> f64 {
    let (k, d) = (head.n_components, head.n_targets);
    let (means, rest) = raw.split_at(k * d);
    let (raw_scales, logits) = rest.split_at(k * d);
    let lse = |terms: &[f64]| {
        let top = terms.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        top + libm::log(terms.iter().map(|t| libm::exp(t - top)).sum())
    };
    let total = lse(logits);
    let terms: Vec<f64> = (0..k)
        .map(|c| {
            let log_normal: f64 = (0..d)
                .map(|j| {
                    let sigma = scale_of(links[j], raw_scales[c * d + j]);
                    let z = (y[j] - means[c * d + j]) / sigma;
                    -0.5 * z * z - libm::log(sigma * libm::sqrt(2.0 * std::f64::consts::PI))
                })
                .sum();
            logits[c] - total + log_normal
        })
        .collect();
    -lse(&terms)
}

fn wide(values: &[f32]) -> Vec<f64> {
    values.iter().map(|v| f64::from(*v)).collect()
}

/// A batch of raw outputs and targets.
pub(crate) struct Case {
    pub(crate) head: HeadShape,
    pub(crate) link: ScaleLink,
    /// Instead of the link's one floor, if there are any.
    pub(crate) floors: Option<Vec<f32>>,
    pub(crate) n: usize,
    pub(crate) raw: Vec<f32>,
    pub(crate) y: Vec<f32>,
}

impl Case {
    pub(crate) fn random(head: HeadShape, link: ScaleLink, n: usize, seed: u64) -> Self {
        let mut dice = Dice(seed);
        let raw = dice.many(n * head.columns(), -2.5, 2.5);
        let y = dice.many(n * head.n_targets, -3.0, 3.0);
        Self {
            head,
            link,
            floors: None,
            n,
            raw,
            y,
        }
    }

    /// The link as the kernel takes it.
    fn floored(&self) -> FlooredLink<'_> {
        match &self.floors {
            Some(floors) => self.link.with_floors(floors),
            None => self.link.into(),
        }
    }

    /// The link of each target.
    fn links(&self) -> Vec<ScaleLink> {
        match &self.floors {
            Some(floors) => floors.iter().map(|f| with_floor(self.link, *f)).collect(),
            None => vec![self.link; self.head.n_targets],
        }
    }

    /// Values and gradients.
    pub(crate) fn run(&self, grad_scale: f32) -> (Vec<f32>, Vec<f32>) {
        let mut nll = vec![f32::NAN; self.n];
        let mut grad = vec![f32::NAN; self.raw.len()];
        let (raw, y) = (&self.raw, &self.y);
        let scratch = &mut NllScratch::default();
        mixture_nll(
            self.head,
            self.floored(),
            raw,
            y,
            grad_scale,
            &mut nll,
            Some(&mut grad),
            scratch,
        )
        .expect("fitting shapes");
        let mut alone = vec![f32::NAN; self.n];
        mixture_nll(
            self.head,
            self.floored(),
            raw,
            y,
            grad_scale,
            &mut alone,
            None,
            scratch,
        )
        .expect("fitting shapes");
        assert_eq!(bits(&nll), bits(&alone));
        (nll, grad)
    }

    pub(crate) fn reference(&self, row: usize) -> f64 {
        let (c, d) = (self.head.columns(), self.head.n_targets);
        let raw = wide(&self.raw[row * c..(row + 1) * c]);
        reference(
            self.head,
            &self.links(),
            &raw,
            &wide(&self.y[row * d..(row + 1) * d]),
        )
    }

    /// ∂nll/∂raw of one row by central differences in `f64`.
    pub(crate) fn slopes(&self, row: usize) -> Vec<f64> {
        let (c, d) = (self.head.columns(), self.head.n_targets);
        let raw = wide(&self.raw[row * c..(row + 1) * c]);
        let y = wide(&self.y[row * d..(row + 1) * d]);
        let step = 1e-5;
        let at = |column: usize, by: f64| {
            let mut moved = raw.clone();
            moved[column] += by;
            reference(self.head, &self.links(), &moved, &y)
        };
        (0..c)
            .map(|i| (at(i, step) - at(i, -step)) / (2.0 * step))
            .collect()
    }
}

/// Within `tolerance`, absolute below 1 and relative above.
pub(crate) fn close(got: f32, want: f64, tolerance: f64) -> bool {
    (f64::from(got) - want).abs() <= tolerance * want.abs().max(1.0)
}
