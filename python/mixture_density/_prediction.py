"""What a regressor predicts."""

import numpy as np

from . import _core
from . import _validation as checked


class MixturePrediction:
    """Gaussian mixtures of many rows, as arrays.

    Parameters
    ----------
    weights : ndarray of shape (n, K)
        Weights of the components; each row sums to 1.
    means : ndarray of shape (n, K, D)
        Means of the components in each target.
    scales : ndarray of shape (n, K, D), optional
        Standard deviations of the components in each target.
    covariances : ndarray of shape (n, K, D, D), optional
        Covariances of the components, where they are full; then `scales` are computed from them.

    Attributes
    ----------
    weights, means, scales : ndarray
        As above.
    covariances : ndarray of shape (n, K, D, D)
        Covariances of the components; diagonal matrices where targets are independent within a component.

    Examples
    --------
    >>> import numpy as np
    >>> from mixture_density import MixturePrediction
    >>> one = MixturePrediction(np.array([[0.25, 0.75]]), np.array([[[0.0], [4.0]]]), np.ones((1, 2, 1)))
    >>> one.mean()
    array([[3.]])
    >>> one.covariance()
    array([[[4.]]])
    """

    __slots__ = ("weights", "means", "scales", "_covariances")

    def __init__(self, weights, means, scales=None, covariances=None):
        if (scales is None) == (covariances is None):
            raise ValueError("either scales or covariances must be given")
        if scales is None:
            scales = np.sqrt(np.diagonal(covariances, axis1=-2, axis2=-1))
        self.weights = weights
        self.means = means
        self.scales = scales
        self._covariances = covariances

    @property
    def covariances(self):
        """Covariances of the components, shape (n, K, D, D)."""
        if self._covariances is not None:
            return self._covariances
        return self.scales[..., None] ** 2 * np.eye(self.scales.shape[-1])

    @property
    def has_full_covariances(self):
        """Whether targets depend on each other within a component."""
        return self._covariances is not None

    def __len__(self):
        return len(self.weights)

    def __getitem__(self, rows):
        """The mixtures of some rows: a slice, a mask or an array of row numbers."""
        rows = np.arange(len(self))[rows]
        rows = np.atleast_1d(rows)
        if self._covariances is None:
            return MixturePrediction(self.weights[rows], self.means[rows], self.scales[rows])
        covariances = self._covariances[rows]
        return MixturePrediction(self.weights[rows], self.means[rows], covariances=covariances)

    def density(self, row):
        """The density of one row.

        Parameters
        ----------
        row : int

        Returns
        -------
        Density
        """
        if self._covariances is None:
            return Density(self.weights[row], self.means[row], self.scales[row])
        return Density(self.weights[row], self.means[row], covariances=self._covariances[row])

    def mean(self):
        """Means of the mixtures, shape (n, D)."""
        return np.einsum("nk,nkd->nd", self.weights, self.means)

    def covariance(self):
        """Covariances of the mixtures, shape (n, D, D)."""
        apart = self.means - self.mean()[:, None, :]
        between = np.einsum("nk,nki,nkj->nij", self.weights, apart, apart)
        return np.einsum("nk,nkij->nij", self.weights, self.covariances) + between

    def __repr__(self):
        n, k, d = self.means.shape
        kind = "full" if self.has_full_covariances else "diagonal"
        return f"MixturePrediction({n} rows, {k} components, {d} targets, {kind} covariances)"


