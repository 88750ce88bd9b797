"""Detections in an RGB image, by an ONNX network of the user's own that a card describes.

The card is that of `models.card` with the section `detect`:

| field | content | left out |
|---|---|---|
| head | "yolox", "yolov5", "yolov8", "detr": the layout of the output, see `detect.heads` | - |
| labels | a list, in the network's order, or "coco80" | - |
| output | the model's output; not for "detr" | its only one |
| boxes, scores | the two outputs of "detr" | "pred_boxes", "logits" |
| activation | of "detr": "softmax" with a last "no object", or "sigmoid" | "softmax" |
| strides | of "yolox": of its grids, pixels | [8, 16, 32] |
| min_score | detections below are left out | 0.3 |
| nms_iou | boxes of one label that overlap more are one | 0.5 |
| duplicate_iou | boxes of two labels that overlap more are one, under the better label | 0.85 |

Boxes come back in the picture's pixels, cut off at its border, best score first; where one thing had two labels,
`attributes["also"]` has the others.
"""

from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np
from jaxtyping import Float

from .. import documents as doc
from ..errors import InputError
from ..models.card import choice, number, parsed, read_card, text
from ..models.network import DEFAULT_SESSION, Network, SessionSettings, session_on
from ..types import Detections, Image
from . import heads
from .classes import asked_for, vocabulary_of
from .merge import MergeSettings, merge_duplicates

HEADS = ("yolox", "yolov5", "yolov8", "detr")
ACTIVATIONS = ("softmax", "sigmoid")
LABEL_LISTS: Mapping[str, Path] = {"coco80": Path(__file__).with_name("coco80.json")}
_OPTIONAL = {
    "yolox": ("output", "strides"),
    "yolov5": ("output",),
    "yolov8": ("output",),
    "detr": ("boxes", "scores", "activation"),
}
_THRESHOLDS = ("min_score", "nms_iou", "duplicate_iou")


@dataclass(frozen=True)
class DetectSpec:
    """What a detection network gives: the card's section `detect`.

    Attributes:
        head: the layout of its output.
        labels: in the network's order.
        outputs: the model's outputs that the head reads: boxes and scores for "detr", else one, None for its only one.
        softmax: of "detr", whether the scores are a softmax with a last "no object", else a sigmoid each.
        strides: of "yolox", of its grids, pixels.
        min_score: detections below are left out.
        nms_iou: boxes of one label that overlap more are one.
        duplicate_iou: boxes of two labels that overlap more are one.
        max_candidates: of all boxes above `min_score`, the best that are compared with each other.
        min_side_px: a box with a shorter side, after it is cut off at the picture's border, is left out.
    """

    head: str
    labels: tuple[str, ...]
    outputs: tuple[str | None, ...] = (None,)
    softmax: bool = True
    strides: tuple[int, ...] = (8, 16, 32)
    min_score: float = 0.3
    nms_iou: float = MergeSettings.same_label_iou
    duplicate_iou: float = MergeSettings.any_label_iou
    max_candidates: int = 1000
    min_side_px: float = 1.0


class OnnxDetector:
    """A detector from a card; the network is loaded once and kept.

    Args:
        card: path of the card.
        device: "cpu", "cuda" or "mps" instead of the providers in the settings.
        settings: how onnxruntime runs it.

    Attributes:
        spec: the card's section.
        vocabulary: the labels that it gives.
        source: the model's file.

    Raises:
        MissingExtraError: onnxruntime is not installed.
        InputError: no card, a card that is not as above, or a model that is not what it says.
    """

    def __init__(
        self, card: str | PathLike[str] = "", device: str | None = None, *, settings: SessionSettings = DEFAULT_SESSION
    ) -> None:
        read = read_card(card, "detect")
        self.spec = parsed(read, _spec)
        self._network = Network(read, session_on(device, settings))
        fields = ("boxes", "scores") if self.spec.head == "detr" else ("output",)
        named = zip(self.spec.outputs, fields, strict=True)
        self.source = f"onnx:{self._network.card.model.name}"
        self.vocabulary = vocabulary_of(dict(enumerate(self.spec.labels)))
        self._outputs = [self._network.output_named(name, f"detect.{field}") for name, field in named]

    def finding(self, labels: Sequence[str]) -> "OnnxDetector":
        """The same detector, the network shared, that gives things of `labels` alone.

        Args:
            labels: as `classes.asked_for` takes them.

        Raises:
            InputError: none, or one that the card does not have.
        """
        found = copy(self)
        wanted = asked_for(labels, dict(enumerate(self.spec.labels)), self.source)
        found.vocabulary = vocabulary_of(wanted)
        return found

    def detect(self, image: Image) -> Detections:
        """What the network finds in `image`.

        Raises:
            InputError: the network fails, or its output does not fit the head.
        """
        found, place = self._network.run(image, self._outputs)
        try:
            inside, score = _decoded(self.spec, found, self._network.width, self._network.height)
        except InputError as error:
            raise InputError(f"{self._network.card.path}: {error}") from error
        xyxy = np.clip(place.boxes_to_image(inside), 0, np.tile([image.width, image.height], 2))
        found_all = chosen(xyxy, score, self.spec)
        return found_all.where(np.isin(np.array(found_all.label, dtype=np.str_), self.vocabulary))


