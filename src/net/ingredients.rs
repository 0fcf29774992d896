//! What a step may do beside Adam: clip the gradient, shrink the weights, average them.

use super::engine::Engine;
use crate::numerics::average::{move_towards, scale, square_sum};
use crate::numerics::panels::Panels;

/// A running average of all parameters, in the products' layout.
#[derive(Debug)]
pub(super) struct Average(Vec<[Panels; 2]>);

impl Engine {
    /// Shortens the gradient to `longest` if it is longer; gives the length it had.
    ///
    /// The length is summed in f64 in an order that no layout changes. A gradient that is not
    /// finite stays as it is: the loss will show it.
    pub(super) fn clip_gradient(&mut self, longest: f64) -> f64 {
        let gradients = self.states.iter().flatten();
        let sum: f64 = gradients.map(|state| square_sum(&state.gradient)).sum();
        let length = sum.sqrt();
        if length > longest && length.is_finite() {
            let factor = (longest / length) as f32;
            for state in self.states.iter_mut().flatten() {
                scale(factor, state.gradient.values_mut());
            }
        }
        length
    }

    /// Shrinks the weights, not the biases, by this share.
    pub(super) fn decay_weights(&mut self, share: f64) {
        let factor = (1.0 - share) as f32;
        for layer in &mut self.forward.layers {
            scale(factor, layer.weight.values_mut());
        }
    }
}

impl Average {
    /// The parameters as they are now.
    pub(super) fn of(engine: &Engine) -> Self {
        let layers = engine.forward.layers.iter();
        Self(layers.map(|l| [l.weight.clone(), l.bias.clone()]).collect())
    }

    /// Moves `weight` of the way to the parameters as they are now.
    pub(super) fn follow(&mut self, engine: &Engine, weight: f64) {
        for (mine, layer) in self.0.iter_mut().zip(&engine.forward.layers) {
            for (mean, now) in mine.iter_mut().zip([&layer.weight, &layer.bias]) {
                move_towards(weight as f32, now.values(), mean.values_mut());
            }
        }
    }

