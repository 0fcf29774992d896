//! The generator against `rand_chacha`.

use mixture_density::numerics::chacha;
use mixture_density::numerics::dispatch::KernelPath;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

const KEY: [u8; 32] = *b"a key that is the same each time";

#[test]
fn blocks_are_those_of_rand_chacha() {
    for path in KernelPath::ALL {
        for nonce in [0, 1, 99, u64::from(u32::MAX) + 7, u64::MAX] {
            for counter in [
                0,
                1,
                15,
                u64::from(u32::MAX) - 3,
                u64::from(u32::MAX) + 1,
                1 << 40,
            ] {
                let mut reference = ChaCha8Rng::from_seed(KEY);
                reference.set_stream(nonce);
                reference.set_word_pos(u128::from(counter) * 16);
                let want: [u32; 16] = std::array::from_fn(|_| reference.next_u32());
                if let Some(got) = path.force(|| chacha::block(&KEY, nonce, counter)) {
                    assert_eq!(got, want, "{path:?} {nonce} {counter}");
                }
            }
        }
    }
}
