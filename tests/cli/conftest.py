"""A small RGB-D frame as files, and the command line run in this process."""

import json

import numpy as np
import pytest
from click.testing import CliRunner

WIDTH, HEIGHT = 160, 120


@pytest.fixture
def run():
    """Run the command line; tracebacks are not caught, so that none can hide."""
    from scenegraph3d.cli import cli

    def invoke(*words):
        result = CliRunner().invoke(cli, [str(word) for word in words])
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return invoke


@pytest.fixture
def frame(tmp_path):
    """color.png, depth.png (mm) and boxes.json: a wall at 3 m, a cup 2 m away on the left, a chair on the right."""
    from PIL import Image

    depth_mm = np.full((HEIGHT, WIDTH), 3000, dtype=np.uint16)
    depth_mm[40:80, 20:50] = 2000
    depth_mm[40:80, 100:140] = 2500
    Image.fromarray(depth_mm).save(tmp_path / "depth.png")
    Image.fromarray(np.full((HEIGHT, WIDTH, 3), 128, dtype=np.uint8)).save(tmp_path / "color.png")
    write_json(tmp_path / "boxes.json", {"detections": detections()})
    return tmp_path


def detections():
    return [
        {"label": "cup", "xyxy_px": [20, 40, 50, 80], "score": 0.9},
        {"label": "chair", "xyxy_px": [100, 40, 140, 80]},
    ]


def write_json(path, document):
    path.write_text(json.dumps(document), encoding="utf-8")
    return path


@pytest.fixture
def build_words(frame):
    """The words of a build that works."""
    return [
        *("build", frame / "color.png", "--depth", frame / "depth.png", "--depth-scale", "1000"),
        *("--intrinsics", "120,120,79.5,59.5", "--up", "0,-1,0", "--detections", frame / "boxes.json"),
        *("-o", frame / "scene.json", "--overlay", frame / "overlay.png"),
    ]


@pytest.fixture
def boxes3d(tmp_path):
    """boxes3d.json: a cup on a coffee table, and a lamp and a sofa on either side of a ball."""
    rows = [
        {
            "label": "coffee table",
            "center_m": [0, 2, 0.25],
            "size_m": [1.0, 0.6, 0.5],
            "attributes": {"color": "brown"},
        },
        {"label": "cup", "center_m": [0, 2, 0.55], "size_m": [0.1, 0.1, 0.1], "yaw_rad": 0.3},
        {"label": "lamp", "center_m": [2, 5, 0.5], "size_m": [0.4, 0.4, 1.0]},
        {"label": "ball", "center_m": [3, 5, 0.5], "size_m": [0.4, 0.4, 0.4]},
        {"label": "sofa", "center_m": [4.5, 5, 0.5], "size_m": [1.0, 0.8, 0.9]},
    ]
    return write_json(tmp_path / "boxes3d.json", {"objects": rows})


@pytest.fixture
def scene_file(run, boxes3d):
    """scene.json of those boxes."""
    path = boxes3d.parent / "scene.json"
    assert run("relate", boxes3d, "-o", path).exit_code == 0
    return path