    /// Exchanges the average and the engine's parameters.
    pub(super) fn swap(&mut self, engine: &mut Engine) {
        for ([weight, bias], layer) in self.0.iter_mut().zip(&mut engine.forward.layers) {
            std::mem::swap(weight, &mut layer.weight);
            std::mem::swap(bias, &mut layer.bias);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::architecture::Architecture;
    use super::super::forward::Forward;
    use super::super::loss::Loss;
    use super::*;
    use crate::numerics::dispatch::KernelPath;
    use crate::recipe::AdamConfig;
    use crate::recipe::Averaging;
    use crate::seed::Seed;

    const SHAPE: [usize; 3] = [3, 37, 37];

    fn engine() -> Engine {
        let architecture = Architecture {
            n_features: SHAPE[0],
            hidden: SHAPE[1..].to_vec(),
            loss: Loss::SquaredError { n_targets: 2 },
        };
        let n = 3 * 37 + 37 + 37 * 37 + 37 + 37 * 2 + 2;
        let mut stream = Seed::new(1).stream("test/ingredients");
        let weights: Vec<f32> = (0..n).map(|_| stream.uniform(-0.5, 0.5) as f32).collect();
        let adam = AdamConfig {
            learning_rate: 1e-2,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
        };
        let forward = Forward::new(architecture, &weights).unwrap();
        let mut engine = Engine::new(forward, adam).unwrap();
        let x: Vec<f32> = (0..60).map(|_| stream.uniform(-1.0, 1.0) as f32).collect();
        let y: Vec<f32> = (0..40).map(|_| stream.uniform(-1.0, 1.0) as f32).collect();
        engine.loss_and_gradient(20, &x, &y).unwrap();
        engine
    }

    /// The gradient, matrix by matrix and row by row.
    fn gradient(engine: &Engine) -> Vec<f32> {
        let states = engine.states.iter().flatten();
        let rows = |panels: &Panels| {
            let mut rows = vec![0.0; panels.shape().0 * panels.shape().1];
            panels.store(&mut rows).unwrap();
            rows
        };
        states.flat_map(|state| rows(&state.gradient)).collect()
    }

    fn weights(engine: &Engine) -> Vec<f32> {
        let mut weights = Vec::new();
        engine.forward.store(&mut weights).unwrap();
        weights
    }

    fn length(values: &[f32]) -> f64 {
        values
            .iter()
            .map(|v| f64::from(*v) * f64::from(*v))
            .sum::<f64>()
            .sqrt()
    }

    #[test]
    fn a_long_gradient_is_shortened_to_the_bound_and_keeps_its_direction() {
        let mut engine = engine();
        let before = gradient(&engine);
        let longest = 0.25 * length(&before);
        let told = engine.clip_gradient(longest);
        let after = gradient(&engine);
        assert!((told / length(&before) - 1.0).abs() < 1e-12);
        assert!((length(&after) / longest - 1.0).abs() < 1e-6);
        let is_along = |after: &[f32]| {
            before
                .iter()
                .zip(after)
                .all(|(b, a)| (0.25 * b - a).abs() <= 1e-6 * b.abs())
        };
        assert!(is_along(&after));
        // The twin: one element clipped by itself is another direction.
        let mut bent = after;
        bent[5] *= 0.9;
        assert!(!is_along(&bent));
        // A gradient within the bound is left alone, bit by bit.
        let mut engine = self::engine();
        engine.clip_gradient(length(&before) * 1.000_001);
        assert_eq!(gradient(&engine), before);
    }

    #[test]
    fn the_length_has_the_same_bits_on_every_path() {
        let lengths: Vec<u64> = KernelPath::ALL
            .into_iter()
            .filter_map(|path| path.force(|| engine().clip_gradient(1e9).to_bits()))
            .collect();
        assert!(!lengths.is_empty() && lengths.windows(2).all(|pair| pair[0] == pair[1]));
        // The twin: the same squares summed backwards have other bits.
        let backwards: f64 = gradient(&engine())
            .iter()
            .rev()
            .map(|v| f64::from(*v) * f64::from(*v))
            .sum();
        assert_ne!(backwards.sqrt().to_bits(), lengths[0]);
    }

    #[test]
    fn decay_shrinks_weights_and_spares_biases() {
        let mut engine = engine();
        let before = weights(&engine);
        engine.decay_weights(0.25);
        let after = weights(&engine);
        let first_bias = 3 * 37..3 * 37 + 37;
        for (i, (b, a)) in before.iter().zip(&after).enumerate().take(3 * 37 + 37) {
            let want = if first_bias.contains(&i) {
                *b
            } else {
                0.75 * b
            };
            assert!((a - want).abs() <= 1e-7 * b.abs(), "{i}");
        }
    }

    /// After t steps the average is Σᵢ wᵢ(1 − dᵢ)Πⱼ₍ⱼ>ᵢ₎ dⱼ plus what is left of the first weights.
    #[test]
    fn an_average_has_its_closed_form() {
        let averaging = Averaging { decay: 0.7 };
        let mut engine = engine();
        let mut average = Average::of(&engine);
        let mut seen = vec![weights(&engine)];
        for step in 1..=6 {
            engine.update(1e-2).unwrap();
            average.follow(&engine, averaging.weight(step));
            seen.push(weights(&engine));
        }
        average.swap(&mut engine);
        let found = weights(&engine);
        let closed = |decay: f64| -> Vec<f64> {
            let kept = |j: usize| decay.min((1.0 + j as f64) / (10.0 + j as f64));
            let share = |i: usize| {
                let taken = if i == 0 { 1.0 } else { 1.0 - kept(i) };
                taken * (i + 1..=6).map(kept).product::<f64>()
            };
            let of = |at: usize| (0..=6).map(|i| share(i) * f64::from(seen[i][at])).sum();
            (0..found.len()).map(of).collect()
        };
        let is = |want: Vec<f64>| {
            found
                .iter()
                .zip(want)
                .all(|(f, w)| (f64::from(*f) - w).abs() < 1e-6)
        };
        assert!(is(closed(0.7)));
        // The twin: another decay.
        assert!(!is(closed(0.3)));
        // And the engine's own parameters come back.
        average.swap(&mut engine);
        assert_eq!(weights(&engine), seen[6]);
    }
}
