"""Detections, depth and a camera of boxes with known truth."""

import numpy as np

from scenegraph3d.geometry import boxes
from scenegraph3d.types import Camera, DepthMap, Detections
from tests.geometry.raycast import FLOOR, Box, look


class Picture:
    """What a camera sees of `things` on a floor, with each thing's mask known."""

    def __init__(self, *things: Box, floor: bool = True, **view) -> None:
        self.things = things
        self.view = look((*things, FLOOR) if floor else things, **view)
        self.camera = Camera(*self.view.intrinsics, self.view.world_from_camera)

    @property
    def depth(self) -> DepthMap:
        return DepthMap(self.view.depth)

    def mask(self, row: int) -> np.ndarray:
        return self.view.owner == row

    def detections(self, masks: bool = True) -> Detections:
        bounds = []
        for row in range(len(self.things)):
            v, u = np.nonzero(self.mask(row))
            bounds.append([u.min(), v.min(), u.max() + 1, v.max() + 1])
        stack = np.array([self.mask(row) for row in range(len(self.things))])
        names = tuple(box.name for box in self.things)
        return Detections(np.array(bounds, dtype=np.float64), names, mask=stack if masks else None)


def iou(objects, row: int, truth: Box) -> float:
    """Intersection over union of a lifted box with the truth."""
    center = np.array([objects.center_m[row], truth.center])
    size = np.array([objects.size_m[row], truth.size])
    yaw = np.array([objects.yaw_rad[row], truth.yaw])
    return float(boxes.iou_3d(boxes.Boxes(center, size, yaw), [0], [1])[0])
