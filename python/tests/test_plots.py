"""Pictures, where matplotlib is installed."""

import numpy as np
import pytest

from conftest import quick, two_branches

matplotlib = pytest.importorskip("matplotlib")
matplotlib.use("Agg")


def test_densities_and_calibration(one_target, two_targets):
    X, y, model = one_target
    ax = model.plot_density(X[:3])
    assert len(ax.lines) == 3 and ax.get_xlabel() == "y"
    x, values = ax.lines[0].get_data()
    assert np.trapezoid(values, x) == pytest.approx(1, abs=0.1)
    ax = model.plot_calibration(X, y)
    assert np.array_equal(np.sort(model.cdf(X, y)), ax.lines[1].get_xdata())
    X, Y, model = two_targets
    assert len(model.plot_calibration(X, Y).lines) == 3
    with pytest.raises(ValueError, match="the model has 2"):
        model.plot_density(X)


def test_one_feature_is_a_picture_of_the_plane():
    X, y = two_branches()
    model = quick(members=1).fit(X[:, :1], y)
    ax = model.plot_density(X[:, :1])
    assert ax.get_ylabel() == "y" and len(ax.collections) > 0
