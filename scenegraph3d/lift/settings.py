"""Settings of the lift, each with its reason. Lengths that scale with the view are shares, so that one set serves a cup
at half a metre and a truck at sixty, and depth up to scale as well as metres."""

from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float

from ..geometry.fit import BoxFitSettings, ClosenessSettings
from ..geometry.noise import TriangulationNoise
from ..types import DepthMap


@dataclass(frozen=True)
class NoiseModel:
    """Standard deviation of a depth reading.

    Attributes:
        triangulation: structured light and stereo; its `relative_limit` is also the noise of depth that is known up to
            scale only.
        lidar_m: a laser scanner, at any distance.
        estimated_share: of the distance of an object as an estimator sees it, beside a factor that all share; see
            `with_estimated_distance`.
    """

    triangulation: TriangulationNoise = field(default_factory=TriangulationNoise)
    lidar_m: float = 0.02
    estimated_share: float = 0.08

    def std_m(self, depth: DepthMap, z_m: Float[np.ndarray, " n"]) -> Float[np.ndarray, " n"]:
        """[N] standard deviations at depths `z_m`, metres (for a relative map: in its own unit)."""
        if depth.kind != "metric":
            return self.triangulation.relative_limit * z_m
        if depth.source == "lidar":
            return np.full(len(z_m), self.lidar_m)
        return self.triangulation.std_m(z_m)


@dataclass(frozen=True)
class SmoothSettings:
    """How noise is taken off the readings of an object; see `smoothed`.

    Attributes:
        window_share: a plane is put through this many rows and columns of readings around each, as a share of the
            square root of their number.
        least: readings that a plane must rest on.
        least_spread: how far they must be from lying in one line: determinant of their covariance over its trace
            squared, 1/4 where they lie as wide as high.
        misfit: a plane explains its readings if they leave it by at most this many standard deviations of the noise.
    """

    window_share: float = 0.2
    least: int = 9
    least_spread: float = 0.02
    misfit: float = 1.5


@dataclass(frozen=True)
class WallSettings:
    """How walls around a box without a mask are told; see `on_walls`.

    Attributes:
        most: walls at most.
        points: of the rim that are used at most, of
        least: at least.
        tries: lines that are tried.
        share: of the rim's points that a wall must hold.
        reach: a reading is on a wall within this many standard deviations of the depth.
        span: what a wall leaves must reach over this share of the box's height, or width,
        least_left: and be this share of the readings in the box.
        trim_share: share of the readings beyond each end of that reach.
    """

    most: int = 3
    points: int = 300
    least: int = 12
    tries: int = 60
    share: float = 0.2
    reach: float = 2.0
    span: float = 0.7
    least_left: float = 0.1
    trim_share: float = 0.02


@dataclass(frozen=True)
class SurfaceSettings:
    """How the points of a surface become flat boxes; see `sheets` and `carrying`.

    Attributes:
        noise_times: a point is on a plane within this many standard deviations of the depth,
        flat_share: or within this share of the diagonal of all points, if that is more.
        flat_most: planes that hold less than this share of the points leave them in one box.
        part_share: share of the points that each of several walls must hold,
        part_height: and share of the height of the tallest that it must have.
        crowded: half the points of a wall lie within this share of its reach; of points strewn about, within 0.5.
        trim_share: share of the points beyond each of the two large faces.
        rest_share: a thing is at the height of a sheet within this share of its own height, or `noise_times`;
        beside_share: and beside it within this share of its longer side on the ground.
    """

    noise_times: float = 3.0
    flat_share: float = 0.02
    flat_most: float = 0.5
    part_share: float = 0.05
    part_height: float = 0.5
    crowded: float = 0.33
    trim_share: float = 0.02
    rest_share: float = 0.05
    beside_share: float = 0.25


