"""Planes: fits, the direction that walls and floors agree on, level planes, upright planes.

A plane is the set of points p with normal . p = offset. Lengths are in the unit of the points that came in;
every tolerance is an argument in that unit or a share of the depth, so maps without a metric scale work too.

Long and narrow products are einsums: they take a fraction of a millisecond, while a BLAS that splits them over
threads waits for the slowest, which on a busy machine is many milliseconds.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

REFINE_ROUNDS = 3


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
    center = points.mean(axis=0)
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


@dataclass(frozen=True)
class ManhattanSettings:
    """How the common up direction of floors, table tops and walls is found.

    Attributes:
        kernel_rad: a normal this far from horizontal or vertical counts exp(-1/2).
        refine_rad: the normals used by each round of refinement, by their largest angle from horizontal or
            vertical.
        wall_weight: what a normal at right angles to up counts beside one along it. Below 1, since a
            direction at random is far more often at right angles to another than along it.
        prior_weight: what a tilt of one radian costs, as a share of all normals. It settles only what the
            normals leave open, such as the roll of a camera that sees one wall.
        rival_rad: candidates closer than this to the best one are the same answer, not rivals.
        merge_step: normals whose components agree to about this vote as one.
    """

    kernel_rad: float = math.radians(4.0)
    refine_rad: tuple[float, ...] = (math.radians(15.0), math.radians(8.0), math.radians(5.0))
    wall_weight: float = 0.5
    prior_weight: float = 0.15
    rival_rad: float = math.radians(15.0)
    merge_step: float = 0.06


@dataclass(frozen=True, eq=False)
class ManhattanUp:
    """The up direction on which the normals agree.

    Attributes:
        up: [3] unit vector.
        level_share: share of the normals that are within the refinement's last angle of up.
        second_wall_share: share that are as close to a right angle with up and face across the main wall direction,
            at most half of all such.
            One wall alone leaves the turn about its normal open; this share, or `level_share`, settles it.
        margin: in [0, 1], by how much the best candidate that is further than `rival_rad` away falls short.
    """

    up: Float[np.ndarray, " 3"]
    level_share: float
    second_wall_share: float
    margin: float


def manhattan_up(
    normals: Float[np.ndarray, "n 3"],
    candidates: Float[np.ndarray, "c 3"],
    prior: Float[np.ndarray, " 3"],
    settings: ManhattanSettings = ManhattanSettings(),
) -> ManhattanUp:
    """The direction that most of the normals are along (floors, table tops) or at right angles to (walls).

    Args:
        normals: [N, 3] unit normals that face the camera, N > 0.
        candidates: [C, 3] unit vectors to choose from, a few degrees apart; the best is then refined.
        prior: [3] unit vector that wins where the normals leave the choice open.

    Source: the two-step vote (level and vertical surfaces) of Gupta, Arbelaez and Malik, Perceptual
        organization
    and recognition of indoor scenes from RGB-D images, 2013, with an exhaustive start instead of a local one.
    """
    weights, directions = _merged_directions(normals, settings.merge_step)
    cosine = np.einsum("dk,kc->dc", directions.astype(np.float32), candidates.T.astype(np.float32))
    sharpness = np.float32(1 / settings.kernel_rad**2)
    level = np.einsum("d,dc->c", weights, np.exp((cosine - 1) * sharpness))  # 1 - cos(a) is a a / 2
    wall = np.einsum("d,dc->c", weights, np.exp(cosine**2 * (-0.5 * sharpness)))
    support = (level + settings.wall_weight * wall).astype(np.float64)
    tilt = np.arccos(np.clip(candidates @ prior, -1, 1))
    best = int(np.argmax(support - settings.prior_weight * tilt**2))
    up = candidates[best]
    rivals = support[candidates @ up < math.cos(settings.rival_rad)]
    margin = 1.0 - float(rivals.max(initial=0.0)) / max(float(support[best]), np.finfo(np.float64).tiny)
    for limit in settings.refine_rad:
        up = _refine_up(normals, up, limit, settings)
    limit = settings.refine_rad[-1]
    cosine = along(normals, up)
    walls = normals[np.abs(cosine) < np.sin(limit)]
    spread = np.linalg.eigvalsh(_squares(walls))[1]
    return ManhattanUp(
        up,
        level_share=float((cosine > np.cos(limit)).mean()),
        second_wall_share=float(spread) / len(normals),
        margin=max(0.0, margin),
    )


def _merged_directions(normals: np.ndarray, step: float) -> tuple[np.ndarray, np.ndarray]:
    """The shares of the normals in each cube of side `step` that holds any, and their mean directions."""
    cube = np.round(normals / step).astype(np.int64)
    across = 2 * math.ceil(1 / step) + 1
    key = (cube[:, 0] * across + cube[:, 1]) * across + cube[:, 2]
    owner, count = np.unique(key, return_inverse=True, return_counts=True)[1:]
    sums = np.stack([np.bincount(owner, component) for component in normals.T], axis=1)
    share = (count / len(normals)).astype(np.float32)
    return share, sums / np.linalg.norm(sums, axis=1, keepdims=True)


def _refine_up(normals: np.ndarray, up: np.ndarray, limit: float, settings: ManhattanSettings) -> np.ndarray:
    """The up that is least far, in squares of sines, from level normals and from right angles with wall normals."""
    cosine = along(normals, up)
    level, walls = normals[cosine > np.cos(limit)], normals[np.abs(cosine) < np.sin(limit)]
    cost = settings.wall_weight * _squares(walls) - _squares(level)
    cost -= settings.prior_weight * 0.1 * len(normals) * np.outer(up, up)
    best = np.linalg.eigh(cost)[1][:, 0]
    return best * np.sign(best @ up)


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
