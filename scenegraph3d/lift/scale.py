"""The scale of estimated depth, from the usual sizes of what was recognised.

Objects that were lifted from metric depth -> one factor for that depth, or None where nothing settles one. A network
that learnt from other cameras and other places gives metres that are wrong by one factor, and every cup and chair of
the picture is too large, or too small, by it.

All is said of the logarithm of the factor, on a grid. Beforehand it is near 0, as far as estimators are trusted, with a
small chance of being anywhere. Each object that is seen whole says which factors make it look as things of its kind do,
turned any way and mostly upright: less surely where its kind varies, its depth or its outline are uncertain. And it may
be no such thing, but a toy, a part, a picture, another thing by a wrong label; so may all objects of one label, since
labels err alike and toys come in sets. The median after all have spoken is the answer, if it is sure enough that the
depth is off to that side.

Depth without a unit is not for this: labels may mend metres, but they do not make them. Where the focal length is a
guess, what is found is the factor that makes sizes right, and distances are off as the focal length is.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float, Int64

from ..types import Camera, DepthMap, Objects, Seen
from .priors import COMMON_SIZES, SizePrior, SizePriors

_SIDES = [(0, 1, 2), (2, 1, 0), (0, 2, 1)]  # two level sides and the upright one: standing, and lying in two ways
_TINY = 1e-300  # keeps logarithms finite


@dataclass(frozen=True)
class ScaleSettings:
    """How a scale is found, and when it is believed. Deviations are of natural logarithms.

    Attributes:
        estimator_std: how far the metres of an estimator are off by one factor,
        fails: but for this chance that they are off by far more (close-ups, other lenses, other places),
        failure_std: by this.
        unusual: the least chance that what has one label is not of the usual size. The chance that a single object is
            not, and that all of a label are not, is what their scores leave, if that is more.
        smaller_share: of what is not, the share that is smaller (toys, parts, pictures),
        smaller_by: by this on average; the rest is larger,
        larger_by: by this on average.
        odd_shape: deviation of width over height of what is not what its label says.
        distance_std: of the depth of one object, beside the common factor.
        outline_std: of the width and of the height of its outline.
        lying: chance that a thing lies on one of its sides.
        turns: ways to be turned that are tried, over a quarter turn.
        least_points: objects with fewer points are not asked.
        least_change: depth that is off by less is left alone.
        sure: the chance from which it is believed that the depth is off by more than that.
        reach: the largest factor, and the inverse of the smallest.
        steps: of the grid.
    """

    estimator_std: float = 0.25
    fails: float = 0.15
    failure_std: float = 1.0
    unusual: float = 0.1
    smaller_share: float = 0.7
    smaller_by: float = 1.0
    larger_by: float = 0.4
    odd_shape: float = 0.7
    distance_std: float = 0.12
    outline_std: float = 0.05
    lying: float = 0.2
    turns: int = 7
    least_points: int = 20
    least_change: float = 0.1
    sure: float = 0.9
    reach: float = 12.0
    steps: int = 201


DEFAULT_SETTINGS = ScaleSettings()


@dataclass(frozen=True)
class SizeScale:
    """What the usual sizes say of depth.

    Attributes:
        factor: what the depth is to be multiplied by.
        objects: how many objects were asked.
    """

    factor: float
    objects: int

    def of(self, depth: DepthMap) -> DepthMap:
        """The depth times the factor; its source says so."""
        things = "1 object" if self.objects == 1 else f"{self.objects} objects"
        source = f"{depth.source}: scaled by {self.factor:.3g} from the usual sizes of {things}"
        return replace(depth, values=depth.values * np.float32(self.factor), source=source)


def scale_from_sizes(
    objects: Objects, camera: Camera, priors: SizePriors = COMMON_SIZES, settings: ScaleSettings = DEFAULT_SETTINGS
) -> SizeScale | None:
    """The factor by which metric depth is off, judged by what was lifted from it; None where that is not sure enough.

    Args:
        objects: as `lift` gives them, in any order. Surfaces, what the border of the picture cuts, what is partly
            hidden and what the priors do not know is not asked.
        camera: that they were lifted with.
        priors: usual sizes by label.
        settings: see `ScaleSettings`.
    """
    seen = objects.seen
    rows, kinds = _asked(objects, priors, settings)
    if seen is None or not kinds:
        return None
    grid = np.linspace(-math.log(settings.reach), math.log(settings.reach), settings.steps)
    odd = _odd_sizes(grid, settings)
    doubt = np.clip(1 - objects.score[rows], settings.unusual, 1 - settings.unusual)
    each = _likelihoods(grid, odd, doubt, _measured(seen, rows, kinds, camera, settings), settings)
    log_chance = np.log(_beforehand(grid, settings))
    names = np.array([kind.name for kind in kinds])
    for name in np.unique(names):
        alike = names == name
        log_usual = np.log(each[alike]).sum(axis=0)
        usual = np.exp(log_usual - log_usual.max())
        doubted = doubt[alike].min()
        log_chance += np.log((1 - doubted) * usual + doubted * usual @ odd + _TINY)
    chance = np.exp(log_chance - log_chance.max())
    return _believed(grid, chance / chance.sum(), len(kinds), settings)


@dataclass(frozen=True)
class _Measured:
    """What the width and the height of N objects say, for each of K ways to stand and to be turned.

    Attributes:
        chance: [K] of each way.
        log_factor: [N, K, 2] what the width and the height ask the depth to be multiplied by.
        variance: [N, K, 2] of these, but for the error of the depth, which both share.
    """

    chance: Float[np.ndarray, " k"]
    log_factor: Float[np.ndarray, "n k 2"]
    variance: Float[np.ndarray, "n k 2"]


def _asked(
    objects: Objects, priors: SizePriors, settings: ScaleSettings
) -> tuple[Int64[np.ndarray, " n"], list[SizePrior]]:
    """The rows of the objects that are asked, and their priors."""
    if objects.seen is None:
        return np.empty(0, dtype=np.int64), []
    whole = ~objects.seen.truncated & ~objects.seen.occluded & (objects.seen.n_points >= settings.least_points)
    whole &= np.array([kind == "object" for kind in objects.kind], dtype=bool)
    found = [(row, priors.find(objects.label[row])) for row in np.flatnonzero(whole).tolist()]
    known = [(row, prior) for row, prior in found if prior is not None]
    return np.array([row for row, _ in known], dtype=np.int64), [prior for _, prior in known]


def _measured(
    seen: Seen, rows: Int64[np.ndarray, " n"], kinds: Sequence[SizePrior], camera: Camera, settings: ScaleSettings
) -> _Measured:
    """Outlines beside those of boxes of the usual size: as wide as both sides across the sight, as high as the upright
    side and, seen from above or below, the sides along the sight."""
    sight = seen.center_m[rows] - camera.center_m
    depth = sight @ camera.world_from_camera[:3, 2]
    outline_px = seen.xyxy_px[rows, 2:] - seen.xyxy_px[rows, :2]
    looks_m = outline_px * depth[:, None] / (camera.fx, camera.fy)
    steep = np.abs(sight[:, 2]) / np.linalg.norm(sight, axis=1)
    turn = (np.arange(settings.turns) + 0.5) * (math.pi / 2 / settings.turns)
    cos, sin, none = np.cos(turn), np.sin(turn), np.zeros(settings.turns)
    along = np.stack([sin, cos, none], axis=1)
    wide = np.broadcast_to(np.stack([cos, sin, none], axis=1), (len(rows), settings.turns, 3))
    high = np.sqrt(1 - steep**2)[:, None, None] * np.array([0.0, 0.0, 1.0]) + steep[:, None, None] * along
    shares = np.stack([wide, high], axis=2)[:, None]  # (n, 1, turn, wide and high, side)
    usual = np.array([(kind.length_m, kind.width_m, kind.height_m) for kind in kinds])
    usual = usual[:, _SIDES][:, :, None, None]  # (n, pose, 1, 1, side, mean and deviation)
    mean = (shares * usual[..., 0]).sum(axis=-1)
    variance = ((shares * usual[..., 1]) ** 2).sum(axis=-1)
    shape = len(rows), len(_SIDES) * settings.turns, 2
    stands = np.array([1 - settings.lying, settings.lying / 2, settings.lying / 2])
    return _Measured(
        np.repeat(stands, settings.turns) / settings.turns,
        np.log(mean).reshape(shape) - np.log(looks_m)[:, None],
        (variance / mean**2).reshape(shape) + settings.outline_std**2,
    )


def _likelihoods(
    grid: Float[np.ndarray, " g"],
    odd: Float[np.ndarray, "g g"],
    doubt: Float[np.ndarray, " n"],
    measured: _Measured,
    settings: ScaleSettings,
) -> Float[np.ndarray, "n g"]:
    """[N, G] how well each factor explains the width and the height of each object, be it of the usual size or not."""
    by_width, by_height = np.moveaxis(measured.log_factor, -1, 0)
    variance = measured.variance.sum(axis=-1)
    center = (by_width * measured.variance[..., 1] + by_height * measured.variance[..., 0]) / variance
    spread = np.sqrt(measured.variance.prod(axis=-1) / variance + settings.distance_std**2)
    at = _normal(grid - center[..., None], spread[..., None])
    ratio = by_width - by_height
    usual = ((measured.chance * _normal(ratio, np.sqrt(variance)))[..., None] * at).sum(axis=1)
    of_any_shape = _normal(ratio @ measured.chance, settings.odd_shape)[:, None] * (measured.chance @ at)
    return (1 - doubt[:, None]) * usual + doubt[:, None] * of_any_shape @ odd + _TINY


def _odd_sizes(grid: Float[np.ndarray, " g"], settings: ScaleSettings) -> Float[np.ndarray, "g g"]:
    """[G, G] of factors that a size asks for, by the true one: how likely they are where the size is not usual."""
    off = grid[:, None] - grid
    smaller = settings.smaller_share / settings.smaller_by * np.exp(-np.maximum(off, 0) / settings.smaller_by)
    larger = (1 - settings.smaller_share) / settings.larger_by * np.exp(np.minimum(off, 0) / settings.larger_by)
    return np.where(off >= 0, smaller, larger) * (grid[1] - grid[0])


def _beforehand(grid: Float[np.ndarray, " g"], settings: ScaleSettings) -> Float[np.ndarray, " g"]:
    """[G] how likely the factors are before any object is asked."""
    usually = (1 - settings.fails) * _normal(grid, settings.estimator_std)
    return np.asarray(usually + settings.fails * _normal(grid, settings.failure_std))


def _believed(
    grid: Float[np.ndarray, " g"], chance: Float[np.ndarray, " g"], count: int, settings: ScaleSettings
) -> SizeScale | None:
    least = math.log1p(settings.least_change)
    if max(chance[grid < -least].sum(), chance[grid > least].sum()) < settings.sure:
        return None
    median = np.interp(0.5, np.cumsum(chance) - 0.5 * chance, grid)
    return SizeScale(math.exp(median), count)


def _normal(off: np.ndarray, std: np.ndarray | float) -> np.ndarray:
    return np.asarray(np.exp(-0.5 * (off / std) ** 2) / (std * math.sqrt(2 * math.pi)))
