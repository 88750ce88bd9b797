"""vanishing: a guess at focal length and up, corrected by the straight edges of the picture.

DepthMap that says up (+ Camera) + Image -> the same DepthMap, seen through a better camera.

Things that people make have upright edges, and level ones in two directions at right angles, mostly those of the walls.
So under the right camera the edges of a picture point to three vanishing points that are at right angles as seen from
the camera. Among cameras near the guess the one is taken under which the edges do so best: each edge counts by its
length and by how exactly it points, and each camera by how far it is from the guess. Where edges say nothing, the guess
stays.

Angles in radians, image lengths in pixels, directions in the camera frame (x right, y down, z forward).

References:
    J. M. Coughlan, A. L. Yuille, Manhattan World, Neural Computation 2003: edges vote for a camera, beside what is
    known before. G. Schindler, F. Dellaert, Atlanta World, CVPR 2004: all things share upright edges, level ones have
    several frames; here the one that explains most is used.
"""

import math
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float, Float64

from ..geometry.frames import up_of_pitch_and_roll
from ..geometry.segments import DEFAULT_SETTINGS as DEFAULT_SEGMENTS
from ..geometry.segments import Segments, SegmentSettings
from ..geometry.vanishing import Sightlines, sightlines
from ..types import Camera, DepthMap, Image, Up
from .verticals import picture_segments

QUARTER_RAD = math.pi / 2
LEAST_SEGMENTS = 3


@dataclass(frozen=True)
class VanishingSettings:
    """How a guess is corrected. (The spreads are those of the network that ships, on rooms.)

    Attributes:
        focal_spread: standard deviation of ln of the guessed focal length.
        pitch_spread_rad, roll_spread_rad: standard deviations of the guessed up.
        worth: by how much ln of a camera's likelihood rises with an exact edge that is as long as the picture's longer
            side.
        longest: an edge counts as at most this long, in longer sides.
        noise_rad, noise_px: standard deviation of the direction of an edge, and of where it ends.
        steps: candidates of pitch, roll and focal length, in each round.
        reach: how far from the best so far they go, in spreads, in each round.
        bins: of azimuth, in a right angle.
        blur_rad: standard deviation of azimuths that pass for the same.
    """

    focal_spread: float = 0.13
    pitch_spread_rad: float = math.radians(3.5)
    roll_spread_rad: float = math.radians(1.5)
    worth: float = 10.0
    longest: float = 0.3
    noise_rad: float = math.radians(0.6)
    noise_px: float = 0.6
    steps: tuple[tuple[int, int, int], ...] = ((9, 5, 9), (5, 5, 5), (5, 5, 5))
    reach: tuple[float, ...] = (2.7, 0.7, 0.23)
    bins: int = 90
    blur_rad: float = math.radians(1.5)


DEFAULT_SETTINGS = VanishingSettings()


@dataclass(frozen=True)
class Calibration:
    """A camera as far as a picture tells it.

    Attributes:
        zoom: focal length, in guessed focal lengths.
        pitch_rad: how far the camera looks down.
        roll_rad: how far it is turned clockwise.
        explained: share of the length of the edges that point to its vanishing points.
    """

    zoom: float
    pitch_rad: float
    roll_rad: float
    explained: float = 0.0

    @property
    def up(self) -> Float64[np.ndarray, " 3"]:
        """Unit vector against gravity."""
        return up_of_pitch_and_roll(np.array([self.pitch_rad]), np.array([self.roll_rad]))[0]


def seen_through_edges(
    depth: DepthMap,
    up: Up,
    image: Image,
    camera: Camera,
    segments: SegmentSettings = DEFAULT_SEGMENTS,
    settings: VanishingSettings = DEFAULT_SETTINGS,
) -> DepthMap:
    """The depth map, its up and its focal length corrected by the straight edges of the picture.

    With a longer focal length everything is farther: its size, by which it is known how far it is, stays.

    Args:
        depth: as it was estimated.
        up: as it was estimated with it.
        image: the picture that it is of.
        camera: only where its intrinsics are "estimated" is the focal length corrected.
        segments: how straight edges are found.
        settings: see `VanishingSettings`.

    Raises:
        InputError: the picture is of another size than the camera.
    """
    estimated = camera.intrinsics_source == "estimated"
    settings = settings if estimated else replace(settings, focal_spread=0.0)
    found = calibrated(camera, np.array(up.camera), picture_segments(image, camera, segments), settings)
    x, y, z = found.up.tolist()
    doubt = (1 - up.confidence) * (1 - found.explained)
    corrected = replace(depth, up=Up((x, y, z), "edges" if found.explained else up.source, 1 - doubt))
    if not estimated:
        return corrected
    return replace(corrected, values=depth.values * np.float32(found.zoom), focal_px=camera.fx * found.zoom)


def calibrated(
    guess: Camera, up: Float[np.ndarray, " 3"], segments: Segments, settings: VanishingSettings = DEFAULT_SETTINGS
) -> Calibration:
    """The most likely camera, of a guess and the edges together.

    Args:
        guess: a camera of the guessed intrinsics.
        up: the guessed direction against gravity, not along the optical axis.
        segments: the straight edges of the picture.
        settings: see `VanishingSettings`; what is certain has a spread of 0.
    """
    start = Calibration(1.0, -math.asin(float(np.clip(up[2], -1, 1))), math.atan2(float(up[0]), -float(up[1])))
    if len(segments) < LEAST_SEGMENTS:
        return start
    edges = _Edges(segments, guess, settings)
    best = start
    for steps, reach in zip(settings.steps, settings.reach, strict=True):
        pitches, rolls, zooms = _candidates(best, steps, reach, settings)
        best = max((_best(edges, start, zoom, pitches, rolls) for zoom in zooms), key=lambda one: one[0])[1]
    return best


