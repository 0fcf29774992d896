"""Coefficients of src/mixture/kernel/*.rs, and how far each truncated series is from the function.

Made with mpmath 1.4.1, Python 3: `python kernel_coefficients.py` prints Rust tables.
Each function is interpolated at Chebyshev nodes in 60 digits, the series cut, then written in powers.
"""
from mpmath import mp, mpf, cos, erfc, exp, factorial, log, nstr, pi, sqrt

mp.dps = 60
CENTRE = mpf(5)  # of the map t = (z - 5)/(z + 5), which takes [0, inf) to [-1, 1)


def mills(z):
    """Mills' ratio: upper tail of the normal over its density."""
    return sqrt(pi / 2) * exp(z * z / 2) * erfc(z / sqrt(2))


def chebyshev(f, low, high, n):
    nodes = [cos(pi * (k + mpf(1) / 2) / n) for k in range(n)]
    values = [f((low + high) / 2 + (high - low) / 2 * x) for x in nodes]
    c = [2 * sum(v * cos(j * pi * (k + mpf(1) / 2) / n) for k, v in enumerate(values)) / n for j in range(n)]
    c[0] /= 2
    return c


def powers(c):
    """Chebyshev series on [-1, 1] to a polynomial."""
    before, now, out = [mpf(1)], [mpf(0), mpf(1)], [mpf(0)] * len(c)
    for j, cj in enumerate(c):
        if j == 0:
            t = before
        elif j == 1:
            t = now
        else:
            t = [mpf(0)] + [2 * x for x in now]
            for i, x in enumerate(before):
                t[i] -= x
            before, now = now, t
        for i, x in enumerate(t):
            out[i] += cj * x
    return out


def table(name, f, low, high, terms):
    c = chebyshev(f, low, high, terms + 24)
    cut = sum(abs(x) for x in c[terms:])
    p = powers(c[:terms])
    # From [-1, 1] to [low, high] (only symmetric intervals and [-1, 1] itself are used).
    p = [x / high**i for i, x in enumerate(p)] if low == -high else p
    print(f"/// Cut at {nstr(cut, 2)}.\nconst {name}: [f64; {terms}] = [")
    for x in p:
        print(f"    {float(x)!r},")
    print("];")


def z_of(t):
    return CENTRE * (1 + t) / (1 - t)


half_ln2 = log(2) / 2 + mpf(1) / 1000
s_max = ((sqrt(mpf(2)) - 1) / (sqrt(mpf(2)) + 1)) ** 2 + mpf(1) / 10**4
table("EXP", lambda r: sum(r**k / factorial(k + 2) for k in range(40)), -half_ln2, half_ln2, 11)


def log_tail(v):
    """(ln((1 + s)/(1 - s)) - 2s)/s^3 at v = s^2, continued to negative v."""
    return sum(2 * v**k / mpf(2 * k + 3) for k in range(60))


table("LN", log_tail, -s_max, s_max, 9)
table("MILLS", lambda t: (1 + z_of(t)) * mills(z_of(t)), mpf(-1), mpf(1), 26)
table("LOSS", lambda t: (1 + z_of(t)) ** 2 * (1 - z_of(t) * mills(z_of(t))), mpf(-1), mpf(1), 27)
