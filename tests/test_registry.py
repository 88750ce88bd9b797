"""Registries: names to things, with the near names offered."""

import pytest

from scenegraph3d.depth import estimator
from scenegraph3d.detect import detector
from scenegraph3d.errors import InputError
from scenegraph3d.registry import resolve


def test_a_name_is_resolved_when_it_is_used():
    assert resolve({"decode": "json:loads"}, "decode", "reader")("[1]") == [1]
    with pytest.raises(InputError, match="unknown reader 'decod'; did you mean 'decode'"):
        resolve({"decode": "no_such_module:loads"}, "decod", "reader")


@pytest.mark.parametrize("make", [estimator, detector])
def test_an_unknown_model_is_refused_by_name(make):
    with pytest.raises(InputError, match=r"unknown .* 'no-such-model'"):
        make("no-such-model:with an argument")
