"""Depth without a unit becomes metres: DepthMap + one kind of evidence -> DepthMap of kind "metric".

| evidence | of metric and relative depth | of inverse relative depth |
|---|---|---|
| `SensorDepth`: a sensor's depth, sparse or dense | a scale | a scale and a shift |
| `CameraHeight`: the camera's height over the floor | a scale, at the floor | a scale and a shift, at the floor |
| `KnownLength`: metres between two pixels | a scale | a scale; the shift where a floor is seen and up is known |

Inverse relative depth is 1 / depth up to a scale and a shift. A floor tells the shift, since it would meet the horizon
at infinity, where 1 / depth is 0; so it takes a known up. Without it the shift is taken as 0, as everywhere in the
library, and `source` says so. Metric depth can be calibrated too, where an estimator's metres are off by a factor.
`source` of what comes out says what was done.

References:
    R. Ranftl et al., Towards Robust Monocular Depth Estimation, TPAMI 2022 (scale and shift of inverse depth);
    P. Rousseeuw, Least Median of Squares Regression, JASA 1984.
"""

import math
from dataclasses import dataclass, field, replace

import numpy as np
from jaxtyping import Float

from ..errors import InputError, message
from ..geometry.cameras import unproject_pixels
from ..geometry.floorline import MAD_TO_SIGMA, FloorLine, FloorLineSettings, floor_line
from ..geometry.grid import z_values
from ..types import Camera, DepthMap
from ..types._check import array, at_the_door

INVERSE = "inverse_relative"
LEVEL_UP = np.array([0.0, -1.0, 0.0])


@dataclass(frozen=True)
class SensorDepth:
    """Depth that a sensor measured, sparse or dense, registered to the picture.

    Attributes:
        depth: metric depth of the picture's size, such as `depth_from_points` makes from laser points.

    Raises:
        InputError: depth that is not metric.
    """

    depth: DepthMap

    def __post_init__(self) -> None:
        if self.depth.kind != "metric":
            raise InputError(message("sensor depth", "kind 'metric'", repr(self.depth.kind)))


@dataclass(frozen=True)
class CameraHeight:
    """How high the camera is over the floor that the picture shows.

    Attributes:
        height_m: metres.

    Raises:
        InputError: a height that is not above 0.
    """

    height_m: float

    def __post_init__(self) -> None:
        _check_positive("height_m", self.height_m)


@at_the_door
@dataclass(frozen=True)
class KnownLength:
    """The straight distance between what two pixels show.

    Attributes:
        length_m: metres.
        pixels_px: column and row of the two pixels.

    Raises:
        InputError: a length that is not above 0, or pixels that are not two pairs of numbers.
    """

    length_m: float
    pixels_px: tuple[tuple[float, float], tuple[float, float]]

    def __post_init__(self) -> None:
        _check_positive("length_m", self.length_m)
        (a, b), (c, d) = array(self.pixels_px, "pixels_px", (2, 2)).tolist()
        object.__setattr__(self, "pixels_px", ((a, b), (c, d)))


Known = SensorDepth | CameraHeight | KnownLength


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
        farthest_ratio: where no metres are known, so does what is this many times as far away as most.
        floor: how the floor is found.
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
    farthest_ratio: float = 100.0
    floor: FloorLineSettings = field(default_factory=FloorLineSettings)


DEFAULT_SETTINGS = CalibrationSettings()


