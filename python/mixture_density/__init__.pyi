from . import problems as problems
from ._errors import FeaturesDoNotHelpWarning as FeaturesDoNotHelpWarning
from ._errors import NotFittedError as NotFittedError
from ._errors import TableWarning as TableWarning
from ._prediction import Density as Density
from ._prediction import MixturePrediction as MixturePrediction
from ._regressor import MixtureDensityRegressor as MixtureDensityRegressor

__version__: str
