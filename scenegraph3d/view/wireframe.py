"""Wireframes: the edges of 3D boxes in a picture, cut at the camera and at the picture's surroundings.

Input: yaw boxes in the world frame and a camera. Output: pixel coordinates of the camera's image, from the
centre of the top-left pixel.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from ..geometry.boxes import corners
from ..geometry.cameras import project
from ..geometry.frames import invert, transform_points
from ..types import Camera, Objects

# Corner order as in geometry.boxes. Faces: bottom, top, -y, +x, +y, -x.
FACES = np.array([[0, 1, 2, 3], [4, 5, 6, 7], [0, 1, 5, 4], [1, 2, 6, 5], [2, 3, 7, 6], [3, 0, 4, 7]])
BOTTOM, TOP, FRONT = 0, 1, 3
_RING = [[0, 1], [1, 2], [2, 3], [3, 0]]
EDGES = np.array([*_RING, *[[a + 4, b + 4] for a, b in _RING], *[[a, a + 4] for a in range(4)]])
FACES_OF_EDGE = np.array(
    [[face for face in range(6) if set(edge) <= set(FACES[face].tolist())] for edge in EDGES.tolist()]
)

# Nothing nearer than this share of the middle distance of the boxes' far corners is drawn: pixels run away there.
NEAR_SHARE = 0.02
# Lines are cut this many picture sizes outside the picture.
SURROUNDINGS = 1.0


@dataclass(frozen=True, eq=False)
class Wireframes:
    """N boxes as lines and faces in the picture.

    Attributes:
        edges_px: [N, 12, 2, 2] the two ends of each edge, pixels.
        drawn: [N, 12] bool, edges of which some part is in front of the camera and near the picture.
        facing: [N, 12] bool, edges that no face of their own box hides.
        face_facing: [N, 6] bool, faces whose outside is turned to the camera.
        corners_camera_m: [N, 8, 3] corners in the camera frame.
        matrix: K of the camera.
        near_m: distance at which things are cut.
    """

    edges_px: Float[np.ndarray, "n 12 2 2"]
    drawn: Bool[np.ndarray, "n 12"]
    facing: Bool[np.ndarray, "n 12"]
    face_facing: Bool[np.ndarray, "n 6"]
    corners_camera_m: Float[np.ndarray, "n 8 3"]
    matrix: Float[np.ndarray, "3 3"]
    near_m: float

    def bounds_px(self, width: int, height: int) -> Float[np.ndarray, "n 4"]:
        """[N, 4] left, top, right, bottom of what is drawn inside the picture; NaN where nothing is."""
        ends = np.where(self.drawn[:, :, None, None], self.edges_px, np.nan).reshape(len(self.drawn), 24, 2)
        size = np.array([width - 1, height - 1])
        empty = ~self.drawn.any(axis=1)
        ends[empty] = 0
        low, high = np.nanmin(ends, axis=1), np.nanmax(ends, axis=1)
        outside = (low > size).any(axis=1) | (high < 0).any(axis=1) | empty
        out = np.concatenate([np.clip(low, 0, size), np.clip(high, 0, size)], axis=1)
        out[outside] = np.nan
        return out

    def face_px(self, box: int, face: int) -> Float[np.ndarray, "k 2"]:
        """[K, 2] outline of one face in front of the camera, pixels; K is 0 where it lies behind."""
        outline = cut_polygon(self.corners_camera_m[box, FACES[face]], self.near_m)
        return project(outline, self.matrix)


def wireframes(objects: Objects, camera: Camera) -> Wireframes:
    """The boxes of `objects` as `camera` sees them."""
    n = len(objects)
    world = corners(objects.boxes)
    seen = transform_points(invert(camera.world_from_camera), world.reshape(-1, 3)).reshape(n, 8, 3)
    far_m = seen[..., 2].max(axis=1)
    ahead = far_m[far_m > 0]
    near_m = NEAR_SHARE * float(np.median(ahead)) if len(ahead) else 1.0
    ends, in_front = _cut_segments(seen[:, EDGES], near_m)
    px = project(ends.reshape(-1, 3), camera.matrix).reshape(n, 12, 2, 2)
    px, near_picture = _cut_to_surroundings(px, camera)
    face_facing = _facing(seen)
    return Wireframes(
        edges_px=px,
        drawn=in_front & near_picture,
        facing=np.any(face_facing[:, FACES_OF_EDGE], axis=2),
        face_facing=face_facing,
        corners_camera_m=seen,
        matrix=camera.matrix,
        near_m=near_m,
    )


def cut_polygon(polygon_m: Float[np.ndarray, "k 3"], near_m: float) -> Float[np.ndarray, "c 3"]:
    """[C, 3] the part of a convex polygon in the camera frame beyond the near plane."""
    out = []
    for a, b in zip(polygon_m, np.roll(polygon_m, -1, axis=0), strict=True):
        if a[2] >= near_m:
            out.append(a)
        if (a[2] >= near_m) != (b[2] >= near_m):
            out.append(a + (b - a) * (near_m - a[2]) / (b[2] - a[2]))
    return np.array(out).reshape(-1, 3)


def _cut_segments(ends_m: np.ndarray, near_m: float) -> tuple[np.ndarray, np.ndarray]:
    """Segments (..., 2, 3) cut at the near plane, and which of them have a part beyond it."""
    a, b = ends_m[..., 0, :], ends_m[..., 1, :]
    drawn = (a[..., 2] >= near_m) | (b[..., 2] >= near_m)
    rise = np.where(a[..., 2] == b[..., 2], 1.0, b[..., 2] - a[..., 2])
    cut = a + (b - a) * ((near_m - a[..., 2]) / rise)[..., None]
    a = np.where((a[..., 2] < near_m)[..., None], cut, a)
    b = np.where((b[..., 2] < near_m)[..., None], cut, b)
    out = np.stack([a, b], axis=-2)
    out[~drawn] = [0, 0, near_m]
    return out, drawn


def _cut_to_surroundings(px: np.ndarray, camera: Camera) -> tuple[np.ndarray, np.ndarray]:
    """Segments (..., 2, 2) cut to the picture and what is around it (Liang and Barsky 1984)."""
    size = np.array([camera.width, camera.height])
    low, high = -SURROUNDINGS * size - 0.5, (1 + SURROUNDINGS) * size - 0.5
    start, step = px[..., 0, :], px[..., 1, :] - px[..., 0, :]
    still = step == 0
    safe = np.where(still, 1.0, step)
    first, last = (low - start) / safe, (high - start) / safe
    enter = np.maximum(np.where(still, 0.0, np.minimum(first, last)).max(axis=-1), 0.0)
    leave = np.minimum(np.where(still, 1.0, np.maximum(first, last)).min(axis=-1), 1.0)
    missed = (still & ((start < low) | (start > high))).any(axis=-1)
    out = np.stack([start + step * t[..., None].clip(0, 1) for t in (enter, leave)], axis=-2)
    return out, (enter <= leave) & ~missed


def _facing(corners_m: np.ndarray) -> np.ndarray:
    """(n, 6) bool: the camera, at the origin, is on the outer side of the face."""
    faces = corners_m[:, FACES]
    middle = corners_m.mean(axis=1)[:, None]
    normal = np.cross(faces[:, :, 1] - faces[:, :, 0], faces[:, :, 3] - faces[:, :, 0])
    at = faces.mean(axis=2)
    outward = np.sign(((at - middle) * normal).sum(axis=-1))
    flat = outward == 0
    return np.where(flat, True, outward * (-at * normal).sum(axis=-1) > 0)
