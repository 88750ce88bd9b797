"""Detections that the user already has, from files and from other libraries' objects.

- a small JSON: {"detections": [{"label", "xyxy_px": [x0, y0, x1, y1], "score", "mask", "attributes"}]}, the last three
  if known; a mask is COCO's RLE ({"size": [height, width], "counts": ...}) or one or more polygons;
- COCO's instances JSON: boxes [x, y, width, height], polygons, RLE plain or compressed; crowd regions are left out;
- KITTI's label_2 text: the 2D boxes; "DontCare" regions are left out;
- `supervision.Detections`, by its attributes and without importing it.

Pixels: x to the right, y down, 0 at the outer edge of the first pixel, so that pixel i spans i to i + 1. Where some
detections have a mask and others do not, those get their box as their mask.

References:
    T.-Y. Lin et al., Microsoft COCO, ECCV 2014; A. Geiger et al., KITTI, CVPR 2012.
"""

import itertools
from collections.abc import Mapping, Sequence
from os import PathLike
from pathlib import PurePath
from typing import Any

import numpy as np
from jaxtyping import Bool

from .. import documents as doc
from ..errors import InputError, SchemaError, message, suggestion
from ..types import Detections

MAX_PIXELS = 150_000_000  # larger masks are refused before they are decoded

_KITTI_FIELDS = 15  # a 16th is the score of a result file
_RLE_FIELDS = ("size", "counts")


def read_detections(
    path: str | PathLike[str], width: int, height: int, *, image: str | int | None = None
) -> Detections:
    """Read detections from a file in any of the formats above; its content says which.

    Args:
        path: the file.
        width, height: size of the picture that they belong to, pixels.
        image: file name or id of the picture in a COCO file that has several.

    Raises:
        InputError: none of the formats, a field that is missing or wrong, a mask of another size, a box that is
            wholly outside the picture; in one line that names the detection.
    """
    data = doc.read_bytes(path)
    name = str(path)
    try:
        if data.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
            return from_document(doc.parse_json(data, "detections"), width, height, image=image)
        found = from_kitti(data.decode("utf-8"))
        check_inside(found, width, height)
    except UnicodeDecodeError as error:
        raise InputError(message(name, "JSON or KITTI label text", "bytes that are no text")) from error
    except InputError as error:
        raise type(error)(f"{name}: {error}") from error
    return found


def from_document(document: Any, width: int, height: int, *, image: str | int | None = None) -> Detections:
    """Detections from the plain values of our small JSON or of a COCO file.

    Raises:
        InputError: as for `read_detections`.
    """
    if isinstance(document, dict) and "detections" in document:
        found = _from_simple(document, width, height)
    elif isinstance(document, dict) and "annotations" in document:
        found = _from_coco(document, width, height, image)
    else:
        do = "put a list of COCO results under `annotations`, with `categories` and `images` beside it"
        raise doc.fail("detections", "an object with `detections`, or a COCO file with `annotations`", document, do)
    check_inside(found, width, height)
    return found


def check_inside(detections: Detections, width: int, height: int) -> None:
    """Refuse masks of another size than the picture and boxes that do not touch it.

    Raises:
        InputError: naming the first such detection.
    """
    if detections.mask is not None and detections.mask.shape[1:] != (height, width):
        rows, columns = detections.mask.shape[1:]
        raise InputError(message("masks", f"the picture's size {width} x {height}", f"{columns} x {rows}"))
    x0, y0, x1, y1 = detections.xyxy_px.T
    outside = np.flatnonzero((x1 <= 0) | (y1 <= 0) | (x0 >= width) | (y0 >= height))
    if len(outside):
        i = int(outside[0])
        got = f"{detections.xyxy_px[i].tolist()}"
        do = "check that the detections belong to this picture and are in its pixels"
        where = f"box {i} ({detections.label[i]})"
        raise InputError(message(where, f"a box that touches the {width} x {height} picture", got, do))


# --- formats ------------------------------------------------------------------------------------------------


