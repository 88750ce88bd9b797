"""What every detector does: Image -> Detections."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from ..types import Detections, Image


@runtime_checkable
class Detector(Protocol):
    """A source of detections: one method is enough."""

    def detect(self, image: Image) -> Detections:
        """What is in `image`, in its pixels: boxes, and masks at its size where the detector has them."""
        ...


@runtime_checkable
class BatchDetector(Detector, Protocol):
    """A detector that takes several pictures in one go."""

    def detect_batch(self, images: Sequence[Image]) -> list[Detections]:
        """What `detect` gives for each, in order."""
        ...


@runtime_checkable
class VocabularyDetector(Detector, Protocol):
    """A detector that can be told what to look for.

    Attributes:
        vocabulary: the labels that it looks for.
    """

    vocabulary: tuple[str, ...]

    def finding(self, labels: Sequence[str]) -> Detector:
        """The same detector, its model shared, looking for `labels` alone.

        Raises:
            InputError: a label that it cannot look for.
        """
        ...


def detect_all(detector: Detector, images: Sequence[Image]) -> list[Detections]:
    """What is in every picture, in one go where the detector can."""
    if isinstance(detector, BatchDetector):
        return detector.detect_batch(images)
    return [detector.detect(image) for image in images]
