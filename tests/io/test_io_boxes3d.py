"""Boxes that the user has: read whole, or refused with the place that is wrong."""

import json

import numpy as np
import pytest

from scenegraph3d.errors import SchemaError
from scenegraph3d.io.boxes3d import read_boxes3d

CUP = {"label": "cup", "center_m": [0.1, 1, 0.8], "size_m": [0.08, 0.08, 0.1]}
CAMERA = {"fx": 525, "fy": 526, "cx": 319.5, "cy": 239.5, "width": 640, "height": 480}
POSE = [[1, 0, 0, 2], [0, 0, 1, 3], [0, -1, 0, 1.5], [0, 0, 0, 1]]


def _write(tmp_path, document):
    path = tmp_path / "boxes3d.json"
    path.write_text(json.dumps(document))
    return path


def test_a_full_file(tmp_path):
    table = {"label": "table", "center_m": [0, 1, 0.4], "size_m": [2, 1, 0.8], "yaw_rad": 0.5, "score": 0.7}
    table |= {"attributes": {"color": "red"}, "front_known": True, "id": 9, "kind": "surface"}
    document = {"objects": [CUP, table], "camera": {**CAMERA, "world_from_camera": POSE}}
    objects, camera = read_boxes3d(_write(tmp_path, document))
    assert objects.label == ("cup", "table")
    np.testing.assert_array_equal(objects.center_m, [[0.1, 1, 0.8], [0, 1, 0.4]])
    np.testing.assert_array_equal(objects.size_m, [[0.08, 0.08, 0.1], [2, 1, 0.8]])
    np.testing.assert_allclose(objects.yaw_rad, [0, 0.5], atol=1e-15)
    assert objects.score.tolist() == [1, 0.7]
    assert objects.attributes == ({}, {"color": "red"})
    assert objects.front_known.tolist() == [False, True]
    assert objects.id.tolist() == [0, 9]
    assert objects.kind == ("object", "surface")
    assert camera is not None
    assert (camera.fx, camera.fy, camera.width, camera.pose_source) == (525, 526, 640, "given")
    np.testing.assert_array_equal(camera.world_from_camera, POSE)


def test_the_camera_and_its_pose_may_be_left_out(tmp_path):
    assert read_boxes3d(_write(tmp_path, {"objects": [CUP]}))[1] is None
    camera = read_boxes3d(_write(tmp_path, {"objects": [], "camera": CAMERA}))[1]
    assert camera is not None
    assert camera.pose_source == "assumed"


@pytest.mark.parametrize(
    ("document", "part"),
    [
        ([CUP], "expected an object, got a list of 1"),
        ({}, "objects: .*no such field"),
        ({"objects": {}}, "objects: expected a list"),
        ({"objects": [CUP], "cameras": []}, "cameras: expected no such field.*'camera'"),
        ({"objects": [{"label": "cup", "center_m": [0, 0, 0]}]}, r"objects\[0\].size_m: .*no such field"),
        ({"objects": [CUP, {**CUP, "yaw": 1}]}, r"objects\[1\].yaw: .*'yaw_rad'"),
        ({"objects": [CUP, {**CUP, "center_m": [0, 1]}]}, r"objects\[1\].center_m: expected 3 numbers"),
        ({"objects": [{**CUP, "center_m": "0 1 2"}]}, r"objects\[0\].center_m: expected a list"),
        ({"objects": [{**CUP, "size_m": [1, "1", 1]}]}, r"objects\[0\].size_m\[1\]: expected a number"),
        ({"objects": [{**CUP, "size_m": [1, -1, 1]}]}, r"size_m of object 0 \(cup\)"),
        ({"objects": [{**CUP, "size_m": [0, 0, 1]}]}, r"size_m of object 0 \(cup\)"),
        ({"objects": [{**CUP, "label": " "}]}, "label"),
        ({"objects": [{**CUP, "attributes": ["red"]}]}, r"objects\[0\].attributes: expected an object"),
        ({"objects": [{**CUP, "id": 1}, {**CUP, "id": 1}]}, r"repeated \[1\]"),
        ({"objects": [CUP], "camera": {**CAMERA, "fx": 0}}, "focal length"),
        ({"objects": [CUP], "camera": {**CAMERA, "cx": 900}}, "principal point"),
        ({"objects": [CUP], "camera": {**CAMERA, "width": 640.5}}, "camera.width: expected a whole number"),
        ({"objects": [CUP], "camera": {**CAMERA, "k1": 0.1}}, "camera.k1: expected no such field"),
        ({"objects": [CUP], "camera": {**CAMERA, "world_from_camera": POSE[:3]}}, "4 rows of 4"),
    ],
)
def test_a_wrong_file_is_refused_with_the_place(tmp_path, document, part):
    path = _write(tmp_path, document)
    with pytest.raises(SchemaError, match=part) as raised:
        read_boxes3d(path)
    assert str(raised.value).startswith(str(path))
    assert "\n" not in str(raised.value)


def test_nan_and_no_json_are_refused(tmp_path):
    path = _write(tmp_path, {"objects": [{**CUP, "yaw_rad": float("nan")}]})
    with pytest.raises(SchemaError, match="NaN"):
        read_boxes3d(path)
    path.write_text("label cup")
    with pytest.raises(SchemaError, match="strict JSON"):
        read_boxes3d(path)
