"""Detect: what is in the picture, as Detections: given by the user, found by geometry alone, or by a model.

`DETECTORS` names the models; `detector(spec)` makes one, from a name alone or a name and an argument with a colon
between, such as a model's id, folder or card.
"""

from ..registry import make
from .base import Detector

DETECTORS: dict[str, str] = {
    "onnx": "scenegraph3d.detect.onnx:OnnxDetector",
}

__all__ = ["DETECTORS", "Detector", "detector"]


def detector(spec: str) -> Detector:
    """The detector of a name, or of `name:argument`.

    Raises:
        InputError: an unknown name; near names are offered.
        MissingExtraError: it needs a library that is not installed.
    """
    found: Detector = make(DETECTORS, spec, "detector")
    return found
