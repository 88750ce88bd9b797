"""CLEVR's scenes.json to graphs: objects, their left/right/front/behind relations, and the camera.

CLEVR's world is right-handed with z up, in Blender's units, which are read as metres. A box is the bounding
box of the
shape: 1.4 wide for a large object, 0.7 for a small one. The camera is worked out from the file: its heading
on the ground is the scene's `directions`, its pitch and place follow from the objects' pixels and depths, and
its lens is the one that CLEVR renders with. CLEVR takes its directions before it shakes the camera a little,
so the heading is that of
the relations and about a degree off that of the picture: objects project within 10 pixels of where they are
seen.

References:
    J. Johnson et al., CLEVR: A Diagnostic Dataset for Compositional Language and Elementary Visual Reasoning,
    CVPR 2017.
"""

import math
from os import PathLike
from typing import Any

import numpy as np
from jaxtyping import Float

from .. import documents as doc
from ..errors import InputError, SchemaError
from ..geometry.frames import rigid
from ..types import FRAMES, Camera, Objects, Relations, SceneGraph

HALF_EXTENT_M = {"large": 0.7, "small": 0.35}
WIDTH_PX, HEIGHT_PX = 480, 320
FOCAL_PX = WIDTH_PX * 35.0 / 32.0  # lens and sensor width of CLEVR's base scene, millimetres
PREDICATES = {"left": "left_of", "right": "right_of", "front": "in_front_of", "behind": "behind"}

_OBJECT_FIELDS = ("color", "material", "shape", "size", "3d_coords")
_ATTRIBUTES = ("color", "material", "shape", "size")


def read_clevr(path: str | PathLike[str]) -> list[SceneGraph]:
    """Read every scene of a CLEVR scenes file.

    Returns:
        One graph per scene, with labels from the shapes, the attributes color, material, shape and size, the
        file's relations in the viewer's frame (score 1, no margin), and `source["image_filename"]`.

    Raises:
        SchemaError: not such a file, in one line that names the place.
    """
    document = doc.mapping(doc.read_json(path), str(path), ("scenes",), None)
    return [scene_from_clevr(scene, f"scenes[{i}]") for i, scene in enumerate(doc.rows(document["scenes"], "scenes"))]


def scene_from_clevr(scene: dict[str, Any], where: str = "scene") -> SceneGraph:
    """One scene of a CLEVR file, from its plain values.

    Raises:
        SchemaError: a field is missing, of another type, or points at no object.
    """
    doc.mapping(scene, where, ("objects", "directions"), None)
    rows = doc.rows(scene["objects"], f"{where}.objects")
    doc.check_keys(rows, f"{where}.objects", _OBJECT_FIELDS, None)
    objects = _objects(rows, f"{where}.objects")
    camera = _camera(scene, rows, objects.center_m, where)
    relations = _relations(scene.get("relationships", {}), len(rows), f"{where}.relationships")
    source = {"dataset": "clevr"}
    if isinstance(scene.get("image_filename"), str):
        source["image_filename"] = scene["image_filename"]
    return SceneGraph(objects, relations, camera, source=source)


def _objects(rows: list[dict[str, Any]], where: str) -> Objects:
    columns = {name: doc.column(rows, name, where, doc.TEXT) for name in _ATTRIBUTES}
    for i, size in enumerate(columns["size"]):
        if size not in HALF_EXTENT_M:
            raise doc.fail(f"{where}[{i}].size", f"one of {', '.join(HALF_EXTENT_M)}", size)
    half = np.array([HALF_EXTENT_M[size] for size in columns["size"]])
    turned = doc.numbers([{"rotation": row.get("rotation", 0.0)} for row in rows], "rotation", where)
    cube = np.array([shape == "cube" for shape in columns["shape"]], dtype=bool)
    return Objects(
        label=tuple(columns["shape"]),
        center_m=doc.vectors(rows, "3d_coords", where, 3),
        size_m=np.repeat(2 * half[:, None], 3, axis=1),
        yaw_rad=np.where(cube, np.radians(turned), 0.0),
        attributes=tuple(dict(zip(_ATTRIBUTES, values, strict=True)) for values in zip(*columns.values(), strict=True)),
    )


