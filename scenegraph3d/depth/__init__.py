"""Depth: from an image, a file or a sensor to a DepthMap.

`ESTIMATORS` names the estimators; `estimator(spec)` makes one, from a name alone or a name and an argument with a colon
between, such as a model's id, folder or card.
"""

from ..models.checkpoint import names_of
from ..registry import Registry
from .base import BatchDepthEstimator, DepthEstimator, PromptedDepthEstimator, estimate_all
from .lidar import depth_from_points

ESTIMATORS = Registry(
    "depth estimator",
    "scenegraph3d.depth",
    {
        "onnx": "scenegraph3d.depth.onnx:OnnxDepth",
        "rooms": "scenegraph3d.depth.rooms:RoomsDepth",
        "transformers": "scenegraph3d.depth.transformers:transformers_depth",
    },
    others=names_of("depth"),
    otherwise="transformers",
)

__all__ = [
    "ESTIMATORS",
    "BatchDepthEstimator",
    "DepthEstimator",
    "PromptedDepthEstimator",
    "depth_from_points",
    "estimate_all",
    "estimator",
]


def estimator(spec: str, *, device: str | None = None) -> DepthEstimator:
    """The estimator of a name, of `name:argument`, or of a checkpoint that is known.

    Args:
        spec: such as "depth-anything-v2-small", "transformers:folder" or "onnx:card.json".
        device: where it runs, for those that can choose: "cuda", "mps" or "cpu"; the best one where left out.

    Raises:
        InputError: an unknown name; near names are offered.
        MissingExtraError: it needs a library that is not installed.
        ModelError: its files cannot be had, or are of another kind.
    """
    found: DepthEstimator = ESTIMATORS.make(spec, device=device)
    return found
