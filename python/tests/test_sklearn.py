"""scikit-learn's own checks of an estimator, and its tools around one."""

import warnings

import numpy as np
import pytest
import sklearn.exceptions
from sklearn.base import clone, is_regressor
from sklearn.model_selection import GridSearchCV, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.utils.estimator_checks import parametrize_with_checks

import mixture_density
from conftest import quick, two_branches

with warnings.catch_warnings():
    # Nothing is inherited, so that the package is imported without scikit-learn.
    warnings.filterwarnings("ignore", message=".*does not inherit from")
    all_checks = parametrize_with_checks([quick(members=1, max_epochs=2)])


@all_checks
def test_estimator_check(estimator, check):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", mixture_density.FeaturesDoNotHelpWarning)
        check(estimator)


def test_it_is_a_regressor_with_parameters():
    model = quick(random_state=3)
    assert is_regressor(model)
    copy = clone(model)
    assert copy is not model and copy.get_params() == model.get_params()
    assert repr(model) == "MixtureDensityRegressor(max_epochs=4, members=2, random_state=3)"
    with pytest.raises(ValueError, match="Invalid parameter 'epochs'"):
        model.set_params(epochs=3)


def test_an_unfitted_estimator_says_so_in_both_ways():
    model = quick()
    for error in [
        mixture_density.NotFittedError,
        sklearn.exceptions.NotFittedError,
        ValueError,
        AttributeError,
    ]:
        with pytest.raises(error, match="not fitted yet"):
            model.predict([[1.0, 2.0]])


@pytest.mark.filterwarnings("ignore::mixture_density.FeaturesDoNotHelpWarning")
def test_in_pipelines_searches_and_cross_validation():
    X, y = two_branches()
    scores = cross_val_score(quick(members=1), X, y, cv=3)
    assert scores.shape == (3,) and np.isfinite(scores).all()
    search = GridSearchCV(quick(members=1), {"max_epochs": [1, 10]}, cv=2, error_score="raise").fit(X, y)
    assert search.best_params_["max_epochs"] in (1, 10)
    pipeline = make_pipeline(StandardScaler(), quick(members=1)).fit(X, y)
    assert pipeline.predict(X).shape == y.shape
