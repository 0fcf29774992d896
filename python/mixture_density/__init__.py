"""Mixture density networks for tables: a whole density for every row.

Examples
--------
>>> import numpy as np
>>> from mixture_density import MixtureDensityRegressor
>>> rng = np.random.default_rng(0)
>>> X = rng.uniform(size=(60, 1))
>>> y = X[:, 0] + 0.1 * rng.normal(size=60)
>>> model = MixtureDensityRegressor(members=1, max_epochs=5).fit(X, y)
>>> model.predict_mixture(X).weights.shape[0]
60
"""

from . import problems
from ._core import __version__
from ._errors import FeaturesDoNotHelpWarning, NotFittedError, TableWarning
from ._prediction import Density, MixturePrediction
from ._regressor import MixtureDensityRegressor

__all__ = [
    "Density",
    "FeaturesDoNotHelpWarning",
    "MixtureDensityRegressor",
    "MixturePrediction",
    "NotFittedError",
    "TableWarning",
    "__version__",
    "problems",
]
