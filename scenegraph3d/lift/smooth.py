"""Depth readings without their noise: the inverse of depth on a plane is linear in the pixel, so that a plane of least
squares through the readings around each pixel takes noise away and leaves edges and slopes where they are."""

import numpy as np
from jaxtyping import Float, Int64

from .settings import SmoothSettings


def smoothed(
    z_m: Float[np.ndarray, " n"],
    pixels: Int64[np.ndarray, "n 2"],
    cells: Int64[np.ndarray, "n 2"],
    noise_m: Float[np.ndarray, " n"],
    settings: SmoothSettings,
) -> Float[np.ndarray, " n"]:
    """[N] depth along z on the planes through the readings around each one; as it came where no plane explains them.

    Args:
        z_m: [N] readings, metres, above 0.
        pixels: [N, 2] row and column of each in the picture.
        cells: [N, 2] row and column of each in a raster of them, from 0.
        noise_m: [N] standard deviation of each reading.
        settings: see `SmoothSettings`.
    """
    inverse = 1 / z_m
    middle = float(inverse.mean())
    rows, columns = (pixels - pixels.mean(axis=0)).T
    count, row, column, rr, rc, cc, value, rv, cv, vv = _sums(cells, rows, columns, inverse - middle, settings)
    some = np.maximum(count, 1)
    mean_row, mean_column, mean = row / some, column / some, value / some
    rr, rc, cc = rr / some - mean_row**2, rc / some - mean_row * mean_column, cc / some - mean_column**2
    rv, cv, vv = rv / some - mean_row * mean, cv / some - mean_column * mean, vv / some - mean**2
    determinant = rr * cc - rc**2
    spread = (count >= settings.least) & (determinant > settings.least_spread * (rr + cc) ** 2)
    safe = np.where(spread, determinant, 1.0)
    down, across = (cc * rv - rc * cv) / safe, (rr * cv - rc * rv) / safe
    plane = middle + mean + down * (rows - mean_row) + across * (columns - mean_column)
    left = (vv - down * rv - across * cv) * count / np.maximum(count - 3, 1)
    flat = spread & (left <= (settings.misfit * noise_m * inverse**2) ** 2) & (plane > 0)
    return np.where(flat, 1 / np.where(flat, plane, 1.0), z_m)


def _sums(
    cells: Int64[np.ndarray, "n 2"],
    rows: Float[np.ndarray, " n"],
    columns: Float[np.ndarray, " n"],
    values: Float[np.ndarray, " n"],
    settings: SmoothSettings,
) -> Float[np.ndarray, "10 n"]:
    """Sums over the window around each reading: count, place, value and their products."""
    from scipy.ndimage import uniform_filter

    raster = np.zeros((10, *(cells.max(axis=0) + 1)))
    one = np.ones_like(values)
    places = (one, rows, columns, rows**2, rows * columns, columns**2)
    raster[:, cells[:, 0], cells[:, 1]] = (*places, values, rows * values, columns * values, values**2)
    window = 2 * round(settings.window_share * np.sqrt(len(values)) / 2) + 1
    means = uniform_filter(raster, size=(1, window, window), mode="constant")
    sums = means[:, cells[:, 0], cells[:, 1]] * window**2
    sums[0] = np.rint(sums[0])
    out: Float[np.ndarray, "10 n"] = sums
    return out
