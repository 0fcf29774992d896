//! The number of each row in its file.

/// Rising numbers that mostly follow each other: only the jumps are kept.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct RowNumbers {
    /// The row, from 0, at which a run begins, and its number.
    runs: Vec<(usize, u64)>,
    n: usize,
}

impl RowNumbers {
    pub(super) fn push(&mut self, number: u64) {
        if self.runs.is_empty() || self.get(self.n) != number {
            self.runs.push((self.n, number));
        }
        self.n += 1;
    }

    /// 1, 2, 3, …
    pub(super) fn counting(n: usize) -> Self {
        Self {
            runs: vec![(0, 1)],
            n,
        }
    }

    /// The number of a row, counted from 0; of one beyond the last what would follow.
    pub(super) fn get(&self, row: usize) -> u64 {
        let run = self.runs.partition_point(|(first, _)| *first <= row);
        let run = run.checked_sub(1).and_then(|run| self.runs.get(run));
        run.map_or(0, |(first, number)| number + (row - first) as u64)
    }

    /// The row with this number.
    pub(super) fn find(&self, number: u64) -> Option<usize> {
        let run = self.runs.partition_point(|(_, first)| *first <= number);
        let (row, first) = self.runs.get(run.checked_sub(1)?)?;
        let row = row + usize::try_from(number - first).ok()?;
        let is_it = row < self.n && self.get(row) == number;
        is_it.then_some(row)
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = u64> + '_ {
        let ends = self.runs.iter().skip(1).map(|(first, _)| *first);
        let runs = self.runs.iter().zip(ends.chain([self.n]));
        runs.flat_map(|((first, number), end)| (0..(end - first) as u64).map(move |i| number + i))
    }

    pub(super) fn retain(&mut self, keeps: &[bool]) {
        let mut kept = Self::default();
        for (number, _) in self.iter().zip(keeps).filter(|(_, keep)| **keep) {
            kept.push(number);
        }
        *self = kept;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_come_back() {
        let numbers: Vec<u64> = vec![2, 3, 4, 7, 9, 10, 11, 40];
        let mut rows = RowNumbers::default();
        numbers.iter().for_each(|number| rows.push(*number));
        assert_eq!(rows.iter().collect::<Vec<_>>(), numbers);
        assert_eq!(rows.runs.len(), 4);
        for (row, number) in numbers.iter().enumerate() {
            assert_eq!(rows.get(row), *number);
            assert_eq!(rows.find(*number), Some(row));
        }
        for absent in [0, 1, 5, 8, 12, 39, 41] {
            assert_eq!(rows.find(absent), None);
        }
        rows.retain(&[true, true, false, true, true, false, true, true]);
        assert_eq!(rows.iter().collect::<Vec<_>>(), [2, 3, 7, 9, 11, 40]);
        assert_eq!(
            RowNumbers::counting(3).iter().collect::<Vec<_>>(),
            [1, 2, 3]
        );
        assert_eq!(RowNumbers::default().iter().count(), 0);
    }
}
