"""Scale from usual sizes: boxes of sizes drawn from the priors, projected exactly, at depth that is off by a factor."""

import dataclasses
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import scenegraph3d as sg3
from scenegraph3d.geometry.boxes import Boxes
from scenegraph3d.geometry.cameras import project_box
from scenegraph3d.lift import COMMON_SIZES
from scenegraph3d.lift.scale import ScaleSettings, SizeScale, scale_from_sizes
from scenegraph3d.types import Objects, Seen
from tests.geometry.raycast import Box
from tests.lift.pictures import Picture
from tests.relate.scenes import camera_at

KINDS = ("chair", "armchair", "suitcase", "bench", "refrigerator", "bicycle", "potted plant", "bottle", "person", "dog")
CAMERA = camera_at((0, 0, 1.5), pitch_rad=-0.2)


def seen_by(camera, labels, sizes, rng, factor=1.0, **columns):
    """Objects on a floor in front of a camera, their outlines exact, their depth divided by `factor`."""
    count = len(labels)
    center = np.stack([rng.uniform(-1.5, 1.5, count), rng.uniform(4.0, 7.0, count), sizes[:, 2] / 2], axis=1)
    yaw = rng.uniform(-np.pi, np.pi, count)
    outline = project_box(Boxes(center, sizes, yaw), camera.matrix, camera.world_from_camera)
    at = camera.center_m + (center - camera.center_m) / factor
    seen = Seen(
        xyxy_px=outline,
        n_points=np.full(count, 500),
        n_views=np.ones(count, dtype=np.int64),
        center_m=at,
        size_m=sizes / factor,
        truncated=np.zeros(count, dtype=bool),
        occluded=np.zeros(count, dtype=bool),
        completed=("",) * count,
        position_std_m=np.zeros((count, 3)),
    )
    return Objects(tuple(labels), at, sizes / factor, yaw, seen=seen, **columns)


def usual_sizes(labels, rng):
    """Sizes as the priors say that they vary."""
    rows = [COMMON_SIZES.find(label) for label in labels]
    mean, std = np.array([(row.length_m, row.width_m, row.height_m) for row in rows]).transpose(2, 0, 1)
    return np.maximum(rng.normal(mean, std), 0.3 * mean)


def furnished(seed, factor, count=8, strange=0):
    """`count` things of different kinds, `strange` of them with another's label."""
    rng = np.random.default_rng(seed)
    true = rng.permutation(KINDS)[:count]
    labels = true.copy()
    labels[:strange] = np.roll(true, 3)[:strange]
    return seen_by(CAMERA, labels.tolist(), usual_sizes(true, rng), rng, factor, score=np.full(count, 0.9))


def factor_of(objects, camera=CAMERA, **changes):
    found = scale_from_sizes(objects, camera, settings=ScaleSettings(**changes))
    return 1.0 if found is None else found.factor


@pytest.mark.parametrize("strange", [0, 2])
def test_a_factor_is_recovered_as_well_as_sizes_vary(strange):
    rng = np.random.default_rng(7)
    factors = np.exp(rng.uniform(math.log(0.5), math.log(2.0), 80))
    found = np.array([factor_of(furnished(seed, true, strange=strange)) for seed, true in enumerate(factors)])
    off, untouched = np.abs(np.log(found / factors)), np.abs(np.log(factors))
    # one kind tells the logarithm of the factor to 0.25, n to 0.25 / sqrt(n), and half of all errors are below 0.67 of
    # that; factors within a tenth of 1 are left alone
    assert np.median(off) < 0.67 * 0.25 / math.sqrt(8 - strange) + 0.02
    assert np.quantile(off, 0.9) < 0.25
    assert np.median(off) < 0.3 * np.median(untouched)


def test_right_depth_is_left_as_it_is():
    found = np.array([factor_of(furnished(seed, 1.0, strange=seed % 3)) for seed in range(80)])
    assert np.mean(found == 1.0) > 0.9
    assert np.abs(np.log(found)).max() < 0.35


