"""Reference values of the spiral's conditional density: writes spiral.csv.

mpmath 1.4.1 with 30 digits for everything but the second term of the CRPS, which is the
double sum over all pairs of 4,000 nodes in numpy 2.4.6 / scipy 1.17.1 (double precision).
Run: python3 spiral.py > spiral.csv
"""

import sys

import numpy as np
from mpmath import mp, mpf
from scipy.special import erf

mp.dps = 30
SIGMA = mpf("0.2")
END = 4 * mp.pi
LOW, HIGH, SPAN = mpf("-11.5"), mpf(13), mpf(5)
FACTOR = SPAN / (HIGH - LOW)
PIECES = 800


def curve(t):
    return t * mp.cos(t), t * mp.sin(t)


GRID = [END * i / PIECES for i in range(PIECES + 1)]


def integrate(half_square, fs):
    """[ln of the peak, integrals of f exp(-(half_square - least)) for f in fs]."""
    values = [half_square(t) for t in GRID]
    best = min(range(PIECES + 1), key=values.__getitem__)
    a, b = GRID[max(best - 1, 0)], GRID[min(best + 1, PIECES)]
    for _ in range(220):  # ternary search of the nearest point
        c, d = a + (b - a) / 3, b - (b - a) / 3
        if half_square(c) < half_square(d):
            b = d
        else:
            a = c
    nearest = (a + b) / 2
    least = min(values[best], half_square(nearest))
    cuts = set(GRID)
    for k in range(60):  # graded about the peak, whose width may be far below a piece
        for sign in (-1, 1):
            cut = nearest + sign * mpf(2) ** -k
            if 0 < cut < END:
                cuts.add(cut)
    if 0 < nearest < END:
        cuts.add(nearest)
    cuts = sorted(cuts)
    sums = [mpf(0)] * len(fs)
    for a, b in zip(cuts, cuts[1:]):
        m = (a + b) / 2
        if min(half_square(a), half_square(m), half_square(b)) - least > 90 + 40 * (b - a) / SIGMA**2:
            continue
        for i, f in enumerate(fs):
            sums[i] += mp.quad(
                lambda t: f(t) * mp.exp(least - half_square(t)), [a, b], method="gauss-legendre", maxdegree=5
            )
    return -least, sums


def half_mean_difference(x):
    nodes, weights = np.polynomial.legendre.leggauss(10)
    edges = np.linspace(0, float(END), 401)
    t = (edges[:-1, None] + edges[1:, None]) / 2 + np.diff(edges)[:, None] / 2 * nodes
    w = np.diff(edges)[:, None] / 2 * weights
    t, w = t.ravel(), w.ravel()
    s = float(SIGMA)
    e = -((x - t * np.cos(t)) ** 2) / (2 * s * s)
    w = w * np.exp(e - e.max())
    w /= w.sum()
    keep = w > 1e-30
    v, w = t[keep] * np.sin(t[keep]), w[keep]
    d = v[:, None] - v
    s *= 2**0.5
    moment = d * erf(d / (s * 2**0.5)) + 2 * s * np.exp(-d * d / (2 * s * s)) / (2 * np.pi) ** 0.5
    return 0.5 * w @ moment @ w


def row(x, y, with_crps):
    u, v = mpf(x) / FACTOR + LOW, mpf(y) / FACTOR + LOW
    s2 = 2 * SIGMA**2

    def absolute(t):
        a = (v - curve(t)[1]) / SIGMA
        return SIGMA * (a * mp.erf(a / mp.sqrt(2)) + 2 * mp.npdf(a))

    fs = [
        lambda t: 1,
        lambda t: curve(t)[1],
        lambda t: curve(t)[1] ** 2,
        lambda t: mp.ncdf((v - curve(t)[1]) / SIGMA),
        absolute,
    ]
    peak, (total, m1, m2, below, distance) = integrate(lambda t: (u - curve(t)[0]) ** 2 / s2, fs)
    mean = m1 / total
    variance = m2 / total - mean**2 + SIGMA**2
    joint_peak, (joint,) = integrate(
        lambda t: ((u - curve(t)[0]) ** 2 + (v - curve(t)[1]) ** 2) / s2, fs[:1]
    )
    log_density = (
        joint_peak + mp.log(joint) - peak - mp.log(total) - mp.log(2 * mp.pi * SIGMA**2) / 2 - mp.log(FACTOR)
    )
    crps = ""
    if with_crps:
        crps = mp.nstr((distance / total - half_mean_difference(float(u))) * FACTOR, 12)
    cells = [log_density, below / total, (mean - LOW) * FACTOR, variance * FACTOR**2]
    return ",".join([repr(x), repr(y)] + [mp.nstr(c, 20) for c in cells] + [crps])


def scaled(value):
    """A double near this place of the plane, in units of the data."""
    return round(float((mpf(value) - LOW) * FACTOR), 4)


POINTS = [  # in the plane of the spiral, jitters being 0.2
    (0.0, 0.0), (0.1, -0.1), (-0.3, 0.2),  # the end of the curve at the origin
    (0.0, 1.57), (2.0, 7.5), (-3.0, 0.4), (5.0, -10.0), (-9.0, 1.0), (6.28, 0.0),  # on windings
    (3.0, 3.0), (0.0, 4.7), (-6.5, -2.0),  # between windings
    (12.566, 0.0), (12.5, 0.5), (12.56, 0.9), (12.8, 1.5),  # the other end, and beyond it
    (12.9, -1.0), (13.4, 0.0), (-9.9, 0.0), (-10.4, 1.0),  # the rim
    (12.566, 8.0), (0.0, 19.0), (0.0, -20.0), (5.0, 60.0),  # 40 and more jitters away in y
    (13.6, 0.0), (20.6, 0.0), (-17.0, 4.0), (30.0, 30.0),  # and in x
    (2.0, 210.0), (500.0, 0.0), (2000.0, -400.0),  # 1,000 to 10,000 jitters
]

if __name__ == "__main__":
    print("x,y,log_density,cdf,mean,variance,crps")
    for u, v in POINTS:
        print(row(scaled(u), scaled(v), abs(u) < 100 and abs(v) < 100), flush=True)
        print(u, v, file=sys.stderr)
