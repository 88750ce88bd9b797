"""Depth without a unit becomes metres: DepthMap + one kind of evidence -> DepthMap of kind "metric".

| evidence | what is solved for |
|---|---|
| a sensor's depth, sparse or dense | a scale; of inverse relative depth, a scale and a shift |
| the camera's height over the floor | a scale |
| one known length, as a number or between two pixels | a scale |

Inverse relative depth is 1 / depth up to a scale and a shift, and one length cannot tell them apart: from a length or
a height its shift is taken as 0, as everywhere in the library, and `source` says so. Metric depth can be calibrated
too, where an estimator's metres are off by a factor. `source` of what comes out says what was done.

References:
    R. Ranftl et al., Towards Robust Monocular Depth Estimation, TPAMI 2022 (scale and shift of inverse depth);
    P. Rousseeuw, Least Median of Squares Regression, JASA 1984.
"""

import math
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from ..errors import InputError, message
from ..geometry.cameras import unproject_pixels
from ..geometry.grid import z_values
from ..types import Camera, DepthMap
from ..types._check import array

INVERSE = "inverse_relative"
MAD_TO_SIGMA = 1.4826  # of a normal distribution


@dataclass(frozen=True)
class CalibrationSettings:
    """How depth is fitted to a sensor's. Errors are of the inverse depth, as shares of the sensor's.

    Attributes:
        least_points: pixels with both depths that a scale and a shift need; a scale alone needs one.
        min_spread: least range of the sensor's inverse depth (5th to 95th percentile, over the median) that can tell a
            scale from a shift.
        pairs: pairs of points that are tried for the first fit.
        trial_points: points that each pair is judged by.
        fit_points: points that the last fit uses, evenly spread.
        sigmas: points that are farther off than this many standard deviations do not count.
        least_tolerance: error that is never too far off: of rounding.
        rounds: times that the fit and what counts in it are found in turn.
        agree: points with a smaller error agree with the fit.
        agree_share: least share of the points that must agree.
        farthest_m: what would lie farther away, or beyond infinity, becomes a hole.
    """

    least_points: int = 10
    min_spread: float = 0.05
    pairs: int = 500
    trial_points: int = 1000
    fit_points: int = 50_000
    sigmas: float = 2.5
    least_tolerance: float = 1e-3
    rounds: int = 10
    agree: float = 0.1
    agree_share: float = 0.5
    farthest_m: float = 1000.0


DEFAULT_SETTINGS = CalibrationSettings()


def calibrate_by_sensor(
    depth: DepthMap, sensor: DepthMap, *, settings: CalibrationSettings = DEFAULT_SETTINGS
) -> DepthMap:
    """Depth in metres, fitted to a sensor's depth where both have a reading; up to half of the readings may be wrong.

    Args:
        depth: any kind; of "inverse_relative" a scale and a shift are found, else a scale.
        sensor: metric depth of the same size, such as `depth_from_points` makes from laser points.
        settings: how it is fitted.

    Raises:
        InputError: sizes that differ, a sensor's depth that is not metric, too few points, points at one depth alone
            where a shift is sought, points that disagree, or depth that grows where the sensor's shrinks.
    """
    _check_sensor(depth, sensor)
    both = depth.valid & sensor.valid
    values, inverse = depth.values[both].astype(np.float64), 1.0 / sensor.values[both].astype(np.float64)
    count, affine = len(values), depth.kind == INVERSE
    least = settings.least_points if affine else 1
    if count < least:
        do = "give more sensor points, or calibrate by one known length"
        raise InputError(message("points with both depths", f"at least {least}", f"{count}", do))
    step = math.ceil(count / settings.fit_points)
    if affine:
        scale, shift = _affine(values[::step], inverse[::step], settings)
        errors = (scale * values + shift) / inverse - 1
        metres = _reciprocal(scale * depth.values.astype(np.float64) + shift, settings)
        how = f"fitted as 1 / ({scale:.4g} * value {shift:+.4g})"
    else:
        scale = _scale(values[::step], inverse[::step], settings)
        errors = 1 / (scale * values * inverse) - 1
        metres = depth.values * scale
        how = f"scaled by {scale:.4g}"
    agreeing = int((np.abs(errors) < settings.agree).sum())
    if agreeing < settings.agree_share * count:
        expected = f"{settings.agree_share:.0%} of the points to agree to {settings.agree:.0%}"
        do = f"check that both belong to one picture and that depth of kind {depth.kind!r} is what it is"
        raise InputError(message("sensor points", expected, f"{agreeing} of {count}", do))
    if scale <= 0:
        do = "depth that grows with distance is of kind 'relative'"
        raise InputError(message("inverse_relative depth", "values that shrink with distance", "values that grow", do))
    return _metric(depth, metres, f"{how} from {agreeing} of {count} sensor points")


