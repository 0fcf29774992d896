"""What a regressor predicts."""

import numpy as np


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
