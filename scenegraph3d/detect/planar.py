"""What a depth image stands on and stands against: floor, surfaces, walls. The first half of `detect.geometry`."""

import math
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Bool, Float

from ..geometry.grid import DepthGrid, NormalSettings, depth_grid
from ..geometry.noise import TriangulationNoise
from ..geometry.planes import LevelSettings, Plane, UprightSettings, along, level_planes, upright_planes
from ..types import Camera, DepthMap

UP = np.array([0.0, 0.0, 1.0])
UP.flags.writeable = False
STANDARD_PIXELS = 640 * 480  # the image size that `min_pixels` is given for
EYE = np.zeros(3)
EYE.flags.writeable = False
EIGHT = np.ones((3, 3), dtype=bool)
EIGHT.flags.writeable = False


@dataclass(frozen=True)
class GeometrySettings:
    """How a depth image is taken apart.

    Lengths are in metres; in a map without a metric scale, the median depth counts as `typical_depth_m`.

    Attributes:
        columns: the depth is averaged down to about this many cells across.
        typical_depth_m: what the median depth of a map without a metric scale is taken for.
        min_surface_m2: a level plane with less visible area than this is part of an object (a chair's seat).
        bridge_m: parts of one level plane that are closer than this, from above, are one surface.
        min_wall_m2: an upright plane with less visible area than this is part of an object.
        beyond_share: an upright plane with at most this share of the points beyond it is a wall.
        min_panel_m2: with more visible area than this it is taken off whatever lies beyond it.
        rim_m: what is this little under the border of a surface is its edge.
        level_shares: points nearer to a level plane than this share of their distance belong to it: those
            whose normal agrees with the plane's to `aligned_rad`, and those beside them in the image.
        wall_shares: the same for upright planes, which are seldom as flat.
        link_m, link_share, link_cells: neighbouring cells are of one object if they are closer than the sum
            of `link_m`, this share of their distance from the camera, and this many times their spacing.
        contact_m: two clusters are one object if they come closer than about this in 3D.
        thinning: how many points are kept across the distance at which clusters are compared.
        nest_m, nest_share: clusters that come this close are one object too, if their boxes share this much
            of the smaller one (the back of a chair behind its seat).
        part_m: clusters are never joined through a surface, nor through its plane up to this far around it.
        rest_share: a cluster can rest on a support that is under at least this share of its points.
        floating_m: a cluster whose lowest point is further above what it can rest on has lost its lower part to
            an occluder or a black surface, and joins the nearest cluster that reaches further down.
        join_m: how near that one must be.
        join_height_weight: what a difference in height counts in "nearest", beside one on the ground.
        foot_height_m, foot_m: what stands on the floor no higher than the first is a foot of a thing more than
            twice as high on it that comes as close as the second.
        strip_m, strip_aspect: a strip is at least this tall, and this many times taller than wide.
        fold_m, fold_share: strips side by side are one object (the folds of a curtain) if one is at most this
            much behind the other along this share of the shorter one.
        noise: the noise of the depth.
        noise_times: what rises less than this many deviations above its support is part of the support, and an
            object's longest side is at least as many.
        min_size_m: an object's longest side, at least.
        min_pixels: an object's pixels, at least, in an image of 640 x 480; in another as many times more or
            fewer as it has pixels.
        fewest_pixels: an object's pixels, at least, in any image.
        part_share: a part of an object that an occluder splits has at least this share of `min_pixels`.
    """

    columns: int = 320
    typical_depth_m: float = 2.5
    min_surface_m2: float = 0.25
    bridge_m: float = 0.2
    min_wall_m2: float = 0.5
    beyond_share: float = 0.05
    min_panel_m2: float = 3.0
    rim_m: float = 0.05
    level_shares: tuple[float, float] = (0.012, 0.005)
    wall_shares: tuple[float, float] = (0.02, 0.015)
    aligned_rad: float = math.radians(20.0)
    link_m: float = 0.01
    link_share: float = 0.004
    link_cells: float = 2.5
    contact_m: float = 0.03
    thinning: float = 2.0
    nest_m: float = 0.08
    nest_share: float = 0.5
    part_m: float = 0.3
    rest_share: float = 0.2
    floating_m: float = 0.1
    join_m: float = 0.15
    join_height_weight: float = 0.25
    foot_height_m: float = 0.12
    foot_m: float = 0.06
    strip_m: float = 0.5
    strip_aspect: float = 5.0
    fold_m: float = 0.2
    fold_share: float = 0.6
    noise: TriangulationNoise = field(default_factory=lambda: TriangulationNoise(relative_limit=0.01))
    noise_times: float = 4.5
    min_size_m: float = 0.05
    min_pixels: int = 150
    fewest_pixels: int = 20
    part_share: float = 0.25
    normals: NormalSettings = field(default_factory=lambda: NormalSettings(window=7))
    level: LevelSettings = field(default_factory=lambda: LevelSettings(min_share=0.005))
    upright: UprightSettings = field(default_factory=UprightSettings)

    def least_pixels(self, height: int, width: int) -> float:
        """An object's pixels, at least, in an image of this size."""
        return max(self.fewest_pixels, self.min_pixels * height * width / STANDARD_PIXELS)

    def clear_m(self, away_m: Float[np.ndarray, "*n"]) -> Float[np.ndarray, "*n"]:
        """What is clear of the depth noise at these distances."""
        return self.noise_times * self.noise.std_m(away_m)