@pytest.mark.parametrize("count", [1, 2, 3, 5])
def test_over_estimators_as_good_as_is_believed_few_objects_help_more_than_they_harm(count):
    rng = np.random.default_rng(count)
    factors = np.exp(rng.normal(0, ScaleSettings().estimator_std, 150))
    found = np.array([factor_of(furnished(seed, true, count, strange=0)) for seed, true in enumerate(factors)])
    off, untouched = np.log(found / factors), np.log(factors)
    assert (off**2).mean() < (untouched**2).mean()
    assert np.median(np.abs(off)) <= np.median(np.abs(untouched))
    changed = found != 1.0
    assert np.mean(np.abs(off[changed]) < np.abs(untouched[changed])) > 0.8


def test_one_toy_among_others_changes_little():
    rng = np.random.default_rng(3)
    labels = ["car", "chair", "bicycle", "dog"]
    sizes = usual_sizes(labels, rng)
    sizes[0] /= 18
    toy = factor_of(seen_by(CAMERA, labels, sizes, np.random.default_rng(5), factor=1.5))
    without = factor_of(seen_by(CAMERA, labels[1:], sizes[1:], np.random.default_rng(5), factor=1.5))
    assert toy == pytest.approx(1.5, rel=0.2)
    assert without == pytest.approx(1.5, rel=0.2)


def test_many_of_one_label_do_not_outvote_a_few_of_different_labels():
    """A shelf of toy cars in a room of furniture."""
    rng = np.random.default_rng(4)
    labels = ["car"] * 12 + ["chair", "bottle", "suitcase"]
    sizes = usual_sizes(labels, rng)
    sizes[:12] /= 18
    assert factor_of(seen_by(CAMERA, labels, sizes, rng)) == 1.0


def test_a_close_up_whose_thing_is_several_times_too_large_is_brought_near():
    rng = np.random.default_rng(0)
    cup = seen_by(CAMERA, ["cup"], np.array([[0.11, 0.09, 0.1]]), rng, factor=0.2, score=np.array([0.9]))
    assert factor_of(cup) == pytest.approx(0.2, rel=0.25)
    doubtful = dataclasses.replace(cup, score=np.array([0.4]))
    assert factor_of(doubtful) == 1.0


@given(seed=st.integers(0, 2**32 - 1))
@settings(max_examples=15)
def test_neither_the_order_nor_the_world_nor_the_unit_of_pixels_matters(seed):
    rng = np.random.default_rng(seed)
    objects = furnished(seed, 1.6, strange=1)
    first = factor_of(objects)
    order = rng.permutation(len(objects.label))
    picked = {
        field.name: tuple(np.array(value)[order].tolist()) if isinstance(value, tuple) else value[order]
        for field in dataclasses.fields(Seen)
        for value in [getattr(objects.seen, field.name)]
    }
    labels = tuple(objects.label[i] for i in order)
    mixed = Objects(
        labels, objects.center_m[order], objects.size_m[order], score=objects.score[order], seen=Seen(**picked)
    )
    assert factor_of(mixed) == pytest.approx(first, rel=1e-9)
    finer = sg3.Camera(1000, 1000, 640, 480, 1280, 960, world_from_camera=CAMERA.world_from_camera)
    twice = dataclasses.replace(objects, seen=dataclasses.replace(objects.seen, xyxy_px=2 * objects.seen.xyxy_px))
    assert factor_of(twice, finer) == pytest.approx(first, rel=1e-9)


def test_a_factor_and_depth_multiply():
    """What is lifted from depth that is twice as far asks for half the factor."""
    for seed in range(5):
        once, twice = (factor_of(furnished(seed, f), estimator_std=50.0, fails=0.0) for f in (1.5, 3.0))
        assert twice == pytest.approx(2 * once, rel=0.02)


@pytest.mark.parametrize("columns", [{"truncated": True}, {"occluded": True}, {"n_points": 5}])
def test_what_is_not_seen_whole_is_not_asked(columns):
    objects = furnished(1, 1.8)
    row = {name: np.full(len(objects.label), value) for name, value in columns.items()}
    assert factor_of(objects) > 1.4
    assert scale_from_sizes(dataclasses.replace(objects, seen=dataclasses.replace(objects.seen, **row)), CAMERA) is None