class Density:
    """One Gaussian mixture, which draws itself in a notebook.

    Parameters
    ----------
    weights : array-like of shape (K,)
        Weights of the components; they sum to 1.
    means : array-like of shape (K, D)
        Means of the components; of shape (K,) for one target.
    scales : array-like of the shape of `means`, optional
        Standard deviations of the components.
    covariances : array-like of shape (K, D, D), optional
        Covariances of the components, in place of `scales`.

    Examples
    --------
    >>> from mixture_density import Density
    >>> two = Density([0.5, 0.5], [-2.0, 2.0], [1.0, 1.0])
    >>> float(two.cdf(0.0))
    0.5
    >>> two.modes().round(2).tolist()
    [-2.0, 2.0]
    """

    def __init__(self, weights, means, scales=None, covariances=None):
        if (scales is None) == (covariances is None):
            raise ValueError("either scales or covariances must be given")
        self.weights = np.array(weights, dtype=np.float64)
        self.means = np.array(means, dtype=np.float64)
        self.means = self.means.reshape(len(self.weights), -1)
        self.is_full = covariances is not None
        spreads = np.array(covariances if self.is_full else scales, dtype=np.float64)
        self.n_targets = self.means.shape[1]
        self._spreads = spreads.ravel()
        self._core = _core.Density(
            self.weights.ravel(), self.means.ravel(), self._spreads, self.n_targets, self.is_full
        )

    def __reduce__(self):
        spreads = {True: (None, self._full()), False: (self._spreads.reshape(self.means.shape), None)}
        return (Density, (self.weights, self.means, *spreads[self.is_full]))

    def _full(self):
        return self._spreads.reshape(-1, self.n_targets, self.n_targets) if self.is_full else None

    def _of_one(self):
        if self.n_targets != 1:
            raise ValueError(f"this is asked of a density of one target; it has {self.n_targets}")

    def _points(self, y):
        """Points [n, D], and the shape of the answer."""
        y = np.asarray(y, dtype=np.float64)
        if self.n_targets > 1 and (y.ndim == 0 or y.shape[-1] != self.n_targets):
            raise ValueError(f"points of shape {y.shape} where (…, {self.n_targets}) is needed")
        return np.ascontiguousarray(y).ravel(), y.shape if self.n_targets == 1 else y.shape[:-1]

    def log_pdf(self, y):
        """ln f(y) at points of shape (…) for one target, else (…, D); nats."""
        points, shape = self._points(y)
        return self._core.log_densities(points).reshape(shape)

    def pdf(self, y):
        """f(y), as `log_pdf`."""
        return np.exp(self.log_pdf(y))

    def cdf(self, y):
        """P(Y <= y) of one target."""
        self._of_one()
        points, shape = self._points(y)
        return self._core.cdfs(points).reshape(shape)

    def quantile(self, q):
        """Quantiles of one target: a number, or as many as `q` has."""
        self._of_one()
        levels, shape = checked.levels(q, "q")
        return self._core.quantiles(levels).reshape(shape)

    def modes(self):
        """All modes, the highest first: shape (m,) for one target, else (m, D)."""
        modes = self._core.modes()
        return modes if self.n_targets == 1 else modes.reshape(-1, self.n_targets)

    def highest_density_region(self, level):
        """The shortest region of one target that holds this probability, shape (m, 2)."""
        self._of_one()
        (level,), _ = checked.levels(float(level), "level")
        return self._core.highest_density_region(level).reshape(-1, 2)

    def sample(self, n=1, *, random_state=None):
        """Draws: shape (n,) for one target, else (n, D)."""
        draws = self._core.samples(checked.whole(n, "n"), checked.seed(random_state))
        return draws if self.n_targets == 1 else draws.reshape(-1, self.n_targets)

    def __repr__(self):
        kind = "full" if self.is_full else "diagonal"
        return f"Density({len(self.weights)} components, {self.n_targets} targets, {kind} covariances)"

    def _repr_html_(self):
        """The curve with its shortest 90 % region, as SVG."""
        if self.n_targets != 1:
            return f"<code>{self!r}</code>"
        low, high = self.quantile([0.0005, 0.9995])
        y = np.linspace(low - 0.05 * (high - low), high + 0.05 * (high - low), 400)
        pdf = self.pdf(y)
        x_of = (y - y[0]) / (y[-1] - y[0]) * 400
        y_of = 118 - 110 * pdf / pdf.max()
        points = " ".join(f"{a:.1f},{b:.1f}" for a, b in zip(x_of, y_of))
        shades = ""
        for start, end in self.highest_density_region(0.9):
            a, b = ((np.array([start, end]) - y[0]) / (y[-1] - y[0]) * 400).clip(0, 400)
            shades += f'<rect x="{a:.1f}" y="4" width="{b - a:.1f}" height="114" fill="#4c72b0" opacity="0.15"/>'
        ends = f'<text x="0" y="134" font-size="12" fill="currentColor">{y[0]:.3g}</text>'
        ends += f'<text x="400" y="134" font-size="12" fill="currentColor" text-anchor="end">{y[-1]:.3g}</text>'
        return (
            f'<svg role="img" viewBox="0 0 400 138" width="400" height="138"><title>{self!r}, with the shortest region '
            f'that holds 90 %</title>{shades}<polyline points="{points}" fill="none" stroke="#4c72b0" '
            f'stroke-width="1.5"/>{ends}</svg>'
        )
