"""A VLA-3D scene to a SceneGraph: its table of objects and its scene graph.

VLA-3D's frame is right-handed with z up, metres; `object_bbox_heading` is the yaw. Relations keep VLA-3D's
names ("on", "above", "below", "near", "between", "closest", ...), in the world's frame, with score 1 and no
margin: `relations[k][anchor]` lists the objects that are k of the anchor, and for "between" the anchor is
between each listed pair.

References:
    H. Zhang et al., VLA-3D: A Dataset for 3D Semantic Scene Understanding and Navigation, 2024.
"""

import csv
import io
import math
from collections.abc import Iterator
from os import PathLike
from typing import Any

import numpy as np

from .. import documents as doc
from ..errors import InputError, SchemaError, message
from ..types import FRAMES, Objects, Relations, SceneGraph

_CENTER = tuple(f"object_bbox_c{axis}" for axis in "xyz")
_SIZE = tuple(f"object_bbox_{axis}length" for axis in "xyz")
_HEADING = "object_bbox_heading"
_NEEDED = ("object_id", "nyu_label", *_CENTER, *_SIZE, _HEADING)
_COLORS = tuple(f"object_color_scheme{i}" for i in (1, 2, 3))
_UNKNOWN = ("", "_", "N/A")


def read_vla3d(objects_csv: str | PathLike[str], scene_graph_json: str | PathLike[str]) -> SceneGraph:
    """Read one scene.

    Args:
        objects_csv: its ..._object_result.csv.
        scene_graph_json: its ..._scene_graph.json.

    Returns:
        Objects with VLA-3D's ids, NYU labels, and the attributes color, colors, raw_label and region;
        relations.

    Raises:
        InputError: not such files, a number that is none, a relation of an object that is not in the table;
            in one line that names the place.
    """
    objects = _objects(doc.read_bytes(objects_csv), str(objects_csv))
    document = doc.mapping(doc.read_json(scene_graph_json), str(scene_graph_json), ("regions",), None)
    regions = doc.mapping(document["regions"], "regions", (), None)
    row_of = {str(value): row for row, value in enumerate(objects.id.tolist())}
    rows: list[tuple[str, int, int, int]] = []
    names: dict[str, None] = {}
    for region, value in regions.items():
        where = f"regions.{region}"
        doc.mapping(value, where, ("relationships",), None)
        found = doc.mapping(value["relationships"], f"{where}.relationships", (), None)
        names |= dict.fromkeys(found)
        for name, lists in found.items():
            rows += _ends(name, lists, row_of, f"{where}.relationships.{name}")
    return SceneGraph(objects, _relations(rows, tuple(names)), source={"dataset": "vla3d"})


def _objects(data: bytes, name: str) -> Objects:
    try:
        rows = list(csv.DictReader(io.StringIO(data.decode("utf-8-sig")), restval="", strict=True))
    except (csv.Error, UnicodeDecodeError) as error:
        raise InputError(message(name, "a CSV table in UTF-8", str(error))) from error
    missing = [key for key in _NEEDED if not rows or key not in rows[0]]
    if missing:
        raise InputError(message(name, "a table of VLA-3D's objects", f"no column {missing[0]}"))
    column = {key: _column(rows, key, name) for key in (*_CENTER, *_SIZE, _HEADING, "object_id")}
    if any(value != int(value) for value in column["object_id"]):
        raise InputError(message(f"{name}: object_id", "whole numbers", "a fraction"))
    try:
        return Objects(
            label=tuple(row["nyu_label"] for row in rows),
            center_m=np.stack([column[key] for key in _CENTER], axis=1),
            size_m=np.stack([column[key] for key in _SIZE], axis=1),
            yaw_rad=np.array(column[_HEADING]),
            attributes=tuple(_attributes(row) for row in rows),
            id=np.array(column["object_id"]).astype(np.int64),
        )
    except InputError as error:
        raise InputError(f"{name}: {error}") from error


def _column(rows: list[dict[str, str]], key: str, name: str) -> list[float]:
    out = []
    for line, row in enumerate(rows, 2):
        try:
            value = float(row[key])
        except ValueError:
            value = math.nan
        if not math.isfinite(value):
            raise InputError(message(f"{name}, line {line}, {key}", "a finite number", repr(row[key])))
        out.append(value)
    return out


def _attributes(row: dict[str, str]) -> dict[str, Any]:
    colors = [row[key] for key in _COLORS if row.get(key, "") not in _UNKNOWN]
    out: dict[str, Any] = {"color": colors[0], "colors": colors} if colors else {}
    return out | {key: row[old] for key, old in (("raw_label", "raw_label"), ("region", "region_id")) if row.get(old)}


def _ends(name: str, lists: Any, row_of: dict[str, int], where: str) -> Iterator[tuple[str, int, int, int]]:
    """Predicate, subject, object and third of each relation of one kind."""
    for anchor, targets in doc.mapping(lists, where, (), None).items():
        if type(targets) is not list:
            raise doc.fail(f"{where}.{anchor}", "a list", targets)
        for i, target in enumerate(targets):
            ends = [anchor, *target] if isinstance(target, list) else [target, anchor]
            if len(ends) not in (2, 3):
                raise doc.fail(f"{where}.{anchor}[{i}]", "one id or two", target)
            for end in ends:
                if not isinstance(end, str) or end not in row_of:
                    do = "are the two files of one scene?"
                    raise SchemaError(message(f"{where}.{anchor}[{i}]", "ids of the table of objects", repr(end), do))
            places = [row_of[end] for end in ends]
            yield name, places[0], places[1], places[2] if len(places) > 2 else -1


def _relations(rows: list[tuple[str, int, int, int]], predicates: tuple[str, ...]) -> Relations:
    ends = np.array([row[1:] for row in rows], dtype=np.int64).reshape(len(rows), 3)
    return Relations(
        subject=ends[:, 0].copy(),
        object=ends[:, 1].copy(),
        code=np.array([predicates.index(row[0]) for row in rows], dtype=np.int64),
        frame_code=np.full(len(rows), FRAMES.index("world")),
        score=np.ones(len(rows)),
        margin_m=np.zeros(len(rows)),
        third=ends[:, 2].copy(),
        evidence=np.zeros((len(rows), 0)),
        predicates=predicates,
        evidence_names={},
    )
