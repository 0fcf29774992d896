"""The estimator."""

import datetime
import json
import os
import platform
import tempfile
import warnings

import numpy as np

from . import _columns as columns
from . import _core
from . import _plots
from . import _validation as checked
from ._base import Estimator
from ._errors import FeaturesDoNotHelpWarning, TableWarning, not_fitted
from ._prediction import MixturePrediction
from ._progress import Progress

RECIPES = ("table", "article", "tuned", "tuned-large")
COVARIANCES = ("diagonal", "full")
STATISTICS = ("mean", "median", "mode")
MISSING = ("error", "drop", "impute")


class MixtureDensityRegressor(Estimator):
    """A density of y for every x: mixture density networks, fitted as ``mdn fit`` fits a table.

    Table, options and seed being the same, `save` writes the ``model.safetensors`` of the command line, byte for byte.
    It does not depend on the number of threads.

    Parameters
    ----------
    recipe : {"table", "article", "tuned", "tuned-large"}, default=None
        How to train. "table" is an ensemble whose settings are chosen for the rows; the others train one network for
        each of `components`, of which the rows held out choose one. "table" for None, or "tuned" with `components`.
    components : int or list of int, default=None
        Numbers of components to try, but of the recipe "table", which chooses its own.
    members : int, default=None
        Networks of the recipe "table" at most; as many as suit the rows for None.
    covariance : {"diagonal", "full"}, default="diagonal"
        How several targets depend on each other within a component.
    max_epochs : int, default=None
        Epochs of a training at most; the recipe's for None.
    patience : int, default=None
        Epochs without improvement after which a training stops; the recipe's for None.
    validation_share : float, default=0.15
        Share of the rows that choose. The recipe "table" chooses on folds, and learns from these rows too.
    test_share : float, default=0.15
        Share of the rows that are not learnt from, and judge the model: `scores_`. With 0 the recipe "table" learns
        from all rows, and there is neither `scores_` nor `report`.
    missing : {"error", "drop", "impute"}, default="error"
        What is done where a feature is missing: refuse, leave the row out of the fit, or fill in the median of the
        rows that train and learn where there is a gap.
    dequantise : bool, default=False
        Whether repeated values of a target are spread over the gaps between them.
    table_name : str, default="the table"
        What the model and the report call the rows.
    random_state : int, RandomState, Generator or None, default=0
        Root of every random number; a new one at every fit for None.
    n_threads : int, default=None
        Threads that work; one for each processor for None.
    verbose : bool, default=False
        Whether to show how far the fit is: a bar where tqdm is installed, else lines on stderr.

    Attributes
    ----------
    n_features_in_ : int
        Features of the fit.
    feature_names_in_ : ndarray of str
        Their names, where X was a frame whose columns all have text as names.
    n_components_ : int
        Components of every predicted mixture.
    scores_ : dict
        Scores on the rows that judged: `nll_nats`, and of each of `targets` `crps`, `coverage` and others. Empty
        where none did, and after `load`.
    record_ : dict
        What ``record.json`` holds; empty as `scores_` is.
    ensemble_ : dict
        What the recipe "table" has tried and chosen; empty of other recipes, and after `load`.
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
    >>> model.scores_["n_rows"]
    12
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
        recipe=None,
        components=None,
        members=None,
        covariance="diagonal",
        max_epochs=None,
        patience=None,
        validation_share=0.15,
        test_share=0.15,
        missing="error",
        dequantise=False,
        table_name="the table",
        random_state=0,
        n_threads=None,
        verbose=False,
    ):
        self.recipe = recipe
        self.components = components
        self.members = members
        self.covariance = covariance
        self.max_epochs = max_epochs
        self.patience = patience
        self.validation_share = validation_share
        self.test_share = test_share
        self.missing = missing
        self.dequantise = dequantise
        self.table_name = table_name
        self.random_state = random_state
        self.n_threads = n_threads
        self.verbose = verbose

    def fit(self, X, y, *, groups=None, parts=None, **others):
        """Learns the density of y given X.

        Ctrl-C stops it within a second; the estimator then stays as it was. Weights of rows are refused: a training
        has no use for them yet.

        Parameters
        ----------
        X : array-like of shape (n, F)
            Features. A frame of pandas or polars may hold text, truth values, dates and gaps. A feature that is of no
            use, such as one that has the same value in all rows, is left out.
        y : array-like of shape (n,) or (n, D)
            Targets.
        groups : array-like of shape (n,), optional
            Rows with one value here stay together in those that train, choose or judge.
        parts : array-like of shape (n,), optional
            "train", "validation" or "test" for each row, in place of the shares.

        Returns
        -------
        self
        """
        if others.pop("sample_weight", None) is not None:
            raise ValueError("sample_weight is given; a training has no use for weights of rows yet")
        if others:
            raise TypeError(f"fit() got an unexpected keyword argument {sorted(others)[0]!r}")
        missing = checked.one_of(self.missing, "missing", MISSING)
        names = checked.column_names(X)
        if columns.is_frame(X):
            table = columns.of_frame(X, self)
            n_rows = len(table[0][2])
            checked.enough_rows(n_rows, X.shape, 2, self)
            if missing == "error":
                columns.refuse_gaps(table, self)
        else:
            rows = checked.features(X, self, least_rows=2, allow_gaps=missing != "error")
            n_rows = len(rows)
            table = columns.of_array(rows, [f"x{at}" for at in range(rows.shape[1])])
        found = checked.targets(y, n_rows, self)
        target_names = checked.target_names(y, 1 if found.ndim == 1 else found.shape[1])
        all_names = [name for name, _, _ in table]
        table += columns.of_array(found.reshape(n_rows, -1), target_names)
        asked = {
            "table": self.table_name,
            "targets": target_names,
            "options": json.dumps(self._options()),
            "split": self._split(table, n_rows, groups, parts),
            "missing": missing,
            "dequantise": bool(self.dequantise),
            "n_threads": self._threads(),
        }
        progress = Progress() if self.verbose else None
        try:
            fit = _core.fit(table, asked, progress)
        finally:
            if progress is not None:
                progress.finish()
        self._take(fit.model(), all_names, found.ndim == 1)
        self._record = fit.record()
        self._timing = fit.timing(_now(), platform.processor() or platform.machine())
        self.record_ = json.loads(self._record or "{}")
        self.scores_ = self.record_.get("scores_test") or {}
        self.ensemble_ = json.loads(fit.ensemble() or "{}")
        if names is not None:
            self.feature_names_in_ = names
        elif hasattr(self, "feature_names_in_"):
            del self.feature_names_in_
        for sentence in fit.warnings():
            warnings.warn(_of_parameters(sentence), TableWarning, stacklevel=2)
        if self.ensemble_.get("is_feature_free"):
            warnings.warn(
                "the features do not help on rows that were not learnt from: the model is the density "
                "that ignores them",
                FeaturesDoNotHelpWarning,
                stacklevel=2,
            )
        return self

    def _options(self):
        """The options of ``mdn fit``."""
        if self.recipe is not None:
            checked.one_of(self.recipe, "recipe", RECIPES)
        return {
            "recipe": self.recipe,
            "components": checked.wholes(self.components, "components"),
            "members": checked.optional_whole(self.members, "members"),
            "max_epochs": checked.optional_whole(self.max_epochs, "max_epochs"),
            "patience": checked.optional_whole(self.patience, "patience"),
            "covariance": checked.one_of(self.covariance, "covariance", COVARIANCES),
            "seed": checked.seed(self.random_state),
        }

    def _split(self, table, n_rows, groups, parts):
        """The split as JSON, None for all rows; its columns are added to the table."""
        validation = checked.share(self.validation_share, "validation_share", least=0)
        test = checked.share(self.test_share, "test_share", least=0)
        split = {"by": "shares", "validation": validation, "test": test}
        if parts is not None:
            column = checked.texts(parts, n_rows, "parts")
            split = {"by": "column", "validation": validation, "column": _free_name("parts", table)}
            table.append((split["column"], True, column))
        if groups is not None:
            column = checked.texts(groups, n_rows, "groups")
            split["group"] = _free_name("groups", table)
            table.append((split["group"], True, column))
        if parts is None and test == 0:
            if groups is not None:
                raise ValueError("groups are kept together in parts of the rows, but test_share is 0: all rows are learnt from")
            return None
        return json.dumps(split)

    def _take(self, model, names, is_flat):
        """Asks this model from now on, of columns with these names."""
        self._model = model
        self._is_plain = model.is_plain
        self._names = names
        wanted = [names.index(name) for name in model.column_names]
        self._columns = None if wanted == list(range(len(names))) else np.asarray(wanted)
        self._is_flat = is_flat
        self.n_features_in_ = len(names)

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
        return self._mixture(self._asked(X))

    def _mixture(self, rows):
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

    def sample(self, X, n=1, *, temperature=1.0, covariance_temperature=1.0, random_state=None):
        """Draws from each density.

        Parameters
        ----------
        X : array-like of shape (N, F)
        n : int, default=1
            Draws of each row.
        temperature : float, default=1
            Weights are taken to the power of 1 / temperature: near 0 the heaviest component is always drawn from.
        covariance_temperature : float, default=1
            Factor of all covariances.
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
        temperatures = (
            checked.positive(temperature, "temperature"),
            checked.positive(covariance_temperature, "covariance_temperature"),
        )
        draws = self._model.samples(rows, n, seed, temperatures, self._threads())
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

    def report(self, path):
        """Writes the page of ``mdn fit``: one HTML file that asks for nothing else.

        Parameters
        ----------
        path : str or path
        """
        self._check_fitted()
        if getattr(self, "_record", None) is None:
            raise ValueError("there is no record to report: no rows judged the model, or it was loaded from a file")
        _write(os.fspath(path), _core.page(self._record, self._timing))

    def plot_density(self, X, *, levels=64, ax=None):
        """Draws the predicted densities of one target: over the only feature, or of each row.

        Needs matplotlib.

        Parameters
        ----------
        X : array-like of shape (n, F)
            With one feature, the density over its range; else a curve for each row, 10 at most.
        levels : int, default=64
            Steps of the colours.
        ax : matplotlib Axes, optional

        Returns
        -------
        matplotlib Axes
        """
        return _plots.density(self, X, levels, ax)

    def plot_calibration(self, X, y, *, ax=None):
        """Draws which share of y lies below each predicted quantile; the diagonal is a calibrated model.

        Needs matplotlib.

        Parameters
        ----------
        X : array-like of shape (n, F)
        y : array-like of shape (n,) or (n, D)
        ax : matplotlib Axes, optional

        Returns
        -------
        matplotlib Axes
        """
        return _plots.calibration(self, X, y, ax)

    def save(self, path):
        """Writes the ``model.safetensors`` of the command line, whole or not at all.

        It holds the features that were learnt from; one that was of no use is not among them.

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
        recipe = model.recipe if model.recipe in RECIPES else None
        covariance = "full" if model.has_full_covariances else "diagonal"
        estimator = cls(recipe=recipe, covariance=covariance, random_state=model.seed)
        names = model.column_names
        estimator._take(model, names, len(model.target_names) == 1)
        estimator._record = estimator._timing = None
        estimator.record_, estimator.scores_, estimator.ensemble_ = {}, {}, {}
        if names != [f"x{at}" for at in range(len(names))]:
            estimator.feature_names_in_ = np.asarray(names, dtype=object)
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
        """What the model sees of X."""
        self._check_fitted()
        checked.check_names(self, X)
        if self._is_plain:
            rows = checked.features(X, self)
            self._check_width(rows.shape[1])
            return rows if self._columns is None else np.ascontiguousarray(rows[:, self._columns])
        if columns.is_frame(X):
            table = columns.of_frame(X, self)
            checked.enough_rows(len(table[0][2]), X.shape, 1, self)
        else:
            rows = checked.features(X, self, allow_gaps=True)
            table = columns.of_array(rows, self._names[: rows.shape[1]])
            table += [(str(at), False, rows[:, at]) for at in range(len(table), rows.shape[1])]
        self._check_width(len(table))
        table = [(name, *rest) for name, (_, *rest) in zip(self._names, table)]
        return self._model.encode(table).reshape(-1, len(self._model.feature_names))

    def _check_width(self, found):
        if found != self.n_features_in_:
            raise ValueError(
                f"X has {found} features, but {type(self).__name__} is expecting "
                f"{self.n_features_in_} features as input."
            )

    def _threads(self):
        return checked.optional_whole(self.n_threads, "n_threads")

    def _n_targets(self):
        return len(self._model.target_names)

    def _of_targets(self, values, n, more=()):
        """Numbers [n, D, …] in the shape of y."""
        return values.reshape((n, *more) if self._is_flat else (n, self._n_targets(), *more))


def _of_parameters(sentence):
    """A sentence of the command line, with the names that its options have here."""
    return (
        sentence.replace("--dequantise", "dequantise=True")
        .replace("--missing drop", "missing='drop'")
        .replace("--missing impute", "missing='impute'")
    )


def _free_name(name, table):
    """A name that no column has."""
    while any(name == own for own, _, _ in table):
        name += "_"
    return name


def _now():
    return datetime.datetime.now(datetime.timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")


def _write(path, text):
    """Writes a file, whole or not at all."""
    folder = os.path.dirname(os.path.abspath(path))
    file, name = tempfile.mkstemp(dir=folder, prefix=".report-")
    try:
        with os.fdopen(file, "w", encoding="utf-8", newline="") as out:
            out.write(text)
        mask = os.umask(0)
        os.umask(mask)
        os.chmod(name, 0o666 & ~mask)
        os.replace(name, path)
    except BaseException:
        os.unlink(name)
        raise
