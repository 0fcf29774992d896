"""What is answered, against NumPy's own formulas; each check has a twin that must fail."""

import pickle

import numpy as np
import pytest

from mixture_density import Density, MixturePrediction


def log_density(mixture, y):
    """ln of the sum over components, from the arrays alone."""
    apart = y[:, None, :] - mixture.means
    covariances = mixture.covariances
    solved = np.linalg.solve(covariances, apart[..., None])[..., 0]
    d = y.shape[1]
    logs = -0.5 * (
        np.einsum("nkd,nkd->nk", apart, solved)
        + np.linalg.slogdet(covariances)[1]
        + d * np.log(2 * np.pi)
    )
    return np.log(np.sum(mixture.weights * np.exp(logs), axis=1))


def test_log_density_is_that_of_the_arrays(one_target, two_targets):
    for X, y, model in [one_target, two_targets]:
        mixture = model.predict_mixture(X)
        y_2d = y.reshape(len(y), -1)
        assert mixture.weights.shape == (len(X), model.n_components_)
        assert mixture.means.shape == mixture.scales.shape == (*mixture.weights.shape, y_2d.shape[1])
        assert np.allclose(mixture.weights.sum(axis=1), 1)
        expected = log_density(mixture, y_2d)
        found = model.log_density(X, y)
        assert np.allclose(found, expected, rtol=1e-9, atol=1e-9)
        assert model.score(X, y) == pytest.approx(found.mean())
        # The twin: other scales, another density.
        wrong = MixturePrediction(mixture.weights, mixture.means, 1.001 * mixture.scales)
        assert not np.allclose(log_density(wrong, y_2d), expected, rtol=1e-9, atol=1e-9)


def test_means_are_those_of_the_arrays(one_target, two_targets):
    X, _, model = one_target
    assert np.allclose(model.predict(X), model.predict_mixture(X).mean()[:, 0])
    X, _, model = two_targets
    assert np.allclose(model.predict(X), model.predict_mixture(X).mean())


def test_the_cdf_undoes_the_quantile(one_target, two_targets):
    X, _, model = one_target
    for q in [1e-6, 0.05, 0.5, 0.99]:
        assert np.allclose(model.cdf(X, model.quantile(X, q)), q, rtol=1e-9)
    several = model.quantile(X, [0.1, 0.5])
    assert several.shape == (len(X), 2)
    assert np.array_equal(several[:, 1], model.predict(X, "median"))
    assert not np.allclose(model.cdf(X, several[:, 0]), 0.11, rtol=1e-3)
    low, high = model.interval(X, 0.8)
    assert np.allclose(model.cdf(X, high) - model.cdf(X, low), 0.8)
    X, Y, model = two_targets
    quantiles = model.quantile(X, [0.2, 0.7])
    assert quantiles.shape == (len(X), 2, 2)
    assert np.allclose(model.cdf(X, quantiles[:, :, 1]), 0.7)
    assert model.interval(X, 0.5)[0].shape == model.predict(X, "median").shape == Y.shape


def test_draws_have_the_moments_of_the_density(one_target, two_targets):
    n = 20_000
    X, _, model = one_target
    draws = model.sample(X[:3], n, random_state=1)
    assert draws.shape == (3, n)
    mixture = model.predict_mixture(X[:3])
    sds = np.sqrt(mixture.covariance()[:, 0, 0])
    # Five standard errors of each mean.
    assert (np.abs(draws.mean(axis=1) - model.predict(X[:3])) < 5 * sds / np.sqrt(n)).all()
    assert (np.abs(draws.mean(axis=1) + 0.1 * sds - model.predict(X[:3])) > 5 * sds / np.sqrt(n)).all()
    # Uniform by their own cdf, at 0.1 %.
    pit = np.sort(model.cdf(np.repeat(X[:1], n, axis=0), draws[0]))
    steps = np.arange(1, n + 1) / n
    assert np.abs(pit - steps).max() < 1.95 / np.sqrt(n)
    assert np.abs(pit**1.05 - steps).max() > 1.95 / np.sqrt(n)
    X, _, model = two_targets
    draws = model.sample(X[:2], n, random_state=1)
    assert draws.shape == (2, n, 2)
    expected = model.predict_mixture(X[:2]).covariance()
    for row in range(2):
        found = np.cov(draws[row].T)
        scale = np.sqrt(np.outer(np.diag(expected[row]), np.diag(expected[row])))
        assert (np.abs(found - expected[row]) < 0.1 * scale).all()


def test_draws_of_a_row_do_not_hang_on_the_others(one_target):
    X, _, model = one_target
    draws = model.sample(X, 2, random_state=5)
    assert np.array_equal(model.sample(X[:4], 2, random_state=5), draws[:4])
    assert not np.array_equal(model.sample(X, 2, random_state=6), draws)
    assert not np.array_equal(model.sample(X, 2), model.sample(X, 2))
    rng = np.random.default_rng(0)
    assert not np.array_equal(
        model.sample(X, 2, random_state=rng), model.sample(X, 2, random_state=rng)
    )