def _from_simple(document: dict[str, Any], width: int, height: int) -> Detections:
    doc.mapping(document, "", ("detections",), ())
    where = "detections"
    rows = doc.rows(document["detections"], where)
    doc.check_keys(rows, where, ("label", "xyxy_px"), ("score", "mask", "attributes"))
    full = [{"score": 1.0, "attributes": {}, **row} for row in rows]
    attributes = doc.column(full, "attributes", where, frozenset({dict}))
    for i, row in enumerate(attributes):
        doc.plain(row, f"{where}[{i}].attributes")
    boxes = doc.vectors(full, "xyxy_px", where, 4)
    labels = doc.column(full, "label", where, doc.TEXT)
    masks = [
        None if row.get("mask") is None else _mask(row["mask"], width, height, f"{where}[{i}].mask ({labels[i]})")
        for i, row in enumerate(rows)
    ]
    score = doc.numbers(full, "score", where)
    return Detections(boxes, tuple(labels), score, _stack(masks, boxes, width, height), tuple(attributes))


def _from_coco(document: dict[str, Any], width: int, height: int, image: str | int | None) -> Detections:
    where = "annotations"
    rows = doc.rows(document["annotations"], where)
    doc.check_keys(rows, where, ("bbox", "category_id"), None)
    chosen = _coco_image(document, image)
    if chosen is not None:
        _check_coco_size(chosen, width, height)
        doc.check_keys(rows, where, ("image_id",), None)
        rows = [row for row in rows if row["image_id"] == chosen["id"]]
    rows = [row for row in rows if not row.get("iscrowd")]
    names = _coco_names(document)
    numbers = doc.column(rows, "category_id", where, doc.WHOLE)
    unknown = sorted(set(numbers) - set(names))
    if unknown:
        raise doc.fail(f"{where}.category_id", "an id of `categories`", unknown[0])
    labels = [names[number] for number in numbers]
    xywh = doc.vectors(rows, "bbox", where, 4)
    boxes = np.concatenate([xywh[:, :2], xywh[:, :2] + xywh[:, 2:]], axis=1)
    masks = [
        _mask(row["segmentation"], width, height, f"{where}[{i}].segmentation ({labels[i]})")
        if row.get("segmentation")
        else None
        for i, row in enumerate(rows)
    ]
    score = doc.numbers([{"score": row.get("score", 1.0)} for row in rows], "score", where)
    return Detections(boxes, tuple(labels), score, _stack(masks, boxes, width, height))


def _coco_image(document: dict[str, Any], image: str | int | None) -> dict[str, Any] | None:
    images = doc.rows(document.get("images", []), "images")
    doc.check_keys(images, "images", ("id",), None)
    if image is None:
        if len(images) > 1:
            do = "say which one by file name or id"
            raise SchemaError(message("COCO file", "one picture", f"{len(images)}", do))
        return images[0] if images else None
    for row in images:
        name = str(row.get("file_name", ""))
        if image == row["id"] or str(image) in (name, PurePath(name).name, str(row["id"])):
            return row
    names = [str(row.get("file_name", row["id"])) for row in images]
    raise SchemaError(f"no picture {image!r} in this COCO file; {suggestion(str(image), names)}")


def _check_coco_size(image: dict[str, Any], width: int, height: int) -> None:
    size = image.get("width", width), image.get("height", height)
    if size != (width, height):
        where = f"COCO picture {image.get('file_name', image['id'])}"
        raise SchemaError(message(where, f"the picture's size {width} x {height}", f"{size[0]} x {size[1]}"))


def _coco_names(document: dict[str, Any]) -> dict[int, str]:
    rows = doc.rows(document.get("categories", []), "categories")
    doc.check_keys(rows, "categories", ("id", "name"), None)
    ids = doc.column(rows, "id", "categories", doc.WHOLE)
    return dict(zip(ids, doc.column(rows, "name", "categories", doc.TEXT), strict=True))


