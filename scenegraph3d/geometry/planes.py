"""Planes: fits, the direction that walls and floors agree on, level planes, upright planes.

A plane is the set of points p with normal . p = offset. Lengths are in the unit of the points that came in;
every tolerance is an argument in that unit or a share of the depth, so maps without a metric scale work too.

Long and narrow products are einsums: they take a fraction of a millisecond, while a BLAS that splits them over
threads waits for the slowest, which on a busy machine is many milliseconds.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

REFINE_ROUNDS = 3
LEVEL_OR_WALL = 0.7  # cosine to up above which a surface can be level alone, below which upright alone


def along(points: Float[np.ndarray, "*n 3"], direction: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "*n"]:
    """How far each point lies along a direction."""
    if points.ndim == 2:
        return np.asarray(np.einsum("nk,k->n", points, direction))
    return np.asarray(points @ direction)  # of an image: row by row, too short for threads


@dataclass(frozen=True, eq=False)
class Plane:
    """The points p with normal . p = offset.

    Attributes:
        normal: [3] unit vector.
        offset: distance of the plane from the origin along `normal`.
    """

    normal: Float[np.ndarray, " 3"]
    offset: float

    def distance(self, points: Float[np.ndarray, "*n 3"]) -> Float[np.ndarray, "*n"]:
        """Signed distances, positive on the side that the normal points to."""
        return np.asarray(along(points, self.normal) - self.offset)

    def facing(self, direction: Float[np.ndarray, " 3"]) -> "Plane":
        """The same plane with its normal in the half space of `direction`."""
        return self if self.normal @ direction >= 0 else Plane(-self.normal, -self.offset)


def fit_plane(points: Float[np.ndarray, "n 3"]) -> Plane:
    """The plane of least squared distance to at least three points. The sign of its normal means nothing."""
    center = np.einsum("nk->k", points) / len(points)
    offsets = points - center
    normal = np.linalg.eigh(_squares(offsets))[1][:, 0]
    return Plane(normal, float(normal @ center))


def _squares(vectors: np.ndarray) -> np.ndarray:
    """The sum of the outer squares of row vectors."""
    return np.asarray(np.einsum("nj,nk->jk", vectors, vectors))


def refine_plane(
    points: Float[np.ndarray, "n 3"], plane: Plane, tolerance: float | Float[np.ndarray, " n"]
) -> tuple[Plane, Bool[np.ndarray, " n"]]:
    """`plane` fitted again to the points within `tolerance` of it, a few times, and the points of the last fit."""
    inlier = np.abs(plane.distance(points)) <= tolerance
    for _ in range(REFINE_ROUNDS):
        if inlier.sum() < 3:
            break
        plane = fit_plane(points[inlier]).facing(plane.normal)
        inlier = np.abs(plane.distance(points)) <= tolerance
    return plane, inlier


def patch_tilt_rad(
    normals: Float[np.ndarray, "n 3"], patch: Int[np.ndarray, " n"], normal: Float[np.ndarray, " 3"]
) -> float:
    """How far the patches of a surface are tilted against its normal, as a root mean square: bends show, noise hides.

    Args:
        normals: [N, 3] unit normals, N > 0; 0 for points without one.
        patch: [N] which patch each belongs to, from 0.
        normal: [3] unit normal of the whole.
    """
    count = np.bincount(patch, normals.any(axis=1))
    sums = np.stack([np.bincount(patch, component) for component in normals.T], axis=1)
    sine = np.linalg.norm(np.cross(sums, normal), axis=1) / np.maximum(np.linalg.norm(sums, axis=1), 1e-9)
    return float(np.sqrt((count @ np.arcsin(np.clip(sine, 0, 1)) ** 2) / max(float(count.sum()), 1.0)))


@dataclass(frozen=True)
class NormalVoteSettings:
    """How normals of floors, ceilings, table tops and walls vote for up.

    Attributes:
        kernel_rad: a normal this far from upright or level counts exp(-1/2).
        refine_rad: the normals used by each round of refinement, by their largest angle from upright or level.
        wall_weight: what a normal at right angles to up counts beside one along it. Below 1, since a
            direction at random is far more often at right angles to another than along it.
        facing_rad, facing_weight: walls that face the camera squarely, to about this angle, count so much of other
            walls: depth that knows nothing is flat and faces the camera, too.
        merge_step: normals whose components agree to about this vote as one.
        measurements: all normals together are worth so many independent ones: neighbours share their errors.
        noise_rad: least standard deviation of normals around upright and level.
    """

    kernel_rad: float = math.radians(4.0)
    refine_rad: tuple[float, ...] = (math.radians(15.0), math.radians(8.0), math.radians(5.0))
    wall_weight: float = 0.5
    facing_rad: float = math.radians(4.0)
    facing_weight: float = 0.05
    merge_step: float = 0.08
    measurements: float = 40.0
    noise_rad: float = math.radians(1.5)


@dataclass(frozen=True, eq=False)
class NormalVote:
    """Unit normals that face the camera, and what they say of up: along it (floors, table tops; ceilings against it) or
    at right angles to it (walls).

    Attributes:
        normals: [N, 3] as they came.
        directions, shares: [D, 3] and [D] the normals merged, and the share of the normals that each stands for.
        settings: how they vote.

    Source: the two-step vote of Gupta, Arbelaez and Malik, Perceptual organization and recognition of indoor scenes
    from RGB-D images, CVPR 2013.
    """

    normals: Float[np.ndarray, "n 3"]
    directions: Float[np.ndarray, "d 3"]
    shares: Float[np.ndarray, " d"]
    settings: NormalVoteSettings

    @classmethod
    def of(cls, normals: Float[np.ndarray, "n 3"], settings: NormalVoteSettings = NormalVoteSettings()) -> "NormalVote":
        """The vote of [N, 3] unit normals, which may be none."""
        return cls(normals, *_merged_directions(normals, settings.merge_step), settings)

    def support(self, candidates: Float[np.ndarray, "c 3"]) -> Float[np.ndarray, " c"]:
        """[C] the share of the normals that each of [C, 3] unit vectors explains as up, walls counting less."""
        x, y, z = self.directions.T.astype(np.float32)[..., None]
        up_x, up_y, up_z = candidates.T.astype(np.float32)
        cosine = np.abs(x * up_x + y * up_y + z * up_z)
        level = cosine > LEVEL_OR_WALL
        near = np.where(level, 1 - cosine, 0.5 * cosine**2)  # half the square of the angle from level or upright
        counts = np.where(level, np.float32(1), self._as_wall(self.directions).astype(np.float32)[:, None])
        np.exp(near * np.float32(-1 / self.settings.kernel_rad**2), out=near)
        return np.asarray(np.einsum("d,dc->c", self.shares, near * counts), dtype=np.float64)

    def _as_wall(self, normals: np.ndarray) -> np.ndarray:
        """What each counts where it is upright."""
        aside = np.hypot(normals[:, 0], normals[:, 1]) / self.settings.facing_rad
        square = np.where(normals[:, 2] < 0, np.exp(-0.5 * aside**2), 0.0)
        return np.asarray(self.settings.wall_weight * (1 - (1 - self.settings.facing_weight) * square))

    def information(self, up: Float[np.ndarray, " 3"], limit_rad: float) -> Float[np.ndarray, "3 3"]:
        """[3, 3] what the normals within `limit_rad` of level or upright say of up, per square radian.

        The best up is its eigenvector of the least eigenvalue. One wall says nothing of the turn about its normal.
        """
        if len(self.normals) == 0:
            return np.zeros((3, 3))
        cosine = along(self.normals, up)
        level = self.normals[np.abs(cosine) > math.cos(limit_rad)]
        walls = self.normals[np.abs(cosine) < math.sin(limit_rad)]
        weight = self._as_wall(walls)
        against = np.einsum("n,nj,nk->jk", weight, walls, walls) + len(level) * np.eye(3) - _squares(level)
        spread = float(up @ against @ up) / max(float(weight.sum()) + len(level), 1.0)
        worth = self.settings.measurements / len(self.normals) / (spread + self.settings.noise_rad**2)
        return np.asarray(worth * against)


def _merged_directions(normals: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
    """The mean directions of the normals in each cube of side `step` that holds any, and the shares of the normals."""
    cube = np.round(normals / step).astype(np.int64)
    across = 2 * math.ceil(1 / step) + 1
    key = (cube[:, 0] * across + cube[:, 1]) * across + cube[:, 2]
    owner, count = np.unique(key, return_inverse=True, return_counts=True)[1:]
    sums = np.stack([np.bincount(owner, component, len(count)) for component in normals.T], axis=1)
    share = (count / max(len(normals), 1)).astype(np.float32)
    return sums / np.linalg.norm(sums, axis=1, keepdims=True), share


@dataclass(frozen=True)
class LevelSettings:
    """How horizontal planes are found.

    Attributes:
        tolerance: half thickness of a plane, as a share of the median depth.
        max_tilt_rad: largest angle between a normal and up.
        min_share: smallest share of the points that makes a plane.
        min_floor_share: smallest share of the points that makes a floor.
        below_share: a floor has at most this share of the points below it.
        below_tolerance: a point is below a plane if it is further under it than this share of its own depth
            (and than twice `tolerance`).
    """

    tolerance: float = 0.012
    max_tilt_rad: float = math.radians(12.0)
    min_share: float = 0.02
    min_floor_share: float = 0.02
    below_share: float = 0.01
    below_tolerance: float = 0.03


@dataclass(frozen=True, eq=False)
class LevelPlanes:
    """Horizontal planes, lowest first.

    Attributes:
        planes: fitted planes, normals up.
        member: [P, N] which points lie on which plane.
        floor: row of the floor, or -1 where the lowest plane has too much below it.
    """

    planes: tuple[Plane, ...]
    member: Bool[np.ndarray, "p n"]
    floor: int


def level_planes(
    points: Float[np.ndarray, "n 3"],
    normals: Float[np.ndarray, "n 3"],
    up: Float[np.ndarray, " 3"],
    eye: Float[np.ndarray, " 3"],
    settings: LevelSettings = LevelSettings(),
) -> LevelPlanes:
    """The horizontal planes that are seen from above, and which of them is the floor.

    Args:
        points: [N, 3], N > 0.
        normals: [N, 3] unit normals; 0 for points without one, which still count as lying below a plane.
        up: [3] unit vector.
        eye: [3] place of the camera. The floor is below it.

    Peaks of a histogram of heights, highest first, each refined by least squares. The floor is the lowest
    plane, if
    next to nothing lies below it: a table top with anything under it is never taken for the floor.
    """
    reach = np.linalg.norm(points - eye, axis=1)
    tolerance = settings.tolerance * float(np.median(reach))
    free = along(normals, up) > np.cos(settings.max_tilt_rad)
    found: list[tuple[Plane, np.ndarray]] = []
    while free.sum() >= max(3, settings.min_share * len(points)):
        rows = np.flatnonzero(free)
        start = Plane(up, _densest(along(points[rows], up), tolerance))
        plane, inlier = refine_plane(points[rows], start, 2 * tolerance)
        if inlier.sum() < max(3, settings.min_share * len(points)):
            break
        free[rows[np.abs(plane.distance(points[rows])) <= 3 * tolerance]] = False
        if plane.normal @ up > np.cos(settings.max_tilt_rad):
            member = np.zeros(len(points), dtype=bool)
            member[rows[inlier]] = True
            found.append((plane, member))
    found.sort(key=lambda item: item[0].offset)
    floor = next((i for i, (_, m) in enumerate(found) if m.mean() >= settings.min_floor_share), -1)
    if floor >= 0:
        lowest = found[floor][0]
        below = lowest.distance(points) < -np.maximum(2 * tolerance, settings.below_tolerance * reach)
        if below.mean() > settings.below_share or lowest.distance(eye) <= 0:
            floor = -1
    members = np.array([m for _, m in found], dtype=bool).reshape(len(found), len(points))
    return LevelPlanes(tuple(p for p, _ in found), members, floor)


def _densest(heights: np.ndarray, width: float) -> float:
    """The middle of the interval of two bins of `width` that holds most of the heights."""
    low = float(heights.min())
    bins = ((heights - low) / width).astype(np.int64)
    counts = np.bincount(bins)
    pairs = counts + np.append(counts[1:], 0)
    return low + width * (int(np.argmax(pairs)) + 1)


@dataclass(frozen=True)
class UprightSettings:
    """How upright planes are found.

    Attributes:
        tolerance: half thickness of a plane, as a share of the median depth.
        max_lean_rad: largest angle between a normal and the horizontal.
        direction_bins: bins of the full circle of horizontal directions.
        min_share: smallest share of the points that makes a plane.
    """

    tolerance: float = 0.015
    max_lean_rad: float = math.radians(12.0)
    direction_bins: int = 90
    min_share: float = 0.02


def upright_planes(
    points: Float[np.ndarray, "n 3"],
    normals: Float[np.ndarray, "n 3"],
    reach: Float[np.ndarray, " n"],
    settings: UprightSettings | None = None,
) -> list[Plane]:
    """Upright planes (walls, panels, sides of cabinets) of a world whose z is up, largest first.

    Args:
        points: [N, 3], N > 0.
        normals: [N, 3] unit normals that face the camera; 0 for points without one.
        reach: [N] distances from the camera.

    Votes of (direction, offset), largest first, each refined by least squares on the points around it.
    """
    settings = settings or UprightSettings()
    tolerance = settings.tolerance * float(np.median(reach))
    minimum = max(3, settings.min_share * len(points))
    upright = (np.abs(normals[:, 2]) < math.sin(settings.max_lean_rad)) & normals.any(axis=1)
    points, normals = points[upright], normals[upright]
    found = []
    while len(points) >= minimum:
        start = _best_upright(points, normals, 2 * tolerance, settings.direction_bins)
        turned = along(normals, start.normal) > math.cos(2 * settings.max_lean_rad)
        plane, inlier = refine_plane(points[turned], start, 2 * tolerance)
        if inlier.sum() < minimum:
            break
        found.append(plane)
        near = turned & (np.abs(plane.distance(points)) <= 3 * tolerance)
        points, normals = points[~near], normals[~near]
    return found


def _best_upright(points: np.ndarray, normals: np.ndarray, width: float, directions: int) -> Plane:
    """The bin of direction and offset that is fullest with its neighbours; of such, the one that is fuller itself."""
    angle = np.arctan2(normals[:, 1], normals[:, 0])
    turn = np.round(angle / (2 * np.pi) * directions).astype(np.int64) % directions
    center = 2 * np.pi * turn / directions
    offset = points[:, 0] * np.cos(center) + points[:, 1] * np.sin(center)
    low = float(offset.min())
    step = ((offset - low) / width).astype(np.int64)
    columns = int(step.max()) + 1
    votes = np.bincount(turn * columns + step, minlength=directions * columns).reshape(directions, columns)
    around = votes + np.roll(votes, 1, axis=0) + np.roll(votes, -1, axis=0)
    around = around + np.pad(around, ((0, 0), (1, 0)))[:, :-1] + np.pad(around, ((0, 0), (0, 1)))[:, 1:]
    row, column = np.unravel_index(int(np.argmax(around + votes)), votes.shape)
    direction = 2 * np.pi * float(row) / directions
    normal = np.array([math.cos(direction), math.sin(direction), 0.0])
    return Plane(normal, low + width * (float(column) + 0.5))
