"""What every estimator of depth does: Image -> DepthMap."""

from collections.abc import Sequence
from typing import Protocol, runtime_checkable

from ..types import Camera, DepthMap, Image


@runtime_checkable
class DepthEstimator(Protocol):
    """A source of depth for a picture that has none: one method is enough."""

    def estimate(self, image: Image, camera: Camera | None = None) -> DepthMap:
        """Depth of `image`, at its size and orientation, with its kind said.

        Args:
            image: the picture.
            camera: its intrinsics if they are known, for estimators that use them.
        """
        ...


@runtime_checkable
class BatchDepthEstimator(DepthEstimator, Protocol):
    """An estimator that takes several pictures in one go."""

    def estimate_batch(self, images: Sequence[Image], cameras: Sequence[Camera | None]) -> list[DepthMap]:
        """What `estimate` gives for each, in order."""
        ...


@runtime_checkable
class PromptedDepthEstimator(DepthEstimator, Protocol):
    """An estimator that completes and sharpens a sensor's depth."""

    def estimate_from(self, image: Image, sensor: DepthMap) -> DepthMap:
        """Metric depth of `image` from a sensor's metric depth of the same size, sparse or coarse."""
        ...


def estimate_all(
    estimator: DepthEstimator, images: Sequence[Image], cameras: Sequence[Camera | None]
) -> list[DepthMap]:
    """Depth of every picture, in one go where the estimator can."""
    if isinstance(estimator, BatchDepthEstimator):
        return estimator.estimate_batch(images, cameras)
    return [estimator.estimate(image, camera) for image, camera in zip(images, cameras, strict=True)]
