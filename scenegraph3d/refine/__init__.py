"""Refine: masks, colours, other attributes and embeddings for things that were found: Image + Detections -> Detections.

`REFINERS` names the models; `refiner(spec)` makes one, from a name alone or a name and a checkpoint, a colon between.
"""

from ..registry import Registry
from .base import Refiner

REFINERS = Registry(
    "refiner",
    "scenegraph3d.refine",
    {
        "sam": "scenegraph3d.refine.sam:SamMasks",
        "attributes": "scenegraph3d.refine.describe:ZeroShotAttributes",
        "embedding": "scenegraph3d.refine.embed:CropEmbedding",
    },
)

__all__ = ["REFINERS", "Refiner", "refiner"]


def refiner(spec: str, *, device: str | None = None) -> Refiner:
    """The refiner of `name:argument`, such as "sam:sam2.1-small" or "embedding:folder".

    Args:
        spec: the name of a refiner, and behind a colon a checkpoint, a hub id or a folder.
        device: where it runs: "cuda", "mps" or "cpu"; the best one where left out.

    Raises:
        InputError: an unknown name; near names are offered.
        MissingExtraError: it needs a library that is not installed.
        ModelError: its files cannot be had, or are of another kind.
    """
    found: Refiner = REFINERS.make(spec, device=device)
    return found