def calibrate_by_camera_height(depth: DepthMap, *, height: float, height_m: float) -> DepthMap:
    """Depth in metres from the camera's height over the floor.

    Args:
        depth: any kind.
        height: the height in the unit of the depth, such as `lift.gravity.estimate_up` finds it: its camera's z less
            its `floor_height`.
        height_m: the true one, metres.

    Raises:
        InputError: a height that is not above 0.
    """
    scale = _positive("height_m", height_m) / _positive("height", height)
    return _scaled(depth, scale, f"from the camera's height of {height_m:g} m")


def calibrate_by_length(depth: DepthMap, *, length: float, length_m: float) -> DepthMap:
    """Depth in metres from one known length.

    Args:
        depth: any kind.
        length: a length in the unit of the depth, such as an object's size in the graph that was built from it.
        length_m: the true one, metres.

    Raises:
        InputError: a length that is not above 0.
    """
    scale = _positive("length_m", length_m) / _positive("length", length)
    return _scaled(depth, scale, f"from a length of {length_m:g} m")


def calibrate_by_pixels(depth: DepthMap, camera: Camera, *, pixels_px: Any, length_m: float) -> DepthMap:
    """Depth in metres from the distance between what two pixels show.

    Args:
        depth: any kind.
        camera: intrinsics, of the depth's size.
        pixels_px: [2, 2] column and row of two pixels that have a reading.
        length_m: the straight distance between the two points, metres.

    Raises:
        InputError: sizes that differ, a pixel outside the picture or without a reading, two pixels that show one
            point, or a length that is not above 0.
    """
    depth.check_fits(camera)
    pixels = array(pixels_px, "pixels_px", (2, 2))
    z = np.array([_reading(depth, column, row) for column, row in np.rint(pixels).astype(np.int64).tolist()])
    first, second = unproject_pixels(pixels, z, camera.matrix)
    length = float(np.linalg.norm(first - second))
    if length == 0:
        raise InputError(message("pixels_px", "two pixels that show different points", f"{pixels.tolist()}"))
    return _scaled(depth, _positive("length_m", length_m) / length, f"from {length_m:g} m between two pixels")


# --- fits ----------------------------------------------------------------------------------------------------


def _scale(values: np.ndarray, inverse: np.ndarray, settings: CalibrationSettings) -> float:
    """Metres per unit: the mean, in logarithms, of what lies around the median."""
    logs = -np.log(values * inverse)
    center = float(np.median(logs))
    off = np.abs(logs - center)
    return math.exp(float(logs[off <= _tolerance(off, settings)].mean()))


