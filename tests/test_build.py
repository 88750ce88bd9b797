"""From pixels to answers, on pictures whose truth is known: the whole road, and what is refused at its door."""

import numpy as np
import pytest

import scenegraph3d as sg3
from scenegraph3d.errors import EmbeddedModelWarning, InputError, ModelError
from scenegraph3d.io.json import dumps
from tests.geometry.raycast import BACK_WALL, FLOOR, Box, look

THINGS = (
    Box("desk", (0.1, 2.6, 0.35), (1.2, 0.7, 0.7)),
    Box("carton", (-0.2, 2.55, 0.85), (0.3, 0.25, 0.3), 0.3),
    Box("parcel", (0.45, 2.5, 0.78), (0.2, 0.2, 0.16), -0.4),
    Box("crate", (-1.0, 2.2, 0.2), (0.4, 0.4, 0.4)),
)
WORLD = (FLOOR, BACK_WALL, *THINGS)
EXPECTED = {
    ("carton", "on", "desk"),
    ("parcel", "on", "desk"),
    ("carton", "left_of", "parcel"),
    ("crate", "left_of", "desk"),
    ("desk", "larger_than", "carton"),
    ("carton", "taller_than", "parcel"),
    ("crate", "near", "desk"),
}


def picture_of(view):
    """Picture, depth, camera and exact masks of a view."""
    fx, fy, cx, cy, width, height = view.intrinsics
    masks = np.stack([view.owner == WORLD.index(thing) for thing in THINGS])
    boxes = [[x.min(), y.min(), x.max() + 1, y.max() + 1] for y, x in (np.nonzero(mask) for mask in masks)]
    return {
        "image": np.full((height, width, 3), 128, np.uint8),
        "depth": view.depth.astype(np.float32),
        "camera": sg3.Camera(fx, fy, cx, cy, width, height),
        "detections": sg3.Detections(np.array(boxes, float), [thing.name for thing in THINGS], mask=masks),
    }


def said(scene):
    return {(m.subject.label, m.predicate, m.object.label) for m in scene.match()}


def build(**parts):
    return sg3.build(parts.pop("image"), **parts)


@pytest.mark.parametrize("pitch_deg", [12, 25, 32])
@pytest.mark.parametrize("roll_deg", [-10, 0, 10])
def test_a_picture_becomes_the_relations_that_hold_in_it(pitch_deg, roll_deg):
    view = look(WORLD, pitch_deg=pitch_deg, roll_deg=roll_deg)
    scene = build(**picture_of(view))
    assert said(scene) >= EXPECTED
    assert (scene.scale, scene.up.source, scene.up.floor_found) == ("metric", "floor", True)
    assert np.degrees(np.arccos(min(view.up @ scene.up.camera, 1.0))) < 1
    assert scene.camera.center_m[2] == pytest.approx(1.4, abs=0.02)


def test_boxes_stand_where_the_things_stand():
    scene = build(**picture_of(look(WORLD, pitch_deg=25)))
    for thing, built in zip(THINGS, scene.objects, strict=True):
        np.testing.assert_allclose(built.center_m[2], thing.center[2], atol=0.03)
        np.testing.assert_allclose(built.center_m[:2], thing.center[:2], atol=0.05)
        assert built.size_m[2] == pytest.approx(thing.size[2], abs=0.04)


def test_a_mirrored_picture_gives_the_mirrored_graph():
    parts = picture_of(look(WORLD, pitch_deg=25))
    width = parts["camera"].width
    boxes = parts["detections"].xyxy_px
    mirrored = {
        "image": parts["image"][:, ::-1].copy(),
        "depth": parts["depth"][:, ::-1].copy(),
        "camera": parts["camera"],
        "detections": sg3.Detections(
            np.stack([width - boxes[:, 2], boxes[:, 1], width - boxes[:, 0], boxes[:, 3]], axis=1),
            parts["detections"].label,
            mask=parts["detections"].mask[:, :, ::-1],
        ),
    }
    swap = {"left_of": "right_of", "right_of": "left_of"}
    assert {(a, swap.get(p, p), b) for a, p, b in said(build(**parts))} == said(build(**mirrored))


def test_the_same_input_gives_the_same_bytes():
    parts = picture_of(look(WORLD, pitch_deg=25))
    assert dumps(build(**parts)) == dumps(build(**parts))


def test_depth_up_to_scale_says_so_and_relates_as_metres_do():
    parts = picture_of(look(WORLD, pitch_deg=25))
    scene = build(**{**parts, "depth": sg3.DepthMap(parts["depth"] * 0.37, kind="relative")})
    assert scene.scale == "relative"
    assert said(scene) >= EXPECTED


@pytest.mark.parametrize("form", ["vector", "rotation", "quaternion"])
def test_a_given_up_is_kept_and_named(form):
    from scipy.spatial.transform import Rotation

    view = look(WORLD, pitch_deg=25)
    rotation = view.world_from_camera[:3, :3]
    up = {
        "vector": 9.81 * view.up,
        "rotation": rotation,
        "quaternion": Rotation.from_matrix(rotation).as_quat(scalar_first=True),
    }[form]
    scene = build(**picture_of(view), up=up)
    assert scene.up.source == "given"
    np.testing.assert_allclose(scene.up.camera, view.up, atol=1e-6)


def test_without_detections_things_are_found_by_geometry():
    parts = picture_of(look(WORLD, pitch_deg=25))
    scene = build(**{**parts, "detections": None})
    assert scene.source["detections"] == "geometry"
    assert "surface" in scene.objects.kind
    assert "object" in scene.objects.kind


