"""Problems whose conditional density is known, so that any model can be scored against the truth.

Examples
--------
>>> from mixture_density import problems
>>> spiral = problems.spiral(n=200, n_test=50)
>>> spiral.X.shape, spiral.y_test.shape
((200, 1), (50,))
>>> best = spiral.log_density(spiral.X_test, spiral.y_test).mean()
"""

import json

import numpy as np

from . import _core

__all__ = ["Problem", "hardmaru", "inverse_sinusoid", "spiral"]


class Problem:
    """Points of a problem, and the exact density they came from.

    Attributes
    ----------
    name : str
        Which problem.
    X, y : ndarray of shape (n, 1) and (n,)
        Points to learn from.
    X_test, y_test : ndarray of shape (n_test, 1) and (n_test,)
        Fresh points from the same density.
    """

    def __init__(self, parameters, n_test, random_state):
        self.name = parameters["name"]
        self.parameters = parameters
        self.n_test = n_test
        self.random_state = random_state
        self._drawn = _core.draw(json.dumps(parameters), n_test, random_state)
        x, self.y, x_test, self.y_test = self._drawn.points()
        self.X = x.reshape(-1, 1)
        self.X_test = x_test.reshape(-1, 1)

    def __repr__(self):
        words = [f"{key}={value!r}" for key, value in self.parameters.items() if key != "name"]
        words += [f"n_test={self.n_test}", f"random_state={self.random_state}"]
        return f"{self.name.replace('-', '_')}({', '.join(words)})"

    def __reduce__(self):
        return (type(self), (self.parameters, self.n_test, self.random_state))

    def log_density(self, X, y):
        """ln p(y | x) of each row, nats; NaN where x cannot occur."""
        return self._drawn.log_density(_column(X), _column(y))

    def cdf(self, X, y):
        """P(Y <= y | x) of each row; NaN where x cannot occur."""
        return self._drawn.cdf(_column(X), _column(y))

    def mean(self, X):
        """E(Y | x) of each row; NaN where x cannot occur."""
        return self._drawn.mean(_column(X))

    def variance(self, X):
        """Var(Y | x) of each row; NaN where x cannot occur."""
        return self._drawn.variance(_column(X))


def _column(values):
    """One number a row, from shape (n,) or (n, 1)."""
    values = np.asarray(values, dtype=np.float64)
    if values.ndim == 2 and values.shape[1] == 1:
        values = values[:, 0]
    if values.ndim != 1:
        raise ValueError(f"an array of shape {values.shape} where one number a row is needed")
    return values


def spiral(n=10_000, *, jitter=0.2, revolutions=2.0, span=5.0, n_test=10_000, random_state=0):
    """The noisy spiral: a vertical line crosses its windings.

    Parameters
    ----------
    n : int
        Points to learn from.
    jitter : float
        Standard deviation of the noise on each axis, before scaling.
    revolutions : float
        Turns of the spiral.
    span : float
        Side of the square into which the points are scaled.
    n_test : int
        Fresh points.
    random_state : int
        Root of the random numbers.

    Returns
    -------
    Problem
    """
    return Problem(
        {"name": "spiral", "n": n, "jitter": jitter, "revolutions": revolutions, "span": span},
        n_test,
        random_state,
    )


def inverse_sinusoid(n=10_000, *, half_width=0.1, n_test=10_000, random_state=0):
    """Bishop's inverse sinusoid: a bent line, read from the wrong side, with uniform noise.

    Parameters
    ----------
    n : int
        Points to learn from.
    half_width : float
        Half the width of the uniform noise on x.
    n_test : int
        Fresh points.
    random_state : int
        Root of the random numbers.

    Returns
    -------
    Problem
    """
    parameters = {"name": "inverse-sinusoid", "n": n, "half_width": half_width}
    return Problem(parameters, n_test, random_state)


def hardmaru(n=10_000, *, jitter=1.0, n_test=10_000, random_state=0):
    """Ha's inverse problem: a swinging curve, read from the wrong side, with normal noise.

    Parameters
    ----------
    n : int
        Points to learn from.
    jitter : float
        Standard deviation of the noise on x.
    n_test : int
        Fresh points.
    random_state : int
        Root of the random numbers.

    Returns
    -------
    Problem
    """
    return Problem({"name": "hardmaru", "n": n, "jitter": jitter}, n_test, random_state)
