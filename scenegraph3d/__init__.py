"""scenegraph3d: one picture in, an explicit 3D scene graph out; ask it where things are."""

__version__ = "0.1.0"

from .build import BuildConfig, build
from .errors import SceneGraphError
from .io.json import load
from .relate import RelationRules, judge, relate
from .types import (
    Camera,
    DepthMap,
    Detections,
    Image,
    Objects,
    Relations,
    SceneGraph,
    SceneObject,
)

__all__ = [
    "BuildConfig",
    "Camera",
    "DepthMap",
    "Detections",
    "Image",
    "Objects",
    "RelationRules",
    "Relations",
    "SceneGraph",
    "SceneGraphError",
    "SceneObject",
    "build",
    "judge",
    "load",
    "relate",
]
