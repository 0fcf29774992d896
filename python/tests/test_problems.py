"""Problems with a known density."""

import pickle

import numpy as np
import pytest

from mixture_density import problems

ALL = [problems.spiral, problems.inverse_sinusoid, problems.hardmaru]


@pytest.mark.parametrize("make", ALL)
def test_the_density_is_that_of_the_points(make):
    problem = make(n=50, n_test=2000)
    assert problem.X.shape == (50, 1) and problem.y.shape == (50,)
    X, y = problem.X_test, problem.y_test
    # Uniform by their own cdf, at 0.1 %.
    pit = np.sort(problem.cdf(X, y))
    steps = np.arange(1, len(y) + 1) / len(y)
    assert np.abs(pit - steps).max() < 1.95 / np.sqrt(len(y))
    wrong = np.sort(problem.cdf(X, y[::-1]))
    assert not np.abs(wrong - steps).max() < 1.95 / np.sqrt(len(y))
    # It integrates to 1.
    grid = np.linspace(y.min() - 3, y.max() + 3, 20_001)
    density = np.exp(problem.log_density(np.full(grid.shape, X[0, 0]), grid))
    step = grid[1] - grid[0]
    assert step * density.sum() == pytest.approx(1, abs=2e-3)
    assert step * (grid * density).sum() == pytest.approx(problem.mean(X[:1])[0], abs=2e-3 * np.ptp(grid))


@pytest.mark.parametrize("make", ALL)
def test_draws_follow_the_seed(make):
    first, again, other = make(n=20, n_test=5), make(n=20, n_test=5), make(n=20, n_test=5, random_state=1)
    assert np.array_equal(first.y, again.y) and not np.array_equal(first.y, other.y)
    kept = pickle.loads(pickle.dumps(other))
    assert np.array_equal(kept.X_test, other.X_test) and repr(kept) == repr(other)


def test_bad_parameters_are_refused():
    with pytest.raises(ValueError, match="jitter is -1"):
        problems.spiral(jitter=-1)
    with pytest.raises(ValueError, match="half_width is 0"):
        problems.inverse_sinusoid(half_width=0)
    with pytest.raises(ValueError, match="n is 0"):
        problems.hardmaru(n=0)
    with pytest.raises(ValueError, match="one number a row"):
        problems.spiral(n=10, n_test=2).mean(np.ones((3, 2)))
