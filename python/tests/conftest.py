import numpy as np
import pytest

from mixture_density import MixtureDensityRegressor


def quick(**options):
    """A regressor whose fit is quick: what is asked of it is no matter of quality."""
    return MixtureDensityRegressor(**{"members": 2, "max_epochs": 4, **options})


def two_branches(n=120, seed=0):
    """Two answers for every x, of which one row in three is the lower."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, size=(n, 2))
    sign = np.where(rng.uniform(size=n) < 1 / 3, -1.0, 1.0)
    return X, sign * (1 + X[:, 0]) + 0.1 * rng.normal(size=n)


def straight(n=60, seed=0):
    """Rows whose first feature is enough of a help to be learnt in a few epochs."""
    rng = np.random.default_rng(seed)
    X = rng.uniform(-1, 1, size=(n, 2))
    return X, 2 * X[:, 0] + 0.1 * rng.normal(size=n)


@pytest.fixture(scope="session")
def one_target():
    """Rows, and a regressor of one target that has learnt a little of them."""
    X, y = two_branches()
    return X, y, quick(max_epochs=30).fit(X, y)


@pytest.fixture(scope="session", params=["diagonal", "full"])
def two_targets(request):
    """Rows, and a regressor of two targets that has learnt a little of them."""
    X, y = two_branches()
    rng = np.random.default_rng(1)
    Y = np.column_stack([y, 0.5 * y + X[:, 1] + 0.2 * rng.normal(size=len(y))])
    return X, Y, quick(max_epochs=30, covariance=request.param).fit(X, Y)
