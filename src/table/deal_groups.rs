//! Rows at random, alone or in whole groups.

use crate::seed::{Seed, Stream};

/// `n` of these rows at random, or whole groups of about as many; and the others.
pub(super) fn take_some(
    mut rows: Vec<usize>,
    n: usize,
    groups: Option<&[usize]>,
    seed: Seed,
    stream: &str,
) -> (Vec<usize>, Vec<usize>) {
    rows.sort_unstable();
    let mut stream = seed.stream(stream);
    let Some(groups) = groups else {
        stream.shuffle(&mut rows);
        let rest = rows.split_off(n.min(rows.len()));
        return (rows, rest);
    };
    let mut sizes = vec![0; n_groups(groups)];
    rows.iter().for_each(|row| sizes[groups[*row]] += 1);
    let mut order: Vec<usize> = (0..sizes.len()).filter(|group| sizes[*group] > 0).collect();
    stream.shuffle(&mut order);
    let (mut is_taken, mut n_taken) = (vec![false; sizes.len()], 0);
    for group in &order {
        // Only a group that brings the count nearer, and never all of them.
        if n_taken + sizes[*group] / 2 <= n && n_taken < n && n_taken + sizes[*group] < rows.len() {
            is_taken[*group] = true;
            n_taken += sizes[*group];
        }
    }
    if let (0, Some(least)) = (n_taken, order.iter().min_by_key(|group| sizes[**group])) {
        is_taken[*least] = true;
    }
    rows.into_iter().partition(|row| is_taken[groups[*row]])
}

/// The groups there are: they count from 0.
pub(super) fn n_groups(groups: &[usize]) -> usize {
    groups.iter().max().map_or(0, |most| most + 1)
}

/// The fold of each group: the largest first, each to the fold that has fewest rows. How many groups there are.
pub(super) fn folds_of_groups(
    groups: &[usize],
    folds: usize,
    stream: &mut Stream,
) -> (Vec<usize>, usize) {
    let n_groups = n_groups(groups);
    let mut sizes = vec![0usize; n_groups];
    groups.iter().for_each(|group| sizes[*group] += 1);
    let mut order: Vec<usize> = (0..n_groups).collect();
    stream.shuffle(&mut order);
    order.sort_by_key(|group| std::cmp::Reverse(sizes[*group]));
    // More folds than groups are refused; so many must not be laid out before.
    let mut n_rows = vec![0usize; folds.min(n_groups)];
    let mut fold_of_group = vec![0; n_groups];
    for group in order {
        let lightest = (0..n_rows.len()).min_by_key(|fold| n_rows[*fold]);
        let fold = lightest.unwrap_or_default();
        n_rows[fold] += sizes[group];
        fold_of_group[group] = fold;
    }
    (fold_of_group, n_groups)
}
