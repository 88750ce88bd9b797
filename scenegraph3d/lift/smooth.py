"""Depth readings without their noise: the inverse of depth on a plane is linear in the pixel, so that a plane of least
squares through the readings around each pixel takes noise away and leaves edges and slopes where they are."""

import math

import numpy as np
from jaxtyping import Float, Int64

from .settings import SmoothSettings

_PAIRS = (1, 1), (1, 2), (2, 2), (1, 3), (2, 3), (3, 3)  # of row, column and value


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
        cells: [N, 2] row and column of each in a raster of them.
        noise_m: [N] standard deviation of each reading.
        settings: see `SmoothSettings`.
    """
    inverse = 1 / z_m
    terms = np.empty((4, len(z_m)))
    terms[0], terms[1:3], terms[3] = 1.0, pixels.T, inverse
    terms[1:] -= terms[1:].sum(axis=1, keepdims=True) / len(z_m)
    sums = _sums(terms, cells, settings)
    count = np.rint(sums[0])
    covariances = sums[4:] * count  # times the count squared
    for k, (first, second) in enumerate(_PAIRS):
        covariances[k] -= sums[first] * sums[second]
    rr, rc, cc, rv, cv, vv = covariances
    determinant = rr * cc - rc**2
    spread = (count >= settings.least) & (determinant > settings.least_spread * (rr + cc) ** 2)
    safe = np.where(spread, determinant, 1.0)
    down, across = (cc * rv - rc * cv) / safe, (rr * cv - rc * rv) / safe
    row, column, value = terms[1:] * count - sums[1:4]  # from the mean of the window, times the count
    some = np.maximum(count, 1)
    plane = inverse + (down * row + across * column - value) / some
    left = (vv - down * rv - across * cv) / (some * np.maximum(count - 3, 1))
    flat = spread & (left <= (settings.misfit * noise_m * inverse**2) ** 2) & (plane > 0)
    return np.where(flat, 1 / np.where(flat, plane, 1.0), z_m)


def _sums(
    terms: Float[np.ndarray, "4 n"], cells: Int64[np.ndarray, "n 2"], settings: SmoothSettings
) -> Float[np.ndarray, "10 n"]:
    """Sums over the window around each reading: of the terms one, row, column and value, and of their products."""
    from scipy.ndimage import uniform_filter1d

    rows, columns = (axis - axis.min() for axis in cells.T)
    height, width = int(rows.max()) + 1, int(columns.max()) + 1
    place = rows * width + columns
    raster = np.zeros((4 + len(_PAIRS), height * width))
    for line, term in zip(raster, terms, strict=False):
        line[place] = term
    for k, (first, second) in enumerate(_PAIRS, start=4):
        np.multiply(raster[first], raster[second], out=raster[k])
    window = 2 * round(settings.window_share * math.sqrt(len(place)) / 2) + 1
    lines = raster.reshape(-1, height, width)
    for axis in (1, 2):
        uniform_filter1d(lines, window, axis=axis, output=lines, mode="constant")
    sums: Float[np.ndarray, "10 n"] = raster.take(place, axis=1)
    sums *= window**2
    return sums
