"""Sizes: how large things are, in which order, and which of a set are large or small."""

from collections.abc import Callable, Mapping

import numpy as np

from ..types import Camera, Objects, SceneGraph, viewer_axes

# Which measure a word is about, and whether more or less of it is meant.
SIZE_WORDS: Mapping[str, tuple[str, int]] = {
    "large": ("volume", 1),
    "small": ("volume", -1),
    "tall": ("height", 1),
    "short": ("height", -1),
    "long": ("length", 1),
    "wide": ("width", 1),
    "narrow": ("width", -1),
}
EXTREMES: Mapping[str, tuple[str, int]] = {
    "largest": ("volume", 1),
    "smallest": ("volume", -1),
    "tallest": ("height", 1),
    "shortest": ("height", -1),
    "longest": ("length", 1),
    "widest": ("width", 1),
    "narrowest": ("width", -1),
    "highest": ("elevation", 1),
    "lowest": ("elevation", -1),
    "leftmost": ("right", -1),
    "rightmost": ("right", 1),
    "frontmost": ("ahead", -1),
    "backmost": ("ahead", 1),
    "nearest": ("range", -1),
    "farthest": ("range", 1),
}
LENGTHS = ("height", "length", "width", "depth")
MEASURES = (*LENGTHS, "volume", "elevation")


def measured(scene: SceneGraph, what: str) -> np.ndarray:
    """[N] metres, or cubic metres of the volume.

    "length" is the longer horizontal side of the box. "width" is the side that lies across: across the thing's own
    front where that is known, else across the view; "depth" is the other one. "elevation" is the height of the centre;
    "right" and "ahead" are places along the viewer's axes on the ground, as for left, right, in front and behind;
    "range" is the distance of the centre from the viewer, from the world's origin where the scene has no camera.
    """
    return _MEASURED[what](scene)


def _sides(objects: Objects, camera: Camera | None) -> np.ndarray:
    """[N, 2] width and depth."""
    size = objects.size_m[:, :2]
    right = viewer_axes(camera)[0][:2]
    axis = np.stack([np.cos(objects.yaw_rad), np.sin(objects.yaw_rad)], axis=1)
    x_across = ~objects.front_known & (np.abs(axis @ right) >= np.sqrt(0.5))
    return np.where(x_across[:, None], size, size[:, ::-1])


def eye_m(scene: SceneGraph) -> np.ndarray:
    """[3] where the viewer stands; the origin for a scene without a camera."""
    return np.zeros(3) if scene.camera is None else np.asarray(scene.camera.center_m)


def _along(axis: int) -> Callable[[SceneGraph], np.ndarray]:
    def place(scene: SceneGraph) -> np.ndarray:
        out: np.ndarray = scene.objects.center_m @ scene.viewer_axes()[axis]
        return out

    return place


_MEASURED: Mapping[str, Callable[[SceneGraph], np.ndarray]] = {
    "volume": lambda scene: scene.objects.size_m.prod(axis=1),
    "height": lambda scene: scene.objects.size_m[:, 2],
    "length": lambda scene: scene.objects.size_m[:, :2].max(axis=1, initial=0.0),
    "width": lambda scene: _sides(scene.objects, scene.camera)[:, 0],
    "depth": lambda scene: _sides(scene.objects, scene.camera)[:, 1],
    "elevation": lambda scene: scene.objects.center_m[:, 2],
    "right": _along(0),
    "ahead": _along(1),
    "range": lambda scene: np.linalg.norm(scene.objects.center_m - eye_m(scene), axis=1),
}
