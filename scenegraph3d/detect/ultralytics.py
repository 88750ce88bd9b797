"""Detections by a network of Ultralytics (YOLO), exported to a format that is no pickle.

**Licence.** Ultralytics' library and its weights are under AGPL-3.0: whoever offers a service with them has to publish
the service's source, or to buy another licence from Ultralytics. scenegraph3d needs neither; they come with the extra
`ultralytics` alone. Its own settings say whether it reports its use: `yolo settings sync=False` switches that off.

A `.pt` file is a pickle, which can run any code when it is loaded, so it is refused; `yolo export` makes an ONNX file
of it, where you trust it. RF-DETR, D-FINE and RT-DETR (`detect.closed`) are detectors with free licences.
"""

import logging
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from copy import copy
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any

import numpy as np

from ..errors import InputError, ModelError, message, require
from ..models.device import torch_device
from ..types import Detections, Image
from .classes import asked_for, vocabulary_of
from .masks import tight_boxes
from .merge import DEFAULT_MERGE, MergeSettings, merge_duplicates

EXTRA = "ultralytics"
FILES = (".onnx", ".engine", ".mlpackage", ".tflite", ".mnn")
FOLDERS = ("_openvino_model", "_ncnn_model", "_saved_model")
MASKS = "-seg"  # in a file's name, as Ultralytics names networks of masks


@dataclass(frozen=True)
class UltralyticsSettings:
    """What of a network's answer is kept.

    Attributes:
        min_score: detections below are left out.
        nms_iou: boxes of one label that overlap more are one.
        min_side_px: a box with a shorter side, after it is cut off at the picture's border, is left out.
        max_detections: the best that are kept.
        merge: when two detections are one thing.
    """

    min_score: float = 0.25
    nms_iou: float = 0.7
    min_side_px: float = 1.0
    max_detections: int = 100
    merge: MergeSettings = DEFAULT_MERGE


DEFAULT_ULTRALYTICS = UltralyticsSettings()


class UltralyticsDetector:
    """Boxes, and masks where the file's name has "-seg", by an exported network; it is loaded once and kept.

    Pictures run one by one: an exported network usually takes one at a time.

    Attributes:
        vocabulary: the labels that it looks for.
        source: the file's name.

    Args:
        weights: an exported file (.onnx, .engine, .mlpackage, .tflite, .mnn), or a folder of OpenVINO, NCNN or
            TensorFlow as `yolo export` names it.
        device: "cuda", "mps" or "cpu"; the best there is where left out.
        settings: what is kept.

    Raises:
        MissingExtraError: ultralytics, or for ONNX files onnxruntime, is not installed.
        InputError: no such file or device, or another format.
        ModelError: Ultralytics cannot load it.
    """

    def __init__(
        self,
        weights: str | PathLike[str] = "",
        device: str | None = None,
        *,
        settings: UltralyticsSettings = DEFAULT_ULTRALYTICS,
    ) -> None:
        path = _exported(weights)
        if path.suffix == ".onnx":
            require("onnxruntime", "onnx")  # else Ultralytics installs it, unasked
        library = require("ultralytics", EXTRA)
        self.settings = settings
        self.source = f"ultralytics:{path.name}"
        self._device = str(torch_device(device))
        self._has_masks = MASKS in path.stem
        with _quiet():
            try:
                self._model = library.YOLO(str(path), task="segment" if self._has_masks else "detect")
                self._all = {int(number): str(label) for number, label in dict(self._model.names).items()}
            except (OSError, RuntimeError, ValueError, TypeError, KeyError, AttributeError, ImportError) as error:
                reason = " ".join(str(error).split())[:200]
                raise ModelError(message(str(path), "a network that yolo export wrote", f"({reason})")) from error
        self.classes = self._all
        self.vocabulary = vocabulary_of(self.classes)

    def finding(self, labels: Sequence[str]) -> "UltralyticsDetector":
        """The same detector, the network shared, that gives things of `labels` alone.

        Args:
            labels: as `classes.asked_for` takes them.

        Raises:
            InputError: none, or one that the network does not know.
        """
        found = copy(self)
        found.classes = asked_for(labels, self._all, self.source)
        found.vocabulary = vocabulary_of(found.classes)
        return found

    def detect(self, image: Image) -> Detections:
        """What the network finds in `image`, best score first."""
        with _quiet():
            result = self._model.predict(
                np.ascontiguousarray(image.rgb[..., ::-1]),
                conf=self.settings.min_score,
                iou=self.settings.nms_iou,
                max_det=self.settings.max_detections,
                classes=list(self.classes),
                device=self._device,
                retina_masks=True,
                verbose=False,
            )[0]
        boxes = result.boxes
        xyxy, score, number = (_array(values) for values in (boxes.xyxy, boxes.conf, boxes.cls))
        mask = None
        if self._has_masks:
            none = np.zeros((0, image.height, image.width), dtype=bool)
            mask = none if result.masks is None else _array(result.masks.data) > 0
        return self._detections(xyxy, score, number.astype(np.int64), mask, image)

    def _detections(
        self, xyxy: np.ndarray, score: np.ndarray, number: np.ndarray, mask: np.ndarray | None, image: Image
    ) -> Detections:
        xyxy = np.clip(xyxy.astype(np.float64), 0, np.tile([image.width, image.height], 2))
        able = (xyxy[:, 2:] - xyxy[:, :2] >= self.settings.min_side_px).all(axis=1)
        able &= np.isin(number, list(self.classes))
        if mask is not None:
            able &= mask.any(axis=(1, 2))
        rows = np.flatnonzero(able)
        rows = rows[np.argsort(-score[rows], kind="stable")]
        boxes = xyxy[rows] if mask is None else tight_boxes(mask[rows])
        label = tuple(self.classes[one] for one in number[rows].tolist())
        found = Detections(boxes, label, score[rows].astype(np.float64), None if mask is None else mask[rows])
        return merge_duplicates(found, self.settings.merge)


def _array(values: Any) -> np.ndarray:
    return np.asarray(values.cpu().numpy())


def _exported(weights: str | PathLike[str]) -> Path:
    path = Path(weights)
    if path.suffix in (".pt", ".pth", ".torchscript"):
        do = f"where you trust the file, run: yolo export model={path} format=onnx; then give the .onnx file"
        raise InputError(message(str(path), "an exported network", "a pickle, which can run any code", do))
    if path.suffix not in FILES and not path.name.endswith(FOLDERS):
        expected = f"an exported network: {', '.join(FILES)}, or a folder *{', *'.join(FOLDERS)}"
        raise InputError(message("weights", expected, repr(str(weights)), "such as ultralytics:yolo11n.onnx"))
    if not path.exists():
        raise InputError(message("weights", "an exported network", f"no file {str(path)!r}"))
    return path


@contextmanager
def _quiet() -> Iterator[None]:
    """Ultralytics says on the screen what it loads."""
    log = logging.getLogger("ultralytics")
    before = log.level
    log.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        log.setLevel(before)
