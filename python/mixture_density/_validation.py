"""What is taken as features and targets: scikit-learn's rules and sentences, by NumPy alone."""

import operator
import warnings

import numpy as np


MOST_SEED = 2**64 - 1


def numbers(values, name, estimator, allow_gaps=False):
    """`values` as a C-contiguous array of float64, every number of it finite, but for gaps where they are allowed."""
    if hasattr(values, "toarray") and hasattr(values, "nnz"):
        raise TypeError(
            f"Sparse data was passed for {name}, but dense data is required. "
            "Use '.toarray()' to convert to a dense numpy array."
        )
    array = np.asarray(values)
    if array.dtype.kind == "c":
        raise ValueError(f"Complex data not supported\n{array!r}")
    if array.dtype.kind in "mM":
        raise ValueError(f"{name} holds dates or times; numbers are needed")
    array = np.asarray(array, dtype=np.float64, order="C")
    if allow_gaps:
        return array
    # A sum is finite only where all its terms are, but for an overflow.
    with np.errstate(over="ignore", invalid="ignore"):
        is_finite = np.isfinite(array.sum())
    if not is_finite and not np.isfinite(array).all():
        fault = (
            "NaN"
            if np.isnan(array).any()
            else "infinity or a value too large for dtype('float64')"
        )
        raise ValueError(f"Input {name} contains {fault}. {type(estimator).__name__} needs finite numbers.")
    return array


def features(X, estimator, *, least_rows=1, allow_gaps=False):
    """X as an array of shape (n, F) with a feature and enough rows."""
    X = numbers(X, "X", estimator, allow_gaps)
    name = type(estimator).__name__
    if X.ndim != 2:
        kind = "scalar" if X.ndim == 0 else f"{X.ndim}D"
        raise ValueError(
            f"Expected 2D array, got {kind} array instead: shape={X.shape}. Reshape your data either "
            "using array.reshape(-1, 1) if your data has a single feature or array.reshape(1, -1) "
            "if it contains a single sample."
        )
    n, f = X.shape
    enough_rows(n, X.shape, least_rows, estimator)
    if f == 0:
        raise ValueError(
            f"Found array with 0 feature(s) (shape={X.shape}) while a minimum of 1 is required by {name}."
        )
    return X


def enough_rows(n, shape, least, estimator):
    """Refuses fewer rows."""
    if n < least:
        raise ValueError(
            f"Found array with {n} sample(s) (shape={shape}) while a minimum of {least} "
            f"is required by {type(estimator).__name__}."
        )


def texts(values, n_rows, name):
    """One text a row."""
    values = np.asarray(values)
    if values.shape != (n_rows,):
        raise ValueError(f"{name} has the shape {values.shape}; one value for each of {n_rows} rows is needed")
    return [str(value) for value in values.tolist()]


def targets(y, n_rows, estimator):
    """y as an array of shape (n,) or (n, D) with as many rows as X."""
    if y is None:
        name = type(estimator).__name__
        raise ValueError(f"{name} requires y to be passed, but the target y is None.")
    y = numbers(y, "y", estimator)
    if y.ndim not in (1, 2):
        raise ValueError(f"y should be a 1d or 2d array, got an array of shape {y.shape} instead.")
    if len(y) != n_rows:
        raise ValueError(
            f"Found input variables with inconsistent numbers of samples: [{n_rows}, {len(y)}]"
        )
    if y.ndim == 2 and y.shape[1] == 0:
        raise ValueError(f"y should have at least one target, got an array of shape {y.shape}.")
    return y


def asked_targets(y, n_rows, n_targets, estimator):
    """y of shape (n, D) for a model of D targets; (n,) is (n, 1)."""
    y = targets(y, n_rows, estimator)
    if y.ndim == 1:
        y = y.reshape(-1, 1)
    if y.shape[1] != n_targets:
        raise ValueError(f"y has {y.shape[1]} targets, but {type(estimator).__name__} predicts {n_targets}.")
    return y


def column_names(X):
    """Names of the columns of a frame, where all of them are text; else None."""
    columns = getattr(X, "columns", None)
    if columns is None or isinstance(X, np.ndarray):
        return None
    columns = list(columns)
    is_text = [isinstance(column, str) for column in columns]
    if not columns or not any(is_text):
        return None
    if not all(is_text):
        kinds = sorted({type(column).__name__ for column in columns})
        raise TypeError(
            "Feature names are only supported if all input features have string names, but your input has "
            f"{kinds} as feature name / column name types. If you want feature names to be stored and "
            "validated, you must convert them all to strings, by using X.columns = X.columns.astype(str) "
            "for example. Otherwise you can remove feature / column names from your input data, or "
            "convert them all to a non-string data type."
        )
    return np.asarray(columns, dtype=object)