def calibrate(
    depth: DepthMap,
    camera: Camera,
    up: Float[np.ndarray, " 3"] | None,
    known: Known,
    *,
    settings: CalibrationSettings = DEFAULT_SETTINGS,
) -> DepthMap:
    """Depth in metres, from what is known of the scene.

    Args:
        depth: any kind.
        camera: intrinsics, of the depth's size.
        up: [3] unit vector against gravity in the camera frame; None if it is not known.
        known: the evidence. Of a sensor's readings up to half may be wrong. The camera's height is over the lowest
            level surface, which has next to nothing below it; without `up`, the camera is taken to be level.
        settings: how it is fitted.

    Raises:
        InputError: sizes that differ; too few sensor points, points at one depth alone where a shift is sought, points
            that disagree, or depth that grows where the sensor's shrinks; no floor to measure a height from; a pixel
            outside the picture or without a reading, or two pixels that show one point.
    """
    depth.check_fits(camera)
    if isinstance(known, SensorDepth):
        return _by_sensor(depth, known.depth, settings)
    if isinstance(known, CameraHeight):
        return _by_height(depth, camera, up, known, settings)
    return _by_length(depth, camera, up, known, settings)


def relative_depth(
    depth: DepthMap,
    camera: Camera,
    up: Float[np.ndarray, " 3"] | None,
    *,
    settings: CalibrationSettings = DEFAULT_SETTINGS,
) -> DepthMap:
    """Inverse relative depth as depth up to a scale alone, so that planes are flat in it.

    Args:
        depth: of kind "inverse_relative".
        camera: intrinsics, of the depth's size.
        up: [3] unit vector against gravity in the camera frame; None if it is not known.
        settings: how the floor is found, and what is too far away.

    Returns:
        Depth of kind "relative". Its shift is that of the floor, or taken as 0 where no floor is seen or up is not
        known; `source` says which.
    """
    depth.check_fits(camera)
    floor = _shift(depth, camera, up, settings)
    shift = 0.0 if floor is None else floor.shift
    inverse = depth.values.astype(np.float64) - shift
    near = float(np.median(inverse[depth.valid]))
    far = near / settings.farthest_ratio if near > 0 else 0.0
    values = np.divide(1.0, inverse, out=np.zeros(inverse.shape), where=depth.valid & (inverse > far))
    how = "its shift taken as 0" if floor is None else f"its shift from a floor on {floor.share:.0%} of the picture"
    source = f"{depth.source}: {depth.kind}, {how}"
    return replace(depth, values=values, kind="relative", valid=values > 0, source=source)


def _by_sensor(depth: DepthMap, sensor: DepthMap, settings: CalibrationSettings) -> DepthMap:
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
    else:
        scale = _scale(values[::step], inverse[::step], settings)
        errors = 1 / (scale * values * inverse) - 1
    agreeing = int((np.abs(errors) < settings.agree).sum())
    if agreeing < settings.agree_share * count:
        expected = f"{settings.agree_share:.0%} of the points to agree to {settings.agree:.0%}"
        do = f"check that both belong to one picture and that depth of kind {depth.kind!r} is what it is"
        raise InputError(message("sensor points", expected, f"{agreeing} of {count}", do))
    if scale <= 0:
        do = "depth that grows with distance is of kind 'relative'"
        raise InputError(message("inverse_relative depth", "values that shrink with distance", "values that grow", do))
    evidence = f"from {agreeing} of {count} sensor points"
    return _fitted(depth, scale, shift, evidence, settings) if affine else _scaled(depth, scale, evidence)


def _by_height(
    depth: DepthMap, camera: Camera, up: np.ndarray | None, known: CameraHeight, settings: CalibrationSettings
) -> DepthMap:
    affine = depth.kind == INVERSE and up is not None
    floor = floor_line(
        _inverse(depth), camera.matrix, LEVEL_UP if up is None else up, shifted=affine, settings=settings.floor
    )
    if floor is None:
        do = "calibrate by a known length, or give the direction of up"
        raise InputError(message("camera height", "a floor in the picture", "none that can be told", do))
    scale = 1 / (floor.slope * known.height_m)
    tilt = " of a camera taken to be level" if up is None else ""
    evidence = f"from the height of {known.height_m:g} m{tilt} over a floor on {floor.share:.0%} of the picture"
    if affine:
        return _fitted(depth, scale, -scale * floor.shift, evidence, settings)
    return _scaled(depth, 1 / scale, evidence)


