"""The columns of a frame, of pandas or polars, as the command line would read them from that library's CSV."""

import datetime

import numpy as np

from . import _validation as checked


def is_frame(X):
    """Whether X has named columns of its own."""
    return hasattr(X, "columns") and not isinstance(X, np.ndarray)


def of_array(X, names):
    """The columns of an array of numbers."""
    return [(name, False, np.ascontiguousarray(X[:, at])) for at, name in enumerate(names)]


def of_frame(X, estimator):
    """The columns of a frame: name, whether it holds declared categories, and its numbers or texts."""
    names = [str(name) for name in X.columns]
    if not names:
        raise ValueError(
            f"Found array with 0 feature(s) (shape={X.shape}) while a minimum of 1 is required "
            f"by {type(estimator).__name__}."
        )
    polars = hasattr(X, "get_columns")
    series = X.get_columns() if polars else [X.iloc[:, at] for at in range(X.shape[1])]
    read = _of_polars if polars else _of_pandas
    return [(name, *read(one, name)) for name, one in zip(names, series)]


def refuse_gaps(columns, estimator):
    """Refuses a missing cell."""
    for name, _, cells in columns:
        if isinstance(cells, np.ndarray):
            bad = np.flatnonzero(~np.isfinite(cells))
            fault = "infinity" if bad.size and np.isinf(cells[bad[0]]) else "NaN"
        else:
            bad = [row for row, text in enumerate(cells) if text is None]
            fault = "nothing (NaN)"
        if len(bad):
            raise ValueError(
                f"Input X contains {fault} in column {name!r}, first in row {bad[0]} of {len(bad)}. "
                f"{type(estimator).__name__} learns from gaps with missing='impute', and leaves such rows out "
                "with missing='drop'."
            )


def _of_pandas(series, name):
    dtype = series.dtype
    kind = getattr(dtype, "kind", "O")
    if getattr(dtype, "name", "") == "category":
        return True, [_text(value, name) for value in series.astype(object)]
    if kind in "iuf":
        return False, _numbers(series.to_numpy(dtype=np.float64, na_value=np.nan))
    if kind == "c":
        raise ValueError(f"Complex data not supported in column {name!r}")
    if kind == "m":
        raise ValueError(f"column {name!r} holds spans of time; give them as numbers")
    if kind == "M" and getattr(dtype, "tz", None) is not None:
        series = series.dt.tz_convert(None)
    return False, [_text(value, name) for value in series.astype(object)]


def _of_polars(series, name):
    dtype = series.dtype
    if dtype.is_numeric():
        array = series.cast(float, strict=False).to_numpy()
        return False, _numbers(np.asarray(array, dtype=np.float64))
    kind = str(dtype)
    if kind.startswith("Duration"):
        raise ValueError(f"column {name!r} holds spans of time; give them as numbers")
    texts = [_text(value, name) for value in series.to_list()]
    if kind == "Boolean":
        texts = [text and text.lower() for text in texts]
    return kind.startswith(("Categorical", "Enum")), texts


def _numbers(array):
    return np.ascontiguousarray(array, dtype=np.float64)


def _text(value, name):
    """A cell as CSV has it; None where it is missing."""
    if isinstance(value, str):
        return value
    if value is None or value != value or type(value).__name__ in ("NAType", "NaTType"):
        return None
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return value.isoformat(sep=" ")
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, (bool, np.bool_)):
        return str(bool(value))
    if isinstance(value, (int, np.integer)):
        return str(int(value))
    if isinstance(value, (float, np.floating)):
        return repr(float(value))
    if isinstance(value, complex):
        raise ValueError(f"Complex data not supported in column {name!r}")
    if isinstance(value, (list, tuple, dict, set, np.ndarray)):
        raise TypeError(f"column {name!r} holds a {type(value).__name__}: argument must be a string or a number")
    return str(value)
