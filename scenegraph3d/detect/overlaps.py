"""How much things in a picture overlap, and which of those that overlap speak for the others: one per thing."""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Bool, Float, Int

from ..errors import InputError, message

MASK_SAMPLES = 4096  # pixels at which two masks are compared; their overlap is then right to about 0.01


def box_iou(a: Float[np.ndarray, "n 4"], b: Float[np.ndarray, "m 4"]) -> Float[np.ndarray, "n m"]:
    """[N, M] intersection over union of boxes (x0, y0, x1, y1); 0 where both are without area."""
    low, high = np.maximum(a[:, None, :2], b[None, :, :2]), np.minimum(a[:, None, 2:], b[None, :, 2:])
    both = np.prod(np.clip(high - low, 0, None), axis=2)
    either = np.prod(a[:, 2:] - a[:, :2], axis=1)[:, None] + np.prod(b[:, 2:] - b[:, :2], axis=1) - both
    return np.divide(both, either, out=np.zeros_like(both), where=either > 0)


def mask_iou(
    mask: Bool[np.ndarray, "n h w"],
    xyxy_px: Float[np.ndarray, "n 4"],
    first: Int[np.ndarray, " p"],
    second: Int[np.ndarray, " p"],
) -> Float[np.ndarray, " p"]:
    """[P] intersection over union of the masks of the rows `first` and `second`, inside their boxes.

    Of large masks every second, third, ... row and column is looked at, `MASK_SAMPLES` pixels or more for a pair.
    """
    height, width = mask.shape[1:]
    low = np.floor(np.minimum(xyxy_px[first, :2], xyxy_px[second, :2])).clip(0).astype(np.int64)
    high = np.ceil(np.maximum(xyxy_px[first, 2:], xyxy_px[second, 2:])).clip(0, (width, height)).astype(np.int64)
    steps = np.sqrt(np.prod(high - low, axis=1) / MASK_SAMPLES).astype(np.int64).clip(1)
    out = np.zeros(len(first))
    places = zip(low.tolist(), high.tolist(), steps.tolist(), strict=True)
    for pair, ((x0, y0), (x1, y1), step) in enumerate(places):
        a, b = (mask[row, y0:y1:step, x0:x1:step] for row in (first[pair], second[pair]))
        either = np.count_nonzero(a | b)
        out[pair] = np.count_nonzero(a & b) / either if either else 0.0
    return out


def speakers(
    iou: Float[np.ndarray, "n n"],
    label: Sequence[int] | Int[np.ndarray, " n"],
    *,
    same_label_iou: float,
    any_label_iou: float,
) -> Int[np.ndarray, " n"]:
    """[N] of rows in order of preference, which row speaks for each: itself, or an earlier one that does.

    An earlier row speaks for one that it overlaps by more than `same_label_iou` under the same label, the usual
    non-maximum suppression, or by more than `any_label_iou` under whatever label: one thing that was named twice.

    Raises:
        InputError: a threshold outside [0, 1].
    """
    for name, value in (("same_label_iou", same_label_iou), ("any_label_iou", any_label_iou)):
        if not 0 <= value <= 1:
            raise InputError(message(name, "a number from 0 to 1", f"{value}"))
    labels = np.asarray(label, dtype=np.int64)
    beats = iou > np.where(labels[:, None] == labels, min(same_label_iou, any_label_iou), any_label_iou)
    out = np.arange(len(labels))
    for row in range(len(labels)):
        if out[row] == row:
            out[(out > row) & (out == np.arange(len(out))) & beats[row]] = row
    return out
