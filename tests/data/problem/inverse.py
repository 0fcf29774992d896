"""Reference values of the two inverse problems: writes inverse_sinusoid.csv and hardmaru.csv,
and prints the oracle figures.

mpmath 1.4.1 with 30 digits for the densities, cdfs and moments; the CRPS of hardmaru's
problem and the oracle figures by fine grids in numpy 2.4.6 (double precision).
Run: python3 inverse.py
"""

from pathlib import Path

import numpy as np
from mpmath import mp, mpf

mp.dps = 30
HERE = Path(__file__).parent


def write(name, rows):
    lines = ["x,y,log_density,cdf,mean,variance,crps"]
    for x, y, *cells in rows:
        lines.append(",".join([repr(x), repr(y)] + [mp.nstr(c, 18) if isinstance(c, mpf) else repr(c) for c in cells]))
    (HERE / name).write_text("\n".join(lines) + "\n")


# Bishop's inverse sinusoid.


def bend(t):
    return t + mpf(3) / 10 * mp.sin(2 * mp.pi * t)


def intervals(x, w):
    """The t with |x - g(t)| <= w, from sign changes on a grid, then bisected."""
    grid = [mpf(i) / 2000 for i in range(2001)]
    inside = lambda t: w - abs(x - bend(t))
    edges = [mpf(0)] if inside(mpf(0)) >= 0 else []
    for a, b in zip(grid, grid[1:]):
        if (inside(a) >= 0) != (inside(b) >= 0):
            edges.append(mp.findroot(inside, (a, b), solver="anderson", tol=1e-50))
    if inside(mpf(1)) >= 0:
        edges.append(mpf(1))
    return list(zip(edges[::2], edges[1::2]))


def sinusoid_row(x, y):
    parts = intervals(mpf(x), mpf(0.1))
    size = sum(b - a for a, b in parts)
    cdf = lambda t: sum(min(max(t, a), b) - a for a, b in parts) / size
    mean = sum((b * b - a * a) / 2 for a, b in parts) / size
    variance = sum((b**3 - a**3) / 3 for a, b in parts) / size - mean**2
    inside = any(a <= y <= b for a, b in parts)
    cuts = sorted({mpf(-1), mpf(2), mpf(y)} | {e for part in parts for e in part})
    crps = sum(mp.quad(lambda t: (cdf(t) - (t >= y)) ** 2, [a, (a + b) / 2, b]) for a, b in zip(cuts, cuts[1:]))
    return x, y, -mp.log(size) if inside else float("-inf"), cdf(mpf(y)), mean, variance, crps


# Hardmaru's inverse.


def centre(y):
    return 7 * mp.sin(mpf(3) / 4 * y) + y / 2


END = mpf(21) / 2


def hardmaru_row(x, y):
    e = lambda t: (x - centre(t)) ** 2 / 2
    grid = [END * (i - 300) / 300 for i in range(601)]
    best = min(range(601), key=lambda i: e(grid[i]))
    a, b = grid[max(best - 1, 0)], grid[min(best + 1, 600)]
    for _ in range(220):
        c, d = a + (b - a) / 3, b - (b - a) / 3
        a, b = (a, d) if e(c) < e(d) else (c, b)
    nearest = (a + b) / 2
    least = min(e(grid[best]), e(nearest))
    cuts = set(grid) | {mpf(y), nearest}
    for k in range(40):
        cuts |= {nearest + s * mpf(2) ** -k for s in (-1, 1)}
    cuts = sorted(c for c in cuts if -END <= c <= END)
    sums = [mpf(0)] * 4
    for a, b in zip(cuts, cuts[1:]):
        # |m'| < 6: the exponent cannot fall faster than this.
        if min(e(a), e(b)) - least > 90 + 6 * (b - a) * (abs(x) + 13):
            continue
        for i, f in enumerate((lambda t: 1, lambda t: t, lambda t: t * t)):
            sums[i] += mp.quad(lambda t: f(t) * mp.exp(least - e(t)), [a, b], method="gauss-legendre", maxdegree=5)
        if b <= y:
            sums[3] += mp.quad(lambda t: mp.exp(least - e(t)), [a, b], method="gauss-legendre", maxdegree=5)
    mean = sums[1] / sums[0]
    log_density = least - e(mpf(y)) - mp.log(sums[0]) if abs(y) <= END else float("-inf")
    return x, y, log_density, sums[3] / sums[0], mean, sums[2] / sums[0] - mean**2, hardmaru_crps(x, y)


