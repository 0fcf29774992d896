"""What scikit-learn asks of an estimator, without importing it.

Importing scikit-learn takes a second. It finds an estimator by what it can do, so nothing is inherited;
what only it asks for is imported when it asks.
"""

import inspect


class Estimator:
    """Parameters by name, as scikit-learn's ``BaseEstimator`` has them."""

    @classmethod
    def _get_param_names(cls):
        """Names of the parameters of ``__init__``."""
        names = inspect.signature(cls.__init__).parameters
        return sorted(name for name in names if name != "self")

    def get_params(self, deep=True):
        """The parameters.

        Parameters
        ----------
        deep : bool
            Without effect: no parameter is an estimator.

        Returns
        -------
        dict
        """
        return {name: getattr(self, name) for name in self._get_param_names()}

    def set_params(self, **params):
        """Sets parameters.

        Returns
        -------
        self
        """
        known = self._get_param_names()
        for name in params:
            if name not in known:
                raise ValueError(
                    f"Invalid parameter {name!r} for estimator {self!r}. Valid parameters are: {known!r}."
                )
        for name, value in params.items():
            setattr(self, name, value)
        return self

    def __repr__(self):
        defaults = inspect.signature(type(self).__init__).parameters
        words = []
        for name in self._get_param_names():
            value, default = getattr(self, name), defaults[name].default
            if value is not default and repr(value) != repr(default):
                words.append(f"{name}={value!r}")
        return f"{type(self).__name__}({', '.join(words)})"

    def get_metadata_routing(self):
        """What is routed to it: nothing but X and y."""
        from sklearn.utils.metadata_routing import MetadataRequest

        return MetadataRequest(owner=self)

    def __sklearn_tags__(self):
        from sklearn.utils import InputTags, RegressorTags, Tags, TargetTags

        return Tags(
            estimator_type="regressor",
            target_tags=TargetTags(required=True, multi_output=True),
            # The score is a mean log density, not a share of variance.
            regressor_tags=RegressorTags(poor_score=True),
            input_tags=InputTags(allow_nan=self.missing != "error"),
        )
