"""DepthGrid: a depth image averaged over square cells, with a normal per cell. Any unit of length.

On a plane the inverse depth is linear in the pixel, and the noise of stereo and structured light is even in
it. So cells average inverse depth, and each normal is a linear least-squares fit to inverse depth over a
window of cells: exact on planes, indifferent to holes, and a few box filters for the whole image.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float


@dataclass(frozen=True, eq=False)
class DepthGrid:
    """A depth image averaged over square cells, with a normal per cell.

    Attributes:
        points: [h, w, 3] in the camera frame; 0 where the cell has no reading.
        valid: [h, w] cells with a reading.
        normals: [h, w, 3] unit normals that face the camera; 0 where none could be fitted.
        planar: [h, w] cells with a normal.
        cell_px: side of a cell, in pixels.
    """

    points: Float[np.ndarray, "h w 3"]
    valid: Bool[np.ndarray, "h w"]
    normals: Float[np.ndarray, "h w 3"]
    planar: Bool[np.ndarray, "h w"]
    cell_px: int


@dataclass(frozen=True)
class NormalSettings:
    """How normals are fitted.

    Attributes:
        window: side of the fitting window, in cells.
        min_share: share of the window's cells that must hold a reading.
        max_residual: largest RMS deviation from the plane, as a share of the depth. A depth step within the
            window exceeds it; structured-light noise, averaged over a cell, does not within 5 m.
    """

    window: int = 5
    min_share: float = 0.5
    max_residual: float = 0.015


def z_values(values: Float[np.ndarray, "H W"], kind: str) -> Float[np.ndarray, "H W"]:
    """Depth along z of a depth map of `kind`, 0 where it has no reading.

    Of an "inverse_relative" map, whose shift is not known, the shift is taken as 0.
    """
    values = values.astype(np.float64)
    if kind != "inverse_relative":
        return values
    return np.divide(1.0, values, out=np.zeros(values.shape), where=values > 0)


def depth_grid(
    z: Float[np.ndarray, "H W"],
    K: Float[np.ndarray, "3 3"],
    cell_px: int,
    settings: NormalSettings = NormalSettings(),
) -> DepthGrid:
    """Average a depth image over cells of `cell_px` pixels and fit a normal to each cell's surroundings.

    Args:
        z: [H, W] depth along the camera's z, any unit; 0 where there is no reading.
        K: [3, 3] intrinsics in pixels.
    """
    seen = z > 0
    inverse = np.divide(1.0, z, out=np.zeros(z.shape), where=seen)
    columns = (np.arange(z.shape[1]) - K[0, 2]) / K[0, 0]
    rows = (np.arange(z.shape[0]) - K[1, 2]) / K[1, 1]
    readings = seen.astype(np.int32)
    across, counts = _column_sums(readings, cell_px), _row_sums(readings, cell_px)
    count = _column_sums(counts, cell_px)
    valid = count > 0
    share = np.divide(1.0, count, out=np.zeros(count.shape), where=valid)
    q = _column_sums(_row_sums(inverse, cell_px), cell_px) * share
    x = _column_sums(counts * columns, cell_px) * share
    y = _row_sums(across * rows[:, None], cell_px) * share
    depth = np.divide(1.0, q, out=np.zeros(q.shape), where=valid)
    points = np.stack([x * depth, y * depth, depth], axis=-1)
    normals, planar = fit_normals(x, y, q, valid, settings)
    return DepthGrid(points, valid, normals, planar, cell_px)


def cells_of(
    grid: DepthGrid,
) -> tuple[Float[np.ndarray, "h w"], Float[np.ndarray, "h w"], Float[np.ndarray, "h w"]]:
    """x and y at depth 1, and inverse depth, [h, w] each, of a grid's cells; 0 where there is no reading."""
    inverse = np.divide(1.0, grid.points[..., 2], out=np.zeros(grid.valid.shape), where=grid.valid)
    return grid.points[..., 0] * inverse, grid.points[..., 1] * inverse, inverse


def _row_sums(image: np.ndarray, cell_px: int) -> np.ndarray:
    """Sums over `cell_px` rows each; of the last cell's rows, over those that there are."""
    whole = image.shape[0] // cell_px * cell_px
    sums = image[:whole].reshape(-1, cell_px, image.shape[1]).sum(axis=1)
    return sums if whole == image.shape[0] else np.concatenate([sums, image[whole:].sum(axis=0, keepdims=True)])


def _column_sums(image: np.ndarray, cell_px: int) -> np.ndarray:
    """Sums over `cell_px` columns each; of the last cell's columns, over those that there are."""
    sums = image[:, ::cell_px].copy()
    for k in range(1, cell_px):
        part = image[:, k::cell_px]
        sums[:, : part.shape[1]] += part
    return sums


def fit_normals(
    x: Float[np.ndarray, "h w"],
    y: Float[np.ndarray, "h w"],
    q: Float[np.ndarray, "h w"],
    valid: Bool[np.ndarray, "h w"],
    settings: NormalSettings = NormalSettings(),
) -> tuple[Float[np.ndarray, "h w 3"], Bool[np.ndarray, "h w"]]:
    """[h, w, 3] unit normals that face the camera, 0 where none could be fitted, and [h, w] where one could.

    Args:
        x, y: [h, w] places of the cells at depth 1, camera frame.
        q: [h, w] their inverse depths.
        valid: [h, w] cells with a reading.
        settings: how they are fitted.

    Fits q = a x + b y + c around each cell; (a, b, c) is the normal divided by the plane's distance.
    """
    from scipy.ndimage import uniform_filter

    def mean(values: np.ndarray) -> np.ndarray:
        return uniform_filter(values, settings.window, mode="constant")

    share = mean(valid.astype(np.float64))
    enough = valid & (share >= settings.min_share - 1e-9)
    norm = np.divide(1.0, share, out=np.zeros(share.shape), where=enough)
    mx, my, mq = mean(x) * norm, mean(y) * norm, mean(q) * norm
    sxx, syy, sxy = mean(x * x) * norm - mx * mx, mean(y * y) * norm - my * my, mean(x * y) * norm - mx * my
    sxq, syq, sqq = mean(x * q) * norm - mx * mq, mean(y * q) * norm - my * mq, mean(q * q) * norm - mq * mq
    determinant = sxx * syy - sxy * sxy
    spread = enough & (determinant > 1e-3 * sxx * syy)  # the cells seen do not lie on one line
    scale = np.divide(1.0, determinant, out=np.zeros(share.shape), where=spread)
    a, b = (sxq * syy - syq * sxy) * scale, (syq * sxx - sxq * sxy) * scale
    residual = np.sqrt(np.maximum(sqq - a * sxq - b * syq, 0.0))
    c = mq - a * mx - b * my
    length = np.sqrt(a * a + b * b + c * c)
    planar = spread & (residual <= settings.max_residual * mq) & (length > 0)
    divisor = np.where(planar, -length, np.inf)
    return np.stack([a / divisor, b / divisor, c / divisor], axis=-1), planar
