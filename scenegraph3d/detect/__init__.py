"""Detect: what is in the picture, as Detections: given by the user, found by geometry alone, or by a model.

`DETECTORS` names the models; `detector(spec)` makes one, from a name alone or a name and an argument with a colon
between, such as a model's id, folder or card.
"""

from ..models.checkpoint import names_of
from ..registry import Registry
from .base import BatchDetector, Detector, VocabularyDetector, detect_all

DETECTORS = Registry(
    "detector",
    "scenegraph3d.detect",
    {
        "onnx": "scenegraph3d.detect.onnx:OnnxDetector",
        "rooms": "scenegraph3d.detect.rooms:RoomsDetector",
        "transformers": "scenegraph3d.detect.transformers:transformers_detector",
        "ultralytics": "scenegraph3d.detect.ultralytics:UltralyticsDetector",
    },
    others=names_of("detect"),
    otherwise="transformers",
)

__all__ = [
    "DETECTORS",
    "BatchDetector",
    "Detector",
    "VocabularyDetector",
    "detect_all",
    "detector",
]


def detector(spec: str, *, device: str | None = None) -> Detector:
    """The detector of a name, of `name:argument`, or of a checkpoint that is known.

    Args:
        spec: such as "grounding-dino-tiny", "transformers:folder" or "onnx:card.json".
        device: where it runs, for those that can choose: "cuda", "mps" or "cpu"; the best one where left out.

    Raises:
        InputError: an unknown name; near names are offered.
        MissingExtraError: it needs a library that is not installed.
        ModelError: its files cannot be had, or are of another kind.
    """
    found: Detector = DETECTORS.make(spec, device=device)
    return found