def kitti_rows(text: str) -> list[tuple[str, list[float]]]:
    """Type and numbers of each line of a KITTI label_2 file but the "DontCare" ones.

    The numbers: truncated, occluded, alpha, the 2D box (x0, y0, x1, y1), height, width, length, x, y, z, rotation_y
    and, in result files, a score.

    Raises:
        InputError: a line of another form, by its number.
    """
    out = []
    for number, line in enumerate(text.splitlines(), 1):
        fields = line.split()
        if not fields or fields[0] == "DontCare":
            continue
        try:
            values = [float(field) for field in fields[1:]]
        except ValueError:
            values = []
        if len(fields) not in (_KITTI_FIELDS, _KITTI_FIELDS + 1) or len(values) != len(fields) - 1:
            expected = "KITTI's type and 14 numbers, or 15 with a score (or JSON)"
            raise InputError(message(f"line {number}", expected, f"{line[:60]!r}"))
        if not np.isfinite(values).all():
            raise InputError(message(f"line {number}", "finite numbers", f"{line[:60]!r}"))
        out.append((fields[0], values))
    return out


def from_kitti(text: str) -> Detections:
    """Detections from the text of a KITTI label_2 file: labels in lower case, 2D boxes, scores where there are.

    Raises:
        InputError: a line of another form, by its number.
    """
    rows = kitti_rows(text)
    return Detections(
        xyxy_px=np.array([values[3:7] for _, values in rows], dtype=np.float64).reshape(len(rows), 4),
        label=tuple(kind.lower() for kind, _ in rows),
        score=np.array([values[14] if len(values) > 14 else 1.0 for _, values in rows]),
        attributes=tuple({"truncated": values[0], "occluded": int(values[1])} for _, values in rows),
    )


def from_supervision(detections: Any, labels: Sequence[str] | None = None) -> Detections:
    """Detections from a `supervision.Detections`, or anything with its attributes.

    Args:
        detections: has `xyxy` and, if known, `mask`, `confidence`, `class_id` and `data["class_name"]`.
        labels: one label per detection, where `data` has no class names.

    Raises:
        InputError: no `xyxy`, no labels, or values that `Detections` refuses.
    """
    if not hasattr(detections, "xyxy"):
        raise InputError(message("detections", "an object with `xyxy`", type(detections).__name__))
    named = (getattr(detections, "data", None) or {}).get("class_name")
    names = labels if labels is not None else named
    count = len(detections.xyxy)
    if names is None and count:
        do = "pass labels=[...], one per detection"
        raise InputError(message("labels", "class names in data['class_name']", "none", do))
    masks, score = getattr(detections, "mask", None), getattr(detections, "confidence", None)
    scores = np.ones(count) if score is None else np.asarray(score, dtype=np.float64)
    return Detections(
        xyxy_px=np.asarray(detections.xyxy, dtype=np.float64).reshape(count, 4),
        label=tuple(str(name) for name in names) if names is not None else (),
        score=scores,
        mask=None if masks is None else np.asarray(masks, dtype=bool),
    )


# --- masks --------------------------------------------------------------------------------------------------


def _stack(masks: list[np.ndarray | None], boxes: np.ndarray, width: int, height: int) -> np.ndarray | None:
    if not any(mask is not None for mask in masks):
        return None
    out = np.zeros((len(masks), height, width), dtype=bool)
    for i, mask in enumerate(masks):
        x0, y0, x1, y1 = boxes[i]
        out[i] = rasterise([[x0, y0, x1, y0, x1, y1, x0, y1]], width, height) if mask is None else mask
    return out


def _mask(value: Any, width: int, height: int, where: str) -> np.ndarray:
    """[H, W] bool from RLE, one polygon or several."""
    if isinstance(value, dict):
        mask = decode_rle(value, where)
        if mask.shape != (height, width):
            got = f"{mask.shape[1]} x {mask.shape[0]}"
            raise SchemaError(message(where, f"the picture's size {width} x {height}", got))
    else:
        mask = rasterise(_polygons(value, where), width, height)
    if not mask.any():
        raise SchemaError(message(where, "at least one pixel in the picture", "none", "drop that detection"))
    return mask


def _polygons(value: Any, where: str) -> list[list[float | int]]:
    if type(value) is not list or not value:
        raise doc.fail(where, "RLE with `size` and `counts`, or polygons [x0, y0, x1, y1, ...]", value)
    many = value if isinstance(value[0], list) else [value]
    if isinstance(value[0], list) and value[0] and isinstance(value[0][0], int | float) and len(value[0]) == 2:
        many = [list(itertools.chain.from_iterable(point for point in value if isinstance(point, list)))]
    for i, polygon in enumerate(many):
        if type(polygon) is not list or len(polygon) < 6 or len(polygon) % 2:
            raise doc.fail(f"{where}[{i}]", "x and y of at least 3 points", polygon)
        doc.finite(polygon, f"{where}[{i}][{{}}]".format)
    return many


