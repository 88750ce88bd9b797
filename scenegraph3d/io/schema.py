"""A JSON document to a SceneGraph, strictly: every field is there, known, of its type, and points at something.

The published schema (JSON Schema, draft 2020-12) says the same for other programs: `json_schema()`. What a schema
cannot say is checked here too: ids that repeat, relations that point at nothing, sizes that no box has.
"""

import json
from base64 import b64decode
from collections.abc import Mapping
from functools import partial
from importlib import resources
from itertools import chain
from operator import itemgetter
from typing import Any

import numpy as np

from .. import documents as doc
from ..errors import InputError, SchemaError
from ..types import FRAMES, SCHEMA_VERSION, Camera, Objects, Relations, SceneGraph, Seen, Up

KNOWN_VERSIONS = (SCHEMA_VERSION,)
MAX_EMBEDDING_TEXT = 87_384  # characters of base64 for 16384 numbers of 4 bytes
FIELDS = ("schema_version", "scale", "up", "camera", "source", "predicates", "objects", "relations")
OBJECT_FIELDS = (
    "id",
    "label",
    "center_m",
    "size_m",
    "yaw_rad",
    "score",
    "attributes",
    "front_known",
    "kind",
)
SEEN_FIELDS = (
    "xyxy_px",
    "n_points",
    "n_views",
    "center_m",
    "size_m",
    "truncated",
    "occluded",
    "completed",
    "position_std_m",
)
RELATION_FIELDS = ("subject", "predicate", "object", "frame", "score", "margin_m", "evidence")
CAMERA_NUMBERS = ("fx", "fy", "cx", "cy")
CAMERA_FIELDS = (
    *CAMERA_NUMBERS,
    "width",
    "height",
    "world_from_camera",
    "intrinsics_source",
    "pose_source",
)
UP_FIELDS = ("camera", "source", "confidence", "floor_found")


def json_schema() -> dict[str, Any]:
    """The published JSON Schema of a graph file (draft 2020-12)."""
    text = resources.files(__package__).joinpath("scenegraph.schema.json").read_text(encoding="utf-8")
    return json.loads(text)


def scene_from_document(document: Any) -> SceneGraph:
    """A SceneGraph from the plain values of its JSON document.

    Raises:
        SchemaError: the document is not one of a known version, in one line that names the place.
    """
    if type(document) is not dict:
        raise doc.fail("scene graph", "an object at the top", document)
    _check_version(document)
    doc.mapping(document, "", FIELDS)
    try:
        objects = objects_from_rows(doc.rows(document["objects"], "objects"))
        return SceneGraph(
            objects=objects,
            relations=_relations(document["relations"], document["predicates"], objects.id),
            camera=camera_from_document(document["camera"]),
            up=_up(document["up"]),
            scale=doc.value_of(document, "scale", "", doc.TEXT),
            source=_free(document["source"], "source"),
        )
    except SchemaError:
        raise
    except InputError as error:
        raise SchemaError(str(error)) from error


def count_texts(document: Mapping[str, Any]) -> int:
    """How many keys and texts the document of a graph holds: as many as its file has pairs of quotation marks."""
    rows = document["relations"]
    in_rows = sum(map(len, rows)) + sum(map(len, map(itemgetter("evidence"), rows)))
    predicates_and_frames = 2 * len(rows)
    return doc.count_texts({**document, "relations": []}) + in_rows + predicates_and_frames


def _check_version(document: Mapping[str, Any]) -> None:
    if "schema_version" not in document:
        raise doc.fail("schema_version", "a version", "no such field", "is this a scene graph file?")
    version = document["schema_version"]
    if version not in KNOWN_VERSIONS:
        known = f"one of the known versions {', '.join(KNOWN_VERSIONS)}"
        raise doc.fail("schema_version", known, version, "update scenegraph3d or write the file again")


def _free(value: Any, where: str) -> dict[str, Any]:
    found = doc.mapping(value, where, (), None)
    doc.plain(found, where)
    return found


def objects_from_rows(rows: list[dict[str, Any]], where: str = "objects") -> Objects:
    """Objects from the rows of a document, each with every one of `OBJECT_FIELDS` and, for all or none, `seen` and
    `embedding`.

    Raises:
        SchemaError: a field is missing, unknown, of another type or out of range.
    """
    doc.check_keys(rows, where, OBJECT_FIELDS, ("seen", "embedding"))
    attributes = doc.column(rows, "attributes", where, frozenset({dict}))
    for i, row in enumerate(attributes):
        doc.plain(row, f"{where}[{i}].attributes")
    return Objects(
        label=tuple(doc.column(rows, "label", where, doc.TEXT)),
        center_m=doc.vectors(rows, "center_m", where, 3),
        size_m=doc.vectors(rows, "size_m", where, 3),
        yaw_rad=doc.numbers(rows, "yaw_rad", where),
        score=doc.numbers(rows, "score", where),
        attributes=tuple(attributes),
        front_known=np.array(doc.column(rows, "front_known", where, doc.TRUTH), dtype=bool),
        id=doc.numbers(rows, "id", where, doc.WHOLE),
        kind=tuple(doc.column(rows, "kind", where, doc.TEXT)),
        seen=_seen(rows, where),
        embedding=_embedding(rows, where),
    )