@dataclass(frozen=True)
class LayerSettings:
    """How the thing is told among the layers in a box without a mask; see `thing_among`.

    Attributes:
        most: layers that are looked at, the largest, each
        least_share: with at least this share of the readings in the box that the largest has.
        trim_share: share of a layer's readings beyond each of its bounds.
        contained_share: a layer with at least this share of its readings in the box does not go on around it.
        reach: pieces of one thing differ in depth by at most this share of its prior's diagonal, or of how large it
            looks; and are joined if together they explain
        gain: this much more of the box.
        fill_power: what a layer counts for grows with its readings to this power, with its fit,
        rival_power: and with its fit over that of the box that it fits best to this power.
        size_slack: the deviation of an apparent size beyond the prior's, as a share of the largest usual.
        least_odds: that the odds of a size fall to, since a box may show a part of a thing.
        ring_fit: from this fit on a round footprint is sought, since the outline is the thing's own.
    """

    most: int = 6
    least_share: float = 0.03
    trim_share: float = 0.02
    contained_share: float = 0.9
    reach: float = 0.4
    gain: float = 0.1
    fill_power: float = 0.3
    rival_power: float = 3.0
    size_slack: float = 0.1
    least_odds: float = 0.005
    ring_fit: float = 0.7


@dataclass(frozen=True)
class RoundSettings:
    """How a round footprint is told; see `round_footprint`.

    Attributes:
        bins: across the line of sight, of
        per_bin: points at least.
        near_share: share of the points of a bin that may lie before its near end.
        misfit: root mean square of what the near outline leaves of the circle, as a share of the radius, beside noise.
        width_share: how much wider or narrower than the circle the points may be, as a share of their width.
        least_bend: how far both ends of the near outline are at least behind its nearest part, as a share of the width:
            half a circle, in the middles of 12 bins, 0.3.
        points: that are used at most.
        trim_share: share of the points beyond each end across the sight.
    """

    bins: int = 12
    per_bin: int = 3
    near_share: float = 0.1
    misfit: float = 0.05
    width_share: float = 0.15
    least_bend: float = 0.15
    points: int = 600
    trim_share: float = 0.005


@dataclass(frozen=True)
class CompletionSettings:
    """How far the side that is not seen is believed to reach.

    Attributes:
        full_odds: chance that an extent is seen whole when a face that spans it is in plain view.
        free_odds: the same when the camera looks past both ends of it.
        plain_view: cosine between that face's normal and the line of sight from which the view is plain; below it the
            chance falls in proportion.
        truncated_factor, occluded_factor: what the chance is multiplied by where the border of the image cuts the
            extent, or where something nearer hides a part of the object.
        size_correlation: between the two horizontal extents over a category: small tables are small both ways.
        measure_share: standard deviation of a whole extent as measured, as a share of the prior's mean.
        least_depth: without a prior, an extent along the line of sight is at least this share of the smaller of the
            seen width and height.
        drop_share: without a prior, how far below the seen bottom the support may be, as a share of the seen height.
        prior_reach: with a prior, how many standard deviations above the mean a completed height may be.
    """

    full_odds: float = 0.9
    free_odds: float = 0.999
    plain_view: float = 0.3
    truncated_factor: float = 0.1
    occluded_factor: float = 0.5
    size_correlation: float = 0.5
    measure_share: float = 0.05
    least_depth: float = 0.25
    drop_share: float = 0.5
    prior_reach: float = 2.0


