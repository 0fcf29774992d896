"""Loads a `model.safetensors` with safetensors and NumPy alone and computes its densities.

    python3 tests/data/own/load_model.py model.safetensors < points.csv

`points.csv` holds a header and then rows of the features followed by the targets; for each row the
log-density of the targets given the features is printed, in nats and in the data's units.
"""

import json
import sys

import numpy as np
from safetensors import safe_open


class Network:
    """One network of a model; `prefix` stands before the names of all that is its own."""

    def __init__(self, text, arrays, prefix):
        self.text = lambda name: text[prefix + name]
        self.array = {name.removeprefix(prefix): a for name, a in arrays.items() if name.startswith(prefix)}

    def seen(self, x):
        """What the network sees of rows [n, f]: behind each value, how far it is through each piece between two knots."""
        if "n_knots" not in self.array:
            return x
        ends = np.cumsum(self.array["n_knots"]).astype(int)
        columns = []
        for column, knots in zip(x.T, np.split(self.array["knots"], ends[:-1])):
            pieces = (column[:, None] - knots[:-1]) / np.diff(knots)
            columns.append(np.column_stack([column, np.clip(pieces, 0.0, 1.0)]))
        return np.concatenate(columns, axis=1)

    def mixtures(self, x):
        """Log-weights [n, k], means [n, k, d] and lower-triangular factors [n, k, d, d]."""
        a = self.array
        h = (self.seen(np.asarray(x, dtype=np.float64)) - a["x_mean"]) / a["x_scale"]
        # The network reads single precision.
        h = h.astype(np.float32).astype(np.float64)
        for layer in ["hidden_1", "hidden_2"]:
            h = np.maximum(h @ a[f"{layer}.weight"] + a[f"{layer}.bias"], 0.0)
        head = lambda part: np.tensordot(h, a[f"head.weight_{part}"], 1) + a[f"head.bias_{part}"]
        logits, means, raw = head("logits"), head("means"), head("scales")
        floor = a["scale_floor"].astype(np.float32).astype(np.float64)
        if self.text("scale_link") == "softplus":
            scales = np.logaddexp(0.0, raw) + floor
        else:
            scales = np.maximum(raw, 0.0) + np.exp(np.minimum(raw, 0.0)) + floor
        d = means.shape[-1]
        factors = scales[..., None] * np.eye(d)
        if self.text("covariance") == "full":
            below = np.tril_indices(d, -1)
            factors[..., below[0], below[1]] = head("lower")
        means = a["y_mean"] + a["y_scale"] * means
        factors = a["y_scale"][:, None] * factors
        if "scale_factor" in a:
            # No scale falls below its floor all the same.
            factors = factors * a["scale_factor"][0]
            i = np.arange(d)
            factors[..., i, i] = np.maximum(factors[..., i, i], a["y_scale"] * floor)
        logits = logits - logits.max(axis=-1, keepdims=True)
        log_weights = logits - np.log(np.exp(logits).sum(axis=-1, keepdims=True))
        if "wide_weight" not in a:
            return log_weights, means, factors
        # One more component, the same at every x.
        n, weight = len(means), a["wide_weight"][0]
        once = lambda values: np.broadcast_to(values, (n, 1) + values.shape)
        return (
            np.concatenate([log_weights + np.log1p(-weight), np.full((n, 1), np.log(weight))], axis=1),
            np.concatenate([means, once(a["wide_mean"])], axis=1),
            np.concatenate([factors, once(np.diag(a["wide_scale"]))], axis=1),
        )


class Model:
    def __init__(self, path):
        with safe_open(path, framework="numpy") as file:
            text = file.metadata()
            arrays = {name: file.get_tensor(name).astype(np.float64) for name in file.keys()}
        if text["schema"] != "2":
            raise ValueError(f"schema {text['schema']} is not known here")
        self.features = json.loads(text["features"])
        self.targets = json.loads(text["targets"])
        members = range(int(text["members"]))
        prefixes = ["" if i == 0 else f"member_{i + 1}." for i in members]
        self.networks = [Network(text, arrays, prefix) for prefix in prefixes]

    def mixtures(self, x):
        """The components of all networks side by side, each network with the same weight."""
        logs, means, factors = zip(*[network.mixtures(x) for network in self.networks])
        log_weights = np.concatenate(logs, axis=1) - np.log(len(self.networks))
        return log_weights, np.concatenate(means, axis=1), np.concatenate(factors, axis=1)

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
