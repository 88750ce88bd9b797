"""Raw outputs of detection networks to boxes and scores, one function per family of heads.

Every function takes arrays as the network gives them and returns boxes [N, 4] (x0, y0, x1, y1) in pixels of the
network's input, and scores [N, C] in [0, 1], one column per label.

References:
    Z. Ge et al., YOLOX, arXiv 2107.08430; N. Carion et al., DETR, ECCV 2020; X. Zhu et al., Deformable DETR, ICLR 2021
    (a sigmoid per label, as in RT-DETR, D-FINE and RF-DETR). The YOLOv5 and YOLOv8 layouts are those of their exports.
"""

from collections.abc import Sequence

import numpy as np
from jaxtyping import Float

from ..errors import InputError, message

Decoded = tuple[np.ndarray, np.ndarray]
SCORE_SLACK = 1e-2  # rounding of half-precision networks; scores further outside [0, 1] are no probabilities


def yolox(output: np.ndarray, labels: int, width: int, height: int, strides: Sequence[int]) -> Decoded:
    """Rows per cell of the grids of `strides`, finest first, row by row: offsets of the centre from the cell and log
    sizes, both in strides; objectness; a score per label."""
    rows = _rows(output, 5 + labels, "yolox")
    cells = [(width // stride) * (height // stride) for stride in strides]
    if len(rows) != sum(cells):
        expected = f"{sum(cells)} cells of strides {', '.join(map(str, strides))} in {width} x {height}"
        raise InputError(message("output for the head yolox", expected, f"{len(rows)} rows", "check the strides"))
    corner = np.concatenate([_grid(width // stride, height // stride) for stride in strides])
    stride = np.repeat(np.array(strides, dtype=np.float64), cells)[:, None]
    with np.errstate(over="ignore"):
        size = np.exp(rows[:, 2:4]) * stride
    return _corners((rows[:, :2] + corner) * stride, size), _product(rows, "yolox")


def yolov5(output: np.ndarray, labels: int) -> Decoded:
    """Rows of centre, size in pixels, objectness, a score per label; also YOLOX exported with its decoding."""
    rows = _rows(output, 5 + labels, "yolov5")
    return _corners(rows[:, :2], rows[:, 2:4]), _product(rows, "yolov5")


def yolov8(output: np.ndarray, labels: int) -> Decoded:
    """Columns [1, 4 + C, N] or rows [1, N, 4 + C] of centre, size in pixels, a score per label."""
    columns = output.ndim == 3 and output.shape[1] == 4 + labels
    rows = _rows(output.transpose(0, 2, 1) if columns else output, 4 + labels, "yolov8")
    return _corners(rows[:, :2], rows[:, 2:4]), _probabilities(rows[:, 4:], "yolov8")


def detr(boxes: np.ndarray, logits: np.ndarray, labels: int, size: tuple[int, int], *, softmax: bool) -> Decoded:
    """Centre and size as shares of the input, and logits.

    Args:
        boxes: [1, Q, 4].
        logits: [1, Q, C], or with `softmax` [1, Q, C + 1], the last for "no object".
        labels: C.
        size: width and height of the input, pixels.
        softmax: over all labels; else a sigmoid for each.
    """
    shares, raw = _rows(boxes, 4, "detr (boxes)"), _rows(logits, labels + softmax, "detr (scores)")
    if len(shares) != len(raw):
        raise InputError(message("outputs for the head detr", "as many boxes as scores", f"{len(shares)}, {len(raw)}"))
    pixels = shares * np.tile(np.array(size, dtype=np.float64), 2)
    with np.errstate(over="ignore", invalid="ignore"):
        if softmax:
            shifted = np.exp(raw - raw.max(axis=1, keepdims=True, initial=-np.inf))
            score = (shifted / shifted.sum(axis=1, keepdims=True))[:, :-1]
        else:
            score = 1 / (1 + np.exp(-raw))
    return _corners(pixels[:, :2], pixels[:, 2:]), score


def _rows(output: np.ndarray, width: int, head: str) -> Float[np.ndarray, "n width"]:
    rows = output[0] if output.ndim == 3 and len(output) == 1 else output
    if rows.ndim != 2 or rows.shape[1] != width:
        do = "check the head, the output and the number of labels in the card"
        raise InputError(message(f"output for the head {head}", f"[1, N, {width}]", f"shape {list(output.shape)}", do))
    return rows.astype(np.float64)


def _grid(columns: int, rows: int) -> np.ndarray:
    y, x = np.divmod(np.arange(columns * rows), columns)
    return np.stack([x, y], axis=1)


def _corners(center: np.ndarray, size: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.concatenate([center - size / 2, center + size / 2], axis=1)


def _product(rows: np.ndarray, head: str) -> np.ndarray:
    return _probabilities(rows[:, 4:5], head) * _probabilities(rows[:, 5:], head)


def _probabilities(values: np.ndarray, head: str) -> np.ndarray:
    low, high = values.min(initial=0.0), values.max(initial=1.0)
    if low < -SCORE_SLACK or high > 1 + SCORE_SLACK:
        do = "export the network with its sigmoid, or check the head"
        raise InputError(message(f"scores for the head {head}", "values in [0, 1]", f"{low:.3g} to {high:.3g}", do))
    return np.clip(values, 0, 1)
