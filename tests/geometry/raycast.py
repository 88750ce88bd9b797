"""Depth images of boxes with known truth: a ray caster of a few lines, independent of the library."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.spatial.transform import Rotation

LEVEL = np.array([[1.0, 0, 0], [0, 0, 1], [0, -1, 0]])  # world (z up) from a level camera (y down, z ahead)


@dataclass(frozen=True)
class Box:
    name: str
    center: tuple[float, float, float]
    size: tuple[float, float, float]
    yaw: float = 0.0


FLOOR = Box("floor", (0, 4, -0.05), (20, 20, 0.1))
BACK_WALL = Box("back wall", (0, 4.05, 1.5), (20, 0.1, 4))
SIDE_WALL = Box("side wall", (-2.05, 0, 1.5), (0.1, 20, 4))


@dataclass(frozen=True)
class View:
    """A camera in the world: what it sees and the truth about it."""

    depth: np.ndarray  # (h, w), 0 where nothing is hit
    owner: np.ndarray  # (h, w) row of the box, -1 where nothing is hit
    intrinsics: tuple[float, float, float, float, int, int]  # fx, fy, cx, cy, width, height
    world_from_camera: np.ndarray  # (4, 4)

    @property
    def up(self) -> np.ndarray:
        return self.world_from_camera[2, :3]


@cache
def look(boxes, *, pitch_deg=20.0, roll_deg=0.0, height=1.4, width=320, rows=240, heading_deg=0.0) -> View:
    """What a pinhole camera of 60 degrees above the origin sees of the boxes."""
    focal = width / 2 / np.tan(np.radians(30))
    cx, cy = (width - 1) / 2, (rows - 1) / 2
    turn = Rotation.from_euler("z", heading_deg, degrees=True).as_matrix()
    tilt = Rotation.from_euler("x", -pitch_deg, degrees=True).as_matrix()
    roll = Rotation.from_euler("z", roll_deg, degrees=True).as_matrix()
    pose = np.eye(4)
    pose[:3, :3], pose[:3, 3] = turn @ LEVEL @ tilt @ roll, (0, 0, height)
    x, y = np.meshgrid((np.arange(width) - cx) / focal, (np.arange(rows) - cy) / focal)
    rays = np.stack([x, y, np.ones_like(x)], axis=-1) @ pose[:3, :3].T
    depth = np.full((rows, width), np.inf)
    owner = np.full((rows, width), -1)
    for row, box in enumerate(boxes):
        hit = _first_hit(box, pose[:3, 3], rays)
        nearer = hit < depth
        depth[nearer], owner[nearer] = hit[nearer], row
    depth[np.isinf(depth)] = 0
    return View(depth, owner, (focal, focal, cx, cy, width, rows), pose)


def _first_hit(box: Box, eye: np.ndarray, rays: np.ndarray) -> np.ndarray:
    """Along each ray (its camera z is 1), the depth at which it enters the box; inf where it misses."""
    to_box = Rotation.from_euler("z", -box.yaw).as_matrix()
    start, direction = to_box @ (eye - np.array(box.center)), rays @ to_box.T
    with np.errstate(divide="ignore", invalid="ignore"):
        a = (-np.array(box.size) / 2 - start) / direction
        b = (np.array(box.size) / 2 - start) / direction
    enter, leave = np.fmin(a, b).max(axis=-1), np.fmax(a, b).min(axis=-1)
    return np.where((enter <= leave) & (enter > 0), enter, np.inf)


def structured_light(depth: np.ndarray, seed: int = 0) -> np.ndarray:
    """The noise of a first-generation structured-light sensor: noise and steps even in disparity, and holes.

    A standard deviation of 1.5 mm and steps of 3.2 mm at one metre, both growing with the square of the distance
    (Khoshelham and Elberink 2012), and 3 % of the readings lost.
    """
    rng = np.random.default_rng(seed)
    seen = depth > 0
    inverse = np.divide(1.0, depth, out=np.zeros_like(depth), where=seen)
    inverse = inverse + rng.normal(0, 0.0015, depth.shape) * seen
    inverse = np.round(inverse / 0.0032) * 0.0032
    out = np.divide(1.0, inverse, out=np.zeros_like(depth), where=inverse > 0)
    out[rng.random(depth.shape) < 0.03] = 0
    return out
