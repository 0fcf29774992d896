"""First draws of a few streams, from ChaCha8 written out in plain Python: writes streams.csv.

Needs blake3 (1.0.8 was used) for the key. Run: python3 streams.py > streams.csv
"""

import math
import struct

from blake3 import blake3

CONTEXT = "mixture-density 2026-11 seed stream v1"
MASK = 0xFFFFFFFF


def quarter(s, a, b, c, d):
    for x, y, z, turn in ((a, b, d, 16), (c, d, b, 12), (a, b, d, 8), (c, d, b, 7)):
        s[x] = (s[x] + s[y]) & MASK
        s[z] ^= s[x]
        s[z] = ((s[z] << turn) | (s[z] >> (32 - turn))) & MASK


def block(key, counter):
    start = list(struct.unpack("<4I", b"expand 32-byte k")) + list(struct.unpack("<8I", key))
    start += [counter & MASK, counter >> 32, 0, 0]
    s = start[:]
    for _ in range(4):
        for column in range(4):
            quarter(s, column, column + 4, column + 8, column + 12)
        for i in range(4):
            quarter(s, i, 4 + (i + 1) % 4, 8 + (i + 2) % 4, 12 + (i + 3) % 4)
    return [(x + y) & MASK for x, y in zip(s, start)]


def uniforms(seed, path):
    key = blake3(struct.pack("<Q", seed) + path.encode(), derive_key_context=CONTEXT).digest()
    counter = 0
    while True:
        words = block(key, counter)
        for low, high in zip(words[::2], words[1::2]):
            yield ((high << 32 | low) >> 11) * 2.0**-53
        counter += 1


def normals(seed, path):
    u = uniforms(seed, path)
    while True:
        # rand's uniform on an interval takes 52 bits of the 53.
        a, b = (2 * math.floor(next(u) * 2**52) / 2**52 - 1 for _ in range(2))
        square = a * a + b * b
        if 0 < square <= 1:
            yield a * math.sqrt(-2 * math.log(square) / square)


def categoricals(seed, path, weights):
    for u in uniforms(seed, path):
        yield next(i for i in range(len(weights)) if u * sum(weights) < sum(weights[: i + 1]))


if __name__ == "__main__":
    print("kind,seed,path,draws")
    for seed, path in [(0, "data/train"), (0, "data/test"), (2**64 - 1, "data/train"), (7, "")]:
        for kind, draws in [
            ("uniform", uniforms(seed, path)),
            ("normal", normals(seed, path)),
            ("categorical", categoricals(seed, path, [1.0, 0.0, 2.0, 5.0])),
        ]:
            print(",".join([kind, str(seed), path, " ".join(repr(next(draws)) for _ in range(20))]))