@dataclass(frozen=True, eq=False)
class Frame:
    """The depth, averaged over cells, along the world's axes; the camera is the origin.

    Attributes:
        grid: the cells in the camera frame.
        points: [h, w, 3]
        normals: [h, w, 3]; 0 where there is none.
        reach: [h, w] distance from the camera.
        spacing: [h, w] width of a cell on a surface that faces the camera.
        unit: what a metre is in the unit of the depth.
    """

    grid: DepthGrid
    points: Float[np.ndarray, "h w 3"]
    normals: Float[np.ndarray, "h w 3"]
    reach: Float[np.ndarray, "h w"]
    spacing: Float[np.ndarray, "h w"]
    unit: float


def frame_of(z: Float[np.ndarray, "H W"], depth: DepthMap, camera: Camera, settings: GeometrySettings) -> Frame:
    """The frame of a depth map whose depth along z is `z`, seen by a camera with a gravity-aligned pose."""
    cell_px = max(1, round(depth.width / settings.columns))
    grid = depth_grid(z, camera.matrix, cell_px, settings.normals)
    rotation = camera.world_from_camera[:3, :3]
    return Frame(
        grid=grid,
        points=grid.points @ rotation.T,
        normals=grid.normals @ rotation.T,
        reach=np.linalg.norm(grid.points, axis=-1),
        spacing=grid.points[..., 2] * cell_px / math.sqrt(camera.fx * camera.fy),
        unit=1.0 if depth.kind == "metric" else float(np.median(z[z > 0])) / settings.typical_depth_m,
    )


@dataclass(frozen=True, eq=False)
class Support:
    """A level plane that carries things.

    Attributes:
        name: "floor" or "surface 1", ...
        plane: its normal is up.
        cells: [h, w] where it is seen.
        area: visible area.
        footprint: from above, with the gaps that things on it leave closed; None for the floor, which is
            everywhere.
    """

    name: str
    plane: Plane
    cells: Bool[np.ndarray, "h w"]
    area: float
    footprint: "Footprint"

    def under(self, points: Float[np.ndarray, "n 3"]) -> Bool[np.ndarray, " n"]:
        """Which points are above the plane and within its footprint."""
        return (self.plane.distance(points) > 0) & self.footprint.holds(points)


