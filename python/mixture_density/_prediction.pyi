from typing import Any, Optional

import numpy as np
from numpy.typing import NDArray

_Array = NDArray[np.float64]

class MixturePrediction:
    weights: _Array
    means: _Array
    scales: _Array
    def __init__(
        self,
        weights: _Array,
        means: _Array,
        scales: Optional[_Array] = None,
        covariances: Optional[_Array] = None,
    ) -> None: ...
    @property
    def covariances(self) -> _Array: ...
    @property
    def has_full_covariances(self) -> bool: ...
    def __len__(self) -> int: ...
    def __getitem__(self, rows: Any) -> MixturePrediction: ...
    def mean(self) -> _Array: ...
    def covariance(self) -> _Array: ...
