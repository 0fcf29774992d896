from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

_Array = NDArray[np.float64]

class Problem:
    name: str
    parameters: dict[str, Any]
    n_test: int
    random_state: int
    X: _Array
    y: _Array
    X_test: _Array
    y_test: _Array
    def __init__(self, parameters: dict[str, Any], n_test: int, random_state: int) -> None: ...
    def log_density(self, X: ArrayLike, y: ArrayLike) -> _Array: ...
    def cdf(self, X: ArrayLike, y: ArrayLike) -> _Array: ...
    def mean(self, X: ArrayLike) -> _Array: ...
    def variance(self, X: ArrayLike) -> _Array: ...

def spiral(
    n: int = 10_000,
    *,
    jitter: float = 0.2,
    revolutions: float = 2.0,
    span: float = 5.0,
    n_test: int = 10_000,
    random_state: int = 0,
) -> Problem: ...
def inverse_sinusoid(
    n: int = 10_000, *, half_width: float = 0.1, n_test: int = 10_000, random_state: int = 0
) -> Problem: ...
def hardmaru(
    n: int = 10_000, *, jitter: float = 1.0, n_test: int = 10_000, random_state: int = 0
) -> Problem: ...
