"""Which of many overlapping boxes stay: one per thing."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int

from ..errors import InputError, message


def box_iou(a: Float[np.ndarray, "n 4"], b: Float[np.ndarray, "m 4"]) -> Float[np.ndarray, "n m"]:
    """[N, M] intersection over union of boxes (x0, y0, x1, y1); 0 where both are without area."""
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.prod(np.clip(high - low, 0, None), axis=2)
    either = np.prod(a[:, 2:] - a[:, :2], axis=1)[:, None] + np.prod(b[:, 2:] - b[:, :2], axis=1) - both
    return np.divide(both, either, out=np.zeros_like(both), where=either > 0)


def suppress(
    xyxy: Float[np.ndarray, "n 4"],
    score: Float[np.ndarray, " n"],
    label: Sequence[int] | Int[np.ndarray, " n"],
    *,
    same_label_iou: float,
    any_label_iou: float,
) -> Int[np.ndarray, " k"]:
    """Rows that stay, best score first; of equal scores, the earlier row.

    A row goes when a better one that stays overlaps it by more than `same_label_iou` under the same label, which is the
    usual non-maximum suppression, or by more than `any_label_iou` under whatever label: one thing that was named twice.

    Raises:
        InputError: a threshold outside [0, 1].
    """
    for name, value in (("same_label_iou", same_label_iou), ("any_label_iou", any_label_iou)):
        if not 0 <= value <= 1:
            raise InputError(message(name, "a number from 0 to 1", f"{value}"))
    order = np.argsort(-score, kind="stable")
    labels = np.asarray(label, dtype=np.int64)[order]
    limit = np.where(labels[:, None] == labels, min(same_label_iou, any_label_iou), any_label_iou)
    beats: Bool[np.ndarray, "n n"] = box_iou(xyxy[order], xyxy[order]) > limit
    stays = np.ones(len(order), dtype=bool)
    for row in range(len(order)):
        if stays[row]:
            stays[row + 1 :] &= ~beats[row, row + 1 :]
    return order[stays]
