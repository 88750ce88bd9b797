"""The preset that is taken where none is named."""

import warnings
from collections.abc import Collection

from ..errors import EmbeddedModelWarning, UnreachableError
from ..models.checkpoint import checkpoint
from ..models.hub import fetch
from .config import BuildConfig

INDOOR, ROOMS = "indoor", "rooms"
STAGES = ("depth", "detect")
NOTICE = (
    "the models of the preset 'indoor' are not on this machine and no hub can be reached, so the small model that "
    "ships was taken: it knows rendered rooms alone, and what it says of a photo means little; name the "
    "preset 'indoor' to be told which files to fetch beforehand, or 'rooms' to take it without this warning"
)


def default_preset(stages: Collection[str] = STAGES) -> str:
    """The preset "indoor" where its checkpoints are here or can be fetched now, else "rooms" with a warning.

    Args:
        stages: "depth" and "detect", those of which a model of the preset is needed.

    Warns:
        EmbeddedModelWarning: it is "rooms".

    Raises:
        MissingExtraError: huggingface_hub is not installed.
        ModelError: the hub can be reached, and refuses.
    """
    config = BuildConfig.preset(INDOOR)
    refining = [("refine", spec.partition(":")[2]) for spec in config.refiners]
    needed = {"depth": [("depth", str(config.depth))], "detect": [("detect", config.detector), *refining]}
    try:
        for stage in stages:
            for kind, name in needed[stage]:
                fetch(checkpoint(name, kind))
    except UnreachableError:
        warnings.warn(NOTICE, EmbeddedModelWarning, stacklevel=3)
        return ROOMS
    return INDOOR
