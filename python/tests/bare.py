"""The package with NumPy alone: run by itself, where scikit-learn is not installed."""

import importlib.util
import pickle
import tempfile
from pathlib import Path

import numpy as np

import mixture_density

assert importlib.util.find_spec("sklearn") is None, "scikit-learn is installed: this shows nothing"
rng = np.random.default_rng(0)
X = rng.uniform(size=(40, 2))
y = X[:, 0] + 0.1 * rng.normal(size=40)
model = mixture_density.MixtureDensityRegressor(members=1, max_epochs=3)
try:
    model.predict(X)
except mixture_density.NotFittedError as error:
    assert "not fitted yet" in str(error)
else:
    raise AssertionError("an unfitted estimator has predicted")
model.fit(X, y)
again = pickle.loads(pickle.dumps(model))
assert np.array_equal(again.predict(X), model.predict(X))
with tempfile.TemporaryDirectory() as folder:
    path = Path(folder) / "model.safetensors"
    model.save(path)
    loaded = mixture_density.MixtureDensityRegressor.load(path)
    assert np.array_equal(loaded.predict(X), model.predict(X))
print("with NumPy alone: good")
