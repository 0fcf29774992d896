"""The recipe `tuned` in JAX, on the points of the spiral study: how near it comes to the exact density.

    cargo run --release -- points reports/spiral --out points.csv
    pip install jax==0.10.2 optax==0.2.8 numpy==2.4.6
    python make_reference.py points.csv > jax.json

Nothing of the project enters but the points and their exact log-density. The last, short batch of an
epoch is left out here, and the gradient is not clipped.
"""

import csv
import json
import sys

import jax
import jax.numpy as jnp
import numpy as np
import optax

HIDDEN, BATCH, EPOCHS, WARMUP = 128, 128, 300, 5
RATE, FLOOR, NOISE, DECAY = 3e-3, 1e-3, 0.01, 0.999
COMPONENTS, SEEDS = [20, 40], 3


def read(path):
    parts = {"train": [], "validation": [], "test": []}
    with open(path, newline="") as file:
        for row in csv.DictReader(file):
            parts[row["part"]].append([float(row[name]) for name in ("x", "y", "log_density")])
    return {part: np.array(rows) for part, rows in parts.items()}


def glorot(key, inputs, outputs):
    limit = (6 / (inputs + outputs)) ** 0.5
    return jax.random.uniform(key, (inputs, outputs), minval=-limit, maxval=limit)


def initial(key, k, y):
    keys = jax.random.split(key, 5)
    head = [glorot(key, HIDDEN, k) for key in keys[2:]]
    means = jnp.quantile(y, (jnp.arange(k) + 0.5) / k)
    return {
        "w1": glorot(keys[0], 1, HIDDEN), "b1": jnp.zeros(HIDDEN),
        "w2": glorot(keys[1], HIDDEN, HIDDEN), "b2": jnp.zeros(HIDDEN),
        "w3": jnp.concatenate(head, axis=1),
        "b3": jnp.concatenate([means, jnp.zeros(2 * k)]),
    }


def log_density(p, x, y):
    hidden = jax.nn.relu(x[:, None] @ p["w1"] + p["b1"])
    hidden = jax.nn.relu(hidden @ p["w2"] + p["b2"])
    means, scales, logits = jnp.split(hidden @ p["w3"] + p["b3"], 3, axis=1)
    scales = jax.nn.softplus(scales) + FLOOR
    of_component = jax.scipy.stats.norm.logpdf(y[:, None], means, scales)
    return jax.nn.logsumexp(jax.nn.log_softmax(logits) + of_component, axis=1)


def excess(k, seed, points):
    train, validation, test = (points[part] for part in ("train", "validation", "test"))
    mean, scale = train[:, :2].mean(axis=0), train[:, :2].std(axis=0)
    standard = lambda rows: [jnp.asarray(c, jnp.float32) for c in ((rows[:, :2] - mean) / scale).T]
    (x, y), (x_validation, y_validation), (x_test, y_test) = map(standard, (train, validation, test))
    n_batches = len(x) // BATCH
    steps, warmup = n_batches * EPOCHS, n_batches * WARMUP
    rate = optax.join_schedules(
        [optax.linear_schedule(0.0, RATE, warmup), optax.cosine_decay_schedule(RATE, steps - warmup)],
        [warmup],
    )
    adam = optax.adam(rate, eps=1e-7)

    def step(state, rows):
        p, optimiser, average, key, t = state
        key, of_x, of_y = jax.random.split(key, 3)
        noisy = lambda key, column: column[rows] + NOISE * jax.random.normal(key, rows.shape)
        loss = lambda p: -log_density(p, noisy(of_x, x), noisy(of_y, y)).mean()
        updates, optimiser = adam.update(jax.grad(loss)(p), optimiser)
        p = optax.apply_updates(p, updates)
        keep = jnp.minimum(DECAY, (1 + t) / (10 + t))
        average = jax.tree.map(lambda a, b: a + (1 - keep) * (b - a), average, p)
        return (p, optimiser, average, key, t + 1), None

    @jax.jit
    def epoch(state, key):
        order = jax.random.permutation(key, len(x))[: n_batches * BATCH].reshape(n_batches, BATCH)
        state, _ = jax.lax.scan(step, state, order)
        return state, -log_density(state[2], x_validation, y_validation).mean()

    first, noise, *shuffles = jax.random.split(jax.random.key(seed), EPOCHS + 2)
    p = initial(first, k, y)
    state = (p, adam.init(p), p, noise, jnp.float32(1))
    least, best = np.inf, None
    for key in shuffles:
        state, loss = epoch(state, key)
        if loss < least:
            least, best = float(loss), state[2]
    mine = np.asarray(log_density(best, x_test, y_test), np.float64) - np.log(scale[1])
    return float((test[:, 2] - mine).mean())


def main():
    points = read(sys.argv[1])
    versions = {"jax": jax.__version__, "optax": optax.__version__, "numpy": np.__version__}
    excesses = {k: [excess(k, seed, points) for seed in range(SEEDS)] for k in COMPONENTS}
    print(json.dumps({"versions": versions, "n_test": len(points["test"]), "excess_nats": excesses}, indent=1))


main()
