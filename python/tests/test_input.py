"""What is taken, and what is refused in one sentence."""

import numpy as np
import pandas as pd
import pytest

from conftest import quick, straight, two_branches
from mixture_density import FeaturesDoNotHelpWarning, MixtureDensityRegressor, TableWarning


def variants(X):
    """The same numbers in other memory."""
    read_only = X.copy()
    read_only.setflags(write=False)
    yield "Fortran", np.asfortranarray(X)
    yield "strided", np.repeat(X, 2, axis=0)[::2]
    yield "reversed", X[::-1, ::-1].copy()[::-1, ::-1]
    yield "read-only", read_only
    yield "object", X.astype(object)
    yield "list", X.tolist()
    yield "long", X.astype(np.longdouble)
    yield "big-endian", X.astype(">f8")
    yield "frame", pd.DataFrame(X)


def test_memory_does_not_matter(one_target):
    X, y, model = one_target
    expected = model.predict(X)
    for name, other in variants(X):
        assert np.array_equal(model.predict(other), expected), name
    assert not np.array_equal(model.predict(X[:, ::-1]), expected)


def test_memory_does_not_matter_to_a_fit():
    X, y = straight()
    expected = quick(members=1).fit(X, y).weights_blake3_
    for name, other in [("Fortran", np.asfortranarray(X)), ("frame", pd.DataFrame(X)), ("object", X.astype(object))]:
        assert quick(members=1).fit(other, y).weights_blake3_ == expected, name
    assert quick(members=1).fit(X[:, ::-1], y).weights_blake3_ != expected


def test_smaller_types_are_widened():
    X, y = straight()
    whole = np.round(10 * X)
    model = quick(members=1).fit(whole, y)
    assert not model.ensemble_["is_feature_free"]
    expected = model.predict(whole)
    for dtype in [np.float32, np.float16, np.int64, np.int8]:
        model = quick(members=1).fit(whole.astype(dtype), y)
        assert np.array_equal(model.predict(whole.astype(dtype)), expected)
        assert model.predict(whole.astype(dtype)).dtype == np.float64
    assert not np.array_equal(model.predict(X), expected)


def test_fits_are_reproducible():
    X, y = straight()
    first = quick().fit(X, y)
    assert quick(n_threads=1).fit(X, y).weights_blake3_ == first.weights_blake3_
    assert quick(random_state=1).fit(X, y).weights_blake3_ != first.weights_blake3_
    assert isinstance(first.ensemble_["members"], list)
    assert first.ensemble_["settings"]["n_components"] >= 1


def test_names_of_frames():
    X, y = straight(40)
    frame = pd.DataFrame(X, columns=["width", "depth"])
    model = quick(members=1).fit(frame, pd.Series(y, name="height"))
    assert list(model.feature_names_in_) == ["width", "depth"]
    assert model.predict(frame).shape == (40,)
    with pytest.raises(ValueError, match="same order"):
        model.predict(frame[["depth", "width"]])
    with pytest.warns(UserWarning, match="does not have valid feature names"):
        model.predict(X)
    model.fit(X, y)
    assert not hasattr(model, "feature_names_in_")


def test_shapes_follow_y():
    X, y = straight(40)
    model = quick(members=1)
    assert model.fit(X, y).predict(X).shape == (40,)
    assert model.fit(X, y[:, None]).predict(X).shape == (40, 1)
    assert model.log_density(X, y).shape == (40,)
    assert model.cdf(X, y).shape == (40, 1)


def test_a_constant_feature_is_left_out():
    X, y = straight(40)
    with_one = np.column_stack([X[:, 0], np.full(len(X), 7.0), X[:, 1]])
    with pytest.warns(TableWarning, match="`x1` is 7 in every training row"):
        model = quick(members=1).fit(with_one, y)
    plain = quick(members=1).fit(X, y)
    assert model.n_features_in_ == 3 and not model.ensemble_["is_feature_free"]
    assert model.weights_blake3_ == plain.weights_blake3_
    assert np.array_equal(model.predict(with_one), plain.predict(X))


def test_few_rows_give_the_density_that_ignores_the_features():
    X, y = two_branches(6)
    with pytest.warns(FeaturesDoNotHelpWarning):
        model = quick(test_share=0).fit(X, y)
    assert np.ptp(model.predict(X)) == 0