@dataclass(frozen=True, eq=False)
class Footprint:
    """A set of square tiles of the ground.

    Attributes:
        tiles: [a, b] which tiles belong to it.
        corner: [2] world x and y of tile (0, 0)'s low corner.
        step: side of a tile.
    """

    tiles: Bool[np.ndarray, "a b"]
    corner: Float[np.ndarray, " 2"]
    step: float

    @classmethod
    def everywhere(cls) -> "Footprint":
        """One tile that is larger than any scene."""
        far = 1e12
        return cls(np.ones((1, 1), dtype=bool), np.full(2, -far), 2 * far)

    def holds(self, points: Float[np.ndarray, "n 3"]) -> Bool[np.ndarray, " n"]:
        """Which points are over its tiles."""
        padded = np.pad(self.tiles, 1)
        a, b = (
            np.clip(np.floor((points[:, k] - self.corner[k]) / self.step) + 1, 0, padded.shape[k] - 1).astype(np.int64)
            for k in (0, 1)
        )
        return padded[a, b]

    def grown(self, margin: float) -> "Footprint":
        """The same, wider by at least `margin` on all sides."""
        from scipy.ndimage import binary_dilation

        count = math.ceil(margin / self.step)
        tiles = binary_dilation(np.pad(self.tiles, count), EIGHT, iterations=count)
        return Footprint(tiles, self.corner - count * self.step, self.step)


def take_supports(frame: Frame, settings: GeometrySettings) -> tuple[list[Support], Bool[np.ndarray, "h w"]]:
    """The floor, if there is one, and the surfaces, largest first; and the cells that are none of the objects'.

    Taken are the supports with the rims of table tops, a ceiling, and what seems to lie under the floor
    (mirror images in it).
    """
    valid = frame.grid.valid
    taken = np.zeros(valid.shape, dtype=bool)
    few = (slice(None, None, 2),) * 2
    points, normals = frame.points[few][valid[few]], frame.normals[few][valid[few]]
    if len(points) == 0:
        return [], taken
    ceiling = level_planes(points, normals, -UP, EYE, settings.level)
    if ceiling.floor >= 0:
        taken |= on_plane(frame, ceiling.planes[ceiling.floor], valid, settings.level_shares, settings)
    levels = level_planes(points, normals, UP, EYE, settings.level)
    floor, surfaces = [], []
    for row, plane in enumerate(levels.planes):
        cells = on_plane(frame, plane, valid & ~taken, settings.level_shares, settings)
        if row == levels.floor:
            floor.append(
                Support("floor", plane, cells, float(_area(frame, plane, cells).sum()), Footprint.everywhere())
            )
            taken |= cells | (valid & (plane.distance(frame.points) < settings.level_shares[1] * frame.reach))
        else:
            surfaces += _surfaces(frame, plane, cells, settings)
    surfaces.sort(key=lambda part: -part.area)
    for part in floor + surfaces:
        taken |= part.cells
    for i, part in enumerate(surfaces):
        rim = _rim(frame, part, settings) & ~taken
        surfaces[i] = replace(part, name=f"surface {i + 1}", cells=part.cells | rim)
        taken |= rim
    return floor + surfaces, taken


