"""Boxes that the user already has: a small JSON file to Objects and, if it has one, a Camera.

    {"objects": [{"label": "cup", "center_m": [x, y, z], "size_m": [l, w, h], "yaw_rad": 0.0,
                  "attributes": {"color": "red"}}],
     "camera": {"fx": 525, "fy": 525, "cx": 319.5, "cy": 239.5, "width": 640, "height": 480,
                "world_from_camera": [[...], [...], [...], [...]]}}

World frame: right-handed, z up; metres and radians. An object needs `label`, `center_m` and `size_m` (full
lengths along the box's own axes); it may also have `yaw_rad`, `score`, `front_known`, `id` and `kind`. The
camera may be left out.
"""

from os import PathLike
from typing import Any

from .. import documents as doc
from ..errors import InputError, SchemaError
from ..types import Camera, Objects
from .schema import OBJECT_FIELDS, camera_from_document, objects_from_rows

_NEEDED = ("label", "center_m", "size_m")


def read_boxes3d(path: str | PathLike[str]) -> tuple[Objects, Camera | None]:
    """Read 3D boxes, and the camera where the file has one.

    Raises:
        SchemaError: not such a file, in one line that names the place, such as objects[2].size_m.
    """
    try:
        return boxes3d_from_document(doc.read_json(path))
    except InputError as error:
        text = str(error)
        raise SchemaError(text if text.startswith(str(path)) else f"{path}: {text}") from error


def boxes3d_from_document(document: Any) -> tuple[Objects, Camera | None]:
    """3D boxes and the camera from the plain values of the JSON file.

    Raises:
        SchemaError: as for `read_boxes3d`.
    """
    found = doc.mapping(document, "", ("objects",), ("camera",))
    rows = doc.rows(found["objects"], "objects")
    doc.check_keys(rows, "objects", _NEEDED, [name for name in OBJECT_FIELDS if name not in _NEEDED])
    complete = [{**_defaults(i), **row} for i, row in enumerate(rows)]
    return objects_from_rows(complete), camera_from_document(found.get("camera"))


def _defaults(place: int) -> dict[str, Any]:
    return {"id": place, "yaw_rad": 0.0, "score": 1.0, "attributes": {}, "front_known": False, "kind": "object"}