def check_names(estimator, X):
    """Compares the column names of X with those of the fit."""
    known = getattr(estimator, "feature_names_in_", None)
    found = column_names(X)
    name = type(estimator).__name__
    if known is None and found is None:
        return
    if known is None:
        warnings.warn(f"X has feature names, but {name} was fitted without feature names", stacklevel=4)
        return
    if found is None:
        warnings.warn(
            f"X does not have valid feature names, but {name} was fitted with feature names",
            stacklevel=4,
        )
        return
    if len(known) == len(found) and (known == found).all():
        return
    sentence = "The feature names should match those that were passed during fit.\n"
    unseen = sorted(set(found) - set(known))
    missing = sorted(set(known) - set(found))
    if unseen:
        sentence += "Feature names unseen at fit time:\n" + _listed(unseen)
    if missing:
        sentence += "Feature names seen at fit time, yet now missing:\n" + _listed(missing)
    if not unseen and not missing:
        sentence += "Feature names must be in the same order as they were in fit.\n"
    raise ValueError(sentence)


def _listed(names, most=5):
    shown = "".join(f"- {name}\n" for name in names[:most])
    return shown + "- ...\n" if len(names) > most else shown


def target_names(y, n_targets):
    """Names of the targets: those of a frame or a series, else y, or y0, y1, …"""
    names = column_names(y)
    if names is not None and len(set(names)) == n_targets:
        return [str(name) for name in names]
    if n_targets == 1:
        name = getattr(y, "name", None)
        return [name if isinstance(name, str) and name else "y"]
    return [f"y{index}" for index in range(n_targets)]


def whole(value, name, *, least=1, most=None):
    """A whole number in its range."""
    try:
        if isinstance(value, (bool, np.bool_)):
            raise TypeError
        number = operator.index(value)
    except TypeError:
        raise ValueError(f"{name} is {value!r}; a whole number is needed") from None
    if number < least or (most is not None and number > most):
        allowed = f"at least {least}" if most is None else f"{least} to {most}"
        raise ValueError(f"{name} is {number}; allowed is {allowed}")
    return number


def optional_whole(value, name):
    """A whole number from 1, or None."""
    return None if value is None else whole(value, name)


def one_of(value, name, allowed):
    """A word of a list."""
    if not isinstance(value, str) or value not in allowed:
        words = ", ".join(repr(word) for word in allowed)
        raise ValueError(f"{name} is {value!r}; allowed is {words}")
    return value


def share(value, name, *, least):
    """A share of the rows: a number from `least`, below 1."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {value!r}; a share of the rows is needed") from None
    if not (least < number < 1 or number == least == 0):
        raise ValueError(f"{name} is {value!r}; allowed is a share of the rows below 1")
    return number


def positive(value, name):
    """A number above 0."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = np.nan
    if not (0 < number < np.inf):
        raise ValueError(f"{name} is {value!r}; allowed is a number above 0")
    return number


def wholes(values, name):
    """A list of whole numbers from 1; none of None."""
    if values is None:
        return []
    values = [values] if isinstance(values, (int, np.integer)) else list(values)
    return [whole(value, name) for value in values]


def seed(random_state):
    """The root of the random numbers: a whole number as it is, a generator's next draw, or a new one for None."""
    if random_state is None:
        return int(np.random.SeedSequence().generate_state(1, np.uint64)[0])
    if isinstance(random_state, np.random.RandomState):
        return int(random_state.randint(0, 2**31 - 1))
    if isinstance(random_state, np.random.Generator):
        return int(random_state.integers(0, MOST_SEED, dtype=np.uint64))
    return whole(random_state, "random_state", least=0, most=MOST_SEED)


def levels(values, name):
    """Probabilities inside (0, 1), as a list, and the shape they came in."""
    array = np.asarray(values, dtype=np.float64)
    if array.ndim > 1 or array.size == 0:
        raise ValueError(f"{name} must be a number or a list of numbers, got shape {array.shape}")
    if not ((array > 0) & (array < 1)).all():
        raise ValueError(f"{name} is {values!r}; allowed is a probability above 0 and below 1")
    return array.ravel().tolist(), array.shape