def test_temperatures_cool_weights_and_covariances(one_target):
    X, _, model = one_target
    n = 4000
    plain, cold, narrow = (
        model.sample(X[:1], n, random_state=1),
        model.sample(X[:1], n, temperature=0.05, random_state=1),
        model.sample(X[:1], n, covariance_temperature=1e-12, random_state=1),
    )
    mixture = model.predict_mixture(X[:1])
    heaviest = mixture.weights[0].argmax()
    mean, scale = mixture.means[0, heaviest, 0], mixture.scales[0, heaviest, 0]
    assert abs(np.median(cold) - mean) < scale and np.std(cold) < np.std(plain)
    # Without width every draw is a mean.
    apart = np.abs(narrow.reshape(-1, 1) - mixture.means[0, :, 0]).min(axis=1)
    assert apart.max() < 1e-4 < np.abs(plain.reshape(-1, 1) - mixture.means[0, :, 0]).min(axis=1).max()


def test_modes_and_regions(one_target, two_targets):
    X, _, model = one_target
    modes = model.modes(X)
    assert len(modes) == len(X)
    highest = model.predict(X, "mode")
    assert np.array_equal([of_row[0] for of_row in modes], highest)
    at_mode = model.log_density(X, highest)
    for shift in [-1e-3, 1e-3]:
        assert (model.log_density(X, highest + shift) < at_mode).all()
    held = []
    for row, region in enumerate(model.highest_density_region(X[:20], 0.7)):
        x = np.repeat(X[row : row + 1], len(region), axis=0)
        assert (region[:, 0] < region[:, 1]).all()
        held.append((model.cdf(x, region[:, 1]) - model.cdf(x, region[:, 0])).sum())
    assert np.allclose(held, 0.7, atol=1e-9)
    X, Y, model = two_targets
    assert model.predict(X, "mode").shape == Y.shape
    assert model.modes(X)[0].shape[1] == 2
    with pytest.raises(ValueError):
        model.highest_density_region(X, 0.7)


def test_any_number_of_threads_and_rows_gives_the_same_bits(one_target):
    X, y, model = one_target
    many = np.tile(X, (20, 1))
    expected = np.tile(model.predict(X), 20)
    before = model.n_threads
    try:
        for n_threads in [None, 1, 3]:
            model.n_threads = n_threads
            assert np.array_equal(model.predict(many), expected)
            assert np.array_equal(model.log_density(many, np.tile(y, 20)), np.tile(model.log_density(X, y), 20))
            assert model.predict_mixture(many).weights.shape == (len(many), model.n_components_)
    finally:
        model.n_threads = before


def test_a_prediction_can_be_cut(two_targets):
    X, _, model = two_targets
    mixture = model.predict_mixture(X)
    assert len(mixture[:5]) == 5 and len(mixture[3]) == 1
    assert np.array_equal(mixture[[4, 2]].covariances, mixture.covariances[[4, 2]])
    assert "full" in repr(mixture) or "diagonal" in repr(mixture)


def test_one_density_answers_as_the_model_does(one_target, two_targets):
    X, y, model = one_target
    density = model.predict_mixture(X).density(3)
    x = np.repeat(X[3:4], 5, axis=0)
    line = np.linspace(-2, 2, 5)
    assert np.allclose(density.log_pdf(line), model.log_density(x, line), rtol=1e-12)
    assert np.allclose(density.cdf(line), model.cdf(x, line), rtol=1e-12)
    assert np.allclose(density.quantile([0.1, 0.9]), model.quantile(X[3:4], [0.1, 0.9])[0])
    assert np.allclose(density.modes(), model.modes(X[3:4])[0])
    region = density.highest_density_region(0.8)
    assert np.allclose(region, model.highest_density_region(X[3:4], 0.8)[0])
    assert (density.cdf(region[:, 1]) - density.cdf(region[:, 0])).sum() == pytest.approx(0.8)
    assert np.array_equal(density.sample(4, random_state=2), model.sample(X[3:4], 4, random_state=2)[0])
    picture = density._repr_html_()
    assert picture.startswith("<svg") and picture.count("<rect") == len(density.highest_density_region(0.9))
    again = pickle.loads(pickle.dumps(density))
    assert np.array_equal(again.pdf(line), density.pdf(line))
    assert not np.allclose(density.cdf(line + 0.1), density.cdf(line))
    X, Y, model = two_targets
    density = model.predict_mixture(X).density(0)
    assert np.allclose(density.log_pdf(Y[:1]), model.log_density(X[:1], Y[:1]), rtol=1e-9)
    assert density.modes().shape[1] == 2 and density.sample(3).shape == (3, 2)
    assert density._repr_html_().startswith("<code>")
    for ask in [lambda: density.cdf(0.0), lambda: density.pdf(1.0), lambda: density.quantile(0.5)]:
        with pytest.raises(ValueError):
            ask()
    with pytest.raises(ValueError):
        Density([0.5, 0.6], [0.0, 1.0], [1.0, 1.0])