@dataclass(frozen=True)
class LiftSettings:
    """How detections become boxes.

    Attributes:
        min_points: a detection with fewer depth points is skipped.
        max_points: points of a mask that are used; more add time and no accuracy.
        max_box_points: points of a box without a mask that are used: many of them are not the thing's.
        flying_jump: step between neighbouring pixels, as a share of the depth, that is an edge; see `flying_pixels`.
        gap_depth: neighbouring points of one object differ in depth by about this share at most,
        gap_pixels: and in the picture by this many times the spacing of the readings.
        border_px: a detection this close to the border of the image is truncated.
        occluder_jump: a reading nearer by this share of the detection's smaller side, or by `level_noise`, hides
            something where it lies beside the outline.
        occluder_px: how far outside the outline it is looked for.
        occluder_share: share of the outline (or of a box's points) that has to be so for the object to be occluded.
        strip_share: the support is looked for this share of the height above and below the bottom of the detection, and
        strip_widen: this share of the width to each side.
        support_share: share of the points there that must be at one height.
        level_share: readings are at one height within this share of the detection's height,
        level_noise: or within this many standard deviations of the depth, if that is more.
        clear_share: inside a box without a mask, points within this share of its height above the support belong to
            the support.
        rim_share: without a mask, what lies around the box is looked at in a rim this share of its size wide.
        foot_share: without a mask, the support is no higher than most readings in this lowest share of the box.
        top_share: share of the points of a thing that carries others that must be at one level, its top,
        top_sigmas: which reaches this many standard deviations of their heights up; without a mask, what is above
            belongs to what stands on it.
        prior_depth: without a mask, an object is at most this many times as deep as its prior's diagonal.
        footprint_cell: the footprint is evened out to one point per cell of this share of its diagonal.
        outline_gap: rows without depth at the top or the foot of a detection, as a share of its height, from which the
            detection is believed to reach beyond its depth.
        support_points: readings at most that the support is sought in.
        overrun_px: how far a mask may run over the edge of its thing onto the support.
        part_reach: parts of one mask belong together if the gap in depth is at most this share of how large, width or
            height, the largest looks.
        trim_share: share of an object's points beyond each face of the seen box.
        end_points: points at most that are asked how far an object goes on; those
        end_band: this share of an extent from an end of it speak for the end.
        end_step: how far an end is moved on, as a share of the footprint's diagonal, to ask what would be seen.
        end_outside: share of the end that must then lie outside the picture for the border to cut it.
        end_free: share of the readings there that must be behind it for the view to be free.
        walls: how walls around a box are told.
        surface: how the flat boxes of floors, table tops and walls are made.
        layers: how the thing in a box is told.
        smooth: how noise is taken off the readings.
        round: how a round footprint is told.
        closeness: how the yaw of an object is sought (its noise is put in).
        fit: how stray points of a surface are told from its body.
        noise: the depth noise.
        completion: how boxes are completed.
    """

    min_points: int = 5
    max_points: int = 1000
    max_box_points: int = 4000
    flying_jump: float = 0.03
    gap_depth: float = 0.03
    gap_pixels: float = 2.5
    border_px: float = 1.5
    occluder_jump: float = 0.25
    occluder_px: int = 3
    occluder_share: float = 0.1
    strip_share: float = 0.25
    strip_widen: float = 0.35
    support_share: float = 0.3
    level_share: float = 0.04
    level_noise: float = 3.0
    clear_share: float = 0.08
    rim_share: float = 0.2
    foot_share: float = 0.15
    top_share: float = 0.15
    top_sigmas: float = 2.5
    prior_depth: float = 1.1
    footprint_cell: float = 0.06
    outline_gap: float = 0.15
    support_points: int = 500
    overrun_px: int = 3
    part_reach: float = 0.5
    trim_share: float = 0.005
    end_points: int = 400
    end_band: float = 0.1
    end_step: float = 0.1
    end_outside: float = 0.75
    end_free: float = 0.5
    walls: WallSettings = field(default_factory=WallSettings)
    surface: SurfaceSettings = field(default_factory=SurfaceSettings)
    layers: LayerSettings = field(default_factory=LayerSettings)
    smooth: SmoothSettings = field(default_factory=SmoothSettings)
    round: RoundSettings = field(default_factory=RoundSettings)
    closeness: ClosenessSettings = field(default_factory=ClosenessSettings)
    fit: BoxFitSettings = field(default_factory=BoxFitSettings)
    noise: NoiseModel = field(default_factory=NoiseModel)
    completion: CompletionSettings = field(default_factory=CompletionSettings)
