"""Tables: objects and relations as aligned columns of text."""

import math
from collections.abc import Iterable, Mapping, Sequence

from ..types import SceneGraph

GAP = "  "


def objects_table(scene: SceneGraph) -> str:
    """One line per object: id, label, centre and size, yaw in degrees, score, attributes."""
    unit = "m" if scene.scale == "metric" else "units"
    head = ("object", f"centre x, y, z ({unit})", f"size ({unit})", "yaw (deg)", "score", "kind", "attributes")
    rows = [
        (
            str(item),
            _numbers(item.center_m, ", "),
            _numbers(item.size_m, " x "),
            f"{math.degrees(item.yaw_rad):.0f}",
            f"{item.score:.2f}",
            item.kind,
            _pairs(item.attributes),
        )
        for item in scene.objects
    ]
    return aligned([head, *rows])


def relations_table(scene: SceneGraph, rows: Sequence[int]) -> str:
    """One line per relation, in the order of `rows`: what it says, score, margin, frame and evidence."""
    head = ("subject", "predicate", "object", "score", "margin", "frame", "measured")
    lines = []
    for row in rows:
        relation = scene.relations[row]
        third = "" if relation.third is None else f" and {scene.objects[relation.third]}"
        lines.append(
            (
                str(scene.objects[relation.subject]),
                relation.predicate,
                f"{scene.objects[relation.object]}{third}",
                f"{relation.score:.2f}",
                f"{relation.margin_m:.3g}",
                relation.frame,
                evidence(relation.evidence),
            )
        )
    return aligned([head, *lines])


def evidence(values: Mapping[str, float]) -> str:
    """`gap_m=0.003 overlap=0.98`."""
    return " ".join(f"{name}={value:.3g}" for name, value in values.items())


def printable(text: str) -> str:
    """One line without control characters, which labels from a file may hold."""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text).split())


def aligned(rows: Sequence[Sequence[str]]) -> str:
    """Columns padded to the width of their widest cell."""
    plain = [[printable(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*plain, strict=True)]
    return "\n".join(
        GAP.join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in plain
    )


def _numbers(values: Iterable[float], between: str) -> str:
    return between.join(f"{value:.2f}" for value in values)


def _pairs(attributes: Mapping[str, object]) -> str:
    """The attributes that are one word or number; lists (all colours with their shares) stay in the file."""
    return " ".join(f"{name}={value}" for name, value in attributes.items() if not isinstance(value, list | tuple))
