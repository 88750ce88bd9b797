"""Detections with masks by transformers' segmentation networks of queries: things, and stuff such as floors and walls.

MaskFormer, Mask2Former, OneFormer, EoMT and DETR give a class and a map of logits for each query. What a checkpoint was
trained for is told by its classes, since its files do not say: one with stuff among them is read as panoptic, any other
as instances.

| | panoptic | instances |
|---|---|---|
| masks | share no pixel | may overlap (a pillow on a bed) |
| score | of the class | of the class, times the mean probability inside the mask |
| stuff | one detection per class | - |

Stuff is what OneFormer's checkpoint says is no thing; for the others, the stuff of COCO, ADE20K or Cityscapes, where
most of it is among the checkpoint's classes.

Two differences from transformers' own post-processing: maps are put where padding left the picture, and a pixel that no
mask claims belongs to nothing. A checkpoint of semantic segmentation is refused where its processor says that it is one
(EoMT); one of Mask2Former or MaskFormer cannot be told from a panoptic one, and gives all things of a class as one.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Bool, Float, Int

from .. import documents as doc
from ..errors import ModelError, message
from ..models.checkpoint import Checkpoint
from ..models.hub import model_type
from ..types import Detections, Image
from .masks import enlarger, exclusive, fused, overlapping, tight_boxes
from .merge import DEFAULT_MERGE, MergeSettings, merge_duplicates
from .pretrained import Prepared, PretrainedDetector

PANOPTIC_TYPES = ("detr", "eomt", "eomt_dinov3", "mask2former", "maskformer", "oneformer")
ONEFORMER = "oneformer"
_STUFF = Path(__file__).with_name("stuff.json")


@dataclass(frozen=True)
class PanopticSettings:
    """What of a network's answer is kept.

    Attributes:
        min_score: queries of this score or below are left out.
        mask_threshold: pixels of at least this probability are in a query's own mask.
        kept_share: a query whose mask loses so much to others that this share of it or less is left gives nothing.
        stuff_share: the classes are those of a data set where more than this share of its stuff is among them.
        max_detections: the best queries that are looked at.
        merge: when two instances are one thing.
    """

    min_score: float = 0.5
    mask_threshold: float = 0.5
    kept_share: float = 0.8
    stuff_share: float = 0.8
    max_detections: int = 100
    merge: MergeSettings = DEFAULT_MERGE


DEFAULT_PANOPTIC = PanopticSettings()


class PanopticDetector(PretrainedDetector):
    """Things and stuff with masks, by any network of transformers' AutoModelForUniversalSegmentation for pictures.

    Attributes:
        stuff: the numbers of the classes that are stuff; where there are none, the network gives instances.

    Args:
        card: the checkpoint.
        device: "cuda", "mps" or "cpu"; the best there is where left out.
        settings: what is kept.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        InputError: no such device.
        ModelError: see `models.hub.load`; classes without names ("LABEL_0"); a checkpoint of semantic segmentation.
    """

    def __init__(
        self, card: Checkpoint, device: str | None = None, *, settings: PanopticSettings = DEFAULT_PANOPTIC
    ) -> None:
        reader = "OneFormerProcessor" if model_type(card) == ONEFORMER else "AutoImageProcessor"
        super().__init__(card, device, "AutoModelForUniversalSegmentation", reader, PANOPTIC_TYPES)
        self.settings = settings
        processor = self._loaded.processor
        if getattr(processor, "do_split_image", False):
            do = "take a panoptic checkpoint, or one of instances"
            raise ModelError(message(card.name, "a network that finds things", "one of semantic segmentation", do))
        told = getattr(getattr(processor, "image_processor", None), "metadata", None)
        if told is not None:
            self.stuff = frozenset(self._all) - frozenset(told["thing_ids"])
        else:
            self.stuff = stuff_of(self._all, settings.stuff_share)

    def _processed(self, picture: Any) -> Mapping[str, Any]:
        if self._loaded.model.config.model_type != ONEFORMER:
            return super()._processed(picture)
        task = ["panoptic" if self.stuff else "instance"]
        found: Mapping[str, Any] = self._loaded.processor(
            images=[picture], task_inputs=task, return_tensors="pt", input_data_format="channels_first"
        )
        return found

    def _share(self, tensors: Mapping[str, Any], image: Image) -> tuple[float, float]:
        processor = self._loaded.processor
        if "pixel_mask" in tensors or not getattr(processor, "do_pad", False):
            return super()._share(tensors, image)
        from transformers.image_transforms import get_size_with_aspect_ratio

        size = processor.size
        inside = get_size_with_aspect_ratio((image.height, image.width), size["shortest_edge"], size["longest_edge"])
        height, width = tensors["pixel_values"].shape[-2:]
        return inside[0] / height, inside[1] / width

    def _read(self, outputs: Any, group: Sequence[Prepared]) -> list[Detections]:
        logits = outputs.get("class_queries_logits", outputs.get("logits"))
        maps = outputs.get("masks_queries_logits", outputs.get("pred_masks"))
        scores = logits.float().softmax(dim=-1)[..., :-1].cpu().numpy()
        read = self._panoptic if self.stuff else self._instances
        return [read(score, small, picture) for score, small, picture in zip(scores, maps, group, strict=True)]

    def _panoptic(self, scores: Float[np.ndarray, "q c"], small: Any, picture: Prepared) -> Detections:
        rows, number, score = self._queries(scores)
        maps = small[rows].float().cpu().numpy()
        size = enlarger(tuple(small.shape[1:]), picture.share, picture.height, picture.width)
        masks = exclusive(
            maps,
            score,
            size,
            mask_threshold=self.settings.mask_threshold,
            kept_share=self.settings.kept_share,
        )
        seen = np.flatnonzero(masks.any(axis=(1, 2)))
        of_stuff = [one if one in self.stuff else -1 for one in number[seen].tolist()]
        masks, kept = fused(masks[seen], of_stuff)
        return self._detections(number[seen][kept], score[seen][kept], masks)

    def _instances(self, scores: Float[np.ndarray, "q c"], small: Any, picture: Prepared) -> Detections:
        rows, number, score = self._queries(scores)
        maps = small[rows].float().cpu().numpy()
        size = enlarger(tuple(small.shape[1:]), picture.share, picture.height, picture.width)
        masks, sure = overlapping(maps, size, self.settings.mask_threshold)
        score = score * sure
        kept = np.flatnonzero(score > self.settings.min_score)
        kept = kept[np.argsort(-score[kept], kind="stable")]
        return merge_duplicates(self._detections(number[kept], score[kept], masks[kept]), self.settings.merge)

    def _queries(
        self, scores: Float[np.ndarray, "q c"]
    ) -> tuple[Int[np.ndarray, " n"], Int[np.ndarray, " n"], Float[np.ndarray, " n"]]:
        """The queries that are sure of a class, that class and its score, the best first."""
        top, number = scores.max(axis=1).astype(np.float64), scores.argmax(axis=1)
        # A query that is surest of "no object" gives nothing, whatever the limit.
        sure = (top > self.settings.min_score) & (top >= 1 - scores.sum(axis=1))
        rows = np.flatnonzero(sure)
        rows = rows[np.argsort(-top[rows], kind="stable")][: self.settings.max_detections]
        return rows, number[rows], top[rows]

    def _detections(
        self, number: Int[np.ndarray, " n"], score: Float[np.ndarray, " n"], masks: Bool[np.ndarray, "n h w"]
    ) -> Detections:
        kept = np.flatnonzero(np.isin(number, list(self.classes)))
        label = tuple(self.classes[one] for one in number[kept].tolist())
        return Detections(tight_boxes(masks[kept]), label, score[kept], masks[kept])


@cache
def _stuff_names() -> Mapping[str, list[str]]:
    found: Mapping[str, list[str]] = doc.read_json(_STUFF)
    return found


def stuff_of(classes: Mapping[int, str], least_share: float) -> frozenset[int]:
    """The numbers of the classes that are stuff, if the classes are those of COCO, ADE20K or Cityscapes.

    Args:
        classes: names by number; of one with synonyms ("road, route") the first counts.
        least_share: a data set is recognised where more than this share of its stuff is among the classes.
    """
    numbers: dict[str, list[int]] = {}
    for number, label in classes.items():
        numbers.setdefault(" ".join(label.partition(",")[0].casefold().split()), []).append(number)
    share, known = max(
        (sum(name in numbers for name in names) / len(names), names) for names in _stuff_names().values()
    )
    if share <= least_share:
        return frozenset()
    return frozenset(number for name in known for number in numbers.get(name, ()))
