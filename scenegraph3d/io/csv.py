"""SceneGraph to two tables: objects.csv and relations.csv in one folder.

RFC 4180 in UTF-8, one header line. Lengths in metres where the graph's scale is metric, angles in radians, world
frame (z up). Attributes and evidence are columns named `attribute.<name>` and `evidence.<name>`, empty where a row has
none. Text that a spreadsheet would run as a formula (a first character out of = + - @ tab or carriage return) gets an
apostrophe in front; numbers stay numbers.

What survives: objects and relations. Camera, up, source, what the picture showed of an object (`Objects.seen`), its
embedding and the predicates that no relation has do not: the JSON file holds them.
"""

import csv
import io
import json
from collections.abc import Iterable
from os import PathLike
from pathlib import Path
from typing import Any

from ..errors import OutputError, message
from ..types import SceneGraph
from .atomic import write_text
from .json import to_dict

_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_OBJECT = [
    "id",
    "label",
    "kind",
    "x_m",
    "y_m",
    "z_m",
    "length_m",
    "width_m",
    "height_m",
    "yaw_rad",
    "score",
    "front_known",
]
_RELATION = ["subject", "predicate", "object", "third", "frame", "score", "margin_m", "subject_label", "object_label"]


def write(scene: SceneGraph, path: str | PathLike[str]) -> None:
    """Write objects.csv and relations.csv into the folder `path`, which is made if it is not there.

    Raises:
        OutputError: the folder or a file cannot be written; each file is whole or as it was before.
    """
    objects, relations = to_csv(scene)
    folder = Path(path)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = "a file of that name" if folder.exists() else str(error.strerror)
        raise OutputError(message(str(path), "a folder that can be made", reason, "choose another place")) from error
    write_text(folder / "objects.csv", objects)
    write_text(folder / "relations.csv", relations)


def to_csv(scene: SceneGraph) -> tuple[str, str]:
    """The text of objects.csv and of relations.csv."""
    document = to_dict(scene)
    labels = {row["id"]: row["label"] for row in document["objects"]}
    objects = [
        {
            **dict(zip(("x_m", "y_m", "z_m"), row["center_m"], strict=True)),
            **dict(zip(("length_m", "width_m", "height_m"), row["size_m"], strict=True)),
            **{key: row[key] for key in ("id", "label", "kind", "yaw_rad", "score", "front_known")},
            **{f"attribute.{name}": value for name, value in row["attributes"].items()},
        }
        for row in document["objects"]
    ]
    relations = [
        {
            **{key: value for key, value in row.items() if key != "evidence"},
            "subject_label": labels[row["subject"]],
            "object_label": labels[row["object"]],
            **{f"evidence.{name}": value for name, value in row["evidence"].items()},
        }
        for row in document["relations"]
    ]
    return _table(_OBJECT, objects), _table(_RELATION, relations)


def _table(first: Iterable[str], rows: list[dict[str, Any]]) -> str:
    header = list(dict.fromkeys([*first, *(name for row in rows for name in row)]))
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(header)
    writer.writerows([_cell(row.get(name)) for name in header] for row in rows)
    return out.getvalue()


def _cell(value: Any) -> Any:
    if value is None or (isinstance(value, int | float) and not isinstance(value, bool)):
        return value
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return f"'{text}" if text.startswith(_FORMULA) else text
