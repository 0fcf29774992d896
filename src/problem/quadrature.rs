//! The 12-point Gauss–Legendre rule.

/// Nodes of the rule.
pub(super) const ORDER: usize = 12;

/// Positive nodes and weights on \[−1, 1\]: roots of P₁₂ and 2/((1 − t²)P₁₂′²), computed
/// with 40 digits.
const HALF_RULE: [(f64, f64); ORDER / 2] = [
    (0.125_233_408_511_468_9, 0.249_147_045_813_402_78),
    (0.367_831_498_998_180_2, 0.233_492_536_538_354_8),
    (0.587_317_954_286_617_4, 0.203_167_426_723_065_92),
    (0.769_902_674_194_304_7, 0.160_078_328_543_346_23),
    (0.904_117_256_370_474_9, 0.106_939_325_995_318_43),
    (0.981_560_634_246_719_3, 0.047_175_336_386_511_83),
];

/// The rule on \[`low`, `high`\]: (node, weight) in rising order.
pub(super) fn rule(low: f64, high: f64) -> [(f64, f64); ORDER] {
    let (middle, half) = (0.5 * (low + high), 0.5 * (high - low));
    std::array::from_fn(|i| {
        let (t, weight) = if i < ORDER / 2 {
            let (t, weight) = HALF_RULE[ORDER / 2 - 1 - i];
            (-t, weight)
        } else {
            HALF_RULE[i - ORDER / 2]
        };
        (middle + half * t, half * weight)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    /// ∫₀² tᵏ dt by the rule, less the exact value, relative to it.
    fn error(degree: u32) -> f64 {
        let power = |t: f64, k: u32| (0..k).fold(1.0, |p, _| p * t);
        let exact = power(2.0, degree + 1) / f64::from(degree + 1);
        let sum: f64 = rule(0.0, 2.0)
            .iter()
            .map(|&(t, w)| w * power(t, degree))
            .sum();
        (sum / exact - 1.0).abs()
    }

    #[test]
    fn rule_is_exact_up_to_degree_23_and_not_beyond() {
        for degree in 0..24 {
            assert!(error(degree) < 2e-15, "{degree}: {:e}", error(degree));
        }
        assert!(error(24) > 1e-14, "{:e}", error(24));
    }

    #[test]
    fn nodes_rise_inside_the_interval() {
        let nodes = rule(-3.0, 7.0).map(|(t, _)| t);
        assert!(nodes.is_sorted() && nodes[0] > -3.0 && nodes[ORDER - 1] < 7.0);
    }
}
