"""One detection per thing: what was found twice, or under two labels, becomes one."""

from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int

from ..types import Detections
from .overlaps import box_iou, mask_iou, speakers

ALSO = "also"


@dataclass(frozen=True)
class MergeSettings:
    """When two detections are one thing: by intersection over union, of masks where there are, else of boxes.

    That is near 1 for two outlines of one thing, and small for a part and its whole, however far the part lies inside.

    Attributes:
        same_label_iou: under one label; two chairs side by side share less than half of what both cover.
        any_label_iou: under two labels; higher, since a pizza fills the box of its plate. Of the boxes that people drew
            around two things of one sentence 0.7 % overlap more, of those that they drew twice around one thing 84 %
            (validation part of Visual Spatial Description, second and first version).
        compared_iou: masks are compared where their boxes overlap by more than this.
    """

    same_label_iou: float = 0.5
    any_label_iou: float = 0.85
    compared_iou: float = 0.25


DEFAULT_MERGE = MergeSettings()


def merge_duplicates(detections: Detections, settings: MergeSettings = DEFAULT_MERGE) -> Detections:
    """The detections without those that show the same thing as one of a better score.

    Args:
        detections: with masks, or with boxes alone.
        settings: how much the two have to share.

    Returns:
        Those that stay, in the order in which they came and as they were. Where one under another label gave way,
        `attributes["also"]` lists its label, of several the best first. The order of the detections changes nothing but
        the order of the result: of equal scores the first label in the alphabet stays, then the leftmost box.

    Raises:
        InputError: a threshold outside [0, 1].
    """
    names = [" ".join(label.casefold().split()) for label in detections.label]
    order = np.lexsort((*detections.xyxy_px.T[::-1], _codes(names), -detections.score))
    speaker = speakers(
        _iou(detections, settings)[np.ix_(order, order)],
        _codes(names)[order],
        same_label_iou=settings.same_label_iou,
        any_label_iou=settings.any_label_iou,
    )
    if (speaker == np.arange(len(speaker))).all():
        return detections
    attributes = list(detections.attributes)
    for kept in np.unique(speaker).tolist():
        group = order[speaker == kept].tolist()
        attributes[order[kept]] = _with_other_names(detections, names, group)
    rows = np.sort(order[np.unique(speaker)])
    return replace(detections, attributes=tuple(attributes)).where(rows)


def _with_other_names(detections: Detections, names: list[str], group: list[int]) -> dict[str, object]:
    """The attributes of the first of a group, and the labels of the others that differ from its own."""
    found: dict[str, str] = {names[group[0]]: ""}
    for row in group:
        for label in (detections.label[row], *detections.attributes[row].get(ALSO, ())):
            found.setdefault(" ".join(label.casefold().split()), label)
    others = list(found.values())[1:]
    own = dict(detections.attributes[group[0]])
    return {**own, ALSO: others} if others else own


def _iou(detections: Detections, settings: MergeSettings) -> Float[np.ndarray, "n n"]:
    iou = box_iou(detections.xyxy_px, detections.xyxy_px)
    if detections.mask is None:
        return iou
    first, second = np.nonzero(np.triu(iou > settings.compared_iou, 1))
    out = np.zeros_like(iou)
    out[first, second] = out[second, first] = mask_iou(detections.mask, detections.xyxy_px, first, second)
    return out


def _codes(names: list[str]) -> Int[np.ndarray, " n"]:
    """A number for each name, in the order of the alphabet."""
    return np.unique(np.array(names, dtype=np.str_), return_inverse=True)[1]
