"""Reference values of mixtures, at 50 digits: kernel.json, univariate.json, multivariate.json.

Made with mpmath 1.4.1, Python 3.11 or later: `python make_reference.py`. Inputs are f64 and are
read exactly; weights are divided by their exact sum. Outputs are written with 25 digits.
Other formulas than the library's where there are others: densities are summed without logarithms,
tails are erfc, quantiles are bisected, entropy is integrated by mpmath's own quadrature,
conditioning inverts matrices. The CRPS and the moments are the same closed forms, so their tables
show rounding errors and no error of the formula: that the CRPS is the integral it is defined by,
the test `crps_is_the_integral_of_the_squared_gap` shows.
"""
import json
import random

from mpmath import (erf, erfc, exp, findroot, inf, inverse, det, log, matrix, mp, mpf, nstr, pi, quad, sqrt)

mp.dps = 50
rng = random.Random(20261122)


def text(x):
    return nstr(x, 25, strip_zeros=False, min_fixed=0, max_fixed=0)


def phi(z):
    return exp(-z * z / 2) / sqrt(2 * pi)


def upper(z):
    return erfc(z / sqrt(mpf(2))) / 2


class Mixture:
    def __init__(self, weights, means, scales):
        self.raw = (weights, means, scales)
        total = sum(mpf(w) for w in weights)
        self.parts = [(mpf(w) / total, mpf(m), mpf(s)) for w, m, s in zip(weights, means, scales)]

    def density(self, y):
        return sum(w * phi((y - m) / s) / s for w, m, s in self.parts)

    def cdf(self, y):
        return sum(w * upper(-(y - m) / s) for w, m, s in self.parts)

    def survival(self, y):
        return sum(w * upper((y - m) / s) for w, m, s in self.parts)

    def crps(self, y):
        def a(d, s):
            return d * erf(d / s / sqrt(mpf(2))) + 2 * s * phi(d / s)
        first = sum(w * a(y - m, s) for w, m, s in self.parts)
        second = sum(wi * wj * a(mi - mj, sqrt(si * si + sj * sj))
                     for wi, mi, si in self.parts for wj, mj, sj in self.parts)
        return first - second / 2

    def moments(self):
        mean = sum(w * m for w, m, s in self.parts)
        c = [sum(w * raw for w, raw in ((w, r(m - mean, s)) for w, m, s in self.parts)) for r in (
            lambda d, s: d**2 + s**2,
            lambda d, s: d**3 + 3 * d * s**2,
            lambda d, s: d**4 + 6 * d**2 * s**2 + 3 * s**4)]
        return mean, c[0], c[1] / c[0] ** mpf(1.5), c[2] / c[0] ** 2

    def quantile(self, p):
        low = min(m - 45 * s for w, m, s in self.parts)
        high = max(m + 45 * s for w, m, s in self.parts)
        for _ in range(220):
            middle = (low + high) / 2
            # Both tails are sums of positive terms: take the one that is small.
            above = self.cdf(middle) > p if p < mpf(1) / 2 else self.survival(middle) < 1 - p
            low, high = (low, middle) if above else (middle, high)
        return (low + high) / 2


def loguniform(a, b):
    return 10 ** rng.uniform(a, b)


def simplex(k):
    raw = [rng.expovariate(1) + 1e-3 for _ in range(k)]
    return [r / sum(raw) for r in raw]


def cases():
    yield "standard normal", Mixture([1.0], [0.0], [1.0])
    yield "narrow", Mixture([1.0], [3.0], [1e-6])
    yield "wide", Mixture([1.0], [-2.0], [1e6])
    yield "published", Mixture([0.1, 0.2, 0.7], [0.1, -0.3, 1.0], [0.4, 2.1, 0.7])
    yield "two modes", Mixture([0.4, 0.6], [-2.0, 3.0], [0.5, 1.0])
    yield "far apart", Mixture([0.25, 0.75], [-1000.0, 1000.0], [1.0, 1e-3])
    yield "one inside the other", Mixture([0.5, 0.5], [0.0, 0.0], [1e-3, 1e3])
    yield "tiny weights", Mixture([1.0 - 1e-9, 1e-9, 1e-30, 1e-300], [0.0, 5.0, -40.0, 60.0], [1.0, 0.1, 2.0, 1.0])
    yield "scales from 1e-6 to 1e6", Mixture(simplex(13), [rng.uniform(-10, 10) for _ in range(13)], [10.0 ** e for e in range(-6, 7)])
    yield "far from zero", Mixture([0.3, 0.7], [1e6, 1e6 + 3], [0.5, 0.25])
    for k in (2, 5, 8, 9, 20, 40, 64, 65, 200):
        spread = loguniform(-1, 2)
        yield f"random, K = {k}", Mixture(simplex(k), [rng.gauss(0, spread) for _ in range(k)], [loguniform(-1.5, 0.7) for _ in range(k)])
    weights = [10.0 ** -rng.uniform(0, 300) for _ in range(30)] + [1.0]
    yield "weights from 1e-300", Mixture([w / sum(weights) for w in weights], [rng.gauss(0, 30) for _ in weights], [loguniform(-6, 6) for _ in weights])


