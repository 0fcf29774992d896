"""Examples of the docstrings and of the README."""

import doctest
from pathlib import Path

import pytest

import mixture_density
from mixture_density import _prediction, _regressor, problems

README = Path(__file__).parent.parent / "README.md"


@pytest.mark.parametrize("module", [mixture_density, _prediction, _regressor, problems])
def test_docstrings(module):
    done = doctest.testmod(module)
    assert done.attempted > 0 and done.failed == 0


def test_readme():
    done = doctest.testfile(str(README), module_relative=False)
    assert done.attempted > 0 and done.failed == 0
