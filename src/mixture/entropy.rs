//! Differential entropy of a one-dimensional mixture, by adaptive quadrature.

use super::univariate::Univariate;

/// Entropy with the quadrature's own bound of its error.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Entropy {
    /// −∫ f ln f, nats.
    pub nats: f64,
    /// Bound of the error of `nats`.
    pub error_nats: f64,
}

/// What each mixture is integrated to, nats.
const TARGET_NATS: f64 = 1e-10;
/// Panels after which the bound is reported as it stands.
const MAX_PANELS: usize = 20_000;
/// Outermost cut, in scales: what lies beyond holds less than 1e-300.
const REACH: f64 = 38.0;

/// Kronrod's 15 points: node, weight, weight of Gauss's 7 (QUADPACK's routine qk15).
const KRONROD: [(f64, f64, f64); 8] = [
    (0.0, 0.209_482_141_084_727_83, 0.417_959_183_673_469_4),
    (0.207_784_955_007_898_47, 0.204_432_940_075_298_9, 0.0),
    (
        0.405_845_151_377_397_2,
        0.190_350_578_064_785_4,
        0.381_830_050_505_118_9,
    ),
    (0.586_087_235_467_691_1, 0.169_004_726_639_267_9, 0.0),
    (
        0.741_531_185_599_394_4,
        0.140_653_259_715_525_92,
        0.279_705_391_489_276_7,
    ),
    (0.864_864_423_359_769_1, 0.104_790_010_322_250_18, 0.0),
    (
        0.949_107_912_342_758_5,
        0.063_092_092_629_978_55,
        0.129_484_966_168_869_7,
    ),
    (0.991_455_371_120_812_6, 0.022_935_322_010_529_224, 0.0),
];

impl Univariate<'_> {
    /// Differential entropy −∫ f ln f.
    ///
    /// # Numerics
    /// Gauss–Kronrod panels, cut at every component's mean and at ±1, 3, 6, 12, 38 of its scales, the
    /// worst halved until the summed differences of the two rules are below 1e-10 nats. The
    /// difference is far larger than the error of the better rule, so `error_nats` is a bound in
    /// practice (`entropy_agrees_with_mpmath`). Allocates.
    #[must_use]
    pub fn entropy(&self) -> Entropy {
        let mut panels: Vec<Panel> = self
            .cuts()
            .windows(2)
            .filter_map(|w| w.first().zip(w.get(1)))
            .map(|(a, b)| self.panel(*a, *b))
            .collect();
        loop {
            let error: f64 = panels.iter().map(|p| p.error).sum();
            if error <= TARGET_NATS || panels.len() >= MAX_PANELS {
                return self.entropy_of(&panels);
            }
            // Every panel with more than its even share is halved at once.
            let share = 0.5 * TARGET_NATS / panels.len() as f64;
            let mut next = Vec::with_capacity(2 * panels.len());
            for p in &panels {
                let middle = p.low + 0.5 * (p.high - p.low);
                if p.error > share && p.low < middle && middle < p.high {
                    next.extend([self.panel(p.low, middle), self.panel(middle, p.high)]);
                } else {
                    next.push(*p);
                }
            }
            if next.len() == panels.len() {
                return self.entropy_of(&panels);
            }
            panels = next;
        }
    }

    /// The sum of the panels. Beside the quadrature's error stands that of the ordinates: y is rounded
    /// to an ulp, which is |μ|/σ ulp of its scale.
    fn entropy_of(&self, panels: &[Panel]) -> Entropy {
        let nats = panels.iter().map(|p| p.value).sum();
        let quadrature: f64 = panels.iter().map(|p| p.error).sum();
        let size: f64 = panels.iter().map(|p| p.value.abs()).sum();
        let ordinates: f64 = (0..self.n_components())
            .map(|k| self.weights()[k] * (self.means()[k] / self.scales()[k]).abs())
            .sum();
        Entropy {
            nats,
            error_nats: quadrature + f64::EPSILON * (50.0 * (1.0 + size) + ordinates),
        }
    }

    /// Cuts in rising order.
    fn cuts(&self) -> Vec<f64> {
        let mut cuts = Vec::with_capacity(11 * self.n_components());
        for (mean, scale) in self.means().iter().zip(self.scales()) {
            for z in [0.0, 1.0, 3.0, 6.0, 12.0, REACH] {
                cuts.extend([mean - z * scale, mean + z * scale]);
            }
        }
        cuts.sort_unstable_by(f64::total_cmp);
        cuts.dedup_by(|b, a| *b <= *a);
        cuts
    }

    fn panel(&self, low: f64, high: f64) -> Panel {
        let (middle, half) = (low + 0.5 * (high - low), 0.5 * (high - low));
        let term = |y: f64| {
            let log = self.log_density(y);
            if log > f64::NEG_INFINITY {
                -log * libm::exp(log)
            } else {
                0.0
            }
        };
        let (mut kronrod, mut gauss) = (0.0, 0.0);
        for (node, weight, weight_gauss) in KRONROD {
            let value = if node > 0.0 {
                term(middle - node * half) + term(middle + node * half)
            } else {
                term(middle)
            };
            kronrod += weight * value;
            gauss += weight_gauss * value;
        }
        Panel {
            low,
            high,
            value: half * kronrod,
            error: (half * (kronrod - gauss)).abs(),
        }
    }
}

#[derive(Debug, Clone, Copy)]
struct Panel {
    low: f64,
    high: f64,
    value: f64,
    error: f64,
}
