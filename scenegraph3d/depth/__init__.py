"""Depth: from an image, a file or a sensor to a DepthMap.

`ESTIMATORS` names the estimators; `estimator(spec)` makes one, from a name alone or a name and an argument with a colon
between, such as a model's id, folder or card.
"""

from ..registry import make
from .base import DepthEstimator
from .lidar import depth_from_points

ESTIMATORS: dict[str, str] = {
    "onnx": "scenegraph3d.depth.onnx:OnnxDepth",
}

__all__ = ["ESTIMATORS", "DepthEstimator", "depth_from_points", "estimator"]


def estimator(spec: str) -> DepthEstimator:
    """The estimator of a name, or of `name:argument`.

    Raises:
        InputError: an unknown name; near names are offered.
        MissingExtraError: it needs a library that is not installed.
    """
    found: DepthEstimator = make(ESTIMATORS, spec, "depth estimator")
    return found