def on_plane(
    frame: Frame,
    plane: Plane,
    free: Bool[np.ndarray, "h w"],
    shares: tuple[float, float],
    settings: GeometrySettings,
) -> Bool[np.ndarray, "h w"]:
    """Cells of `free` on the plane: near it with its normal, or nearer and close to such a cell in the image.

    Beside a depth step no normal can be fitted; cells without one may be twice as far from a sure cell.

    Args:
        shares: how near, as shares of the distance from the camera: with the plane's normal, and without.
    """
    off = np.abs(plane.distance(frame.points))
    aligned = along(frame.normals, plane.normal) > math.cos(settings.aligned_rad)
    sure = free & aligned & (off < shares[0] * frame.reach)
    beside = _grown(sure, settings.normals.window // 2 + 1)
    around = _grown(beside, settings.normals.window // 2 + 1) & ~frame.grid.planar
    return sure | (free & (beside | around) & (off < shares[1] * frame.reach))


def _grown(cells: Bool[np.ndarray, "h w"], count: int) -> Bool[np.ndarray, "h w"]:
    """The cells and all that are up to `count` rows and columns from one."""
    height, width = cells.shape
    padded = np.pad(cells, count)
    tall, out = padded[:height].copy(), np.zeros(cells.shape, dtype=bool)
    for k in range(1, 2 * count + 1):
        tall |= padded[k : k + height]
    for k in range(2 * count + 1):
        out |= tall[:, k : k + width]
    return out


def _area(frame: Frame, plane: Plane, cells: Bool[np.ndarray, "h w"]) -> Float[np.ndarray, " n"]:
    """Area of each of the cells on the plane, in squared units of the depth."""
    away = max(abs(plane.offset), np.finfo(np.float64).tiny)
    return frame.spacing[cells] ** 2 * frame.grid.points[..., 2][cells] / away


def _surfaces(frame: Frame, plane: Plane, cells: Bool[np.ndarray, "h w"], settings: GeometrySettings) -> list[Support]:
    """The cells of one level plane in parts that are apart from above, those of enough area."""
    from scipy.ndimage import binary_closing, binary_dilation, binary_fill_holes, label

    if not cells.any():
        return []
    step = settings.bridge_m * frame.unit / 3
    xy = frame.points[cells][:, :2]
    corner = xy.min(axis=0) - 2 * step
    spot = np.floor((xy - corner) / step).astype(np.int64)
    occupied = np.zeros(spot.max(axis=0) + 3, dtype=bool)
    occupied[spot[:, 0], spot[:, 1]] = True
    part = label(binary_dilation(occupied, EIGHT), EIGHT)[0]
    of_cell = part[spot[:, 0], spot[:, 1]]
    area = np.bincount(of_cell, _area(frame, plane, cells))
    found = []
    for number in np.flatnonzero(area >= settings.min_surface_m2 * frame.unit**2):
        mask = np.zeros(cells.shape, dtype=bool)
        mask[cells] = of_cell == number
        tiles = binary_fill_holes(binary_closing(occupied & (part == number), EIGHT))
        found.append(Support("", plane, mask, float(area[number]), Footprint(tiles, corner, step)))
    return found


def _rim(frame: Frame, surface: Support, settings: GeometrySettings) -> Bool[np.ndarray, "h w"]:
    """The cells of a table top's edge: a little under the plane, at its footprint's border or within."""
    wider = surface.footprint.grown(settings.rim_m * frame.unit)
    height = surface.plane.distance(frame.points)
    rim = frame.grid.valid & (height < 0) & (height > -settings.rim_m * frame.unit)
    rim[rim] = wider.holds(frame.points[rim])
    return rim


def take_walls(frame: Frame, taken: Bool[np.ndarray, "h w"], settings: GeometrySettings) -> Bool[np.ndarray, "h w"]:
    """Cells of walls and large panels, among those not yet taken."""
    free = frame.grid.valid & ~taken
    walls = np.zeros(free.shape, dtype=bool)
    few = free.copy()
    few[1::2], few[:, 1::2] = False, False
    if not few.any():
        return walls
    for plane in upright_planes(frame.points[few], frame.normals[few], frame.reach[few], settings.upright):
        cells = on_plane(frame, plane, free & ~walls, settings.wall_shares, settings)
        area = float(_area(frame, plane, cells).sum()) / frame.unit**2
        if area >= settings.min_panel_m2 or (area >= settings.min_wall_m2 and _outermost(frame, plane, settings)):
            walls |= cells
    return walls


def _outermost(frame: Frame, plane: Plane, settings: GeometrySettings) -> bool:
    """Whether next to nothing is seen beyond the plane."""
    some = (slice(None, None, 2),) * 2
    points, reach = frame.points[some][frame.grid.valid[some]], frame.reach[some][frame.grid.valid[some]]
    beyond = plane.distance(points) < -settings.level.below_tolerance * reach
    return bool(beyond.mean() <= settings.beyond_share)
