"""Up and the floor: from ray-cast rooms whose truth is known, and from what the user gives."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from scipy.spatial.transform import Rotation

from scenegraph3d.errors import InputError
from scenegraph3d.lift.gravity import GravitySettings, estimate_up
from scenegraph3d.lift.uprightness import UprightnessSettings
from scenegraph3d.types import Camera, DepthMap
from tests.geometry.raycast import BACK_WALL, FLOOR, SIDE_WALL, Box, look, structured_light

TABLE = Box("table", (0.3, 2.2, 0.70), (1.4, 0.8, 0.06), 0.3)
CUPBOARD = Box("cupboard", (-1.2, 3.0, 0.9), (0.8, 0.5, 1.8), 0.5)
CRATE = Box("crate", (1.0, 2.9, 0.2), (0.5, 0.5, 0.4), 0.9)
ROOM = (FLOOR, BACK_WALL, SIDE_WALL, TABLE, CUPBOARD, CRATE)


def camera_of(view, **pose):
    fx, fy, cx, cy, width, height = view.intrinsics
    return Camera(fx, fy, cx, cy, width, height, **pose)


def depth_of(view, kind="metric"):
    return DepthMap(view.depth.astype(np.float32), kind=kind)


def grounded(view, **options):
    return estimate_up(depth_of(view), camera_of(view), **options)


def off_deg(found, truth):
    up = np.array(found.up.camera)
    return np.degrees(np.arctan2(np.linalg.norm(np.cross(up, truth)), up @ truth))


@pytest.mark.parametrize("pitch", [5, 20, 40, 60])
@pytest.mark.parametrize("roll", [-15, 0, 15])
def test_up_and_floor_of_a_room(pitch, roll):
    view = look(ROOM, pitch_deg=pitch, roll_deg=roll, heading_deg=10)
    found = grounded(view)
    assert found.up.source == "floor"
    assert off_deg(found, view.up) < 0.2
    assert found.up.floor_found
    assert found.floor_height == 0
    assert found.camera.center_m == pytest.approx([0, 0, 1.4], abs=0.02)
    assert found.camera.pose_source == "estimated"
    assert 0.3 < found.up.confidence <= 1


@pytest.mark.parametrize("roll", [-15, 0, 15])
def test_up_of_a_camera_that_looks_over_the_floor(roll):
    view = look(ROOM, pitch_deg=-10, roll_deg=roll, heading_deg=10)
    assert not (view.owner == 0).any()
    found = grounded(view)
    assert found.up.source == "planes"
    assert off_deg(found, view.up) < 1.0
    assert found.floor_height is None
    assert (found.camera.center_m == 0).all()


def test_the_world_is_z_up_with_y_along_the_heading():
    view = look(ROOM, pitch_deg=25, roll_deg=-8)
    found = grounded(view)
    assert found.camera.world_from_camera == pytest.approx(view.world_from_camera, abs=0.02)  # the truth has heading +y
    points = np.stack(np.meshgrid(np.arange(320), np.arange(240)), -1) - [found.camera.cx, found.camera.cy]
    rays = np.concatenate([points / found.camera.fx, np.ones((240, 320, 1))], -1)
    world = rays * view.depth[..., None] @ found.camera.world_from_camera[:3, :3].T + found.camera.center_m
    assert np.abs(world[view.owner == 0][:, 2]).max() < 0.03
    assert np.median(world[view.owner == 3][:, 2]) == pytest.approx(0.73, abs=0.02)


@pytest.mark.parametrize("pitch", [8, 25, 50])
@pytest.mark.parametrize("roll", [-12, 7])
def test_up_with_the_noise_and_holes_of_structured_light(pitch, roll):
    view = look(ROOM, pitch_deg=pitch, roll_deg=roll, width=640, rows=480)
    noisy = DepthMap(structured_light(view.depth).astype(np.float32))
    found = estimate_up(noisy, camera_of(view))
    assert found.up.source == "floor"
    assert off_deg(found, view.up) < 1.0
    assert found.camera.center_m[2] == pytest.approx(1.4, abs=0.05)


def test_up_of_sparse_depth():
    view = look(ROOM, pitch_deg=20, width=640, rows=480)
    keep = np.random.default_rng(0).random(view.depth.shape) < 0.03
    found = estimate_up(DepthMap((view.depth * keep).astype(np.float32)), camera_of(view))
    assert found.up.source == "floor"
    assert off_deg(found, view.up) < 0.5


def test_a_mirrored_picture_has_the_mirrored_up():
    view = look(ROOM, pitch_deg=30, roll_deg=9)
    mirrored = estimate_up(DepthMap(view.depth[:, ::-1].astype(np.float32)), camera_of(view))
    x, y, z = grounded(view).up.camera
    assert mirrored.up.camera == pytest.approx((-x, y, z), abs=2e-3)
    assert mirrored.up.source == "floor"


@pytest.mark.parametrize("scale", [0.01, 7.0])
def test_a_relative_map_gives_the_same_up_and_a_floor_in_its_own_unit(scale):
    view = look(ROOM, pitch_deg=30, roll_deg=9)
    metric = grounded(view)
    found = estimate_up(DepthMap((view.depth * scale).astype(np.float32), kind="relative"), camera_of(view))
    assert found.up.camera == pytest.approx(metric.up.camera, abs=1e-4)
    assert found.up.confidence == pytest.approx(metric.up.confidence, abs=1e-3)
    assert found.camera.center_m[2] == pytest.approx(1.4 * scale, rel=0.02)
    inverse = np.divide(1, view.depth, out=np.zeros_like(view.depth), where=view.depth > 0)
    upside = estimate_up(DepthMap(inverse.astype(np.float32), kind="inverse_relative"), camera_of(view))
    assert upside.up.camera == pytest.approx(metric.up.camera, abs=1e-4)


def test_a_table_seen_from_above_is_no_floor_while_the_floor_shows_below_it():
    wide = Box("table", (0, 1.0, 0.70), (2.4, 1.2, 0.06))
    view = look((FLOOR, wide), pitch_deg=50, height=1.5)
    assert (view.owner == 1).sum() > 3 * (view.owner == 0).sum() > 0  # mostly table
    found = grounded(view)
    assert found.up.source == "floor"
    assert found.camera.center_m[2] == pytest.approx(1.5, abs=0.02)


def test_a_table_with_scattered_points_below_it_gives_up_but_no_floor():
    wide = Box("table", (0, 1.0, 0.70), (4, 1.2, 0.06))
    step = Box("step", (0, 3.5, 0.1), (6, 0.3, 0.2))
    view = look((wide, step), pitch_deg=30, height=1.5)
    found = grounded(view)
    assert found.up.source == "planes"
    assert not found.up.floor_found
    assert found.floor_height is None
    assert off_deg(found, view.up) < 1.0
    assert found.camera.center_m == pytest.approx([0, 0, 0])


def test_two_walls_alone_give_up():
    view = look((BACK_WALL, SIDE_WALL), pitch_deg=-5, roll_deg=6, heading_deg=30)
    found = grounded(view)
    assert found.up.source == "planes"
    assert off_deg(found, view.up) < 1.0
    assert found.up.confidence > 0.3


def test_one_wall_or_no_surface_falls_back_to_a_level_camera():
    for depth in (np.full((240, 320), 2.0), np.random.default_rng(0).uniform(1, 5, (240, 320))):
        found = estimate_up(DepthMap(depth.astype(np.float32)), Camera.from_fov(320, 240))
        assert found.up.source == "level"
        assert found.up.confidence == 0
        assert found.up.camera == (0.0, -1.0, 0.0)
        assert found.camera.pose_source == "assumed"
        assert (found.camera.center_m == 0).all()


@pytest.mark.parametrize("share", [0.3, 0.6])
def test_confidence_falls_as_curved_things_fill_the_view(share):
    view = look(ROOM, pitch_deg=20)
    plain = grounded(view).up.confidence
    columns = round(share * 320)
    u, v = np.meshgrid(np.arange(columns), np.arange(240))
    bumps = view.depth.copy()
    bumps[:, :columns] = 1.5 + 0.2 * np.sin(u / 9) * np.sin(v / 9)
    cluttered = estimate_up(DepthMap(bumps.astype(np.float32)), camera_of(view))
    assert off_deg(cluttered, view.up) < 1.0
    assert 0 < cluttered.up.confidence < plain - 0.05 * share


GIVEN_UP = np.array([0.1, -0.95, -0.3]) / np.linalg.norm([0.1, -0.95, -0.3])
ROTATION = Rotation.from_euler("zx", [40, 20], degrees=True).as_matrix() @ [[1.0, 0, 0], [0, 0, 1], [0, -1, 0]]


@pytest.mark.parametrize(
    ("given", "truth"),
    [
        (GIVEN_UP * 9.81, GIVEN_UP),
        (GIVEN_UP.tolist(), GIVEN_UP),
        (ROTATION, ROTATION[2]),
        (Rotation.from_matrix(ROTATION).as_quat(scalar_first=True), ROTATION[2]),
        (-Rotation.from_matrix(ROTATION).as_quat(scalar_first=True), ROTATION[2]),
    ],
)
def test_given_up_is_kept(given, truth):
    found = grounded(look(ROOM), up=given)
    assert found.up.source == "given"
    assert found.up.confidence == 1
    assert found.up.camera == pytest.approx(tuple(truth), abs=1e-9)
    assert found.camera.world_from_camera[2, :3] == pytest.approx(truth, abs=1e-9)
    assert found.camera.pose_source == "given"


def test_given_up_still_finds_the_floor():
    view = look(ROOM, pitch_deg=30, roll_deg=12)
    found = grounded(view, up=view.up)
    assert found.up.floor_found
    assert found.camera.center_m[2] == pytest.approx(1.4, abs=0.01)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([0, 0, 0], "zero vector"),
        ([1, 2], r"shape \(2,\)"),
        (np.eye(4), r"shape \(4, 4\)"),
        (np.eye(3) * 1.1, "rotation"),
        (np.diag([1.0, 1, -1]), "rotation"),
        ([0.5, 0, 0, 0], "unit quaternion"),
        ([0, np.nan, 1], "finite"),
        ("up", "up vector"),
        ([[1, 2], [3]], "up vector"),
    ],
)
def test_what_is_no_up_is_refused(given, expected):
    with pytest.raises(InputError, match=expected) as caught:
        grounded(look(ROOM), up=given)
    assert "expected" in str(caught.value)
    assert "got" in str(caught.value)


def test_a_given_pose_is_kept_and_its_floor_reported():
    view = look(ROOM, pitch_deg=25, roll_deg=5)
    pose = view.world_from_camera.copy()
    pose[:3, 3] = 100, -50, 7
    found = estimate_up(depth_of(view), camera_of(view, world_from_camera=pose))
    assert found.up.source == "given"
    assert (found.camera.world_from_camera == pose).all()
    assert found.floor_height == pytest.approx(7 - 1.4, abs=0.01)
    assert found.up.camera == pytest.approx(tuple(view.up))
    with pytest.raises(InputError, match="degrees off"):
        estimate_up(depth_of(view), camera_of(view, world_from_camera=pose), up=[0, 0, 1])


def test_depth_of_another_size_is_refused():
    with pytest.raises(InputError, match="the camera's size, 320 x 240, got 160 x 120"):
        estimate_up(depth_of(look(ROOM, width=160, rows=120)), Camera.from_fov(320, 240))


def test_settings_bound_the_search():
    view = look((FLOOR,), pitch_deg=40)
    narrow = GravitySettings(uprightness=UprightnessSettings(pitch_rad=(-0.1, 0.1)))
    assert grounded(view).up.source == "floor"
    assert grounded(view, settings=narrow).up.source == "level"


@pytest.mark.parametrize("seed", range(0, 24, 3))
def test_rolling_hills_settle_nothing_or_say_how_little(seed):
    hills = gaussian_filter(np.random.default_rng(seed).normal(size=(240, 320)), 30)
    depth = (3.0 + 0.3 * hills / hills.std()).astype(np.float32)
    found = estimate_up(DepthMap(depth), Camera(160.0, 160.0, 159.5, 119.5, 320, 240)).up
    assert found.confidence < 0.3
    assert (found.source, found.camera) == ("level", (0.0, -1.0, 0.0)) or found.confidence >= 0.05