def _all_or_none(rows: list[dict[str, Any]], key: str, where: str) -> bool:
    has = [key in row for row in rows]
    if any(has) and not all(has):
        raise doc.fail(f"{where}[{has.index(False)}].{key}", "a value, as other objects have it", "no such field")
    return any(has)


def _embedding(rows: list[dict[str, Any]], where: str) -> np.ndarray | None:
    """[N, D] float32 from base64 texts of little-endian numbers, all of one length."""
    if not _all_or_none(rows, "embedding", where):
        return None
    texts = doc.column(rows, "embedding", where, doc.TEXT)
    out = []
    for i, text in enumerate(texts):
        place = f"{doc.row_place(where, i)}.embedding"
        if len(text) != len(texts[0]) or len(text) > MAX_EMBEDDING_TEXT:
            limit = min(len(texts[0]), MAX_EMBEDDING_TEXT)
            raise doc.fail(place, f"base64 text of {limit} characters", f"{len(text)} characters")
        try:
            out.append(np.frombuffer(b64decode(text, validate=True), dtype="<f4"))
        except ValueError:
            raise doc.fail(place, "base64 text of numbers of 4 bytes", text) from None
        if not np.isfinite(out[-1]).all():
            raise doc.fail(place, "finite numbers", "NaN or infinite")
    return np.stack(out)


def _seen(rows: list[dict[str, Any]], where: str) -> Seen | None:
    if not _all_or_none(rows, "seen", where):
        return None
    place = f"{where}[*].seen"
    found = doc.column(rows, "seen", where, frozenset({dict}))
    doc.check_keys(found, place, SEEN_FIELDS)
    return Seen(
        xyxy_px=doc.vectors(found, "xyxy_px", place, 4),
        n_points=doc.numbers(found, "n_points", place, doc.WHOLE),
        n_views=doc.numbers(found, "n_views", place, doc.WHOLE),
        center_m=doc.vectors(found, "center_m", place, 3),
        size_m=doc.vectors(found, "size_m", place, 3),
        truncated=np.array(doc.column(found, "truncated", place, doc.TRUTH), dtype=bool),
        occluded=np.array(doc.column(found, "occluded", place, doc.TRUTH), dtype=bool),
        completed=tuple(doc.column(found, "completed", place, doc.TEXT)),
        position_std_m=doc.vectors(found, "position_std_m", place, 3),
    )


def _relations(value: Any, vocabulary: Any, ids: np.ndarray) -> Relations:
    names = _vocabulary(vocabulary)
    predicates = tuple(names)
    rows = doc.rows(value, "relations")
    doc.check_keys(rows, "relations", RELATION_FIELDS, ("third",))
    code = _codes(rows, "predicate", predicates)
    places = {value: i for i, value in enumerate(ids.tolist())}
    return Relations(
        subject=_ends(rows, "subject", places),
        object=_ends(rows, "object", places),
        code=code,
        frame_code=_codes(rows, "frame", FRAMES),
        score=doc.numbers(rows, "score", "relations"),
        margin_m=doc.numbers(rows, "margin_m", "relations"),
        third=_thirds(rows, places),
        evidence=_evidence(rows, code, list(names.values())),
        predicates=predicates,
        evidence_names=names,
    )


def _vocabulary(value: Any) -> dict[str, tuple[str, ...]]:
    """Names of evidence per predicate."""
    found = doc.mapping(value, "predicates", (), None)
    for predicate, names in found.items():
        where = f"predicates.{predicate}"
        if not predicate:
            raise doc.fail("predicates", "names with at least one letter", predicate)
        if type(names) is not list or not set(map(type, names)) <= {str} or len(set(names)) != len(names):
            raise doc.fail(where, "a list of distinct names of evidence", names)
    return {predicate: tuple(names) for predicate, names in found.items()}


def _codes(rows: list[dict[str, Any]], key: str, names: tuple[str, ...]) -> np.ndarray:
    known = "one of `predicates`" if key == "predicate" else f"one of {', '.join(names)}"
    places = {name: i for i, name in enumerate(names)}
    return _places(doc.column(rows, key, "relations", doc.TEXT), places, key, known)


