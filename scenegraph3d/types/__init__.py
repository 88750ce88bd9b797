"""The nouns of the library: frozen, validated, columnar. They know nothing of files or models."""

from .camera import Camera, viewer_axes
from .cuboids import Cuboids
from .depth import DepthMap
from .detections import Detections
from .image import Image
from .objects import Objects, SceneObject, Seen
from .relations import FRAMES, Relation, Relations
from .scene import SCHEMA_VERSION, Direction, Distance, Match, ObjectRef, SceneGraph
from .up import Up

__all__ = [
    "FRAMES",
    "SCHEMA_VERSION",
    "Camera",
    "Cuboids",
    "DepthMap",
    "Detections",
    "Direction",
    "Distance",
    "Image",
    "Match",
    "ObjectRef",
    "Objects",
    "Relation",
    "Relations",
    "SceneGraph",
    "SceneObject",
    "Seen",
    "Up",
    "viewer_axes",
]
