"""Judged pictures, and what they sum up to."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from rooms_cases import Known
from rooms_measures import (
    HITS,
    IGNORED,
    PREDICATES,
    SAID,
    TRUE,
    angle_deg,
    average_precision,
    box_ious,
    boxes_found,
    depth_errors,
    f1,
    fov_deg,
    in_world_of,
    match_masks,
    relation_counts,
    relation_table,
)

import scenegraph3d as sg3
from scenegraph3d.rooms.splits import HELD_OUT_COLORS

SAME_BOX_IOU = 0.25
NAMES = ("category", "color", "material")
DIGITS = 4


@dataclass
class Judged:
    """What is right of one picture.

    Attributes:
        objects: how many the truth holds.
        score, hit: of each detection that is not ignored.
        right: for each match, whether category, color and material are right.
        unseen: for each match, whether no room of another split than `heldout` shows that color of that category.
        strict, matched: [9, 3] counts of relations, see `relation_counts`.
        boxes, labelled: true boxes that were found, whatever the label, and with the right one.
        center_error_m: of each match that was built.
        up_deg, fov_deg: errors of the camera; None where no graph was built.
        depth: AbsRel and share within a factor of 1.25; None where depth was given.
    """

    objects: int
    score: np.ndarray
    hit: np.ndarray
    right: np.ndarray
    unseen: np.ndarray
    strict: np.ndarray
    matched: np.ndarray
    boxes: int = 0
    labelled: int = 0
    center_error_m: list[float] = field(default_factory=list)
    up_deg: float | None = None
    fov_deg: float | None = None
    depth: tuple[float, float] | None = None

    @property
    def f1(self) -> float:
        """Of all relations of the picture together, strictly."""
        return float(f1(self.strict.sum(axis=0)))


def judged(
    known: Known, found: sg3.Detections, built: sg3.SceneGraph | None, depth_m: np.ndarray | None = None
) -> Judged:
    """What is right of one picture.

    Args:
        known: the truth.
        found: what was detected, with masks.
        built: the graph whose objects are `found`, less those that it says it skipped; None where none could be built.
        depth_m: estimated; None where it was given.
    """
    truth = known.truth
    shows = match_masks(found.mask, found.score, known.instance, truth.objects.id)
    true = relation_table(truth.relations, len(truth.objects))
    said, built_rows = np.zeros((len(PREDICATES), 0, 0), dtype=bool), np.zeros(0, dtype=np.int64)
    if built is not None:
        skipped = [row["index"] for row in built.source.get("skipped", ())]
        built_rows = np.setdiff1d(np.arange(len(found)), skipped)
        said = relation_table(built.relations, len(built.objects))
    strict, matched = relation_counts(said, true, shows[built_rows])
    kept = shows != IGNORED
    right, unseen = _right(found, truth, shows), _unseen(truth, shows)
    out = Judged(len(truth.objects), found.score[kept], shows[kept] >= 0, right, unseen, strict, matched)
    if depth_m is not None:
        out.depth = depth_errors(depth_m, known.depth_m)
    if built is not None:
        _judge_space(out, truth, built, shows[built_rows])
    return out


def _right(found: sg3.Detections, truth: sg3.SceneGraph, shows: np.ndarray) -> np.ndarray:
    """[matches, 3] bool."""
    rows = []
    for row in np.flatnonzero(shows >= 0).tolist():
        own, true = found.attributes[row], truth.objects[int(shows[row])]
        rows.append([found.label[row] == true.label, *(own.get(name) == true.attributes[name] for name in NAMES[1:])])
    return np.array(rows, dtype=bool).reshape(-1, len(NAMES))


def _unseen(truth: sg3.SceneGraph, shows: np.ndarray) -> np.ndarray:
    """[matches] bool."""
    things = [truth.objects[row] for row in shows[shows >= 0].tolist()]
    return np.array([(thing.attributes["color"], thing.label) in HELD_OUT_COLORS for thing in things], dtype=bool)


def _judge_space(out: Judged, truth: sg3.SceneGraph, built: sg3.SceneGraph, shows: np.ndarray) -> None:
    """Boxes and camera. A box of what can hardly be seen takes no true box from another."""
    boxes = in_world_of(truth, built)
    iou = box_ious(boxes, truth.objects.boxes)[shows != IGNORED]
    labels = np.array(built.objects.label, dtype=object)[shows != IGNORED]
    same = labels[:, None] == np.array(truth.objects.label, dtype=object)
    out.boxes = boxes_found(iou, SAME_BOX_IOU)
    out.labelled = boxes_found(np.where(same, iou, 0.0), SAME_BOX_IOU)
    rows = np.flatnonzero(shows >= 0)
    offset = boxes.center_m[rows] - truth.objects.center_m[shows[rows]]
    out.center_error_m = np.linalg.norm(offset, axis=1).tolist()
    out.up_deg = angle_deg(built.up.camera, truth.up.camera)
    out.fov_deg = abs(fov_deg(built.camera) - fov_deg(truth.camera))


def summary(rows: Sequence[Judged]) -> dict[str, Any]:
    """The figures of many pictures: depth is a mean over pictures, angles are medians over them, the rest is of all
    objects and relations together."""
    objects = sum(row.objects for row in rows)
    score, hit = (np.concatenate([getattr(row, name) for row in rows]) for name in ("score", "hit"))
    right, unseen = (np.concatenate([getattr(row, name) for row in rows]) for name in ("right", "unseen"))
    out: dict[str, Any] = {
        "pictures": len(rows),
        "objects": objects,
        "not_built": sum(row.up_deg is None for row in rows),
        "mask_ap50": average_precision(score, hit, objects),
        "mask_recall": float(hit.sum() / objects),
        **{f"{name}_accuracy": float(right[:, k].mean()) for k, name in enumerate(NAMES) if len(right)},
        "unseen": int(unseen.sum()),
        **{f"unseen_{name}_accuracy": float(right[unseen, k].mean()) for k, name in enumerate(NAMES) if unseen.any()},
        "box_iou_0.25": sum(row.boxes for row in rows) / objects,
        "box_iou_0.25_with_label": sum(row.labelled for row in rows) / objects,
        "center_error_m": _median([error for row in rows for error in row.center_error_m]),
        "up_deg": _median([row.up_deg for row in rows if row.up_deg is not None]),
        "fov_deg": _median([row.fov_deg for row in rows if row.fov_deg is not None]),
        "relations": relation_summary(sum(row.strict for row in rows)),
        "relations_of_matched": relation_summary(sum(row.matched for row in rows)),
    }
    depths = [row.depth for row in rows if row.depth is not None]
    if depths:
        out |= dict(zip(("abs_rel", "delta"), np.mean(depths, axis=0).tolist(), strict=True))
    return rounded(out)


def relation_summary(counts: np.ndarray) -> dict[str, Any]:
    """F1 of each predicate and their mean, with precision, recall and how often it is true."""
    each = f1(counts)
    rows = {
        name: {
            "f1": float(each[k]),
            "precision": float(counts[k, HITS] / max(counts[k, SAID], 1)),
            "recall": float(counts[k, HITS] / max(counts[k, TRUE], 1)),
            "true": int(counts[k, TRUE]),
        }
        for k, name in enumerate(PREDICATES)
    }
    return rounded({"macro_f1": _mean(each[np.isfinite(each)]), **rows})


def rounded(value: Any) -> Any:
    """Plain values with `DIGITS` digits after the point; what is not a number as None."""
    if isinstance(value, Mapping):
        return {key: rounded(item) for key, item in value.items()}
    if isinstance(value, float):
        return round(value, DIGITS) if np.isfinite(value) else None
    return value


def _mean(values: np.ndarray) -> float:
    return float(values.mean()) if len(values) else float("nan")


def _median(values: list[float]) -> float:
    return float(np.median(values)) if values else float("nan")
