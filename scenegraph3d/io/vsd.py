"""The VSD sets (visual spatial description): 2D boxes, spatial triples between them, and people's captions.

VSD writes a box as [y0, y1, x0, x1] in pixels; here it is [x0, y0, x1, y1]. A thing that several triples name, by the
same label and box, is one detection.

References:
    Y. Zhao et al., Visual Spatial Description: Controlled Spatial-Oriented Image-to-Text Generation, EMNLP 2022.
"""

from dataclasses import dataclass
from os import PathLike
from typing import Any

import numpy as np

from .. import documents as doc
from ..errors import InputError, SchemaError
from ..types import Detections

_PICTURE_FIELDS = ("img_id", "triple_list", "captions")
_TRIPLE_FIELDS = ("s", "p", "o", "s_bbox", "o_bbox")


@dataclass(frozen=True, eq=False)
class VsdPicture:
    """What VSD says about one picture.

    Attributes:
        image_id: the picture's id.
        detections: the things that its triples name.
        triples: subject's row, predicate as VSD writes it, object's row.
        captions: sentences by people.
    """

    image_id: str
    detections: Detections
    triples: tuple[tuple[int, str, int], ...]
    captions: tuple[str, ...]


def read_vsd(path: str | PathLike[str]) -> list[VsdPicture]:
    """Read every picture of a VSD file.

    Raises:
        SchemaError: not such a file, in one line that names the place, such as [12].triple_list[0].s_bbox.
    """
    rows = doc.rows(doc.read_json(path), str(path))
    doc.check_keys(rows, "", _PICTURE_FIELDS, None)
    return [_picture(row, f"[{i}]") for i, row in enumerate(rows)]


def _picture(row: dict[str, Any], where: str) -> VsdPicture:
    place = f"{where}.triple_list"
    triples = doc.rows(row["triple_list"], place)
    doc.check_keys(triples, place, _TRIPLE_FIELDS, None)
    captions = row["captions"]
    if type(captions) is not list or not set(map(type, captions)) <= {str}:
        raise doc.fail(f"{where}.captions", "a list of sentences", captions)
    things: dict[tuple[Any, ...], int] = {}
    ends = [_rows(triples, name, things, place) for name in ("s", "o")]
    predicates = doc.column(triples, "p", place, doc.TEXT)
    yyxx = np.array([key[1:] for key in things], dtype=np.float64).reshape(len(things), 4)
    try:
        detections = Detections(yyxx[:, [2, 0, 3, 1]], tuple(key[0] for key in things))
    except InputError as error:
        raise SchemaError(f"{where}: {error}") from error
    return VsdPicture(
        str(row["img_id"]), detections, tuple(zip(ends[0], predicates, ends[1], strict=True)), tuple(captions)
    )


def _rows(triples: list[dict[str, Any]], end: str, things: dict[tuple[Any, ...], int], where: str) -> list[int]:
    """The row of each triple's subject or object among `things`, where new ones are put."""
    labels = doc.column(triples, end, where, doc.TEXT)
    boxes = doc.vectors(triples, f"{end}_bbox", where, 4).tolist()
    return [things.setdefault((label, *box), len(things)) for label, box in zip(labels, boxes, strict=True)]
