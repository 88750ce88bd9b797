"""SceneGraph to and from a JSON file of ours, the same bytes for the same graph.

The file is UTF-8 with one object and one relation per line, keys in a fixed order (those of `attributes` and `source`
sorted), and a newline at the end. Numbers that were measured carry ten significant digits, and what is nearer to 0
than 5e-13 is 0; numbers inside `attributes` and `source` are written as they are. Lengths are metres where `scale` is
"metric", angles radians, the frame is the world's (z up). `predicates` lists what was evaluated, with the names of the
evidence of each: a relation that is not there was asked and not found, a predicate that is not listed was never asked.
An `embedding` is the base64 text of its numbers in single precision, lowest byte first: exact on every machine, and
half as long as decimals of the same precision.

What survives: everything in a SceneGraph.
"""

import gc
import json
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from os import PathLike
from typing import Any

import numpy as np

from .. import documents as doc
from ..errors import InputError, SchemaError, message
from ..types import FRAMES, SCHEMA_VERSION, Camera, Objects, Relations, SceneGraph, Seen, Up
from .atomic import write_bytes
from .schema import count_texts, scene_from_document

_NUMBER = "%.10g"
_ZERO = 5e-13


def save(scene: SceneGraph, path: str | PathLike[str]) -> None:
    """Write the graph as a JSON file, whole or not at all; `load` reads it back.

    Raises:
        InputError: attributes or a source that are no plain JSON values, numbers that are not finite.
        OutputError: the file cannot be written; what was there before is untouched.
    """
    text = dumps(scene)
    try:
        data = text.encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(message("scene graph", "Unicode text", f"{error.object[error.start]!r}")) from error
    write_bytes(path, data)


def load(path: str | PathLike[str], *, max_bytes: int = doc.MAX_BYTES) -> SceneGraph:
    """Read a graph from its JSON file.

    Raises:
        SchemaError: not readable, larger than `max_bytes`, not JSON, an unknown version, or a field that is
            missing, unknown, of another type, not finite, repeated or pointing at nothing; in one line.
    """
    with _collector_paused():
        try:
            data = doc.read_bytes(path, max_bytes)
        except InputError as error:
            raise SchemaError(str(error)) from error
        document = doc.parse_json_keeping_last(data, str(path))
        try:
            scene = scene_from_document(document)
        except SchemaError as error:
            raise SchemaError(f"{path}: {error}") from error
        if data.count(b'"') != 2 * count_texts(document):
            doc.parse_json(data, str(path))  # a key came twice, which this refuses, or a text holds quotation marks
        return scene


@contextmanager
def _collector_paused() -> Iterator[None]:
    """Thousands of new rows would start the garbage collector again and again, and there is no garbage among them."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def from_dict(document: Any) -> SceneGraph:
    """A graph from the plain values that `to_dict` gives.

    Raises:
        SchemaError: as for `load`.
    """
    return scene_from_document(document)


def to_dict(scene: SceneGraph) -> dict[str, Any]:
    """The graph as the plain values that its JSON file holds.

    Raises:
        InputError: as for `save`.
    """
    return json.loads(dumps(scene))


def dumps(scene: SceneGraph) -> str:
    """The text of the graph's JSON file.

    Raises:
        InputError: attributes or a source that are no plain JSON values, numbers that are not finite.
    """
    doc.plain(scene.source, "source")
    head = {
        "schema_version": _text(SCHEMA_VERSION),
        "scale": _text(scene.scale),
        "up": _up(scene.up),
        "camera": "null" if scene.camera is None else _camera(scene.camera),
        "source": _text(scene.source),
        "predicates": _predicates(scene.relations),
        "objects": _lines(_objects(scene.objects)),
        "relations": _lines(_relations(scene.relations, scene.objects.id)),
    }
    return "{\n" + ",\n".join(f'"{key}": {value}' for key, value in head.items()) + "\n}\n"


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, sort_keys=True)


def _lines(rows: Sequence[str]) -> str:
    return "[\n" + ",\n".join(rows) + "\n]" if rows else "[]"


def _clean(values: Any, name: str) -> np.ndarray:
    """The values with noise around 0 taken off, all of them such that they can be read back."""
    out = np.asarray(values, dtype=np.float64)
    wrong = ~(np.abs(out) <= doc.LARGEST_NUMBER)
    if wrong.any():
        raise InputError(message(name, "finite numbers", f"{int(wrong.sum())} NaN, infinite or beyond 1e100"))
    return np.where(np.abs(out) < _ZERO, 0.0, out)


def _vector(values: Any, name: str) -> str:
    return "[" + ", ".join(_NUMBER % value for value in _clean(values, name).tolist()) + "]"


def _up(up: Up) -> str:
    confidence = _NUMBER % float(_clean(up.confidence, "up.confidence"))
    return (
        f'{{"camera": {_vector(up.camera, "up.camera")}, "source": {_text(up.source)}, '
        f'"confidence": {confidence}, "floor_found": {_text(up.floor_found)}}}'
    )


def _camera(camera: Camera) -> str:
    fx, fy, cx, cy = (_NUMBER % value for value in (camera.fx, camera.fy, camera.cx, camera.cy))
    pose = ", ".join(_vector(row, "world_from_camera") for row in camera.world_from_camera)
    return (
        f'{{"fx": {fx}, "fy": {fy}, "cx": {cx}, "cy": {cy}, "width": {camera.width}, "height": {camera.height}, '
        f'"world_from_camera": [{pose}], "intrinsics_source": {_text(camera.intrinsics_source)}, '
        f'"pose_source": {_text(camera.pose_source)}}}'
    )


def _template(**fields: str) -> str:
    """A line whose `%` places are filled by one row's values."""
    return "{" + ", ".join(f'"{name}": {place}' for name, place in fields.items()) + "}"


