"""Registries: names to things, with the near names offered, and names that other packages add."""

import sys

import pytest

from scenegraph3d.depth import ESTIMATORS, estimator
from scenegraph3d.detect import detector
from scenegraph3d.errors import InputError
from scenegraph3d.refine import refiner
from scenegraph3d.registry import Registry, resolve


def test_a_name_is_resolved_when_it_is_used():
    assert resolve({"decode": "json:loads"}, "decode", "reader")("[1]") == [1]
    with pytest.raises(InputError, match="unknown reader 'decod'; did you mean 'decode'"):
        resolve({"decode": "no_such_module:loads"}, "decod", "reader")


@pytest.mark.parametrize("make", [estimator, detector, refiner])
def test_an_unknown_model_is_refused_by_name(make):
    with pytest.raises(InputError, match=r"unknown .* 'no-such-model'"):
        make("no-such-model:with an argument")


def test_options_go_to_the_makers_that_have_them():
    made = Registry(
        "thing", "scenegraph3d.things", {"plain": lambda text: text, "pair": lambda a="", device="cpu": (a, device)}
    )
    assert made.make("pair:x", device="cuda") == ("x", "cuda")
    assert made.make("pair") == ("", "cpu")
    assert made.make("plain:7", device="cuda") == "7"


def test_other_names_are_the_argument_of_one_entry():
    made = Registry("thing", "scenegraph3d.things", {"upper": str.upper}, others=lambda: {"abc": 1}, otherwise="upper")
    assert made.make("abc") == "ABC"
    assert made.names() == ["abc", "upper"]


def test_a_name_registered_in_a_program():
    class Mine:
        pass

    made = Registry("thing", "scenegraph3d.things", {})
    made.register("mine", Mine)
    assert isinstance(made.make("mine"), Mine)


PACKAGE = """
class Flat:
    def estimate(self, image, camera=None):
        return None
"""


def test_names_of_another_package_are_found(tmp_path, monkeypatch):
    (tmp_path / "other_package.py").write_text(PACKAGE)
    info = tmp_path / "other_package-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: other-package\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[scenegraph3d.depth]\nflat = other_package:Flat\nonnx = other_package:Flat\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    assert type(estimator("flat")).__name__ == "Flat"
    assert "flat" in ESTIMATORS.names()
    with pytest.raises(InputError):
        estimator("onnx")  # a name of the library's own is not replaced
    sys.modules.pop("other_package")