def points(mixture):
    ys = set()
    parts = list(zip(*mixture.raw))
    chosen = parts if len(parts) <= 5 else rng.sample(parts, 5)
    for _, m, s in chosen:
        for z in (-40, -37, -12.5, -3, -0.7, 0, 0.2, 1.5, 5, 20, 40):
            ys.add(m + z * s)
    return sorted(ys)


def univariate():
    out = []
    for name, mixture in cases():
        weights, means, scales = mixture.raw
        k = len(weights)
        mean, variance, skewness, kurtosis = mixture.moments()
        levels = [0.5, 0.025, 0.975, 1e-12, 0.999] if k > 9 else [1e-300, 1e-12, 1e-3, 0.1, 0.5, 0.75, 0.9999, 1 - 2.0**-40]
        case = {
            "name": name, "weights": weights, "means": means, "scales": scales,
            "mean": text(mean), "variance": text(variance), "skewness": text(skewness), "kurtosis": text(kurtosis),
            "points": [], "quantiles": [[p, text(mixture.quantile(mpf(p)))] for p in levels],
        }
        for i, y in enumerate(points(mixture)):
            y = float(y)
            row = {"y": y, "log_density": text(log(mixture.density(mpf(y)))), "cdf": text(mixture.cdf(mpf(y))), "survival": text(mixture.survival(mpf(y)))}
            if k <= 20 or (k <= 65 and i % 11 == 0):
                row["crps"] = text(mixture.crps(mpf(y)))
            case["points"].append(row)
        out.append(case)
        print(name, flush=True)
    return out


def entropies():
    out = []
    for name, weights, means, scales in (
        ("standard normal", [1.0], [0.0], [1.0]),
        ("published", [0.1, 0.2, 0.7], [0.1, -0.3, 1.0], [0.4, 2.1, 0.7]),
        ("two modes", [0.4, 0.6], [-2.0, 3.0], [0.5, 1.0]),
        ("one inside the other", [0.5, 0.5], [0.0, 0.0], [1e-3, 1e3]),
        ("far apart", [0.25, 0.75], [-1000.0, 1000.0], [1.0, 1e-3]),
    ):
        mixture = Mixture(weights, means, scales)
        cuts = sorted({m + z * s for _, m, s in mixture.parts for z in (-40, -20, -10, -6, -4, -3, -2, -1, 0, 1, 2, 3, 4, 6, 10, 20, 40)})
        with mp.workdps(25):
            value = -quad(lambda y: (lambda f: f * log(f) if f > 0 else mpf(0))(mixture.density(y)), cuts)
        out.append({"name": name, "weights": weights, "means": means, "scales": scales, "entropy": nstr(value, 16)})
    return out


