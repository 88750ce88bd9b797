"""The demo: it runs from end to end, and its report says of the truth that it is the truth."""

import importlib.util
import re
import sys

import numpy as np
import pytest

import scenegraph3d as sg3
from tests.architecture.checks import ROOT


@pytest.fixture(scope="module")
def demo():
    spec = importlib.util.spec_from_file_location("demo", ROOT / "examples" / "demo.py")
    module = sys.modules["demo"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["demo"]


@pytest.fixture(scope="module")
def made(demo, tmp_path_factory):
    """The folder that the demo leaves, and what it printed."""
    out = tmp_path_factory.mktemp("demo")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sys, "argv", ["demo.py", "--out", str(out)])
        patch.setenv("PYTHONPATH", str(ROOT))
        demo.main()
    return out


def test_the_demo_leaves_its_files(made):
    names = {path.name for path in made.iterdir()}
    assert names == {
        *("room.png", "depth.png", "ids.png", "truth.json", "detections.json"),
        *("scene.json", "overlay.png", "rgbd.json", "rgbd.png"),
    }
    assert len(sg3.load(made / "scene.json").objects) >= 2


def test_a_sensor_and_a_perfect_detector_bring_nearly_all(demo, made, capsys):
    truth = sg3.load(made / "truth.json")
    demo.report(truth, sg3.load(made / "rgbd.json"))
    shown = capsys.readouterr().out
    found, count = map(int, re.search(r"(\d+) of (\d+) true relations", shown).groups())
    assert found > 0.8 * count


def test_the_truth_is_found_to_be_true(demo, made, capsys):
    truth = sg3.load(made / "truth.json")
    demo.report(truth, truth)
    shown = capsys.readouterr().out
    count = len({(one.subject, one.predicate, one.object) for one in truth.relations if one.frame != "object"})
    assert f"{count} of {count} true relations were found; 0 were said besides." in shown
    assert shown.count("0.00     1.00") == len(truth.objects)


def test_a_graph_that_found_nothing_is_reported_as_such(demo, made, capsys):
    truth = sg3.load(made / "truth.json")
    nothing = sg3.SceneGraph(sg3.Objects.from_rows([]), sg3.Relations.empty(), truth.camera)
    demo.report(truth, nothing)
    assert "\n0 of " in capsys.readouterr().out


def test_boxes_are_compared_in_one_world(demo, made):
    truth = sg3.load(made / "truth.json")
    built = sg3.load(made / "rgbd.json")
    moved = demo.in_world_of(truth, built)
    assert moved.center_m.shape == built.objects.center_m.shape
    middle = truth.objects.center_m.mean(axis=0)
    assert np.linalg.norm(moved.center_m.mean(axis=0) - middle) < 0.5
