"""Pictures, where matplotlib is installed."""

import numpy as np


def axes(ax):
    """These axes, or new ones."""
    if ax is not None:
        return ax
    try:
        from matplotlib import pyplot
    except ImportError:
        raise ImportError("a plot needs matplotlib, which is not installed") from None
    return pyplot.subplots()[1]


def pdf(mixture, y):
    """Densities [n, m] of one target at the points `y` [m]."""
    apart = (y[None, :, None] - mixture.means[:, None, :, 0]) / mixture.scales[:, None, :, 0]
    peaks = mixture.weights / (np.sqrt(2 * np.pi) * mixture.scales[..., 0])
    return (peaks[:, None, :] * np.exp(-0.5 * apart**2)).sum(axis=-1)


def density(model, X, levels, ax):
    """The predicted densities of one target."""
    model._check_fitted()
    if model._n_targets() != 1:
        raise ValueError(f"the density of one target can be drawn; the model has {model._n_targets()}")
    mixture = model.predict_mixture(X)
    names = getattr(model, "feature_names_in_", ["x0"])
    target = model._model.target_names[0]
    ends = np.stack([mixture.means[..., 0] - 3 * mixture.scales[..., 0], mixture.means[..., 0] + 3 * mixture.scales[..., 0]])
    # What has hardly any weight must not stretch the picture.
    seen = mixture.weights > 0.01
    y = np.linspace(ends[0][seen].min(), ends[1][seen].max(), 400)
    ax = axes(ax)
    if model.n_features_in_ == 1 and model._is_plain:
        x = model._asked(X)[:, 0]
        grid = np.linspace(x.min(), x.max(), 200)
        mixture = model._mixture(grid[:, None])
        ax.contourf(grid, y, np.sqrt(pdf(mixture, y)).T, levels=levels, cmap="viridis")
        ax.set(xlabel=str(names[0]), ylabel=target)
        return ax
    for row in range(min(len(mixture), 10)):
        ax.plot(y, pdf(mixture[row], y)[0], label=f"row {row}")
    ax.set(xlabel=target, ylabel="density")
    ax.legend()
    return ax


def calibration(model, X, y, ax):
    """The share of y below each predicted quantile."""
    cdf = np.asarray(model.cdf(X, y))
    cdf = cdf.reshape(len(cdf), -1)
    ax = axes(ax)
    shares = (np.arange(len(cdf)) + 0.5) / len(cdf)
    ax.plot([0, 1], [0, 1], color="0.6", linewidth=1)
    for at, name in enumerate(model._model.target_names):
        ax.plot(np.sort(cdf[:, at]), shares, label=name)
    ax.set(xlabel="predicted probability", ylabel="share of rows below it", xlim=(0, 1), ylim=(0, 1))
    ax.legend()
    return ax
