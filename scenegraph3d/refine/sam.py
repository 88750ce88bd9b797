"""Boxes to masks, by a segment-anything network of transformers: Detections -> Detections with a mask each.

SAM 2 and 2.1, EdgeTAM, SAM 3's tracker, SAM and SAM-HQ. The picture is looked at once, the boxes are asked for some at
a time. A box leaves little doubt about what is meant, so the network is asked for one mask of it, as its authors
advise, not for the whole, a part and a part of that.

A mask is cut off a little outside its box. It is taken as it is: a hole in it may be the back of a chair that one sees
through. Where the network is not sure, or its mask does not fill the box from side to side, the mask is the box's own
pixels and `attributes["mask"]` is "box".

References:
    A. Kirillov et al., Segment Anything, ICCV 2023; L. Ke et al., Segment Anything in High Quality, NeurIPS 2023;
    N. Ravi et al., SAM 2, ICLR 2025; C. Zhou et al., EdgeTAM, CVPR 2025; N. Carion et al., SAM 3, arXiv 2511.16719.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int

from ..detect.grounded import pil_image
from ..detect.overlaps import box_iou
from ..errors import InputError, message
from ..models.checkpoint import checkpoint
from ..models.device import inference, torch_device
from ..models.hub import load, model_type
from ..types import Detections, Image

DEFAULT_CHECKPOINT = "sam2.1-small"
FROM_BOX: Mapping[str, str] = {"mask": "box"}


@dataclass(frozen=True)
class SamSettings:
    """Which masks are taken, and what is computed at a time.

    Attributes:
        min_quality: intersection over union with the true outline that the network expects of its mask, at least.
        min_extent: intersection over union of the mask's own bounds and the box, at least.
        margin: how far outside the box a mask may reach, as a share of the box's sides: boxes are drawn a little tight.
        boxes_per_pass: boxes that are asked for together; their masks take 8 MB each, of a picture of 1280 x 720.
    """

    min_quality: float = 0.5
    min_extent: float = 0.4
    margin: float = 0.05
    boxes_per_pass: int = 16


DEFAULT_SAM = SamSettings()


@dataclass(frozen=True)
class _Family:
    """How a family is called: names of its classes, and of what it sees in a picture."""

    model_class: str
    processor_class: str
    embeddings: tuple[str, ...] = ("image_embeddings",)


_SAM2 = _Family("Sam2Model", "Sam2Processor")
_EDGETAM = _Family("EdgeTamModel", "Sam2Processor")
_FAMILIES: Mapping[str, _Family] = {
    "sam2": _SAM2,
    "sam2_video": _SAM2,  # the published checkpoints hold the tracker of videos beside it
    "edgetam": _EDGETAM,
    "edgetam_video": _EDGETAM,
    "sam3_tracker": _Family("Sam3TrackerModel", "Sam3TrackerProcessor"),
    "sam": _Family("SamModel", "SamProcessor"),
    "sam_hq": _Family("SamHQModel", "SamHQProcessor", ("image_embeddings", "intermediate_embeddings")),
}


class SamMasks:
    """A refiner that gives each detection a mask by its box; the network is loaded once and kept.

    Args:
        spec: the checkpoint: a known name, a hub id or a local folder.
        device: where it runs: "cuda", "mps" or "cpu"; the best one where left out.
        settings: which masks are taken.

    Attributes:
        source: where the network came from.

    Raises:
        MissingExtraError: transformers is not installed.
        InputError: no such checkpoint or device.
        ModelError: the checkpoint cannot be had, or is of another architecture.
    """

    def __init__(
        self, spec: str = DEFAULT_CHECKPOINT, device: str | None = None, *, settings: SamSettings = DEFAULT_SAM
    ) -> None:
        card, place = checkpoint(spec, "refine"), torch_device(device)
        self.settings = settings
        self._family = _FAMILIES.get(model_type(card), _SAM2)
        names = (self._family.model_class, self._family.processor_class)
        self._pretrained = load(card, *names, place, types=tuple(_FAMILIES))
        self.source = self._pretrained.source

    def refine(self, image: Image, detections: Detections) -> Detections:
        """The same detections, their boxes, labels and scores as they were, with masks [N, H, W] by their boxes.

        Masks that were there are replaced.

        Raises:
            InputError: a box that lies outside the picture.
            ModelError: the memory is not enough.
        """
        boxes = _inside(detections, image)
        mask, quality = self._masks(image, boxes)
        reach = self.settings.margin * (boxes[:, 2:] - boxes[:, :2])
        _cut_off(mask, boxes + np.concatenate([-reach, reach], axis=1))
        extent = np.array([_extent(one, box) for one, box in zip(mask, boxes, strict=True)])
        poor = (quality < self.settings.min_quality) | (extent < self.settings.min_extent) | (extent == 0)
        for row in np.flatnonzero(poor):
            mask[row] = True
            _cut_off(mask[row : row + 1], boxes[row : row + 1])
        rows = zip(detections.attributes, poor, strict=True)
        attributes = tuple({**known, **FROM_BOX} if is_box else known for known, is_box in rows)
        mask.setflags(write=False)  # spares a copy of all masks
        return replace(detections, mask=mask, attributes=attributes)

    def _masks(
        self, image: Image, boxes: Float[np.ndarray, "n 4"]
    ) -> tuple[Bool[np.ndarray, "n h w"], Float[np.ndarray, " n"]]:
        """The network's masks, and the intersection over union with the truth that it expects of each."""
        mask = np.zeros((len(boxes), image.height, image.width), dtype=bool)
        quality = np.zeros(len(boxes))
        if not len(boxes):
            return mask, quality
        model, processor, device = self._pretrained.model, self._pretrained.processor, self._pretrained.device
        given = processor(images=pil_image(image), input_boxes=[boxes.tolist()], return_tensors="pt")
        sizes = [given[name].tolist() for name in ("original_sizes", "reshaped_input_sizes") if name in given]
        with inference(self._pretrained.checkpoint.name, device, coarse=True):
            seen = model.get_image_embeddings(given["pixel_values"].to(device))
            names = self._family.embeddings
            known = dict(zip(names, (seen,) if len(names) == 1 else seen, strict=True))
            for first in range(0, len(boxes), self.settings.boxes_per_pass):
                some = slice(first, first + self.settings.boxes_per_pass)
                asked = given["input_boxes"][:, some].float().to(device)
                output = model(**known, input_boxes=asked, multimask_output=False)
                quality[some] = output.iou_scores[0, :, 0].float().cpu().numpy()
                found = processor.post_process_masks([output.pred_masks[0].float()], *sizes)[0]
                mask[some] = found[:, 0].cpu().numpy()
        return mask, quality