def _affine(values: np.ndarray, inverse: np.ndarray, settings: CalibrationSettings) -> tuple[float, float]:
    """Scale and shift of the values that give the inverse depth: least median of errors, then least squares."""
    low, middle, high = np.percentile(inverse, [5, 50, 95])
    if high - low < settings.min_spread * middle or np.ptp(np.percentile(values, [5, 95])) == 0:
        do = "give points near and far, or calibrate by one known length"
        got = f"{1 / high:.3g} to {1 / low:.3g} m"
        raise InputError(message("points with both depths", "points at different depths", got, do))
    step = math.ceil(len(values) / settings.trial_points)
    scale, shift = _least_median(values[::step], inverse[::step], settings)
    for _ in range(settings.rounds):
        errors = np.abs((scale * values + shift) / inverse - 1)
        keep = errors <= _tolerance(errors, settings)
        rows = np.stack([values[keep], np.ones(int(keep.sum()))], axis=1) / inverse[keep, None]
        scale, shift = np.linalg.lstsq(rows, np.ones(len(rows)), rcond=None)[0].tolist()
    return scale, shift


def _least_median(
    values: Float[np.ndarray, " n"], inverse: Float[np.ndarray, " n"], settings: CalibrationSettings
) -> tuple[float, float]:
    """Of the lines through pairs of points, the one with the least median error."""
    first, second = np.random.default_rng(0).integers(0, len(values), (2, settings.pairs))
    apart = values[first] != values[second]
    first, second = first[apart], second[apart]
    scales = (inverse[second] - inverse[first]) / (values[second] - values[first])
    shifts = inverse[first] - scales * values[first]
    errors = np.median(np.abs((scales[:, None] * values + shifts[:, None]) / inverse - 1), axis=1)
    best = int(errors.argmin())
    return float(scales[best]), float(shifts[best])


def _tolerance(errors: np.ndarray, settings: CalibrationSettings) -> float:
    return max(settings.sigmas * MAD_TO_SIGMA * float(np.median(errors)), settings.least_tolerance)


# --- what comes out ------------------------------------------------------------------------------------------


def _scaled(depth: DepthMap, scale: float, evidence: str) -> DepthMap:
    metres = z_values(depth.values, depth.kind) * scale
    shift = ", its shift taken as 0," if depth.kind == INVERSE else ""
    return _metric(depth, metres, f"scaled by {scale:.4g}{shift} {evidence}")


def _reciprocal(inverse: np.ndarray, settings: CalibrationSettings) -> np.ndarray:
    """Metres of an inverse depth; 0, a hole, where that is too far."""
    return np.divide(1.0, inverse, out=np.zeros(inverse.shape), where=inverse > 1 / settings.farthest_m)


def _metric(depth: DepthMap, metres: np.ndarray, how: str) -> DepthMap:
    source = f"{depth.source}: {depth.kind}, {how}"
    return replace(depth, values=metres, kind="metric", valid=depth.valid & (metres > 0), source=source)


# --- checks --------------------------------------------------------------------------------------------------


def _check_sensor(depth: DepthMap, sensor: DepthMap) -> None:
    if sensor.kind != "metric":
        raise InputError(message("sensor depth", "kind 'metric'", repr(sensor.kind)))
    if (depth.height, depth.width) != (sensor.height, sensor.width):
        expected = f"the depth's size, {depth.width} x {depth.height}"
        do = "register it to the picture, without interpolation"
        raise InputError(message("sensor depth", expected, f"{sensor.width} x {sensor.height}", do))


def _positive(name: str, value: float) -> float:
    if not (math.isfinite(value) and value > 0):
        raise InputError(message(name, "a number above 0", f"{value}"))
    return float(value)


def _reading(depth: DepthMap, column: int, row: int) -> float:
    if not (0 <= column < depth.width and 0 <= row < depth.height):
        expected = f"a pixel of the {depth.width} x {depth.height} picture"
        raise InputError(message("pixels_px", expected, f"column {column}, row {row}"))
    if not depth.valid[row, column]:
        do = "choose a pixel beside it"
        raise InputError(message(f"pixel {column}, {row}", "a depth reading", "a hole", do))
    return float(z_values(depth.values[row : row + 1, column : column + 1], depth.kind)[0, 0])
