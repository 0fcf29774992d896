"""The estimator."""

import json
import os
import sys
import time
import warnings

import numpy as np

from . import _core
from . import _validation as checked
from ._base import Estimator
from ._errors import FeaturesDoNotHelpWarning, not_fitted
from ._prediction import MixturePrediction

RECIPES = ("table",)
COVARIANCES = ("diagonal", "full")
STATISTICS = ("mean", "median", "mode")


class MixtureDensityRegressor(Estimator):
    """A density of y for every x: an ensemble of mixture density networks.

    The settings are chosen for the table on rows held out, as ``mdn fit`` chooses them; rows, options and seed
    being the same, so are the weights. They do not depend on the number of threads.

    Parameters
    ----------
    recipe : {"table"}, default="table"
        How to train: an ensemble whose settings are chosen for the table.
    members : int, default=None
        Networks at most; as many as suit the table for None.
    covariance : {"diagonal", "full"}, default="diagonal"
        How several targets depend on each other within a component.
    max_epochs : int, default=None
        Epochs of a training at most; the recipe's for None.
    random_state : int, RandomState, Generator or None, default=0
        Root of every random number; a new one at every fit for None.
    n_threads : int, default=None
        Threads that work; one for each processor for None.
    verbose : bool, default=False
        Whether to say on stderr how far the fit is.

    Attributes
    ----------
    n_features_in_ : int
        Features of the fit.
    feature_names_in_ : ndarray of str
        Their names, where X was a frame whose columns all have text as names.
    n_components_ : int
        Components of every predicted mixture.
    record_ : dict
        What was tried and chosen; empty after `load`.
    weights_blake3_ : str
        BLAKE3 of the weights, the same as in the record of ``mdn fit``.

    Examples
    --------
    >>> import numpy as np
    >>> from mixture_density import MixtureDensityRegressor
    >>> rng = np.random.default_rng(0)
    >>> X = rng.uniform(-1, 1, size=(80, 1))
    >>> y = X[:, 0] ** 2 + 0.1 * rng.normal(size=80)
    >>> model = MixtureDensityRegressor(members=2, max_epochs=10).fit(X, y)
    >>> model.predict(X[:3]).shape
    (3,)
    >>> model.quantile(X[:3], [0.05, 0.5, 0.95]).shape
    (3, 3)
    >>> low, high = model.interval(X[:3], 0.9)
    >>> bool((low < high).all())
    True
    """

    def __init__(
        self,
        *,
        recipe="table",
        members=None,
        covariance="diagonal",
        max_epochs=None,
        random_state=0,
        n_threads=None,
        verbose=False,
    ):
        self.recipe = recipe
        self.members = members
        self.covariance = covariance
        self.max_epochs = max_epochs
        self.random_state = random_state
        self.n_threads = n_threads
        self.verbose = verbose

    def fit(self, X, y):
        """Learns the density of y given X.

        Ctrl-C stops it within a second; the estimator then stays as it was.

        Parameters
        ----------
        X : array-like of shape (n, F)
            Features. One that has the same value in all rows is left out.
        y : array-like of shape (n,) or (n, D)
            Targets.

        Returns
        -------
        self
        """
        names = checked.column_names(X)
        rows = checked.features(X, self, least_rows=2)
        found = checked.targets(y, len(rows), self)
        n_targets = 1 if found.ndim == 1 else found.shape[1]
        varies = rows.min(axis=0) < rows.max(axis=0)
        if not varies.any():
            raise ValueError("every feature has the same value in all rows; nothing can be learnt from them")
        columns = None if varies.all() else np.flatnonzero(varies)
        learnt = rows if columns is None else np.ascontiguousarray(rows[:, columns])
        all_names = [f"x{index}" for index in range(rows.shape[1])] if names is None else list(names)
        options = {
            "features": [all_names[index] for index in np.flatnonzero(varies)],
            "targets": checked.target_names(y, n_targets),
            "recipe": checked.one_of(self.recipe, "recipe", RECIPES),
            "max_epochs": checked.optional_whole(self.max_epochs, "max_epochs"),
            "members": checked.optional_whole(self.members, "members"),
            "is_full": checked.one_of(self.covariance, "covariance", COVARIANCES) == "full",
            "seed": checked.seed(self.random_state),
            "n_threads": checked.optional_whole(self.n_threads, "n_threads"),
        }
        progress = _Progress() if self.verbose else None
        model, record = _core.fit(learnt, found.reshape(len(found), n_targets), options, progress)
        if progress is not None:
            progress.finish()
        self._model = model
        self._columns = columns
        self._is_flat = found.ndim == 1
        self.n_features_in_ = rows.shape[1]
        self.record_ = json.loads(record)
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        if self.record_["is_feature_free"]:
            warnings.warn(
                "the features do not help on rows that were not learnt from: the model is the density "
                "that ignores them",
                FeaturesDoNotHelpWarning,
                stacklevel=2,
            )
        return self

    def predict(self, X, statistic="mean"):
        """A number of each density.

        Parameters
        ----------
        X : array-like of shape (n, F)
        statistic : {"mean", "median", "mode"}, default="mean"
            The mean, the median of each target, or the highest mode of the joint density.

        Returns
        -------
        ndarray of shape (n,) or (n, D)
        """
        checked.one_of(statistic, "statistic", STATISTICS)
        rows = self._asked(X)
        if statistic == "mean":
            values = self._model.means(rows, self._threads())
        elif statistic == "median":
            values = self._model.quantiles(rows, [0.5], self._threads())
        else:
            d = self._n_targets()
            modes = self._model.modes(rows, self._threads())
            values = np.concatenate([of_row[:d] for of_row in modes])
        return self._of_targets(values, len(rows))

    def predict_mixture(self, X):
        """The whole mixture of each row.

        Parameters
        ----------
        X : array-like of shape (n, F)

        Returns
        -------
        MixturePrediction
            Arrays `weights` (n, K), `means` (n, K, D), `scales` (n, K, D) and `covariances` (n, K, D, D).
        """
        rows = self._asked(X)
        n, k, d = len(rows), self._model.n_components, self._n_targets()
        weights, means, spreads = self._model.mixtures(rows, self._threads())
        weights, means = weights.reshape(n, k), means.reshape(n, k, d)
        if self._model.has_full_covariances:
            return MixturePrediction(weights, means, covariances=spreads.reshape(n, k, d, d))
        return MixturePrediction(weights, means, spreads.reshape(n, k, d))

    def log_density(self, X, y):
        """ln f(y | x) of each row, nats.

        Parameters
        ----------
        X : array-like of shape (n, F)
        y : array-like of shape (n,) or (n, D)

        Returns
        -------
        ndarray of shape (n,)
        """
        rows = self._asked(X)
        y = checked.asked_targets(y, len(rows), self._n_targets(), self)
        return self._model.log_densities(rows, y, self._threads())

    def cdf(self, X, y):
        """P(Y <= y | x) of each target of each row.

        Parameters
        ----------
        X : array-like of shape (n, F)
        y : array-like of shape (n,) or (n, D)

        Returns
        -------
        ndarray of shape (n,) or (n, D)
        """
        rows = self._asked(X)
        y = checked.asked_targets(y, len(rows), self._n_targets(), self)
        return self._of_targets(self._model.cdfs(rows, y, self._threads()), len(rows))

    def quantile(self, X, q):
        """Quantiles of each target of each row.

        Parameters
        ----------
        X : array-like of shape (n, F)
        q : float or list of Q floats
            Probabilities above 0 and below 1.

        Returns
        -------
        ndarray of shape (n,) or (n, D)
            With a list of Q levels, (n, Q) or (n, D, Q).
        """
        levels, shape = checked.levels(q, "q")
        rows = self._asked(X)
        values = self._model.quantiles(rows, levels, self._threads())
        return self._of_targets(values, len(rows), shape)

    def interval(self, X, level):
        """The interval between two quantiles that holds this probability, with as much below as above.

        Parameters
        ----------
        X : array-like of shape (n, F)
        level : float
            Above 0 and below 1.

        Returns
        -------
        low, high : ndarray of shape (n,) or (n, D)
        """
        (level,), _ = checked.levels(float(level), "level")
        ends = self.quantile(X, [(1 - level) / 2, (1 + level) / 2])
        return ends[..., 0], ends[..., 1]

    def highest_density_region(self, X, level):
        """The shortest region that holds this probability, for one target.

        Parameters
        ----------
        X : array-like of shape (n, F)
        level : float
            Above 0 and below 1.

        Returns
        -------
        list of n ndarrays of shape (m, 2)
            The intervals of each row, from left to right.
        """
        (level,), _ = checked.levels(float(level), "level")
        rows = self._asked(X)
        regions = self._model.highest_density_regions(rows, level, self._threads())
        return [region.reshape(-1, 2) for region in regions]

    def modes(self, X):
        """The modes of each density, the highest first.

        Parameters
        ----------
        X : array-like of shape (n, F)

        Returns
        -------
        list of n ndarrays of shape (m,) or (m, D)
        """
        rows = self._asked(X)
        modes = self._model.modes(rows, self._threads())
        return modes if self._is_flat else [of_row.reshape(-1, self._n_targets()) for of_row in modes]

    def sample(self, X, n=1, *, random_state=None):
        """Draws from each density.

        Parameters
        ----------
        X : array-like of shape (N, F)
        n : int, default=1
            Draws of each row.
        random_state : int, RandomState, Generator or None, default=None
            Root of the random numbers; a new one for None. With a whole number the draws are those of
            ``mdn sample``: row i draws from a stream of its own, whatever else X holds.

        Returns
        -------
        ndarray of shape (N, n) or (N, n, D)
        """
        n = checked.whole(n, "n")
        seed = checked.seed(random_state)
        rows = self._asked(X)
        draws = self._model.samples(rows, n, seed, self._threads())
        d = self._n_targets()
        return draws.reshape((len(rows), n) if self._is_flat else (len(rows), n, d))

    def score(self, X, y):
        """Mean log density of y, nats: greater is better.

        Parameters
        ----------
        X : array-like of shape (n, F)
        y : array-like of shape (n,) or (n, D)

        Returns
        -------
        float
        """
        return float(self.log_density(X, y).mean())

    def save(self, path):
        """Writes the ``model.safetensors`` of the command line, whole or not at all.

        It holds the features that were learnt from; one that was the same in all rows is not among them.

        Parameters
        ----------
        path : str or path
        """
        self._check_fitted()
        self._model.save(os.fspath(path))

    @classmethod
    def load(cls, path):
        """The estimator of a ``model.safetensors``, written by `save` or by ``mdn fit``.

        Parameters
        ----------
        path : str or path

        Returns
        -------
        MixtureDensityRegressor
        """
        model = _core.Model.load(os.fspath(path))
        estimator = cls(
            covariance="full" if model.has_full_covariances else "diagonal", random_state=model.seed
        )
        estimator._model = model
        estimator._columns = None
        estimator._is_flat = len(model.target_names) == 1
        estimator.n_features_in_ = len(model.feature_names)
        estimator.record_ = {}
        default = [f"x{index}" for index in range(estimator.n_features_in_)]
        if model.feature_names != default:
            estimator.feature_names_in_ = np.asarray(model.feature_names, dtype=object)
        return estimator

    @property
    def n_components_(self):
        """Components of every predicted mixture."""
        self._check_fitted()
        return self._model.n_components

    @property
    def weights_blake3_(self):
        """BLAKE3 of the weights, in hexadecimal."""
        self._check_fitted()
        return self._model.weights_blake3

    def __sklearn_is_fitted__(self):
        return hasattr(self, "_model")

    def __getstate__(self):
        state = self.__dict__.copy()
        if "_model" in state:
            state["_model"] = state["_model"].to_bytes()
        return state

    def __setstate__(self, state):
        state = dict(state)
        if "_model" in state:
            state["_model"] = _core.Model.from_bytes(state["_model"])
        self.__dict__.update(state)

    def _check_fitted(self):
        if not hasattr(self, "_model"):
            raise not_fitted(self)

    def _asked(self, X):
        """The columns of X that the model has learnt from."""
        self._check_fitted()
        checked.check_names(self, X)
        rows = checked.features(X, self)
        if rows.shape[1] != self.n_features_in_:
            raise ValueError(
                f"X has {rows.shape[1]} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input."
            )
        return rows if self._columns is None else np.ascontiguousarray(rows[:, self._columns])

    def _threads(self):
        return checked.optional_whole(self.n_threads, "n_threads")

    def _n_targets(self):
        return len(self._model.target_names)

    def _of_targets(self, values, n, more=()):
        """Numbers [n, D, …] in the shape of y."""
        return values.reshape((n, *more) if self._is_flat else (n, self._n_targets(), *more))


class _Progress:
    """Says on stderr how far a fit is, every two seconds."""

    def __init__(self):
        self.started = self.said = time.monotonic()
        self.seen = (0, 0)

    def __call__(self, trainings, epochs):
        self.seen = (trainings, epochs)
        now = time.monotonic()
        if now - self.said >= 2:
            self.said = now
            self.say("so far")

    def say(self, when):
        trainings, epochs = self.seen
        seconds = time.monotonic() - self.started
        sys.stderr.write(f"{trainings} trainings and {epochs} epochs in {seconds:.0f} s {when}\n")
        sys.stderr.flush()

    def finish(self):
        seconds = time.monotonic() - self.started
        sys.stderr.write(f"fitted in {seconds:.1f} s\n")
        sys.stderr.flush()
