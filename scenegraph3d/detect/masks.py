"""Masks at the picture's size, from the small maps of logits that segmentation networks give, one for each query.

Every map is enlarged once, bilinearly, in its logits, and only where it can matter: nothing of the size of the picture
is held for a query but its mask of one byte a pixel. Pixel centres fall where resize and padding of the input put them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float32, Float64

Region = tuple[slice, slice]


@dataclass(frozen=True)
class Side:
    """How the pixels along one side of a picture lie on the cells along that side of a map.

    Attributes:
        at: [P] where the centre of each pixel is, in cells; rising.
        weights: [P, C] of each cell for each pixel.
    """

    at: Float64[np.ndarray, " P"]
    weights: Float32[np.ndarray, "P C"]

    def reached(self, high: Bool[np.ndarray, " C"]) -> tuple[slice, slice]:
        """The pixels from the first to the last that a `high` cell has a part in, and the cells that they need."""
        cells = np.flatnonzero(high)
        if not len(cells):
            return slice(0, 0), slice(0, 0)
        first = int(np.searchsorted(self.at, cells[0] - 1, "right"))
        end = int(np.searchsorted(self.at, cells[-1] + 1, "left"))
        if first >= end:
            return slice(0, 0), slice(0, 0)
        return slice(first, end), slice(int(self.at[first]), int(np.ceil(self.at[end - 1])) + 1)


@dataclass(frozen=True)
class Enlarger:
    """From the cells of a small map to the pixels of a picture.

    Attributes:
        rows: from top to bottom.
        columns: from left to right.
    """

    rows: Side
    columns: Side

    def where(self, logits: Float32[np.ndarray, "h w"], least: float) -> tuple[Region, Float32[np.ndarray, "a b"]]:
        """The region of the picture outside which every logit is below `least`, and the logits there."""
        high: Bool[np.ndarray, "h w"] = logits >= least
        rows, cell_rows = self.rows.reached(np.asarray(high.any(axis=1)))
        columns, cell_columns = self.columns.reached(np.asarray(high.any(axis=0)))
        inside = logits[cell_rows, cell_columns]
        large = self.rows.weights[rows, cell_rows] @ inside @ self.columns.weights[columns, cell_columns].T
        return (rows, columns), large


def enlarger(cells: tuple[int, int], share: tuple[float, float], height: int, width: int) -> Enlarger:
    """What enlarges a map of `cells` (rows, columns) to a picture that fills its upper left.

    Args:
        cells: rows and columns of the map; it covers the network's whole input.
        share: how much of the input's height and width the picture fills; the rest is padding.
        height, width: of the picture, pixels.
    """
    return Enlarger(_side(cells[0], share[0], height), _side(cells[1], share[1], width))


def _side(cells: int, share: float, pixels: int) -> Side:
    at = ((np.arange(pixels) + 0.5) * (share * cells / pixels) - 0.5).clip(0, cells - 1)
    away = np.abs(at.astype(np.float32)[:, None] - np.arange(cells, dtype=np.float32))
    return Side(at, (1 - away).clip(0))


def overlapping(
    logits: Float32[np.ndarray, "n h w"], size: Enlarger, mask_threshold: float
) -> tuple[Bool[np.ndarray, "n H W"], Float64[np.ndarray, " n"]]:
    """The mask of every map by itself, and the mean probability inside each, 0 where it is empty.

    Args:
        logits: of each query, cell by cell.
        size: to the picture.
        mask_threshold: pixels of at least this probability are in.
    """
    masks = np.zeros((len(logits), len(size.rows.at), len(size.columns.at)), dtype=bool)
    sure = np.zeros(len(logits))
    least = _logit(mask_threshold)
    for query, small in enumerate(logits):
        region, large = size.where(small, least)
        inside = large >= least
        masks[query][region] = inside
        sure[query] = _sigmoid(large[inside]).mean(dtype=np.float64) if inside.any() else 0
    return masks, sure


def exclusive(
    logits: Float32[np.ndarray, "n h w"],
    score: Float64[np.ndarray, " n"],
    size: Enlarger,
    *,
    mask_threshold: float,
    kept_share: float,
) -> Bool[np.ndarray, "n H W"]:
    """Masks that do not overlap: a pixel belongs to the query of the greatest score times probability there.

    Args:
        logits: of each query, cell by cell.
        score: of each query.
        size: to the picture.
        mask_threshold: pixels of at least this probability are in the query's own mask.
        kept_share: a query keeps nothing unless it keeps more than this share of its own mask.

    Source: Cheng, Schwing, Kirillov, Per-pixel classification is not all you need for semantic segmentation, 2021
        (arXiv:2107.06278), section 3.4.
    """
    height, width = len(size.rows.at), len(size.columns.at)
    masks = np.zeros((len(logits), height, width), dtype=bool)
    best = np.zeros((height, width), dtype=np.float32)
    owner = np.full((height, width), -1, dtype=np.int32)
    regions: list[Region] = []
    for query, small in enumerate(logits):
        # A query of the greatest score takes no pixel from one of the least below this probability.
        least = _logit(mask_threshold * score.min() / score.max())
        region, large = size.where(small, least)
        regions.append(region)
        probability = _sigmoid(large)
        masks[query][region] = probability >= mask_threshold
        weighted = probability * np.float32(score[query])
        wins = weighted > best[region]
        np.copyto(best[region], weighted, where=wins)
        np.copyto(owner[region], query, where=wins)
    for query, region in enumerate(regions):
        own = masks[query][region]
        area = np.count_nonzero(own)
        own &= owner[region] == query
        if np.count_nonzero(own) <= kept_share * area:
            own[...] = False
    return masks


def fused(masks: Bool[np.ndarray, "n h w"], group: Sequence[int]) -> tuple[Bool[np.ndarray, "k h w"], list[int]]:
    """The union of the masks of each group, in place of its first, and which those are.

    Args:
        masks: N masks.
        group: of each mask; those of a negative group stay by themselves.
    """
    first: dict[int, int] = {}
    kept = []
    out = masks.copy()
    for row, name in enumerate(group):
        if name >= 0 and name in first:
            out[first[name]] |= masks[row]
            continue
        first[name] = row
        kept.append(row)
    return out[kept], kept


def tight_boxes(masks: Bool[np.ndarray, "n h w"]) -> Float64[np.ndarray, "n 4"]:
    """[N, 4] the smallest boxes (left, top, right, bottom) around masks that have a pixel each."""
    out = np.zeros((len(masks), 4))
    for row, mask in enumerate(masks):
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        out[row] = columns[0], rows[0], columns[-1] + 1, rows[-1] + 1
    return out


def _logit(probability: float) -> float:
    return float(np.log(probability) - np.log1p(-probability))


def _sigmoid(logits: Float32[np.ndarray, "..."]) -> Float32[np.ndarray, "..."]:
    # tanh never overflows, whatever the logit.
    return 0.5 * (1 + np.tanh(0.5 * logits))
