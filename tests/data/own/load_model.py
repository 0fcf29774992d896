"""Loads a `model.safetensors` with safetensors and NumPy alone and computes its densities.

    python3 tests/data/own/load_model.py model.safetensors < points.csv

`points.csv` holds a header and then rows of the features followed by the targets; for each row the
log-density of the targets given the features is printed, in nats and in the data's units.
"""

import json
import sys

import numpy as np
from safetensors import safe_open


class Model:
    def __init__(self, path):
        with safe_open(path, framework="numpy") as file:
            self.text = file.metadata()
            self.array = {name: file.get_tensor(name).astype(np.float64) for name in file.keys()}
        if self.text["schema"] != "1":
            raise ValueError(f"schema {self.text['schema']} is not known here")
        self.features = json.loads(self.text["features"])
        self.targets = json.loads(self.text["targets"])

    def mixtures(self, x):
        """Log-weights [n, k], means [n, k, d] and lower-triangular factors [n, k, d, d]."""
        a = self.array
        h = (np.asarray(x, dtype=np.float64) - a["x_mean"]) / a["x_scale"]
        # The network reads single precision.
        h = h.astype(np.float32).astype(np.float64)
        for layer in ["hidden_1", "hidden_2"]:
            h = np.maximum(h @ a[f"{layer}.weight"] + a[f"{layer}.bias"], 0.0)
        head = lambda part: np.tensordot(h, a[f"head.weight_{part}"], 1) + a[f"head.bias_{part}"]
        logits, means, raw = head("logits"), head("means"), head("scales")
        floor = np.float64(np.float32(self.text["scale_floor"]))
        if self.text["scale_link"] == "softplus":
            scales = np.logaddexp(0.0, raw) + floor
        else:
            scales = np.maximum(raw, 0.0) + np.exp(np.minimum(raw, 0.0)) + floor
        d = means.shape[-1]
        factors = scales[..., None] * np.eye(d)
        if self.text["covariance"] == "full":
            below = np.tril_indices(d, -1)
            factors[..., below[0], below[1]] = head("lower")
        means = a["y_mean"] + a["y_scale"] * means
        factors = a["y_scale"][:, None] * factors
        top = logits.max(axis=-1, keepdims=True)
        logits = logits - top
        return logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True)), means, factors

    def log_density(self, x, y):
        """ln p(y | x) of each row, nats."""
        log_weights, means, factors = self.mixtures(x)
        residual = np.asarray(y, dtype=np.float64)[:, None, :] - means
        z = np.linalg.solve(factors, residual[..., None])[..., 0]
        diagonal = np.diagonal(factors, axis1=-2, axis2=-1)
        terms = log_weights - 0.5 * (z * z).sum(axis=-1) - np.log(diagonal).sum(axis=-1)
        top = terms.max(axis=-1, keepdims=True)
        total = top[:, 0] + np.log(np.exp(terms - top).sum(axis=-1))
        return total - 0.5 * means.shape[-1] * np.log(2.0 * np.pi)


def main():
    model = Model(sys.argv[1])
    rows = np.loadtxt(sys.stdin, delimiter=",", skiprows=1, ndmin=2)
    f = len(model.features)
    for value in model.log_density(rows[:, :f], rows[:, f:]):
        print(repr(float(value)))


if __name__ == "__main__":
    main()
