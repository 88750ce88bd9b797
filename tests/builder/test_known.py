"""One known thing makes estimated depth metric, through the whole road: a height, a length, a sensor's points."""

import numpy as np
import pytest

import scenegraph3d as sg3
from scenegraph3d.depth.calibrate import CameraHeight, KnownLength, SensorDepth
from scenegraph3d.errors import InputError
from scenegraph3d.io.json import dumps
from tests.geometry.raycast import look
from tests.test_build import THINGS, WORLD, picture_of

VIEW = look(WORLD, pitch_deg=25)
PARTS = picture_of(VIEW)
CAMERA_HEIGHT_M = 1.4


class Estimator:
    """The true depth, up to what its kind leaves open."""

    def __init__(self, kind, factor=1.0, shift=0.0):
        self.kind, self.factor, self.shift = kind, factor, shift

    def estimate(self, image, camera=None):
        depth, inverse = PARTS["depth"], self.kind == "inverse_relative"
        true = np.divide(1, depth, out=np.zeros_like(depth), where=depth > 0) if inverse else depth
        values = np.where(depth > 0, self.factor * true + self.shift, 0).astype(np.float32)
        return sg3.DepthMap(values, self.kind, source="estimator")


def built(estimator, known=None, up=None):
    picture = {name: PARTS[name] for name in ("camera", "detections")}
    config = sg3.BuildConfig(scale=None)
    return sg3.build(PARTS["image"], depth=estimator, known=known, up=up, config=config, **picture)


def sensor_points(count=60, outliers=0.3):
    """Some pixels of the true depth, a share of them wrong."""
    rng = np.random.default_rng(0)
    rows, columns = np.nonzero(PARTS["depth"] > 0)
    chosen = rng.choice(len(rows), count, replace=False)
    values = np.zeros_like(PARTS["depth"])
    true = PARTS["depth"][rows[chosen], columns[chosen]]
    wrong = rng.random(count) < outliers
    values[rows[chosen], columns[chosen]] = np.where(wrong, rng.uniform(0.5, 6, count), true)
    return SensorDepth(sg3.DepthMap(values))


def known_length():
    """The desk's two far upper corners, as the picture shows them."""
    corners = np.array([[-0.5, 2.3, 0.7], [0.7, 2.3, 0.7]])
    camera = PARTS["camera"]
    seen = (corners - VIEW.world_from_camera[:3, 3]) @ VIEW.world_from_camera[:3, :3]
    columns = camera.fx * seen[:, 0] / seen[:, 2] + camera.cx
    rows = camera.fy * seen[:, 1] / seen[:, 2] + camera.cy - 2
    z = VIEW.depth[np.rint(rows).astype(int), np.rint(columns).astype(int)]
    rays = np.stack([(columns - camera.cx) / camera.fx, (rows - camera.cy) / camera.fy, np.ones(2)], axis=1)
    ends = rays * z[:, None]
    pixels = tuple((float(column), float(row)) for column, row in zip(columns, rows, strict=True))
    return KnownLength(float(np.linalg.norm(ends[0] - ends[1])), pixels)


KNOWN = {"height": CameraHeight(CAMERA_HEIGHT_M), "length": known_length(), "sensor": sensor_points()}
KINDS = {
    "metric": Estimator("metric", 1.6),
    "relative": Estimator("relative", 0.31),
    "inverse_relative": Estimator("inverse_relative", 2.7, 0.4),
}


@pytest.mark.parametrize("known", KNOWN)
@pytest.mark.parametrize("kind", KINDS)
def test_the_graph_is_metric_and_right(kind, known):
    scene = built(KINDS[kind], KNOWN[known], up=VIEW.up)
    assert scene.scale == "metric"
    for thing, found in zip(THINGS, scene.objects, strict=True):
        np.testing.assert_allclose(found.center_m, thing.center, atol=0.08)
    assert scene.source["depth"].startswith(f"estimator: {kind}, ")


@pytest.mark.parametrize("kind", ["relative", "inverse_relative"])
def test_without_anything_known_depth_without_a_unit_stays_so_and_its_shape_is_right(kind):
    scene = built(KINDS[kind], up=VIEW.up)
    assert scene.scale == "relative"
    true = np.array([thing.center for thing in THINGS]) - [0, 0, CAMERA_HEIGHT_M]
    found = scene.objects.center_m - scene.camera.center_m
    scale = np.linalg.norm(found, axis=1).mean() / np.linalg.norm(true, axis=1).mean()
    np.testing.assert_allclose(found / scale, true, atol=0.08)
    assert KINDS[kind].kind != "inverse_relative" or "its shift from a floor" in scene.source["depth"]


def test_inverse_depth_on_a_wall_says_that_its_shift_was_taken_as_nothing():
    class Flat:
        def estimate(self, image, camera=None):
            return sg3.DepthMap(np.full((240, 320), 0.5, np.float32), "inverse_relative", source="flat")

    scene = sg3.build(PARTS["image"], depth=Flat(), detections=PARTS["detections"])
    assert (scene.scale, scene.source["depth"]) == ("relative", "flat: inverse_relative, its shift taken as 0")


def test_an_estimator_that_completes_a_sensors_depth_gets_it():
    class Completing(Estimator):
        def estimate_from(self, image, sensor):
            self.got = sensor
            return sg3.DepthMap(PARTS["depth"], source="completed")

    estimator = Completing("relative")
    scene = built(estimator, KNOWN["sensor"], up=VIEW.up)
    assert estimator.got is KNOWN["sensor"].depth
    assert (scene.scale, scene.source["depth"]) == ("metric", "completed")


@pytest.mark.parametrize("known", ["height", "length"])
def test_what_was_known_is_in_the_graph_and_used_again(known, monkeypatch):
    from scenegraph3d.depth import ESTIMATORS

    monkeypatch.setitem(ESTIMATORS.table, "mine", lambda: KINDS["relative"])
    builder = sg3.Builder(sg3.BuildConfig(depth="mine"))
    given = sg3.Given(camera=PARTS["camera"], detections=PARTS["detections"], known=KNOWN[known])
    scene = builder.build(PARTS["image"], given)
    again = sg3.rebuild(scene, image=PARTS["image"], detections=PARTS["detections"])
    assert dumps(again) == dumps(scene)


def test_a_height_without_a_floor_is_refused():
    wall = np.full((240, 320), 2.0, np.float32)
    with pytest.raises(InputError, match="floor"):
        sg3.build(
            PARTS["image"],
            depth=sg3.DepthMap(wall, "relative"),
            known=CameraHeight(1.5),
            detections=PARTS["detections"],
        )