def kernel():
    def numbers(f, xs):
        return [[x, text(f(mpf(x)))] for x in xs]
    exps = [-rng.uniform(0, 1) for _ in range(150)] + [-rng.uniform(0, 708) for _ in range(150)] + [-0.0, -1e-300, -1e-17, -708.3, 1.0, 30.0, 600.0]
    logs = [loguniform(-307, 308) for _ in range(120)] + [1 + rng.uniform(-0.3, 0.5) for _ in range(120)] + [1 + 2.0**-52, 1 - 2.0**-53, 5e-324, 1e-310, 2.0, 0.7071067811865475, 0.7071067811865476]
    zs = [rng.uniform(0, 6) for _ in range(200)] + [rng.uniform(0, 37.5) for _ in range(120)] + [0.0, 1e-300, 1e-9, 37.5]
    ps = [loguniform(-308, -1) for _ in range(60)] + [rng.uniform(0.001, 0.999) for _ in range(100)] + [5e-324, 0.5, 0.5 + 1e-12, 1 - 2.0**-53]

    def inverse_tail(q):
        low, high = mpf(-40), mpf(40)
        for _ in range(200):
            middle = (low + high) / 2
            low, high = (middle, high) if upper(middle) > q else (low, middle)
        return (low + high) / 2

    def interval(a, b):
        with mp.workdps(400):  # the tails may differ from 1 in the 300th digit
            return upper(mpf(a)) - upper(mpf(b))

    return {
        "exp": numbers(exp, exps), "ln": numbers(log, logs), "upper_tail": numbers(upper, zs),
        "absolute_moment": numbers(lambda z: z * erf(z / sqrt(mpf(2))) + 2 * phi(z), zs),
        "upper_quantile": numbers(inverse_tail, ps),
        "interval": [[a, b, text(interval(a, b))] for a, b in (
            (0.0, 1e-12), (1.0, 1.0 + 1e-9), (-1e-5, 1e-5), (4.0, 4.1), (-4.2, -4.1), (8.0, 9.0), (-3.0, 2.0), (0.3, 0.9), (30.0, 30.001), (-37.0, -36.0), (-40.0, 40.0))],
    }


def multivariate():
    out = []
    for d, k in ((2, 1), (2, 3), (3, 4), (4, 2), (5, 6)):
        weights, means, covariances = simplex(k), [], []
        for _ in range(k):
            means.append([rng.gauss(0, 2) for _ in range(d)])
            b = [[rng.gauss(0, 1) for _ in range(d)] for _ in range(d)]
            s = [[sum(b[i][l] * b[j][l] for l in range(d)) + (0.3 if i == j else 0.0) for j in range(d)] for i in range(d)]
            covariances.append([[s[max(i, j)][min(i, j)] for j in range(d)] for i in range(d)])
        total = sum(mpf(w) for w in weights)

        def gauss(y, m, s):
            n = len(m)
            delta = matrix([yi - mi for yi, mi in zip(y, m)])
            return exp(-(delta.T * inverse(s) * delta)[0] / 2) / sqrt((2 * pi) ** n * det(s))

        def sub(a, rows, columns):
            return matrix([[a[i, j] for j in columns] for i in rows])

        case = {"weights": weights, "means": means, "covariances": covariances, "points": [], "conditions": []}
        sigma = [matrix(c) for c in covariances]
        mu = [[mpf(x) for x in m] for m in means]
        for _ in range(4):
            y = [rng.gauss(0, 3) for _ in range(d)]
            f = sum(mpf(w) / total * gauss([mpf(v) for v in y], m, s) for w, m, s in zip(weights, mu, sigma))
            case["points"].append({"y": y, "log_density": text(log(f))})
        for _ in range(3):
            order = list(range(d))
            rng.shuffle(order)
            given = order[: rng.randint(1, d - 1)]
            free = sorted(set(range(d)) - set(given))
            x = [rng.gauss(0, 2) for _ in given]
            new_weights, new_means, new_covariances = [], [], []
            for w, m, s in zip(weights, mu, sigma):
                aa, ab, bb = sub(s, given, given), sub(s, free, given), sub(s, free, free)
                delta = matrix([mpf(v) - m[i] for v, i in zip(x, given)])
                new_weights.append(mpf(w) * gauss([mpf(v) for v in x], [m[i] for i in given], aa))
                gain = ab * inverse(aa)
                shift = gain * delta
                new_means.append([m[i] + shift[n] for n, i in enumerate(free)])
                c = bb - gain * ab.T
                new_covariances.append([[c[i, j] for j in range(len(free))] for i in range(len(free))])
            norm = sum(new_weights)
            case["conditions"].append({
                "given": given, "values": x,
                "weights": [text(w / norm) for w in new_weights],
                "means": [[text(v) for v in m] for m in new_means],
                "covariances": [[[text(v) for v in r] for r in c] for c in new_covariances],
                "log_evidence": text(log(norm / total)),
            })
        out.append(case)
    return out


def write(name, value):
    with open(name, "w") as f:
        json.dump(value, f, indent=None, separators=(",", ":"))
        f.write("\n")


if __name__ == "__main__":
    write("kernel.json", kernel())
    write("multivariate.json", multivariate())
    write("univariate.json", {"cases": univariate(), "entropies": entropies()})
