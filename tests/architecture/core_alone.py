"""The main job with nothing but the core: `test_core_alone.py` runs this in an environment without extras."""

import importlib.util
import tempfile
from pathlib import Path

import numpy as np

import scenegraph3d as sg3


def build_from_depth() -> sg3.SceneGraph:
    """A box at 2 m on the left and one at 2.5 m on the right, in front of a wall at 3 m."""
    depth_m = np.full((120, 160), 3.0, dtype=np.float32)
    depth_m[40:80, 20:50] = 2.0
    depth_m[40:80, 100:140] = 2.5
    return sg3.build(
        np.full((120, 160, 3), 128, dtype=np.uint8),
        depth=depth_m,
        camera=sg3.Camera(fx=120.0, fy=120.0, cx=79.5, cy=59.5, width=160, height=120),
        detections=sg3.Detections(
            xyxy_px=np.array([[20, 40, 50, 80], [100, 40, 140, 80]], dtype=np.float64), label=["cup", "chair"]
        ),
    )


def relate_boxes() -> sg3.SceneGraph:
    """A cup that stands on a table, from boxes alone."""
    return sg3.relate(
        [
            {"label": "cup", "center_m": [0.0, 2.0, 0.80], "size_m": [0.1, 0.1, 0.1]},
            {"label": "table", "center_m": [0.0, 2.0, 0.375], "size_m": [1.2, 0.8, 0.75]},
        ]
    )


def main() -> None:
    """Build, relate, ask, save and load."""
    extras = [name for name in ("torch", "open3d", "networkx") if importlib.util.find_spec(name)]
    assert not extras, extras

    seen = build_from_depth()
    assert len(seen.objects) == 2
    assert seen.match(subject="cup", predicate="left_of", object="chair")
    assert not seen.match(subject="chair", predicate="left_of", object="cup")

    scene = relate_boxes()
    assert scene.match(subject="cup", predicate="on", object="table")
    assert scene.distance("cup", "table") is not None

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "scene.json"
        scene.save(path)
        again = sg3.load(path)
    assert len(again.objects) == 2
    assert again.match(subject="cup", predicate="on", object="table")


if __name__ == "__main__":
    main()
