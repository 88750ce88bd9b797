"""Models of ten lines whose answers are known: a flat wall, and bright boxes on a dark ground."""

from dataclasses import replace

import numpy as np

import scenegraph3d as sg3

WALL_M = 3.0
LABELS = ("cup", "chair", "lamp")


def photo(values=(200, 250), size=(96, 64), source=""):
    """A dark picture with one bright box per value, from the left; its brightness says which label it has."""
    rgb = np.full((size[1], size[0], 3), 30, dtype=np.uint8)
    for index, value in enumerate(values):
        rgb[20:50, 8 + 30 * index : 28 + 30 * index] = value
    return sg3.Image(rgb, source=source)


class Wall:
    """Depth of a wall; counts how often it is asked."""

    def __init__(self, kind="metric", focal_px=None):
        self.kind, self.focal_px, self.asked = kind, focal_px, []

    def estimate(self, image, camera=None):
        self.asked.append(camera)
        values = np.full(image.rgb.shape[:2], WALL_M, dtype=np.float32)
        return sg3.DepthMap(values, self.kind, source="wall", focal_px=self.focal_px)


class Walls(Wall):
    """The same, several pictures in one go."""

    def __init__(self):
        super().__init__()
        self.batches = []

    def estimate_batch(self, images, cameras):
        self.batches.append(len(images))
        return [self.estimate(image, camera) for image, camera in zip(images, cameras, strict=True)]


class Bright:
    """Detects bright boxes, and can be told what to look for."""

    vocabulary = LABELS
    source = "bright"

    def __init__(self, labels=LABELS):
        self.labels = tuple(labels)

    def finding(self, labels):
        return Bright(labels)

    def detect(self, image):
        found = []
        for index in range(3):
            value = int(image.rgb[35, 18 + 30 * index, 0])
            name = {200: "cup", 225: "lamp", 250: "chair"}.get(value)
            if name in self.labels:
                found.append((name, [8 + 30 * index, 20, 28 + 30 * index, 50]))
        boxes = np.array([box for _, box in found], dtype=float).reshape(-1, 4)
        return sg3.Detections(boxes, [name for name, _ in found])


class Tagged:
    """A refiner that says it was there."""

    def refine(self, image, detections):
        rows = tuple({**row, "tags": [*row.get("tags", ()), "seen"]} for row in detections.attributes)
        return replace(detections, attributes=rows)
