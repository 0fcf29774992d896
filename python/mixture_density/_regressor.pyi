from os import PathLike
from typing import Any, Literal, Optional, Sequence, Union

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ._prediction import MixturePrediction

_Array = NDArray[np.float64]
_Random = Union[int, np.random.RandomState, np.random.Generator, None]
_Recipe = Literal["table", "article", "tuned", "tuned-large"]
_Path = Union[str, PathLike[str]]

class MixtureDensityRegressor:
    recipe: Optional[_Recipe]
    components: Union[int, Sequence[int], None]
    members: Optional[int]
    covariance: Literal["diagonal", "full"]
    max_epochs: Optional[int]
    patience: Optional[int]
    validation_share: float
    test_share: float
    missing: Literal["error", "drop", "impute"]
    dequantise: bool
    table_name: str
    random_state: _Random
    n_threads: Optional[int]
    verbose: bool
    n_features_in_: int
    feature_names_in_: NDArray[np.object_]
    scores_: dict[str, Any]
    record_: dict[str, Any]
    ensemble_: dict[str, Any]
    def __init__(
        self,
        *,
        recipe: Optional[_Recipe] = None,
        components: Union[int, Sequence[int], None] = None,
        members: Optional[int] = None,
        covariance: Literal["diagonal", "full"] = "diagonal",
        max_epochs: Optional[int] = None,
        patience: Optional[int] = None,
        validation_share: float = 0.15,
        test_share: float = 0.15,
        missing: Literal["error", "drop", "impute"] = "error",
        dequantise: bool = False,
        table_name: str = "the table",
        random_state: _Random = 0,
        n_threads: Optional[int] = None,
        verbose: bool = False,
    ) -> None: ...
    @property
    def n_components_(self) -> int: ...
    @property
    def weights_blake3_(self) -> str: ...
    def get_params(self, deep: bool = True) -> dict[str, Any]: ...
    def set_params(self, **params: Any) -> MixtureDensityRegressor: ...
    def fit(
        self,
        X: Any,
        y: ArrayLike,
        *,
        groups: Optional[ArrayLike] = None,
        parts: Optional[ArrayLike] = None,
        **others: Any,
    ) -> MixtureDensityRegressor: ...
    def predict(
        self, X: Any, statistic: Literal["mean", "median", "mode"] = "mean"
    ) -> _Array: ...
    def predict_mixture(self, X: Any) -> MixturePrediction: ...
    def log_density(self, X: Any, y: ArrayLike) -> _Array: ...
    def cdf(self, X: Any, y: ArrayLike) -> _Array: ...
    def quantile(self, X: Any, q: Union[float, Sequence[float], _Array]) -> _Array: ...
    def interval(self, X: Any, level: float) -> tuple[_Array, _Array]: ...
    def highest_density_region(self, X: Any, level: float) -> list[_Array]: ...
    def modes(self, X: Any) -> list[_Array]: ...
    def sample(
        self,
        X: Any,
        n: int = 1,
        *,
        temperature: float = 1.0,
        covariance_temperature: float = 1.0,
        random_state: _Random = None,
    ) -> _Array: ...
    def report(self, path: _Path) -> None: ...
    def plot_density(self, X: Any, *, levels: int = 64, ax: Any = None) -> Any: ...
    def plot_calibration(self, X: Any, y: ArrayLike, *, ax: Any = None) -> Any: ...
    def score(self, X: Any, y: ArrayLike) -> float: ...
    def save(self, path: _Path) -> None: ...
    @classmethod
    def load(cls, path: _Path) -> MixtureDensityRegressor: ...