X, Y = two_branches(30)
BAD = {
    "1-d X": (X[:, 0], Y, "Reshape your data"),
    "3-d X": (X[None], Y, "Expected 2D array"),
    "no row": (X[:0], Y[:0], "0 sample"),
    "one row": (X[:1], Y[:1], "1 sample"),
    "no feature": (X[:, :0], Y, "0 feature"),
    "other rows": (X, Y[:-1], "inconsistent numbers"),
    "NaN in X": (np.where(X == X[3], np.nan, X), Y, "Input X contains NaN"),
    "inf in X": (np.where(X == X[3], -np.inf, X), Y, "Input X contains infinity"),
    "NaN in y": (X, np.where(Y == Y[3], np.nan, Y), "Input y contains NaN"),
    "no y": (X, None, "requires y to be passed"),
    "3-d y": (X, Y[:, None, None], "1d or 2d"),
    "constant y": (X, np.ones(30), "is 1 in every training row"),
    "constant X": (np.ones((30, 2)), Y, "no feature is left"),
    "text": (X.astype(str), np.array(["a"] * 30), "could not convert"),
    "complex": (X + 1j, Y, "Complex data"),
    "dates": (X.astype("M8[s]"), Y, "dates"),
}


@pytest.mark.parametrize("name", BAD)
def test_bad_rows_are_refused(name):
    bad_x, bad_y, sentence = BAD[name]
    with pytest.raises(ValueError, match=sentence):
        quick(members=1, max_epochs=1).fit(bad_x, bad_y)


@pytest.mark.parametrize(
    "options, sentence",
    [
        ({"recipe": "cake"}, "recipe is 'cake'"),
        ({"covariance": None}, "covariance is None"),
        ({"members": 0}, "members is 0"),
        ({"max_epochs": 1.5}, "max_epochs is 1.5"),
        ({"n_threads": -1}, "n_threads is -1"),
        ({"random_state": -1}, "random_state is -1"),
        ({"members": True}, "members is True"),
        ({"components": [2, 0]}, "components is 0"),
        ({"test_share": 1}, "test_share is 1"),
        ({"test_share": "much"}, "test_share is 'much'"),
        ({"validation_share": -0.1}, "validation_share is -0.1"),
        ({"missing": None}, "missing is None"),
    ],
)
def test_bad_options_are_refused_by_fit(options, sentence):
    model = MixtureDensityRegressor(**options)
    with pytest.raises(ValueError, match=sentence):
        model.fit(X, Y)


def test_what_a_fit_is_given_beside_the_rows():
    with pytest.raises(ValueError, match="no use for weights of rows yet"):
        quick().fit(X, Y, sample_weight=np.ones(30))
    with pytest.raises(TypeError, match="unexpected keyword argument 'weights'"):
        quick().fit(X, Y, weights=np.ones(30))
    with pytest.raises(ValueError, match="one value for each of 30 rows"):
        quick().fit(X, Y, groups=np.arange(29))
    with pytest.raises(ValueError, match="all rows are learnt from"):
        quick(test_share=0).fit(X, Y, groups=np.arange(30))
    with pytest.raises(ValueError, match="most|part"):
        quick().fit(X, Y, parts=["train"] * 29 + ["exam"])
    groups = np.repeat(np.arange(10), 3)
    model = quick(members=1).fit(X, Y, groups=groups)
    assert model.record_["data"]["n_test"] % 3 == 0
    assert quick(members=1).fit(X, Y).weights_blake3_ != model.weights_blake3_


def test_bad_questions_are_refused(one_target):
    X, y, model = one_target
    for ask, sentence in [
        (lambda: model.predict(X[:, :1]), "X has 1 features"),
        (lambda: model.predict(X[0]), "Reshape your data"),
        (lambda: model.predict(X[:0]), "0 sample"),
        (lambda: model.predict(X, "median "), "statistic is"),
        (lambda: model.quantile(X, 1.0), "q is 1.0"),
        (lambda: model.quantile(X, [0.1, np.nan]), "allowed is a probability"),
        (lambda: model.interval(X, -0.5), "level is -0.5"),
        (lambda: model.highest_density_region(X, 2), "level is 2.0"),
        (lambda: model.log_density(X, y[:-1]), "inconsistent numbers"),
        (lambda: model.log_density(X, np.c_[y, y]), "y has 2 targets"),
        (lambda: model.cdf(X, np.full(len(X), np.nan)), "Input y contains NaN"),
        (lambda: model.sample(X, 0), "n is 0"),
        (lambda: model.sample(X, 1, temperature=0), "temperature is 0"),
        (lambda: model.sample(X, 1, covariance_temperature=np.inf), "covariance_temperature is inf"),
        (lambda: model.sample(X, 1, random_state="x"), "random_state is 'x'"),
    ]:
        with pytest.raises(ValueError, match=sentence):
            ask()
