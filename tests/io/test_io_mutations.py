"""Whatever one value of a file is changed to, a reader gives what it gives or refuses it in one line."""

import copy
import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.detect.given import encode_rle, read_detections
from scenegraph3d.errors import InputError
from scenegraph3d.io import load, to_dict
from scenegraph3d.io.boxes3d import read_boxes3d
from scenegraph3d.io.clevr import read_clevr
from scenegraph3d.io.virtualhome import read_virtualhome
from scenegraph3d.io.vla3d import read_vla3d
from scenegraph3d.io.vsd import read_vsd
from tests.io.scenes import grid
from tests.io.test_io_boxes3d import CAMERA, CUP, POSE
from tests.io.test_io_in import _clevr_scene, _home
from tests.io.test_io_in_language import VLA, VLA_GRAPH, _vsd

MASK = encode_rle(np.ones((12, 20), dtype=bool))
DETECTIONS = [
    {"label": "cup", "xyxy_px": [2, 3, 9, 8], "mask": MASK, "attributes": {"a": 1}},
    {"label": "mug", "xyxy_px": [2, 3, 9, 8], "score": 0.5, "mask": [[2, 3, 9, 3, 9, 8]]},
]
COCO = {
    "images": [{"id": 4, "file_name": "a.jpg", "width": 20, "height": 12}],
    "categories": [{"id": 1, "name": "cup"}],
    "annotations": [{"image_id": 4, "category_id": 1, "bbox": [2, 3, 7, 5], "segmentation": [[2, 3, 9, 3, 9, 8]]}],
}
READERS = {
    "graph": (to_dict(grid(3)), load),
    "boxes3d": ({"objects": [CUP, CUP], "camera": {**CAMERA, "world_from_camera": POSE}}, read_boxes3d),
    "detections": ({"detections": DETECTIONS}, lambda path: read_detections(path, 20, 12)),
    "coco": (COCO, lambda path: read_detections(path, 20, 12)),
    "clevr": ({"scenes": [_clevr_scene()[0]]}, read_clevr),
    "virtualhome": (_home(), read_virtualhome),
    "vla3d": (
        {"regions": {"0": {"relationships": VLA_GRAPH}}},
        lambda path: read_vla3d(path.with_name("objects.csv"), path),
    ),
    "vsd": (_vsd(), read_vsd),
}
ODD = [None, True, 0, -1, 1.5, 10**400, 2**63, 1e308, "", "x", [], {}, [[]], [{}], [1, 2, 3], [[1, 2], [3, 4]]]


def _places(value, path=()):
    if path:
        yield path
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        yield from _places(item, (*path, key))


def _changed(document, path, change):
    out = copy.deepcopy(document)
    target = out
    for key in path[:-1]:
        target = target[key]
    if change == "take away":
        del target[path[-1]]
    elif change == "double":
        twin = copy.deepcopy(target[path[-1]])
        target.append(twin) if isinstance(target, list) else target.update(twin=twin)
    else:
        target[path[-1]] = change
    return out


@pytest.mark.parametrize("name", READERS)
@given(st.data())
def test_a_changed_file_is_read_or_refused_in_one_line(tmp_path_factory, name, data):
    document, read = READERS[name]
    path = data.draw(st.sampled_from(list(_places(document))))
    changed = _changed(document, path, data.draw(st.sampled_from([*ODD, "take away", "double"])))
    file = tmp_path_factory.mktemp("mutations") / "in.json"
    file.write_text(json.dumps(changed))
    file.with_name("objects.csv").write_text(VLA)
    refused = ""
    try:
        read(file)
    except InputError as error:
        refused = str(error)
    assert "\n" not in refused
    assert len(refused) < 600