def test_surfaces_unknown_labels_given_boxes_and_empty_scenes_say_nothing():
    objects = furnished(1, 1.8)
    count = len(objects.label)
    assert scale_from_sizes(dataclasses.replace(objects, kind=("surface",) * count), CAMERA) is None
    assert scale_from_sizes(dataclasses.replace(objects, label=("gizmo",) * count), CAMERA) is None
    assert scale_from_sizes(dataclasses.replace(objects, seen=None), CAMERA) is None
    assert scale_from_sizes(Objects((), np.empty((0, 3)), np.empty((0, 3))), CAMERA) is None


def test_the_depth_says_that_it_was_scaled():
    depth = sg3.DepthMap(np.full((2, 3), 2.0, dtype=np.float32), source="network", focal_px=500.0)
    scaled = SizeScale(0.71, 3).of(depth)
    np.testing.assert_allclose(scaled.values, 1.42, rtol=1e-6)
    assert scaled.source == "network: scaled by 0.71 from the usual sizes of 3 objects"
    assert (scaled.kind, scaled.focal_px) == ("metric", 500.0)
    assert SizeScale(2.0, 1).of(depth).source.endswith("of 1 object")


FURNITURE = (
    Box("chair", (-0.9, 2.9, 0.43), (0.55, 0.55, 0.86), 0.3),
    Box("trash can", (0.0, 2.6, 0.28), (0.38, 0.33, 0.56)),
    Box("refrigerator", (1.2, 4.2, 0.85), (0.72, 0.68, 1.7), -0.2),
    Box("suitcase", (0.75, 2.7, 0.32), (0.5, 0.3, 0.64), 0.8),
)


class Off:
    """An estimator whose metres are off by one factor."""

    def __init__(self, picture, factor, kind="metric"):
        values = (picture.view.depth / factor).astype(np.float32)
        self.depth = sg3.DepthMap(values, kind, source="network")

    def estimate(self, image, camera=None):
        return self.depth


def built(factor=1.0, config=None, given=False, kind="metric"):
    """The graph of furniture on a floor, from depth that is off."""
    picture = Picture(*FURNITURE, pitch_deg=15.0)
    model = Off(picture, factor, kind)
    image = np.zeros((*picture.view.depth.shape, 3), dtype=np.uint8)
    camera = sg3.Camera(*picture.view.intrinsics)
    return sg3.build(
        image,
        depth=model.depth if given else model,
        camera=camera,
        detections=picture.detections(),
        up=picture.view.up,
        config=config or sg3.BuildConfig(),
    )


@pytest.mark.parametrize("factor", [0.5, 0.7, 1.5, 2.0])
def test_a_graph_of_estimated_depth_has_things_of_their_size_where_they_are(factor):
    scene = built(factor)
    truth = np.array([box.size[2] for box in FURNITURE])
    assert np.median(np.abs(np.log(scene.objects.size_m[:, 2] / truth))) < 0.15
    height = scene.camera.center_m[2]
    assert height == pytest.approx(1.4, rel=0.15)
    assert "from the usual sizes of 3 objects" in scene.source["depth"]  # the suitcase hides some of the refrigerator
    assert scene.scale == "metric"


def test_a_graph_of_right_depth_is_the_same_without_the_step():
    on, off = built(1.0), built(1.0, sg3.BuildConfig(scale=None))
    np.testing.assert_array_equal(on.objects.center_m, off.objects.center_m)
    assert on.source["depth"] == "network"


@pytest.mark.parametrize("left_alone", [{"given": True}, {"kind": "relative"}, {"config": sg3.BuildConfig(scale=None)}])
def test_given_depth_depth_without_a_unit_and_a_step_switched_off_are_left_alone(left_alone):
    scene = built(2.0, **left_alone)
    assert scene.source["depth"] == "network"
    assert scene.camera.center_m[2] == pytest.approx(0.7, rel=0.02)
    assert scene.scale == left_alone.get("kind", "metric")


@pytest.mark.parametrize("scale", [None, ScaleSettings(estimator_std=0.1)])
def test_the_settings_are_kept_in_the_graph(scale):
    scene = built(1.0, sg3.BuildConfig(scale=scale))
    assert sg3.BuildConfig.of(scene).scale == scale
