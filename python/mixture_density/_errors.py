"""Errors that scikit-learn knows, without importing it."""

import sys


class NotFittedError(ValueError, AttributeError):
    """Raised where an estimator is asked before it is fitted.

    Where scikit-learn has been imported, what is raised is its ``NotFittedError`` too.
    """


_of_both = None


def not_fitted(estimator):
    """The error that says that `estimator` is not fitted."""
    global _of_both
    name = type(estimator).__name__
    sentence = (
        f"This {name} instance is not fitted yet. Call 'fit' with appropriate arguments "
        "before using this estimator."
    )
    theirs = sys.modules.get("sklearn.exceptions")
    if theirs is None:
        return NotFittedError(sentence)
    if _of_both is None:
        # Pickled, it would not be found by its name: it goes as ours.
        def reduce(self):
            return (NotFittedError, self.args)

        _of_both = type(
            "NotFittedError",
            (NotFittedError, theirs.NotFittedError),
            {"__module__": __name__, "__reduce__": reduce},
        )
    return _of_both(sentence)


class FeaturesDoNotHelpWarning(UserWarning):
    """The features do not help on rows that were not learnt from: the model is the density that ignores them."""


class TableWarning(UserWarning):
    """Something odd about the rows that were learnt from, as ``mdn fit`` says it."""
