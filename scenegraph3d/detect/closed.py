"""Detections by transformers' detectors of closed vocabulary: boxes of a checkpoint's classes, with RF-DETR masks too.

Boxes come from the processor's own `post_process_object_detection`, which knows whether a family's scores are a sigmoid
or a softmax. Where a checkpoint's processor pads pictures to a fixed size, boxes are shares of the padded picture, as
transformers trains them, and come back as such.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from ..models.checkpoint import Checkpoint
from ..types import Detections
from .masks import enlarger, overlapping, tight_boxes
from .merge import DEFAULT_MERGE, MergeSettings, merge_duplicates
from .pretrained import Prepared, PretrainedDetector

BOX_TYPES = (
    *("conditional_detr", "d_fine", "dab-detr", "deformable_detr", "deimv2", "detr", "lw_detr", "rf_detr"),
    *("rt_detr", "rt_detr_v2", "table-transformer", "yolos"),
)
MASK_TYPES = ("rf_detr",)


@dataclass(frozen=True)
class ClosedSettings:
    """What of a network's answer is kept.

    Attributes:
        min_score: detections of this score or below are left out.
        min_side_px: a box with a shorter side, after it is cut off at the picture's border, is left out.
        mask_threshold: pixels of at least this probability are in a mask.
        max_detections: the best that are kept.
        merge: when two detections are one thing.
    """

    min_score: float = 0.5
    min_side_px: float = 1.0
    mask_threshold: float = 0.5
    max_detections: int = 100
    merge: MergeSettings = DEFAULT_MERGE


DEFAULT_CLOSED = ClosedSettings()


class ClosedDetector(PretrainedDetector):
    """Boxes by any network of transformers' AutoModelForObjectDetection.

    Args:
        card: the checkpoint.
        device: "cuda", "mps" or "cpu"; the best there is where left out.
        settings: what is kept.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        InputError: no such device.
        ModelError: see `models.hub.load`; or classes without names ("LABEL_0").
    """

    model_class = "AutoModelForObjectDetection"
    types: tuple[str, ...] = BOX_TYPES

    def __init__(
        self, card: Checkpoint, device: str | None = None, *, settings: ClosedSettings = DEFAULT_CLOSED
    ) -> None:
        super().__init__(card, device, self.model_class, "AutoImageProcessor", self.types)
        self.settings = settings

    def _read(self, outputs: Any, group: Sequence[Prepared]) -> list[Detections]:
        import torch

        whole = [(picture.height / picture.share[0], picture.width / picture.share[1]) for picture in group]
        found = self._loaded.processor.post_process_object_detection(
            outputs, threshold=self.settings.min_score, target_sizes=torch.tensor(whole, device=self._loaded.device)
        )
        return [self._detections(rows, picture) for rows, picture in zip(found, group, strict=True)]

    def _detections(self, found: Mapping[str, Any], picture: Prepared) -> Detections:
        xyxy, score, number = (found[name].cpu().numpy() for name in ("boxes", "scores", "labels"))
        xyxy = np.clip(xyxy.astype(np.float64), 0, np.tile([picture.width, picture.height], 2))
        able = (xyxy[:, 2:] - xyxy[:, :2] >= self.settings.min_side_px).all(axis=1)
        able &= np.isin(number, list(self.classes))
        rows = np.flatnonzero(able)
        rows = rows[np.argsort(-score[rows], kind="stable")]
        return best(_detected(self.classes, xyxy[rows], number[rows], score[rows]), self.settings)


class ClosedMaskDetector(ClosedDetector):
    """The same with masks, by RF-DETR's networks of instance segmentation; each box is tight around its mask."""

    model_class = "AutoModelForInstanceSegmentation"
    types = MASK_TYPES

    def _read(self, outputs: Any, group: Sequence[Prepared]) -> list[Detections]:
        numbers = np.array([number for number in self.classes if number < outputs.logits.shape[-1]], dtype=np.int64)
        scores = outputs.logits.sigmoid().cpu().numpy()[..., numbers]
        return [
            self._with_masks(score, numbers, small, picture)
            for score, small, picture in zip(scores, outputs.pred_masks, group, strict=True)
        ]

    def _with_masks(
        self, score: Float[np.ndarray, "q c"], numbers: Int[np.ndarray, " c"], small: Any, picture: Prepared
    ) -> Detections:
        top, number = score.max(axis=1), numbers[score.argmax(axis=1)]
        rows = np.flatnonzero(top > self.settings.min_score)
        rows = rows[np.argsort(-top[rows], kind="stable")]
        size = enlarger(tuple(small.shape[1:]), picture.share, picture.height, picture.width)
        masks, _ = overlapping(small[rows].float().cpu().numpy(), size, self.settings.mask_threshold)
        seen = masks.any(axis=(1, 2))
        rows, masks = rows[seen], masks[seen]
        found = _detected(self.classes, tight_boxes(masks), number[rows], top[rows], masks)
        return best(found, self.settings)


def best(found: Detections, settings: ClosedSettings) -> Detections:
    """One detection per thing, the first `max_detections` of them; `found` has the best first."""
    merged = merge_duplicates(found, settings.merge)
    return merged.where(np.arange(min(len(merged), settings.max_detections)))


def _detected(
    classes: Mapping[int, str],
    xyxy_px: Float[np.ndarray, "n 4"],
    number: Int[np.ndarray, " n"],
    score: Float[np.ndarray, " n"],
    mask: np.ndarray | None = None,
) -> Detections:
    return Detections(xyxy_px, tuple(classes[one] for one in number.tolist()), score.astype(np.float64), mask)
