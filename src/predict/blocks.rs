//! One row's draws, block by block: any number of them in the same memory.

use super::draws::Draws;
use crate::mixture::GaussianMixture;
use crate::numerics::environment;
use crate::seed::Stream;
use crate::threads;

/// Draws of one block.
pub(super) const BLOCK: usize = 4096;

/// The draws of one row, in their order.
pub(super) struct Blocks<'a> {
    pub(super) mixture: &'a GaussianMixture,
    draws: &'a Draws,
    name: String,
    stream: Stream,
    /// Draws that are in no block yet.
    n_left: usize,
    /// The block to be taken: numbers [n, d]; none where all are taken.
    now: Vec<f64>,
    spare: Vec<f64>,
}

impl<'a> Blocks<'a> {
    /// Of the row with this number.
    pub(super) fn new(mixture: &'a GaussianMixture, draws: &'a Draws, number: u64) -> Self {
        let name = format!("sample/{number}");
        let mut blocks = Self {
            mixture,
            draws,
            stream: draws.seed.stream(&name),
            name,
            n_left: draws.n,
            now: Vec::new(),
            spare: Vec::new(),
        };
        blocks.draw();
        std::mem::swap(&mut blocks.now, &mut blocks.spare);
        blocks
    }

    /// Begins again with the first block, where all were taken.
    pub(super) fn rewind(&mut self) {
        if self.draws.n > BLOCK {
            self.stream = self.draws.seed.stream(&self.name);
            self.n_left = self.draws.n;
            self.draw();
        }
        // The only block is still there.
        std::mem::swap(&mut self.now, &mut self.spare);
    }

    /// Gives the next block to `work`, and draws the one after it meanwhile. False where there is none.
    pub(super) fn take(&mut self, work: impl FnOnce(&[f64]) + Send) -> bool {
        if self.now.is_empty() {
            return false;
        }
        let now = std::mem::take(&mut self.now);
        if self.n_left == 0 {
            work(&now);
        } else {
            threads::join(|| work(&now), || self.draw());
            self.now = std::mem::take(&mut self.spare);
        }
        self.spare = now;
        true
    }

    /// Draws a block into `spare`.
    fn draw(&mut self) {
        let _environment = environment::guard();
        let n = self.n_left.min(BLOCK);
        self.n_left -= n;
        self.spare.clear();
        for _ in 0..n {
            let draw = self
                .mixture
                .sample_tempered(self.draws.temperature, &mut self.stream);
            self.spare.extend_from_slice(&draw);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mixture::Temperature;
    use crate::seed::Seed;

    #[test]
    fn blocks_join_to_the_draws_one_by_one() {
        let parts = (vec![0.3, 0.7], vec![0.0, 5.0, 1.0, -5.0], vec![1.0; 4]);
        let mixture = GaussianMixture::diagonal(2, parts.0, parts.1, parts.2).unwrap();
        for n in [1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK, 3 * BLOCK + 7] {
            let draws = Draws {
                n,
                temperature: Temperature::ONE,
                seed: Seed::new(4),
            };
            let mut stream = draws.seed.stream("sample/9");
            let expected: Vec<f64> = (0..n)
                .flat_map(|_| mixture.sample_tempered(draws.temperature, &mut stream))
                .collect();
            let mut blocks = Blocks::new(&mixture, &draws, 9);
            for pass in 0..3 {
                if pass > 0 {
                    blocks.rewind();
                }
                let mut joined = Vec::new();
                while blocks.take(|values| joined.extend_from_slice(values)) {}
                assert!(joined == expected, "{n} draws, pass {pass}");
            }
            // The twin: without going back there is nothing more.
            assert!(!blocks.take(|_| {}));
        }
    }
}