def _ends(rows: list[dict[str, Any]], key: str, places: Mapping[int, int]) -> np.ndarray:
    """Rows of the objects whose ids are under `key`."""
    wanted = doc.column(rows, key, "relations", doc.WHOLE)
    return _places(wanted, places, key, "the id of an object of this file")


def _places(values: list[Any], places: Mapping[Any, int], key: str, expected: str) -> np.ndarray:
    try:
        return np.fromiter(map(places.__getitem__, values), dtype=np.int64, count=len(values))
    except KeyError:
        i = next(i for i, value in enumerate(values) if value not in places)
        raise doc.fail(f"relations[{i}].{key}", expected, values[i]) from None


def _thirds(rows: list[dict[str, Any]], places: Mapping[int, int]) -> np.ndarray:
    out = np.full(len(rows), -1, dtype=np.int64)
    for i, row in enumerate(rows):
        if "third" in row:
            value = doc.value_of(row, "third", f"relations[{i}]", doc.WHOLE)
            if value not in places:
                raise doc.fail(f"relations[{i}].third", "the id of an object of this file", value)
            out[i] = places[value]
    return out


def _evidence(rows: list[dict[str, Any]], code: np.ndarray, names: list[tuple[str, ...]]) -> np.ndarray:
    """[M, K] values in the order of `names` of each row's predicate, NaN where a row has none."""
    found = doc.column(rows, "evidence", "relations", frozenset({dict}))
    keys = list(map(tuple, found))
    distinct = {key: i for i, key in enumerate(dict.fromkeys(keys))}
    kind = np.fromiter(map(distinct.__getitem__, keys), dtype=np.int64, count=len(keys))
    widths = np.array(list(map(len, distinct)), dtype=np.int64)[kind]
    first = np.cumsum(widths) - widths
    values = doc.finite(list(chain.from_iterable(map(dict.values, found))), partial(_evidence_place, keys, first))
    out = np.full((len(rows), max(map(len, names), default=0)), np.nan)
    for which, known in enumerate(names):
        for key, i in distinct.items():
            members = np.flatnonzero((code == which) & (kind == i))
            if len(members):
                where = f"relations[{members[0]}].evidence"
                columns = [_evidence_name(known, name, where) for name in key]
                out[members[:, None], columns] = values[first[members][:, None] + np.arange(len(key))]
    return out


def _evidence_name(known: tuple[str, ...], name: str, where: str) -> int:
    if name not in known:
        raise doc.fail(f"{where}.{name}", f"one of those that `predicates` names, {list(known)}", name)
    return known.index(name)


def _evidence_place(keys: list[tuple[str, ...]], first: np.ndarray, value: int) -> str:
    row = int(np.searchsorted(first, value, side="right")) - 1
    return f"relations[{row}].evidence.{keys[row][value - int(first[row])]}"


def camera_from_document(value: Any, where: str = "camera") -> Camera | None:
    """A Camera from its document, None from null. The pose and both sources may be left out.

    Raises:
        SchemaError: a field is missing, unknown, of another type or out of range.
    """
    if value is None:
        return None
    found = doc.mapping(value, where, CAMERA_FIELDS[:6], CAMERA_FIELDS[6:])
    pose: Any = found.get("world_from_camera")
    if pose is not None:
        if type(pose) is not list or len(pose) != 4:
            raise doc.fail(f"{where}.world_from_camera", "4 rows of 4 numbers", pose)
        pose = np.stack([doc.vector(row, f"{where}.world_from_camera[{i}]", 4) for i, row in enumerate(pose)])
    values: dict[str, Any] = {key: doc.value_of(found, key, where, doc.NUMBER) for key in CAMERA_NUMBERS}
    values |= {key: doc.value_of(found, key, where, doc.WHOLE) for key in ("width", "height")}
    values |= {key: doc.value_of(found, key, where, doc.TEXT) for key in CAMERA_FIELDS[7:] if key in found}
    try:
        return Camera(**values, world_from_camera=pose)
    except SchemaError:
        raise
    except InputError as error:
        raise SchemaError(f"{where}: {error}") from error


def _up(value: Any) -> Up:
    found = doc.mapping(value, "up", UP_FIELDS)
    x, y, z = doc.vector(found["camera"], "up.camera", 3).tolist()
    return Up(
        camera=(x, y, z),
        source=doc.value_of(found, "source", "up", doc.TEXT),
        confidence=float(doc.value_of(found, "confidence", "up", doc.NUMBER)),
        floor_found=doc.value_of(found, "floor_found", "up", doc.TRUTH),
    )