@dataclass(frozen=True, eq=False)
class _Edges:
    segments: Segments
    camera: Camera
    settings: VanishingSettings

    @cached_property
    def weight(self) -> np.ndarray:
        """[N, 1] what each edge counts."""
        length = self.segments.length_px / max(self.camera.width, self.camera.height)
        return np.minimum(length, self.settings.longest)[:, None]

    @cached_property
    def noise_rad(self) -> np.ndarray:
        """[N, 1] standard deviation of its direction."""
        return np.hypot(self.settings.noise_rad, self.settings.noise_px / self.segments.length_px)[:, None]

    def lines(self, zoom: float) -> Sightlines:
        """The planes in which the edges lie."""
        return sightlines(self.segments, self.camera.matrix * np.array([[zoom, 1, 1], [1, zoom, 1], [1, 1, 1]]))

    def likeness(self, off_rad: np.ndarray) -> np.ndarray:
        """[N, C] how well edges point to where they are off by so much, from 0 to 1."""
        return np.asarray(np.exp(-0.5 * (off_rad / self.noise_rad) ** 2))


def _candidates(
    best: Calibration, steps: tuple[int, int, int], reach: float, settings: VanishingSettings
) -> tuple[np.ndarray, np.ndarray, list[float]]:
    """Pitches [C] and rolls [C], each with each, and zooms."""
    spreads = (settings.pitch_spread_rad, settings.roll_spread_rad, settings.focal_spread)
    pitch, roll, ln_zoom = (
        np.unique(reach * spread * np.linspace(-1, 1, count)) for spread, count in zip(spreads, steps, strict=True)
    )
    pitches, rolls = np.meshgrid(best.pitch_rad + pitch, best.roll_rad + roll)
    return pitches.ravel(), rolls.ravel(), (best.zoom * np.exp(ln_zoom)).tolist()


def _best(
    edges: _Edges, start: Calibration, zoom: float, pitches: np.ndarray, rolls: np.ndarray
) -> tuple[float, Calibration]:
    """The best candidate of one focal length, with ln of its likelihood."""
    settings = edges.settings
    explained = _explained(edges, edges.lines(zoom), up_of_pitch_and_roll(pitches, rolls))
    likely = settings.worth * explained
    for change, spread in (
        (pitches - start.pitch_rad, settings.pitch_spread_rad),
        (rolls - start.roll_rad, settings.roll_spread_rad),
        (math.log(zoom), settings.focal_spread),
    ):
        likely = likely - 0.5 * (change / spread) ** 2 if spread else likely
    row = int(np.argmax(likely))
    share = float(explained[row] / edges.weight.sum())
    return float(likely[row]), Calibration(zoom, float(pitches[row]), float(rolls[row]), share)


def _explained(edges: _Edges, lines: Sightlines, ups: np.ndarray) -> np.ndarray:
    """[C] weight of the edges that point to a vanishing point of each candidate."""
    upright = edges.likeness(lines.off(ups))
    ahead, right = _level_axes(ups)
    turn = _turn(lines, (ups, ahead, right), edges.weight * (1 - upright), edges.settings)
    c, s = np.cos(turn)[:, None], np.sin(turn)[:, None]
    level = [edges.likeness(lines.off(axis)) for axis in (c * ahead + s * right, c * right - s * ahead)]
    return np.asarray((edges.weight * np.maximum.reduce([upright, *level])).sum(axis=0))


def _turn(
    lines: Sightlines, axes: tuple[np.ndarray, np.ndarray, np.ndarray], weight: np.ndarray, settings: VanishingSettings
) -> np.ndarray:
    """[C] azimuth, modulo a right angle, to which most of the edges point if they are level."""
    from scipy.ndimage import gaussian_filter1d

    ups, ahead, right = axes
    # The direction of a level edge is at right angles to up and to the normal of the edge's plane.
    along = np.arctan2(-(lines.normal @ ahead.T), lines.normal @ right.T)
    place = np.mod(along, QUARTER_RAD) * (settings.bins / QUARTER_RAD)
    across = np.sqrt(np.maximum(1 - (lines.normal @ ups.T) ** 2, 0))
    votes = _spread(place, weight * across, settings.bins)
    votes = gaussian_filter1d(votes, settings.blur_rad * settings.bins / QUARTER_RAD, axis=1, mode="wrap")
    row, peak = np.arange(len(votes)), votes.argmax(axis=1)
    before, at, after = (votes[row, (peak + step) % settings.bins] for step in (-1, 0, 1))
    bend = np.minimum(before - 2 * at + after, -np.finfo(np.float64).tiny)
    return np.asarray((peak + 0.5 * (before - after) / bend) * (QUARTER_RAD / settings.bins))


def _spread(place: np.ndarray, weight: np.ndarray, bins: int) -> np.ndarray:
    """[C, bins] of weights [N, C] at places [N, C], each shared by the two nearest of the bins, which form a circle."""
    count = place.shape[1]
    low = np.floor(place).astype(np.intp)
    share = place - low
    first = bins * np.arange(count)
    votes = np.bincount((first + low % bins).ravel(), (weight * (1 - share)).ravel(), count * bins)
    votes += np.bincount((first + (low + 1) % bins).ravel(), (weight * share).ravel(), count * bins)
    return votes.reshape(count, bins)


def _level_axes(ups: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[C, 3] horizontal headings of the camera, and rights."""
    ahead = np.array([0.0, 0.0, 1.0]) - ups * ups[:, 2:]
    ahead /= np.linalg.norm(ahead, axis=1, keepdims=True)
    return ahead, np.cross(ahead, ups)