def hardmaru_crps(x, y, steps=2_000_000):
    """Integral of (F - 1{t >= y})^2 by the trapezium; F by the midpoint rule on the same grid."""
    lows = np.linspace(-10.5, 10.5, steps + 1)
    middle = (lows[:-1] + lows[1:]) / 2
    e = -((x - 7 * np.sin(0.75 * middle) - middle / 2) ** 2) / 2
    p = np.exp(e - e.max())
    cdf = np.concatenate([[0.0], np.cumsum(p)])
    cdf /= cdf[-1]
    t = np.clip(y, -10.5, 10.5)
    # E|Y - y| - E|Y - Y'|/2, as the difference of two smooth integrals.
    first = abs(y - t) + np.interp(t, lows, np.concatenate([[0.0], np.cumsum((cdf[1:] + cdf[:-1]) / 2)])) * 21 / steps
    upper = 1 - cdf
    area = np.concatenate([[0.0], np.cumsum((upper[1:] + upper[:-1]) / 2)]) * 21 / steps
    first += area[-1] - np.interp(t, lows, area)
    return float(first - np.trapezoid(cdf * upper, lows))


def oracle_figures():
    """NLL, MSE and CRPS on grids of x: midpoints, 4,000 of them."""
    # Inverse sinusoid: S by a grid of t.
    t = (np.arange(40_000) + 0.5) / 40_000
    g = t + 0.3 * np.sin(2 * np.pi * t)
    sums = np.zeros(3)
    for x in (np.arange(4_000) + 0.5) / 4_000 * 1.2 - 0.1:
        inside = np.abs(x - g) <= 0.1
        size = inside.mean()
        if size > 0:
            y = t[inside]
            f = np.arange(1, len(y) + 1) / len(y)
            gini = np.sum(f[:-1] * (1 - f[:-1]) * np.diff(y))
            sums += size / 0.2 * 1.2 / 4_000 * np.array([np.log(size), y.var(), gini])
    print("inverse sinusoid: nll %.5f mse %.5f crps %.5f" % tuple(sums))
    y = (np.arange(20_000) + 0.5) / 20_000 * 21 - 10.5
    m = 7 * np.sin(0.75 * y) + y / 2
    sums, mass = np.zeros(3), 0
    for x in (np.arange(4_000) + 0.5) / 4_000 * 44 - 22:
        p = np.exp(-((x - m) ** 2) / 2) / np.sqrt(2 * np.pi) / 20_000
        px = p.sum()
        if px > 1e-14:
            q = p / px
            mean = q @ y
            f = np.cumsum(q)
            # p(y | x) = q / step; its entropy, variance and mean difference.
            entropy = -np.sum(q * np.log(np.maximum(q, 1e-300) * 20_000 / 21))
            sums += px * 44 / 4_000 * np.array([entropy, q @ (y - mean) ** 2, np.sum(f * (1 - f)) * 21 / 20_000])
            mass += px * 44 / 4_000
    print("hardmaru: mass %.9f nll %.5f mse %.4f crps %.5f" % (mass, *sums))


if __name__ == "__main__":
    write(
        "inverse_sinusoid.csv",
        [sinusoid_row(x, y) for x in (-0.0999, 0.0, 0.2, 0.31, 0.45, 0.5, 0.55, 0.69, 0.6931, 0.75, 1.05, 1.0999)
         for y in (-0.3, 0.01, 0.2, 0.5, 0.77, 1.25)],
    )
    write(
        "hardmaru.csv",
        [hardmaru_row(x, y) for x, y in (
            (0.0, 0.0), (0.0, 4.0), (0.0, -8.1), (3.25, 0.5), (3.25, 7.9), (-7.0, -10.5), (-7.0, -2.0), (7.3, 1.9),
            (12.25, 10.2), (12.0, 10.5), (13.5, 10.0), (-16.0, -10.4), (5.0, 11.0), (5.0, -20.0), (9.0, -9.0),
            (52.0, 10.4), (-400.0, -10.3), (9000.0, 10.45))],
    )
    oracle_figures()