def _relations(value: Any, count: int, where: str) -> Relations:
    """`value[k][i]` lists the objects that are k of object i."""
    found = doc.mapping(value, where, (), tuple(PREDICATES))
    ends: list[tuple[int, int, int]] = []
    for code, (name, _) in enumerate(PREDICATES.items()):
        lists = found.get(name, [[]] * count)
        if type(lists) is not list or len(lists) != count:
            raise doc.fail(f"{where}.{name}", f"{count} lists, one per object", lists)
        for anchor, subjects in enumerate(lists):
            place = f"{where}.{name}[{anchor}]"
            if type(subjects) is not list or not all(type(j) is int and 0 <= j < count for j in subjects):
                raise doc.fail(place, f"a list of objects 0 to {count - 1}", subjects)
            ends += [(subject, anchor, code) for subject in subjects]
    table = np.array(ends, dtype=np.int64).reshape(-1, 3)
    size = len(table)
    return Relations(
        subject=table[:, 0].copy(),
        object=table[:, 1].copy(),
        code=table[:, 2].copy(),
        frame_code=np.full(size, FRAMES.index("viewer")),
        score=np.ones(size),
        margin_m=np.zeros(size),
        third=np.full(size, -1),
        evidence=np.zeros((size, 0)),
        predicates=tuple(PREDICATES[name] for name in PREDICATES if name in found),
        evidence_names={},
    )


def _camera(scene: dict[str, Any], rows: list[dict[str, Any]], center_m: np.ndarray, where: str) -> Camera:
    directions = doc.mapping(scene["directions"], f"{where}.directions", ("right", "behind"), None)
    right, heading = (
        _unit(doc.vector(directions[name], f"{where}.directions.{name}", 3), f"{where}.directions.{name}")
        for name in ("right", "behind")
    )
    if all("pixel_coords" in row for row in rows):
        pixels = doc.vectors(rows, "pixel_coords", f"{where}.objects", 3)
    else:
        pixels = np.zeros((0, 3))
    pose, fitted = _pose(right, heading, pixels, center_m)
    try:
        return Camera(
            FOCAL_PX,
            FOCAL_PX,
            (WIDTH_PX - 1) / 2,
            (HEIGHT_PX - 1) / 2,
            WIDTH_PX,
            HEIGHT_PX,
            world_from_camera=pose,
            pose_source="estimated" if fitted else "assumed",
        )
    except InputError as error:
        raise SchemaError(f"{where}.directions: {error}") from error


def _unit(vector: np.ndarray, where: str) -> np.ndarray:
    length = float(np.linalg.norm(vector[:2]))
    if length < 1e-6:
        raise doc.fail(where, "a direction along the ground", vector.tolist())
    return np.array([*(vector[:2] / length), 0.0])


def _pose(
    right: Float[np.ndarray, " 3"],
    heading: Float[np.ndarray, " 3"],
    pixels: Float[np.ndarray, "p 3"],
    center_m: Float[np.ndarray, "n 3"],
) -> tuple[Float[np.ndarray, "4 4"], bool]:
    """The pose with these axes on the ground whose pitch and place fit the objects best, and whether it was fitted.

    Pitch is a turn in the plane of heading and up, so least squares have a closed form (Procrustes in two
    dimensions). Two objects of distinct depth or height are needed; with fewer the camera is level and at the
    origin.
    """
    up = np.array([0.0, 0.0, 1.0])
    if len(pixels) < 2:
        return rigid(np.stack([right, -up, heading], axis=1), np.zeros(3)), False
    depth = pixels[:, 2]
    rays = (pixels[:, :2] - [WIDTH_PX / 2, HEIGHT_PX / 2]) / FOCAL_PX
    seen = np.column_stack([rays, np.ones(len(pixels))]) * depth[:, None]
    forward, rise = (values - values.mean() for values in (seen[:, 2], -seen[:, 1]))
    along, above = (values - values.mean() for values in (center_m @ heading, center_m @ up))
    pitch = math.atan2(float(forward @ above - rise @ along), float(forward @ along + rise @ above))
    ahead = math.cos(pitch) * heading + math.sin(pitch) * up
    down = math.sin(pitch) * heading - math.cos(pitch) * up
    rotation = np.stack([right, down, ahead], axis=1)
    return rigid(rotation, (center_m - seen @ rotation.T).mean(axis=0)), True