def _inside(detections: Detections, image: Image) -> Float[np.ndarray, "n 4"]:
    """The boxes, cut off at the picture's border."""
    boxes = np.clip(detections.xyxy_px, 0, np.tile([image.width, image.height], 2))
    outside = np.flatnonzero((boxes[:, 2:] <= boxes[:, :2]).any(axis=1))
    if len(outside):
        i = int(outside[0])
        expected, got = f"some of it inside {image.width} x {image.height} pixels", str(detections.xyxy_px[i].tolist())
        raise InputError(message(f"box {i} ({detections.label[i]})", expected, got, "drop that detection"))
    return boxes


def _cut_off(mask: Bool[np.ndarray, "n h w"], boxes: Float[np.ndarray, "n 4"]) -> None:
    """Clear each mask outside the pixels that its box touches."""
    low, high = np.floor(boxes[:, :2]).clip(0).astype(np.int64), np.ceil(boxes[:, 2:]).astype(np.int64)
    for one, (left, top), (right, bottom) in zip(mask, low.tolist(), high.tolist(), strict=True):
        one[:top] = one[bottom:] = False
        one[:, :left] = one[:, right:] = False


def _extent(mask: Bool[np.ndarray, "h w"], box: Float[np.ndarray, " 4"]) -> float:
    """Intersection over union of a mask's bounds and a box; 0 of an empty mask."""
    rows: Int[np.ndarray, " r"] = np.flatnonzero(mask.any(axis=1))
    columns: Int[np.ndarray, " c"] = np.flatnonzero(mask.any(axis=0))
    if not len(rows):
        return 0.0
    bounds = np.array([[columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]], dtype=np.float64)
    return float(box_iou(bounds, box[None])[0, 0])