def chosen(xyxy_px: Float[np.ndarray, "n 4"], score: Float[np.ndarray, "n labels"], spec: DetectSpec) -> Detections:
    """One detection per thing, best score first, of N candidate boxes inside the picture with a score for each label.

    Boxes and scores that are NaN are left out.
    """
    best = score.argmax(axis=1) if len(score) else np.zeros(0, dtype=np.int64)
    top = np.take_along_axis(score, best[:, None], axis=1)[:, 0]
    long_enough = (xyxy_px[:, 2:] - xyxy_px[:, :2] >= spec.min_side_px).all(axis=1)
    able = np.flatnonzero((top >= spec.min_score) & long_enough)
    able = able[np.argsort(-top[able], kind="stable")][: spec.max_candidates]
    found = Detections(xyxy_px[able], tuple(spec.labels[row] for row in best[able]), top[able])
    return merge_duplicates(found, MergeSettings(spec.nms_iou, spec.duplicate_iou))


def _decoded(spec: DetectSpec, found: list[np.ndarray], width: int, height: int) -> heads.Decoded:
    count = len(spec.labels)
    if spec.head == "yolox":
        return heads.yolox(found[0], count, width, height, spec.strides)
    if spec.head == "detr":
        return heads.detr(found[0], found[1], count, (width, height), softmax=spec.softmax)
    decode = heads.yolov5 if spec.head == "yolov5" else heads.yolov8
    return decode(found[0], count)


def _spec(section: Mapping[str, Any]) -> DetectSpec:
    where = "detect"
    found = doc.mapping(dict(section), where, ("head", "labels"), None)
    head = choice(found, "head", where, HEADS)
    doc.check_keys([found], where, ("head", "labels"), (*_OPTIONAL[head], *_THRESHOLDS), one=True)
    outputs: tuple[str | None, ...] = (text(found, "output", where),)
    if head == "detr":
        outputs = (text(found, "boxes", where) or "pred_boxes", text(found, "scores", where) or "logits")
    return DetectSpec(
        head=head,
        labels=_labels(found["labels"], f"{where}.labels"),
        outputs=outputs,
        softmax=choice({"activation": "softmax", **found}, "activation", where, ACTIVATIONS) == "softmax",
        strides=_strides(found.get("strides", list(DetectSpec.strides)), f"{where}.strides"),
        min_score=_share(found, "min_score"),
        nms_iou=_share(found, "nms_iou"),
        duplicate_iou=_share(found, "duplicate_iou"),
    )


def _share(found: Mapping[str, Any], key: str) -> float:
    return number({key: getattr(DetectSpec, key), **found}, key, "detect", 0, 1)


def _labels(value: Any, where: str) -> tuple[str, ...]:
    if type(value) is str and value in LABEL_LISTS:
        return tuple(doc.read_json(LABEL_LISTS[value]))
    if type(value) is not list or not value:
        raise doc.fail(where, f"a list of texts, or one of {', '.join(LABEL_LISTS)}", value)
    for i, label in enumerate(value):
        if type(label) is not str or not label.strip():
            raise doc.fail(f"{where}[{i}]", "text that is not empty", label)
    return tuple(value)


def _strides(value: Any, where: str) -> tuple[int, ...]:
    if type(value) is not list or not value or not all(type(one) is int and one > 0 for one in value):
        raise doc.fail(where, "a list of whole numbers above 0", value)
    return tuple(value)