def test_a_picture_alone_takes_the_models_of_a_preset():
    parts = picture_of(look(WORLD, pitch_deg=25))
    with pytest.raises(ModelError, match="depth-anything-v2-metric-indoor-small: expected its files"):
        sg3.build(parts["image"], config="indoor")
    with pytest.warns(EmbeddedModelWarning, match="no hub can be reached"):
        scene = sg3.build(parts["image"])
    assert scene.source["config"]["depth"] == "rooms"
    with pytest.raises(InputError, match="depth: expected a depth map of the picture, or an estimator, got neither"):
        sg3.build(parts["image"], config=sg3.BuildConfig())


def test_no_detections_at_all_is_an_empty_graph():
    scene = build(**{**picture_of(look(WORLD, pitch_deg=25)), "detections": sg3.Detections([], [])})
    assert (len(scene.objects), len(scene.relations)) == (0, 0)


def test_two_thousand_detections_work():
    parts = picture_of(look(WORLD, pitch_deg=25))
    rng = np.random.default_rng(0)
    corner = rng.uniform([0, 60], [280, 200], (2000, 2))
    boxes = np.concatenate([corner, corner + rng.uniform(12, 40, (2000, 2))], axis=1)
    scene = build(**{**parts, "detections": sg3.Detections(boxes, ["thing"] * 2000)})
    assert len(scene.objects) + len(scene.source["skipped"]) == 2000


def test_a_detection_without_depth_is_left_out_by_name():
    parts = picture_of(look(WORLD, pitch_deg=25))
    masks = parts["detections"].mask.copy()
    masks[1] = False
    masks[1, 120, 160] = True
    scene = build(
        **{**parts, "detections": sg3.Detections(parts["detections"].xyxy_px, parts["detections"].label, mask=masks)}
    )
    assert [row["label"] for row in scene.source["skipped"]] == ["carton"]
    assert "carton" not in scene.objects.label


@pytest.mark.parametrize(
    ("change", "pattern"),
    [
        ({"depth": np.ones((10, 10), np.float32)}, "the picture's size, 320 x 240, got 10 x 10"),
        ({"depth": np.ones((240, 320), np.uint16)}, "floating-point values"),
        ({"depth": np.full((240, 320), np.nan, np.float32)}, "76800 NaN"),
        ({"depth": np.full((240, 320), -1.0, np.float32)}, "76800 negative"),
        ({"depth": np.zeros((240, 320), np.float32)}, "at least one pixel above 0"),
        ({"image": np.zeros((240, 320), np.uint8)}, "uint8 RGB"),
        ({"image": "no-such-file.png"}, "no-such-file.png"),
        ({"camera": sg3.Camera.from_fov(640, 480)}, "camera: expected the picture's size, 320 x 240, got 640 x 480"),
        ({"up": [0, 0, 0]}, "up"),
        ({"up": np.diag([1.0, 1, -1])}, "rotation"),
        ({"up": [1, 2]}, "up"),
        ({"detections": sg3.Detections([[400, 10, 500, 60]], ["far"])}, "far"),
        ({"detections": sg3.Detections([[0, 0, 5, 5]], ["m"], mask=np.ones((1, 5, 5), bool))}, "mask"),
    ],
)
def test_bad_input_is_refused_in_one_line(change, pattern):
    parts = {**picture_of(look(WORLD, pitch_deg=25)), **change}
    with pytest.raises(InputError, match=pattern) as caught:
        build(**parts)
    assert "\n" not in str(caught.value)


class Oracle:
    """Depth and detections from models of one's own: a class with one method for each."""

    def __init__(self, parts):
        self.parts = parts

    def estimate(self, image, camera=None):
        return sg3.DepthMap(self.parts["depth"], source="oracle", focal_px=self.parts["camera"].fx)

    def detect(self, image):
        return self.parts["detections"]


def test_models_of_ones_own_take_the_place_of_data():
    parts = picture_of(look(WORLD, pitch_deg=25))
    oracle = Oracle(parts)
    scene = sg3.build(parts["image"], depth=oracle, detections=oracle)
    assert said(scene) < said(build(**parts))  # what is estimated is less sure
    assert scene.camera.intrinsics_source == "estimated"
    assert (scene.source["depth"], scene.source["detections"]) == ("oracle", "model")


def test_things_get_the_names_of_their_colours():
    view = look(WORLD, pitch_deg=25)
    parts = picture_of(view)
    paints = np.array([(205, 205, 205), (150, 150, 150), (110, 65, 25), (200, 20, 30), (25, 70, 200), (250, 220, 30)])
    painted = {**parts, "image": paints[view.owner].astype(np.uint8)}
    found = {item.label: item.attributes for item in build(**painted).objects}
    assert {label: row["color"] for label, row in found.items()} == {
        "desk": "brown",
        "carton": "red",
        "parcel": "blue",
        "crate": "yellow",
    }
    said_already = sg3.Detections(
        parts["detections"].xyxy_px,
        parts["detections"].label,
        mask=parts["detections"].mask,
        attributes=({"color": "teal"}, {}, {}, {}),
    )
    kept = build(**{**painted, "detections": said_already}).objects
    assert [item.attributes["color"] for item in kept] == ["teal", "red", "blue", "yellow"]
    bare = build(**painted, config=sg3.BuildConfig(colors=None)).objects
    assert all("color" not in item.attributes for item in bare)