def _by_length(
    depth: DepthMap, camera: Camera, up: np.ndarray | None, known: KnownLength, settings: CalibrationSettings
) -> DepthMap:
    floor = _shift(depth, camera, up, settings)
    places = np.rint(np.array(known.pixels_px)).astype(np.int64)
    inverse = np.array([_reading(depth, column, row) for column, row in places.tolist()])
    beyond = inverse - (0.0 if floor is None else floor.shift)
    if (beyond <= 0).any():
        do = "choose pixels that are nearer"
        raise InputError(message("pixels_px", "pixels on this side of the horizon", f"{known.pixels_px}", do))
    first, second = unproject_pixels(np.array(known.pixels_px), 1 / beyond, camera.matrix)
    length = float(np.linalg.norm(first - second))
    if length == 0:
        raise InputError(message("pixels_px", "two pixels that show different points", f"{known.pixels_px}"))
    evidence = f"from {known.length_m:g} m between two pixels"
    if floor is None:
        return _scaled(depth, known.length_m / length, evidence)
    scale = length / known.length_m
    evidence += f", the shift from a floor on {floor.share:.0%} of the picture"
    return _fitted(depth, scale, -scale * floor.shift, evidence, settings)


def _shift(depth: DepthMap, camera: Camera, up: np.ndarray | None, settings: CalibrationSettings) -> FloorLine | None:
    """The floor of inverse relative depth, whose line holds its shift; None where nothing tells it."""
    if depth.kind != INVERSE or up is None:
        return None
    return floor_line(_inverse(depth), camera.matrix, up, shifted=True, settings=settings.floor)


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


def _fitted(depth: DepthMap, scale: float, shift: float, evidence: str, settings: CalibrationSettings) -> DepthMap:
    metres = _reciprocal(scale * depth.values.astype(np.float64) + shift, settings)
    return _metric(depth, metres, f"fitted as 1 / ({scale:.4g} * value {shift:+.4g}) {evidence}")


def _reciprocal(inverse: np.ndarray, settings: CalibrationSettings) -> np.ndarray:
    """Metres of an inverse depth; 0, a hole, where that is too far."""
    return np.divide(1.0, inverse, out=np.zeros(inverse.shape), where=inverse > 1 / settings.farthest_m)


def _metric(depth: DepthMap, metres: np.ndarray, how: str) -> DepthMap:
    source = f"{depth.source}: {depth.kind}, {how}"
    return replace(depth, values=metres, kind="metric", valid=depth.valid & (metres > 0), source=source)


# --- checks --------------------------------------------------------------------------------------------------


def _check_sensor(depth: DepthMap, sensor: DepthMap) -> None:
    if (depth.height, depth.width) != (sensor.height, sensor.width):
        expected = f"the depth's size, {depth.width} x {depth.height}"
        do = "register it to the picture, without interpolation"
        raise InputError(message("sensor depth", expected, f"{sensor.width} x {sensor.height}", do))


def _check_positive(name: str, value: float) -> None:
    if not (math.isfinite(value) and value > 0):
        raise InputError(message(name, "a number above 0", f"{value}"))


def _inverse(depth: DepthMap) -> np.ndarray:
    """The map as inverse depth; NaN where there is no reading."""
    values = np.where(depth.valid, depth.values, np.nan).astype(np.float64)
    return values if depth.kind == INVERSE else 1 / values


def _reading(depth: DepthMap, column: int, row: int) -> float:
    """The inverse depth at a pixel."""
    if not (0 <= column < depth.width and 0 <= row < depth.height):
        expected = f"a pixel of the {depth.width} x {depth.height} picture"
        raise InputError(message("pixels_px", expected, f"column {column}, row {row}"))
    if not depth.valid[row, column]:
        do = "choose a pixel beside it"
        raise InputError(message(f"pixel {column}, {row}", "a depth reading", "a hole", do))
    return float(_inverse(depth)[row, column])
