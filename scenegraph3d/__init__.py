"""scenegraph3d: one picture in, an explicit 3D scene graph out; ask it where things are."""

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

from .builder import BuildConfig, Builder, Given, build, rebuild
from .depth.calibrate import CameraHeight, KnownLength, SensorDepth
from .depth.files import read_depth
from .detect.given import read_detections
from .errors import SceneGraphError
from .io.images import read_image
from .io.json import load
from .relate import RelationRules, judge, relate
from .types import (
    Camera,
    Cuboids,
    DepthMap,
    Detections,
    Image,
    Objects,
    Relations,
    SceneGraph,
    SceneObject,
)

if TYPE_CHECKING:
    from .language.describe import describe
    from .language.parse import parse
    from .query.check import check
    from .query.question import ask

# What English needs is loaded when it is asked for.
_OF_ENGLISH = {
    "ask": "query.question",
    "check": "query.check",
    "describe": "language.describe",
    "parse": "language.parse",
}

__all__ = [
    "BuildConfig",
    "Builder",
    "Camera",
    "CameraHeight",
    "Cuboids",
    "DepthMap",
    "Detections",
    "Given",
    "Image",
    "KnownLength",
    "Objects",
    "RelationRules",
    "Relations",
    "SceneGraph",
    "SceneGraphError",
    "SceneObject",
    "SensorDepth",
    "ask",
    "build",
    "check",
    "describe",
    "judge",
    "load",
    "parse",
    "read_depth",
    "read_detections",
    "read_image",
    "rebuild",
    "relate",
]


def __getattr__(name: str) -> Any:
    if name not in _OF_ENGLISH:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_OF_ENGLISH[name]}"), name)
