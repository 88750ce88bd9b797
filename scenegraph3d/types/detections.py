"""Detections: things found in a picture, in pixels."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Bool, Float32, Float64, Int

from ..errors import InputError, message
from . import _check
from .cuboids import Cuboids


@_check.at_the_door
@dataclass(frozen=True, eq=False)
class Detections:
    """N things found in one picture.

    Attributes:
        xyxy_px: [N, 4] float64, left, top, right, bottom in pixels.
        label: N strings.
        score: [N] in [0, 1]; 1 where left out.
        mask: [N, H, W] bool at image size, or None. Masks may overlap (a pillow on a bed).
        attributes: N mappings such as {"color": "red"}.
        embedding: [N, D] float32, what each looks like to a network, or None; lengths and units are the network's.
        cuboids: boxes in 3D from a detector that sees them itself, or None: then boxes are fitted to depth.

    Raises:
        InputError: lengths differ, a box without area, a score outside [0, 1], a mask without a pixel, an embedding
            that is not finite.
    """

    xyxy_px: Float64[np.ndarray, "n 4"]
    label: tuple[str, ...]
    score: Float64[np.ndarray, " n"] = _check.FILLED_IN
    mask: Bool[np.ndarray, "n h w"] | None = None
    attributes: tuple[Mapping[str, Any], ...] = _check.FILLED_IN
    embedding: Float32[np.ndarray, "n d"] | None = None
    cuboids: Cuboids | None = None

    def __post_init__(self) -> None:
        xyxy = _check.array(self.xyxy_px, "xyxy_px", (None, 4))
        count = len(xyxy)
        names = _check.labels(self.label, "label")
        if len(names) != count:
            raise InputError(message("label", f"{count} labels, one per box", f"{len(names)}"))
        flat = np.flatnonzero((xyxy[:, 2] <= xyxy[:, 0]) | (xyxy[:, 3] <= xyxy[:, 1]))
        if len(flat):
            i = int(flat[0])
            raise InputError(
                message(
                    f"box {i} ({names[i]})",
                    "left < right and top < bottom in pixels",
                    f"{xyxy[i].tolist()}",
                    "boxes are [x0, y0, x1, y1]; COCO's [x, y, width, height] is read from COCO files only",
                )
            )
        score = _check.array(np.ones(count) if self.score is None else self.score, "score", (count,))
        if ((score < 0) | (score > 1)).any():
            raise InputError(message("score", "values in [0, 1]", f"{score.min()} to {score.max()}"))
        object.__setattr__(self, "xyxy_px", xyxy)
        object.__setattr__(self, "label", names)
        object.__setattr__(self, "score", score)
        object.__setattr__(self, "mask", self._masks(count))
        rows = ({},) * count if self.attributes is None else self.attributes
        object.__setattr__(self, "attributes", _check.attribute_rows(rows, "attributes", count))
        object.__setattr__(self, "embedding", _check.embedding_rows(self.embedding, count))
        if self.cuboids is not None and len(self.cuboids) != count:
            raise InputError(message("cuboids", f"{count} boxes, one per detection", f"{len(self.cuboids)}"))

    def _masks(self, count: int) -> np.ndarray | None:
        if self.mask is None:
            return None
        mask = np.asarray(self.mask)
        if mask.dtype != bool or mask.ndim != 3 or len(mask) != count:
            raise InputError(
                message("mask", f"bool of shape [{count}, H, W]", f"dtype {mask.dtype} shape {mask.shape}")
            )
        empty = np.flatnonzero(~mask.any(axis=(1, 2)))
        if len(empty):
            i = int(empty[0])
            raise InputError(
                message(f"mask {i} ({self.label[i]})", "at least one pixel", "an empty mask", "drop that detection")
            )
        return mask if mask.base is None and not mask.flags.writeable else _check.freeze(mask.copy())

    def where(self, keep: Bool[np.ndarray, " n"] | Int[np.ndarray, " k"]) -> "Detections":
        """The rows that a boolean mask or an index array picks, in its order."""
        rows = np.arange(len(self))[keep].tolist()
        return Detections(
            self.xyxy_px[keep],
            tuple(self.label[row] for row in rows),
            self.score[keep],
            None if self.mask is None else _check.freeze(self.mask[keep]),
            tuple(self.attributes[row] for row in rows),
            None if self.embedding is None else self.embedding[keep],
            None if self.cuboids is None else self.cuboids.where(keep),
        )

    def __len__(self) -> int:
        return len(self.label)