def rasterise(polygons: Sequence[Sequence[float | int]], width: int, height: int) -> Bool[np.ndarray, "h w"]:
    """[H, W] bool: pixels whose centre is inside one of the polygons, by the even-odd rule.

    Args:
        polygons: [x0, y0, x1, y1, ...] each, in pixels; a part beyond the picture is cut off.
        width, height: size of the picture.
    """
    out = np.zeros((height, width), dtype=bool)
    centers = np.arange(height) + 0.5
    for polygon in polygons:
        points = np.asarray(polygon, dtype=np.float64).reshape(-1, 2)
        ends = np.roll(points, -1, axis=0)
        below = points[:, 1, None] <= centers
        edge, row = np.nonzero(below != (ends[:, 1, None] <= centers))
        (xa, ya), (xb, yb) = points[edge].T, ends[edge].T
        crossing = xa + (centers[row] - ya) * (xb - xa) / (yb - ya)
        column = np.clip(np.ceil(crossing - 0.5), 0, width).astype(np.int64)
        toggles = np.zeros((height, width + 1), dtype=np.int64)
        np.add.at(toggles, (row, column), 1)
        out |= toggles.cumsum(axis=1)[:, :width] % 2 == 1
    return out


def encode_rle(mask: Bool[np.ndarray, "h w"]) -> dict[str, Any]:
    """COCO's plain RLE of a mask: lengths of runs down the columns, the first of them background."""
    flat = mask.ravel(order="F")
    edges = np.flatnonzero(np.diff(flat, prepend=False, append=not flat[-1] if len(flat) else True))
    runs = np.diff(edges, prepend=0).tolist()
    return {"size": list(mask.shape), "counts": runs}


def decode_rle(rle: Mapping[str, Any], where: str = "mask") -> Bool[np.ndarray, "h w"]:
    """[H, W] bool from COCO's RLE, plain (a list of runs) or compressed (a string).

    Raises:
        SchemaError: not RLE, or runs that do not add up to the size.
    """
    doc.mapping(dict(rle), where, _RLE_FIELDS)
    size, counts = rle["size"], rle["counts"]
    if type(size) is not list or len(size) != 2 or not all(type(side) is int and side > 0 for side in size):
        raise doc.fail(f"{where}.size", "[height, width] in pixels", size)
    if size[0] * size[1] > MAX_PIXELS:
        raise SchemaError(message(f"{where}.size", f"at most {MAX_PIXELS} pixels", f"{size[0]} x {size[1]}"))
    runs = _decompress(counts, where) if isinstance(counts, str) else counts
    if type(runs) is not list or not all(type(run) is int and run >= 0 for run in runs):
        raise doc.fail(f"{where}.counts", "lengths of runs, or COCO's compressed text", counts)
    if sum(runs) != size[0] * size[1]:
        got = f"runs of {sum(runs)} in all"
        raise SchemaError(message(f"{where}.counts", f"runs that fill {size[0]} x {size[1]} pixels", got))
    values = np.arange(len(runs)) % 2 == 1
    return np.repeat(values, runs).reshape(size, order="F")


def _decompress(text: str, where: str) -> list[int]:
    """COCO's text to runs: 5 bits and a flag for more in each character, each run from the third on as the
    difference from the one two before."""
    runs: list[int] = []
    value = shift = 0
    for character in text:
        code = ord(character) - 48
        if not 0 <= code < 64:
            raise SchemaError(message(f"{where}.counts", "COCO's compressed text", f"the character {character!r}"))
        value |= (code & 31) << shift
        shift += 5
        if not code & 32:
            if code & 16:
                value -= 1 << shift
            runs.append(value + (runs[-2] if len(runs) > 2 else 0))
            value = shift = 0
    if shift:
        raise SchemaError(message(f"{where}.counts", "whole runs", "text that ends in the middle of one"))
    return runs
