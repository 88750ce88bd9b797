"""Up from photographs: rendered rooms whose truth is known, with a sensor's depth, a network's, and none at all."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.spatial.transform import Rotation

from scenegraph3d.errors import InputError
from scenegraph3d.geometry.segments import SegmentSettings
from scenegraph3d.lift.gravity import estimate_up
from scenegraph3d.lift.verticals import picture_lines
from scenegraph3d.types import Camera, DepthMap, Image
from tests.geometry.raycast import LEVEL, look
from tests.lift.rendered import as_a_network_would, furnished_room, photograph

ROOMS = 16
SEES_FLOOR = 0.02  # share of the picture
WRONG_DEG = 5.0


@dataclass(frozen=True)
class Photo:
    image: Image
    depth: DepthMap
    guessed: DepthMap
    camera: Camera
    up: np.ndarray
    floor_share: float


@cache
def photo(seed):
    """A room, pitched from 30 degrees up to 45 down and rolled by up to 15."""
    rng = np.random.default_rng(seed)
    pitch, roll = np.linspace(-30, 45, ROOMS)[seed], rng.uniform(-15, 15)
    room = furnished_room(100 + seed)
    view = look(room, pitch_deg=pitch, roll_deg=roll, height=rng.uniform(1.1, 1.7), width=480, rows=360)
    focal = view.intrinsics[0] / 2
    depth = view.depth[::2, ::2].astype(np.float32)
    return Photo(
        Image(photograph(room, view, seed)),
        DepthMap(depth),
        DepthMap(as_a_network_would(depth, seed)),
        Camera(focal, focal, 119.5, 89.5, 240, 180),
        view.up,
        float((view.owner == 0).mean()),
    )


def flat(shape=(180, 240)):
    """Depth that knows nothing."""
    return DepthMap(np.full(shape, 3.0, np.float32))


def off_deg(found, truth):
    up = np.array(found.up.camera)
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(up, truth)), up @ truth)))


@cache
def results(depth, with_image):
    """Errors, confidences and whether a floor is seen, over all rooms."""
    rows = []
    for seed in range(ROOMS):
        one = photo(seed)
        given = {"sensor": one.depth, "network": one.guessed, "none": flat()}[depth]
        found = estimate_up(given, one.camera, image=one.image if with_image else None)
        rows.append((off_deg(found, one.up), found.up.confidence, one.floor_share > SEES_FLOOR))
    error, confidence, floor = np.array(rows).T
    return error, confidence, floor > 0


@pytest.mark.parametrize(
    ("depth", "with_image", "median", "worst"),
    [("sensor", False, 0.1, 1.0), ("sensor", True, 0.1, 1.0), ("network", True, 1.0, 3.0), ("none", True, 0.7, 2.0)],
)
def test_where_a_floor_is_seen_up_is_right(depth, with_image, median, worst):
    error, _, floor = results(depth, with_image)
    assert floor.sum() >= 6
    assert np.median(error[floor]) < median
    assert np.quantile(error[floor], 0.8) < worst


@pytest.mark.parametrize(
    ("depth", "with_image"), [("sensor", True), ("network", True), ("network", False), ("none", True)]
)
def test_who_is_wrong_is_not_sure(depth, with_image):
    error, confidence, _ = results(depth, with_image)
    assert (confidence[error > WRONG_DEG] > 0.5).sum() <= 1
    sure = confidence > 0.5
    assert np.median(error[sure]) < 3.0 if sure.any() else depth == "none"


def test_edges_mend_the_up_of_a_networks_depth():
    with_edges, confidence, _ = results("network", True)
    without, confidence_without, _ = results("network", False)
    assert np.median(with_edges) < 0.5 * np.median(without)
    assert np.mean(confidence) > np.mean(confidence_without) + 0.03


@pytest.mark.parametrize("seed", [8, 12])
def test_a_photo_alone_says_that_its_edges_settled_up(seed):
    one = photo(seed)
    found = estimate_up(flat(), one.camera, image=one.image)
    assert found.up.source == "edges"
    assert not found.up.floor_found
    assert found.camera.pose_source == "estimated"
    assert off_deg(found, one.up) < 1.0


@pytest.mark.parametrize("seed", [6, 13])
@pytest.mark.parametrize("depth", ["guessed", None])
def test_a_mirrored_photo_has_the_mirrored_up(seed, depth):
    one = photo(seed)
    values = getattr(one, depth).values if depth else flat().values
    mirrored = Image(np.ascontiguousarray(one.image.rgb[:, ::-1]))
    plain = estimate_up(DepthMap(values), one.camera, image=one.image).up
    turned = estimate_up(DepthMap(np.ascontiguousarray(values[:, ::-1])), one.camera, image=mirrored).up
    x, y, z = plain.camera
    assert turned.camera == pytest.approx((-x, y, z), abs=5e-3)
    assert turned.confidence == pytest.approx(plain.confidence, abs=0.02)
    assert turned.source == plain.source


def test_depth_and_edges_that_disagree_are_less_sure_than_either_alone():
    one, other = photo(12), photo(2)
    angle = float(np.degrees(np.arccos(one.up @ other.up)))
    assert angle > 30
    together = estimate_up(other.depth, one.camera, image=one.image)
    agreed = estimate_up(one.depth, one.camera, image=one.image)
    alone = estimate_up(other.depth, one.camera)
    assert off_deg(together, other.up) < 2  # a sensor's planes are the more reliable
    assert together.up.confidence < alone.up.confidence < 1
    assert together.up.confidence < agreed.up.confidence


# --- depth whose scale and shift are not known ------------------------------------------------------------------


def inverse_of(seed, scale, beyond):
    """Inverse relative depth of a room, with noise: infinity is `beyond` the farthest value, in shares of the range."""
    inverse = 1 / photo(seed).depth.values.astype(float)
    low, high = inverse.min(), np.quantile(inverse, 0.98)
    noise = 0.005 * (high - low) * np.random.default_rng(seed).normal(size=inverse.shape)
    values = scale * (inverse.clip(low, high) - low + beyond * (high - low) + noise)
    return DepthMap(values.clip(1e-6).astype(np.float32), "inverse_relative")


@pytest.mark.parametrize("beyond", [0.05, 2.0])
def test_the_shift_of_inverse_depth_is_found_with_up(beyond):
    error = []
    for seed in range(ROOMS // 3, ROOMS):
        one = photo(seed)
        found = estimate_up(inverse_of(seed, 3.0, beyond), one.camera, image=one.image)
        assert not found.up.floor_found
        error.append(off_deg(found, one.up))
    assert np.median(error) < 1.0
    assert np.quantile(error, 0.8) < 2.5


def test_scale_and_shift_of_inverse_depth_change_nothing():
    one = photo(7)
    plain = inverse_of(7, 1.0, 0.5)
    other = DepthMap(plain.values * 30 + 7, "inverse_relative")
    first, second = (estimate_up(depth, one.camera, image=one.image).up for depth in (plain, other))
    assert first.camera == pytest.approx(second.camera, abs=1e-3)
    assert first.confidence == pytest.approx(second.confidence, abs=1e-2)


def test_inverse_depth_that_says_nothing_leaves_the_edges():
    one = photo(8)
    nothing = DepthMap(np.full((180, 240), 0.7, np.float32), "inverse_relative")
    found = estimate_up(nothing, one.camera, image=one.image)
    assert found.up.source == "edges"
    assert off_deg(found, one.up) < 2.0


# --- pictures that lead astray ------------------------------------------------------------------------------


def lines_of(shape, normal_deg, offsets, half_width=2.0):
    """Dark lines on a light ground."""
    y, x = np.mgrid[: shape[0], : shape[1]].astype(float)
    x, y = x - (shape[1] - 1) / 2, y - (shape[0] - 1) / 2
    grey = np.full(shape, 200.0)
    for angle, offset in zip(np.broadcast_to(normal_deg, np.shape(offsets)), offsets, strict=True):
        across = np.abs(x * np.cos(np.radians(angle)) + y * np.sin(np.radians(angle)) - offset)
        grey -= 120 * np.clip(half_width + 0.5 - across, 0, 1)
    return grey.clip(0, 255)


def from_grey(grey):
    return Image(np.repeat(grey.astype(np.uint8)[..., None], 3, axis=2))


def leaning_bookcase(lean_deg):
    """Boards and shelves, all of them leaning, and nothing else."""
    boards = lines_of((240, 320), lean_deg, np.arange(-90, 91, 30))
    return np.minimum(boards, lines_of((240, 320), lean_deg + 90, np.arange(-80, 81, 40)))


CORRIDOR = lines_of((240, 320), [35.0, 145.0, 60.0, 120.0, 75.0, 105.0], np.zeros(6))
CIRCLES = 128 + 90 * np.sin(np.hypot(*np.mgrid[-120:120, -160:160]) / 4)
TEXTURE = 128 + 400 * gaussian_filter(np.random.default_rng(0).normal(size=(240, 320)), 2)


@pytest.mark.parametrize(
    ("grey", "limit"),
    [
        (np.full((240, 320), 128.0), 0.0),
        (TEXTURE.clip(0, 255), 0.2),
        (CORRIDOR, 0.35),
        (CIRCLES, 0.35),
        (leaning_bookcase(11), 0.5),
        (leaning_bookcase(18), 0.5),
        (leaning_bookcase(-24), 0.3),
        (lines_of((240, 320), 40.0, np.arange(-150, 151, 25)), 0.3),
        (lines_of((240, 320), 0.0, [30.0]), 0.3),
    ],
    ids=["blank", "texture", "corridor", "circles", "lean 11", "lean 18", "lean -24", "slanted", "one pole"],
)
def test_a_picture_that_settles_nothing_gives_no_sure_up(grey, limit):
    found = estimate_up(flat((240, 320)), Camera.from_fov(320, 240), image=from_grey(grey))
    assert found.up.confidence <= limit
    if found.up.source == "level":
        assert found.up.camera == (0.0, -1.0, 0.0)


def test_upright_lines_of_a_level_picture_are_believed():
    found = estimate_up(flat((240, 320)), Camera.from_fov(320, 240), image=from_grey(leaning_bookcase(0)))
    assert found.up.source == "edges"
    assert found.up.confidence > 0.5
    assert off_deg(found, [0, -1, 0]) < 0.5


def test_the_frame_around_a_scanned_picture_is_no_edge_of_the_room():
    one = photo(13)
    framed = one.image.rgb.copy()
    framed[:4], framed[-3:], framed[:, :5], framed[:, -4:] = 255, 255, 255, 255
    plain = estimate_up(flat(), one.camera, image=one.image)
    found = estimate_up(flat(), one.camera, image=Image(framed))
    assert off_deg(found, np.array(plain.up.camera)) < 0.5
    sides = picture_lines(Image(framed), one.camera, SegmentSettings()).normal
    assert len(sides) > 10


def test_a_given_up_is_kept_whatever_the_picture_shows():
    one = photo(12)
    given = Rotation.from_euler("x", -70, degrees=True).apply(LEVEL[2])
    found = estimate_up(one.depth, one.camera, given, image=one.image)
    assert found.up.source == "given"
    assert found.up.camera == pytest.approx(tuple(given))


def test_a_picture_of_another_size_is_refused():
    with pytest.raises(InputError, match="image: expected the camera's size, 240 x 180, got 32 x 24"):
        estimate_up(flat(), photo(0).camera, image=Image(np.zeros((24, 32, 3), np.uint8)))


def test_the_same_photo_gives_the_same_up_bit_by_bit():
    one = photo(9)
    first, second = (estimate_up(one.guessed, one.camera, image=one.image).up for _ in range(2))
    assert first == second