def _places(count: int) -> str:
    return "[" + ", ".join([_NUMBER] * count) + "]"


def _truths(values: np.ndarray) -> list[str]:
    return ["true" if value else "false" for value in values.tolist()]


def _objects(objects: Objects) -> list[str]:
    for i, row in enumerate(objects.attributes):
        doc.plain(row, f"objects[{i}].attributes")
    fields = {
        "id": "%d",
        "label": "%s",
        "center_m": _places(3),
        "size_m": _places(3),
        "yaw_rad": _NUMBER,
        "score": _NUMBER,
        "attributes": "%s",
        "front_known": "%s",
        "kind": '"%s"',
    }
    columns = [
        objects.id.tolist(),
        [_text(label) for label in objects.label],
        *_clean(objects.center_m, "center_m").T.tolist(),
        *_clean(objects.size_m, "size_m").T.tolist(),
        _clean(objects.yaw_rad, "yaw_rad").tolist(),
        _clean(objects.score, "score").tolist(),
        [_text(row) for row in objects.attributes],
        _truths(objects.front_known),
        objects.kind,
    ]
    if objects.seen is not None:
        fields["seen"] = "%s"
        columns.append(_seen(objects.seen))
    if objects.embedding is not None:
        fields["embedding"] = '"%s"'
        columns.append([b64encode(row).decode("ascii") for row in objects.embedding.astype("<f4", copy=False)])
    line = _template(**fields)
    return [line % row for row in zip(*columns, strict=True)]


def _seen(seen: Seen) -> list[str]:
    line = _template(
        xyxy_px=_places(4),
        n_points="%d",
        n_views="%d",
        center_m=_places(3),
        size_m=_places(3),
        truncated="%s",
        occluded="%s",
        completed="%s",
        position_std_m=_places(3),
    )
    columns = [
        *_clean(seen.xyxy_px, "seen.xyxy_px").T.tolist(),
        seen.n_points.tolist(),
        seen.n_views.tolist(),
        *_clean(seen.center_m, "seen.center_m").T.tolist(),
        *_clean(seen.size_m, "seen.size_m").T.tolist(),
        _truths(seen.truncated),
        _truths(seen.occluded),
        [_text(how) for how in seen.completed],
        *_clean(seen.position_std_m, "seen.position_std_m").T.tolist(),
    ]
    return [line % row for row in zip(*columns, strict=True)]


def _predicates(relations: Relations) -> str:
    names = relations.evidence_names
    rows = [f"{_text(predicate)}: {_text(names.get(predicate, ()))}" for predicate in relations.predicates]
    return "{" + ", ".join(rows) + "}"


def _relations(relations: Relations, ids: np.ndarray) -> list[str]:
    out = np.empty(len(relations), dtype=object)
    score, margin = _clean(relations.score, "score"), _clean(relations.margin_m, "margin_m")
    for rows, predicate, frame, names in _groups(relations):
        fields = {
            "subject": "%d",
            "predicate": _text(predicate).replace("%", "%%"),
            "object": "%d",
            "frame": f'"{frame}"',
            "score": _NUMBER,
            "margin_m": _NUMBER,
            "evidence": _evidence_template(list(names)),
        }
        columns = [ids[relations.subject[rows]], ids[relations.object[rows]], score[rows], margin[rows]]
        columns += list(_clean(relations.evidence[rows][:, list(names.values())], f"evidence of {predicate}").T)
        if relations.third[rows[0]] >= 0:
            fields["third"] = "%d"
            columns.append(ids[relations.third[rows]])
        line = _template(**fields)
        out[rows] = [line % row for row in zip(*(column.tolist() for column in columns), strict=True)]
    return out.tolist()


def _evidence_template(names: list[str]) -> str:
    return "{" + ", ".join(f"{_text(name)}: ".replace("%", "%%") + _NUMBER for name in names) + "}"


def _groups(relations: Relations) -> Iterator[tuple[np.ndarray, str, str, dict[str, int]]]:
    """Rows that are written alike, with predicate, frame, and the evidence that they have with its columns."""
    has = ~np.isnan(relations.evidence)
    same = np.column_stack([relations.code, relations.frame_code, relations.third >= 0, has])
    members: dict[bytes, list[int]] = {}
    width = same.itemsize * same.shape[1]
    data = np.ascontiguousarray(same).tobytes()
    for i in range(len(relations)):
        members.setdefault(data[i * width : (i + 1) * width], []).append(i)
    for rows in members.values():
        i = rows[0]
        predicate = relations.predicates[int(relations.code[i])]
        names = relations.evidence_names.get(predicate, ())
        columns = {name: k for k, name in enumerate(names) if has[i, k]}
        yield np.array(rows), predicate, FRAMES[int(relations.frame_code[i])], columns
