"""Completion: from the box of what was seen to the box of the whole thing.

A camera sees near sides only. Each extent of the seen box is either whole or the part that is in view; how likely it is
whole depends on whether a face that spans it is in plain view and whether the image border or something nearer cuts it.
Where the camera looks past both ends and sees what lies farther away, it is whole. Else, with a size prior for the
category, the expected whole extent follows by Bayes' rule; without one only the depth along the line of sight is kept
from being a sheet; and a round thing is as deep as it is wide. The box grows where nothing was seen: over the image
border, else away from the camera, and down to the support.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from ..geometry.fit import YawBox
from .ends import Ends
from .priors import SizePrior
from .settings import CompletionSettings

_SURE = 4.0
_TINY = 1e-300
DEFAULT_COMPLETION = CompletionSettings()


@dataclass(frozen=True)
class Evidence:
    """What is known of the seen box beyond its numbers.

    Attributes:
        camera_m: [3] the camera in the world.
        ends: which ends of the box the image border cuts, and beyond which the view is free.
        occluded: something nearer hides a part.
        support_m: height of what it stands on, None if unknown.
        outline_m: lowest and highest height that the outline in the picture reaches where depth does not fill it;
            no lower and no higher than the seen box where it does.
        ring: centre [2] and diameter of a round footprint, None if it is not round.
        metric: lengths are metres, so that priors apply.
    """

    camera_m: Float[np.ndarray, " 3"]
    ends: Ends
    occluded: bool
    support_m: float | None
    outline_m: tuple[float, float]
    ring: tuple[Float[np.ndarray, " 2"], float] | None
    metric: bool


@dataclass(frozen=True)
class Completed:
    """The whole box.

    Attributes:
        box: the whole box.
        seen: the seen box in the same axes.
        how: what filled it: "prior:car", "round", "proportion", "support", "outline", joined by "+"; "beneath" for a
            level surface that goes on beneath what stands on it; "detector" for a box that a detector saw itself; ""
            for nothing.
        std_m: [3] standard deviation of the centre along the world's axes from what was filled in, metres.
        log_likelihood: how well the prior explains what was seen on the ground; 0 without a prior.
    """

    box: YawBox
    seen: YawBox
    how: str
    std_m: Float[np.ndarray, " 3"]
    log_likelihood: float


def complete(
    seen: YawBox, evidence: Evidence, prior: SizePrior | None, settings: CompletionSettings = DEFAULT_COMPLETION
) -> Completed:
    """The whole box of a thing of which `seen` is in view.

    Args:
        seen: box of the seen points, world frame, metres.
        evidence: camera, ends, support.
        prior: usual size, None if the category is unknown.
        settings: see `CompletionSettings`.
    """
    prior = prior if evidence.metric else None
    view = _Facing.of(seen, evidence, settings)
    likelihood = 0.0
    if prior is None:
        target = _in_proportion(view, settings)
        std = np.maximum(target - seen.size_m, 0.0) / 2
    else:
        both = (view, view.quarter_turned()) if evidence.ring is None else (view,)
        fits = [_log_likelihood(one, prior, settings) for one in both]
        likelihood, view = max(zip(fits, both, strict=True), key=lambda pair: pair[0])
        target, std = _expected(view, prior, settings)
    seen = view.seen
    growth = np.where(view.whole, 0.0, np.maximum(target - seen.size_m, 0.0))
    shift = growth / 2 * _direction(view)
    ground = _prior_name(prior)
    if evidence.ring is not None:
        shift[:2], growth[:2], ground = *_to_ring(seen, evidence.ring), "round"
    down, up, vertical = _vertical(seen, growth[2], view.ends.cut[2], evidence, prior, settings)
    growth[2], shift[2] = down + up, (up - down) / 2
    filled = growth > settings.measure_share * seen.size_m
    if not vertical.startswith("prior"):
        std[2] = 0.0
    names = [ground] * bool(filled[:2].any()) + [vertical] * bool(vertical)
    box = YawBox(seen.center_m + _in_box_axes(shift, -seen.yaw_rad), seen.size_m + growth, seen.yaw_rad)
    spread = _spread_in_world(std * filled / 2, seen.yaw_rad)
    return Completed(box, seen, "+".join(dict.fromkeys(names)), spread, likelihood)


@dataclass(frozen=True)
class _Facing:
    """A seen box as the camera faces it: the camera in its axes, the chance that each extent is whole, and its ends."""

    seen: YawBox
    relative: Float[np.ndarray, " 3"]
    odds: Float[np.ndarray, " 3"]
    ends: Ends

    @classmethod
    def of(cls, seen: YawBox, evidence: Evidence, settings: CompletionSettings) -> "_Facing":
        relative = _in_box_axes(evidence.camera_m - seen.center_m, seen.yaw_rad)
        return cls(seen, relative, _odds_whole(relative, seen.size_m, evidence, settings), evidence.ends)

    @property
    def whole(self) -> Bool[np.ndarray, " 3"]:
        """Per axis, whether the view is free beyond both ends."""
        return np.asarray(self.ends.free.all(axis=1))

    @property
    def along_sight(self) -> Bool[np.ndarray, " 3"]:
        """Per axis, whether the camera is beyond one of its faces."""
        return np.asarray(np.abs(self.relative) > self.seen.size_m / 2)

    def quarter_turned(self) -> "_Facing":
        """The same box with x and y exchanged: the new x is the old y, the new y the old -x."""
        yaw = math.pi / 2 - (math.pi / 2 - (self.seen.yaw_rad + math.pi / 2)) % math.pi
        sign = round(math.cos(yaw - self.seen.yaw_rad - math.pi / 2))
        box = YawBox(self.seen.center_m, self.seen.size_m[[1, 0, 2]], yaw)
        turned = np.array([sign * self.relative[1], -sign * self.relative[0], self.relative[2]])
        cut, free = (np.stack([end[1][::sign], end[0][::-sign], end[2]]) for end in (self.ends.cut, self.ends.free))
        return _Facing(box, turned, self.odds[[1, 0, 2]], Ends(cut, free))


def _to_ring(
    seen: YawBox, ring: tuple[Float[np.ndarray, " 2"], float]
) -> tuple[Float[np.ndarray, " 2"], Float[np.ndarray, " 2"]]:
    """What moves and grows the box seen of a round thing, in its own axes, to hold the circle and what was seen."""
    center, diameter = ring
    offset = _in_box_axes(np.append(center, seen.center_m[2]) - seen.center_m, seen.yaw_rad)[:2]
    low = np.minimum(offset - diameter / 2, -seen.size_m[:2] / 2)
    high = np.maximum(offset + diameter / 2, seen.size_m[:2] / 2)
    return (low + high) / 2, high - low - seen.size_m[:2]


def expected_extent(
    seen_m: float, mean_m: float, std_m: float, odds_whole: float, measure_m: float
) -> tuple[float, float]:
    """Mean and standard deviation of a whole extent of which `seen_m` metres are in view.

    The whole extent X is normal a priori. With odds_whole the view shows it all, up to a normal error of `measure_m`;
    otherwise it shows a part, any length up to X being as likely. Both cases are weighed by how well they explain
    `seen_m`.
    """
    if seen_m >= mean_m + _SURE * std_m:
        return seen_m, measure_m
    weight = _weights(seen_m, mean_m, std_m, odds_whole, measure_m)
    part_mean, part_var = _normal_above(seen_m, mean_m, std_m)
    whole = weight[0] / sum(weight)
    mean = whole * seen_m + (1 - whole) * part_mean
    variance = whole * (measure_m**2 + (seen_m - mean) ** 2) + (1 - whole) * (part_var + (part_mean - mean) ** 2)
    return mean, math.sqrt(variance)


def _weights(seen: float, mean: float, std: float, odds: float, measure: float) -> tuple[float, float]:
    spread = math.hypot(std, measure)
    whole = odds * math.exp(-0.5 * ((seen - mean) / spread) ** 2) / (spread * math.sqrt(2 * math.pi))
    above = 0.5 * math.erfc((seen - mean) / (spread * math.sqrt(2)))
    return whole, (1 - odds) * above / mean


def _normal_above(low: float, mean: float, std: float) -> tuple[float, float]:
    """Mean and variance of a normal variable known to lie above `low`."""
    a = (low - mean) / std
    ratio = math.exp(-0.5 * a * a) / math.sqrt(2 * math.pi) / (0.5 * math.erfc(a / math.sqrt(2)))
    return mean + std * ratio, std**2 * max(1 + a * ratio - ratio**2, 0.0)


def _odds_whole(
    relative: Float[np.ndarray, " 3"], size: Float[np.ndarray, " 3"], evidence: Evidence, settings: CompletionSettings
) -> Float[np.ndarray, " 3"]:
    """[3] chance that each extent is seen whole, from how plainly the faces that span it are in view."""
    sight = np.where(np.abs(relative) > size / 2, np.abs(relative), 0.0) / max(float(np.linalg.norm(relative)), 1e-9)
    face = np.array([max(sight[1], sight[2]), max(sight[0], sight[2]), max(sight[0], sight[1])])
    odds = settings.full_odds * np.minimum(face / settings.plain_view, 1.0)
    odds = np.where(evidence.ends.cut.any(axis=1), odds * settings.truncated_factor, odds)
    odds = odds * settings.occluded_factor if evidence.occluded else odds
    return np.where(evidence.ends.free.all(axis=1), settings.free_odds, odds)


def _expected(
    view: _Facing, prior: SizePrior, settings: CompletionSettings
) -> tuple[Float[np.ndarray, " 3"], Float[np.ndarray, " 3"]]:
    """Expected whole extents and their deviations; a side in plain view that is off the mean moves the other along."""
    size, odds = view.seen.size_m, view.odds
    mean = np.array([prior.length_m[0], prior.width_m[0], prior.height_m[0]])
    std = np.array([prior.length_m[1], prior.width_m[1], prior.height_m[1]])
    measure = settings.measure_share * mean
    likely = mean.copy()
    for axis, other in ((0, 1), (1, 0)):
        weights = _weights(size[other], mean[other], std[other], odds[other], measure[other])
        if weights[0] > weights[1] and odds[axis] < odds[other]:
            deviation = np.clip((size[other] - mean[other]) / std[other], -settings.prior_reach, settings.prior_reach)
            likely[axis] += settings.size_correlation * std[axis] * deviation
    pairs = [
        expected_extent(*values)
        for values in zip(size.tolist(), likely.tolist(), std.tolist(), odds.tolist(), measure.tolist(), strict=True)
    ]
    return np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs])


def _log_likelihood(view: _Facing, prior: SizePrior, settings: CompletionSettings) -> float:
    """How well the seen extents are explained with x as the length and y as the width."""
    total = 0.0
    for axis, (mean, std) in enumerate((prior.length_m, prior.width_m)):
        weights = _weights(
            float(view.seen.size_m[axis]), mean, std, float(view.odds[axis]), settings.measure_share * mean
        )
        total += math.log(sum(weights) + _TINY)
    return total


def _in_proportion(view: _Facing, settings: CompletionSettings) -> Float[np.ndarray, " 3"]:
    """Without a prior: an extent along the line of sight that no face shows is not left a sheet."""
    size = view.seen.size_m
    target = size.copy()
    for axis, other in ((0, 1), (1, 0)):
        if view.along_sight[axis] and view.odds[axis] < 0.5:
            target[axis] = settings.least_depth * min(size[other], size[2])
    return target


def _vertical(
    seen: YawBox,
    missing_m: float,
    ends: Bool[np.ndarray, " 2"],
    evidence: Evidence,
    prior: SizePrior | None,
    settings: CompletionSettings,
) -> tuple[float, float, str]:
    """How far the box goes on below and above what was seen, metres, and by what.

    Down to the support; else to the outline in the picture where depth does not fill it; else, where the border of the
    image or something nearer hides an end, by what the prior misses.
    """
    low, high = seen.center_m[2] - seen.size_m[2] / 2, seen.center_m[2] + seen.size_m[2] / 2
    down, up = max(low - evidence.outline_m[0], 0.0), max(evidence.outline_m[1] - high, 0.0)
    name = "outline" if down or up else ""
    drop = _drop_to_support(low, high - low + up, evidence.support_m, prior, settings)
    if drop is not None:
        down, name = drop, "support" if drop > 0 else name
    missing_m -= down + up
    if prior is not None and missing_m > 0:
        if ends[1]:
            return down, up + missing_m, _prior_name(prior)
        if drop is None and (ends[0] or evidence.occluded):
            return down + missing_m, up, _prior_name(prior)
    return down, up, name


def _drop_to_support(
    low_m: float, height_m: float, support_m: float | None, prior: SizePrior | None, settings: CompletionSettings
) -> float | None:
    """How far the bottom goes down to the support; None if the support is unknown, too far below, or not its own."""
    if support_m is None or (prior is not None and not prior.rests):
        return None
    limit = settings.drop_share * height_m
    if prior is not None:
        limit = max(limit, prior.height_m[0] + settings.prior_reach * prior.height_m[1] - height_m)
    drop = low_m - support_m
    return drop if 0 <= drop <= limit else None


def _direction(view: _Facing) -> Float[np.ndarray, " 3"]:
    """Per axis the end at which the box grows: -1, +1, or 0 for both alike. Toward the end that the border cuts, else
    from the one where the view is free, else away from the camera."""
    cut, free = (end[:, 1].astype(np.float64) - end[:, 0] for end in (view.ends.cut, view.ends.free))
    away = np.where(view.along_sight, -np.sign(view.relative), 0.0)
    way = np.where(view.ends.cut.any(axis=1), cut, np.where(free != 0, -free, away))
    way[2] = -1.0
    return way


def _in_box_axes(vector: Float[np.ndarray, " 3"], yaw_rad: float) -> Float[np.ndarray, " 3"]:
    c, s = math.cos(yaw_rad), math.sin(yaw_rad)
    return np.array([c * vector[0] + s * vector[1], c * vector[1] - s * vector[0], vector[2]])


def _spread_in_world(std_m: np.ndarray, yaw_rad: float) -> Float[np.ndarray, " 3"]:
    """Standard deviations along a box's axes as those along the world's."""
    c, s = math.cos(yaw_rad) ** 2, math.sin(yaw_rad) ** 2
    x, y, z = std_m**2
    return np.sqrt([c * x + s * y, s * x + c * y, z])


def _prior_name(prior: SizePrior | None) -> str:
    return "proportion" if prior is None else f"prior:{prior.name}"
