"""The demo: what it renders is what it says it is, and it runs from end to end."""

import importlib.util
import json
import sys

import numpy as np
import pytest

from scenegraph3d.geometry.boxes import inside
from tests.architecture.checks import ROOT

pytest.importorskip("open3d")
SMALLER = 4
# Depth is a whole number of millimetres along the camera's axis; sideways it counts for less.
ROUNDED_M = 0.001


@pytest.fixture(scope="module")
def demo():
    """examples/demo.py, with pictures of a sixteenth of the pixels."""
    modules = {}
    for name in ("render_room", "demo"):
        spec = importlib.util.spec_from_file_location(name, ROOT / "examples" / f"{name}.py")
        modules[name] = sys.modules[name] = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(modules[name])
    room = modules["render_room"]
    room.WIDTH, room.HEIGHT, room.FOCAL_PX = (value // SMALLER for value in (room.WIDTH, room.HEIGHT, room.FOCAL_PX))
    yield modules["demo"]
    for name in modules:
        del sys.modules[name]


@pytest.fixture(scope="module")
def noisy(demo):
    return demo.render_room.render()


@pytest.fixture(scope="module")
def exact(demo):
    """The frame of a sensor without noise."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(demo.render_room, "sensed_mm", lambda depth_m: np.round(1000 * depth_m))
        return demo.render_room.render()


def test_every_pixel_of_a_thing_is_in_its_true_box(demo, exact):
    frame, room = exact, demo.render_room
    v, u = np.nonzero(frame.instance >= 0)
    z = frame.depth_mm[v, u] / 1000
    x, y = (u - (room.WIDTH - 1) / 2) / room.FOCAL_PX, (v - (room.HEIGHT - 1) / 2) / room.FOCAL_PX
    camera = np.stack([x * z, y * z, z], axis=1)
    pose = frame.camera_from_world
    points = (camera - pose[:3, 3]) @ pose[:3, :3]
    for i, thing in enumerate(frame.things):
        center_m, size_m, yaw_rad = thing.true_box()
        own = points[frame.instance[v, u] == i]
        assert len(own) > 5, thing.label
        assert inside(own, center_m, size_m + 2 * ROUNDED_M, yaw_rad).all(), thing.label


def test_the_sensor_has_the_noise_that_is_published(exact, noisy):
    true_m = exact.depth_mm / 1000
    off_m = noisy.depth_mm / 1000 - true_m
    sigma_m = 0.0012 + 0.0019 * (true_m - 0.4) ** 2
    assert np.std(off_m / sigma_m) == pytest.approx(1.0, abs=0.02)
    assert np.mean(off_m / sigma_m) == pytest.approx(0.0, abs=0.02)


def test_the_demo_runs_and_leaves_its_files(demo, tmp_path, monkeypatch, capfd):
    monkeypatch.setattr(sys, "argv", ["demo.py", "--out", str(tmp_path)])
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    demo.main()
    names = {"color.png", "depth.png", "detections.json", "scene.json", "overlay.png"}
    assert {path.name for path in tmp_path.iterdir()} == names
    shown = capfd.readouterr().out
    assert shown.count("$ scenegraph3d query") == 3
    labels = [row["label"] for row in json.loads((tmp_path / "scene.json").read_text())["objects"]]
    assert {"table", "chair", "laptop", "ball"} <= set(labels)
