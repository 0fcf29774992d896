//! Rows dealt into folds.

use crate::seed::Seed;

/// A member's rows: those it learns from, and those it is stopped and judged by.
#[derive(Debug, Clone)]
pub(super) struct Fold {
    /// Names the member's random numbers.
    pub(super) name: String,
    pub(super) train: Vec<usize>,
    pub(super) held_out: Vec<usize>,
}

/// `n` rows dealt into `n_folds` as equal as can be, `repeats` times anew, by the streams `members/folds/R` of `seed`;
/// each list rises.
pub(super) fn deal(n: usize, n_folds: usize, repeats: usize, seed: Seed, name: &str) -> Vec<Fold> {
    let mut folds = Vec::new();
    for repeat in 0..repeats {
        let mut order: Vec<usize> = (0..n).collect();
        let stream = format!("members/folds/{repeat}/{name}");
        seed.stream(&stream).shuffle(&mut order);
        for fold in 0..n_folds {
            let (from, to) = (fold * n / n_folds, (fold + 1) * n / n_folds);
            let mut held_out = order[from..to].to_vec();
            let mut train = [&order[..from], &order[to..]].concat();
            held_out.sort_unstable();
            train.sort_unstable();
            folds.push(Fold {
                name: format!("{name}/m={}", repeat * n_folds + fold),
                train,
                held_out,
            });
        }
    }
    folds
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_row_is_held_out_once_a_repeat() {
        let folds = deal(23, 5, 2, Seed::new(3), "cell");
        assert_eq!(folds.len(), 10);
        for repeat in folds.chunks(5) {
            let mut held_out: Vec<usize> = repeat.iter().flat_map(|f| f.held_out.clone()).collect();
            held_out.sort_unstable();
            assert!(held_out.into_iter().eq(0..23));
        }
        for fold in &folds {
            let mut all = [fold.train.as_slice(), &fold.held_out].concat();
            all.sort_unstable();
            assert!(all.into_iter().eq(0..23));
        }
        // The twin: another repeat, another name and another seed are other folds.
        assert_ne!(folds[0].held_out, folds[5].held_out);
        assert_ne!(
            folds[0].held_out,
            deal(23, 5, 1, Seed::new(3), "other")[0].held_out
        );
        assert_ne!(
            folds[0].held_out,
            deal(23, 5, 1, Seed::new(4), "cell")[0].held_out
        );
    }
}
