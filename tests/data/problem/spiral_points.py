"""The spiral's points, drawn again in plain Python: prints the hashes that tests/it expects.

The streams are those of ../seed/streams.py; needs blake3 (1.0.11) and numpy (2.4.6, for f32).
Run: python3 spiral_points.py
"""

import math
import sys
from pathlib import Path

import numpy as np
from blake3 import blake3

sys.path.insert(0, str(Path(__file__).parent.parent / "seed"))
from streams import uniforms  # noqa: E402


def normal(u):
    while True:
        # rand's uniform on an interval takes 52 bits of the 53.
        a, b = (2 * math.floor(next(u) * 2**52) / 2**52 - 1 for _ in range(2))
        square = a * a + b * b
        if 0 < square <= 1:
            return a * math.sqrt(-2 * math.log(square) / square)


def points(path, n):
    u = uniforms(0, path)
    for _ in range(n):
        angle = 4 * math.pi * next(u)
        yield angle * math.cos(angle) + 0.2 * normal(u), angle * math.sin(angle) + 0.2 * normal(u)


train = np.array(list(points("data/train", 10_000)))
test = np.array(list(points("data/test", 1_000)))
low, high = train.min(), train.max()
hasher = blake3()
for part in train, test:
    hasher.update(((part - low) * (5 / (high - low))).astype("<f4").tobytes())
    print(len(part), 5 / (high - low), hasher.hexdigest())
