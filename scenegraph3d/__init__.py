"""scenegraph3d: one picture in, an explicit 3D scene graph out; ask it where things are."""

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
    "build",
    "judge",
    "load",
    "read_depth",
    "read_detections",
    "read_image",
    "rebuild",
    "relate",
]
