"""Round things and things in parts, ray-cast from closed forms: what one view shows of them becomes their box."""

import numpy as np
import pytest

from scenegraph3d.lift import lift
from scenegraph3d.types import Camera, DepthMap, Detections
from tests.geometry.raycast import FLOOR, Box, look
from tests.lift.pictures import Picture, iou

NOISE = np.random.default_rng(3).normal(size=(240, 320))


def sphere(eye, rays, center, radius):
    """Depth at which rays, 1 long along the camera's z, enter a sphere; inf where they miss."""
    a, b = (rays**2).sum(-1), rays @ (eye - center)
    inside = b**2 - a * (((eye - center) ** 2).sum() - radius**2)
    return np.where(inside > 0, (-b - np.sqrt(np.maximum(inside, 0))) / a, np.inf)


def cylinder(eye, rays, center, radius, height):
    """The same for an upright cylinder on its foot's centre: its side, and the disc on top."""
    offset, flat = (eye - center)[:2], rays[..., :2]
    a, b = (flat**2).sum(-1), flat @ offset
    inside = b**2 - a * (offset @ offset - radius**2)
    side = np.where(inside > 0, (-b - np.sqrt(np.maximum(inside, 0))) / a, np.inf)
    z = eye[2] + np.where(np.isfinite(side), side, 0) * rays[..., 2]
    side = np.where((z >= center[2]) & (z <= center[2] + height), side, np.inf)
    top = (center[2] + height - eye[2]) / rays[..., 2]
    on_disc = np.linalg.norm(offset + np.where(top > 0, top, 0)[..., None] * flat, axis=-1) <= radius
    return np.minimum(side, np.where((top > 0) & on_disc, top, np.inf))


def seen(hit, noise=0.0, masks=True, **view):
    """Objects lifted from one thing on a floor: `hit` gives its depth along rays from the camera."""
    floor = look((FLOOR,), **view)
    camera = Camera(*floor.intrinsics, floor.world_from_camera)
    v, u = np.mgrid[:240, :320]
    rays = np.stack([(u - camera.cx) / camera.fx, (v - camera.cy) / camera.fy, np.ones_like(u)], axis=-1)
    depth = hit(camera.center_m, rays @ camera.world_from_camera[:3, :3].T)
    mask = depth < np.where(floor.depth > 0, floor.depth, np.inf)
    depth = np.where(mask, depth, floor.depth)
    depth = depth + noise * 0.0019 * depth**2 * NOISE
    rows, columns = np.nonzero(mask)
    bounds = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], dtype=np.float64)
    detections = Detections(bounds, ("thing",), mask=mask[None] if masks else None)
    return lift(detections, DepthMap(depth), camera).objects


@pytest.mark.parametrize("noise", [0.0, 1.0])
@pytest.mark.parametrize(("x", "y"), [(0.0, 2.0), (0.7, 2.4), (-0.5, 1.6)])
@pytest.mark.parametrize("radius", [0.1, 0.16])
def test_a_ball_is_as_deep_as_it_is_wide(x, y, radius, noise):
    center = np.array([x, y, radius])
    objects = seen(lambda eye, rays: sphere(eye, rays, center, radius), noise, pitch_deg=25)
    assert "round" in objects.seen.completed[0]
    np.testing.assert_allclose(objects.center_m[0], center, atol=0.02)
    np.testing.assert_allclose(objects.size_m[0], 2 * radius, rtol=0.12)


@pytest.mark.parametrize("noise", [0.0, 1.0])
@pytest.mark.parametrize(("height", "eye"), [(0.9, 0.6), (0.3, 1.4), (0.6, 1.4)])
def test_an_upright_cylinder_is_as_deep_as_it_is_wide(height, eye, noise):
    radius, foot = 0.15, np.array([0.3, 2.0, 0.0])
    view = {"height": eye, "pitch_deg": 20 if eye > 1 else 5}
    objects = seen(lambda eye, rays: cylinder(eye, rays, foot, radius, height), noise, **view)
    np.testing.assert_allclose(objects.center_m[0], foot + np.array([0, 0, height / 2]), atol=0.025)
    np.testing.assert_allclose(objects.size_m[0], [2 * radius, 2 * radius, height], rtol=0.1)


@pytest.mark.parametrize("yaw_deg", range(0, 90, 15))
@pytest.mark.parametrize("size", [(0.4, 0.4, 0.4), (0.4, 0.3, 0.5), (0.25, 0.25, 0.6)])
def test_a_box_is_not_round_however_it_is_turned(yaw_deg, size):
    box = Box("thing", (0.2, 2.2, size[2] / 2), size, float(np.radians(yaw_deg)))
    picture = Picture(box, height=1.3, pitch_deg=24.0)
    clean = picture.view.depth
    noisy = np.where(clean > 0, clean + 0.0019 * clean**2 * NOISE, 0)
    for depth in (clean, noisy):
        objects = lift(picture.detections(), DepthMap(depth), picture.camera).objects
        assert "round" not in objects.seen.completed[0]
        assert iou(objects, 0, box) > 0.8


def test_a_round_things_yaw_follows_the_viewer_and_its_box_the_camera():
    center = np.array([0.4, 2.0, 0.16])
    turned = np.array([[0.8, -0.6, 0], [0.6, 0.8, 0], [0, 0, 1.0]])
    ahead = seen(lambda eye, rays: sphere(eye, rays, center, 0.16), pitch_deg=25)
    heading = float(np.degrees(np.arctan2(0.6, 0.8)))
    aside = seen(lambda eye, rays: sphere(eye, rays, turned @ center, 0.16), pitch_deg=25, heading_deg=heading)
    assert ahead.yaw_rad[0] == pytest.approx(0.0, abs=1e-9)
    assert np.degrees(aside.yaw_rad[0]) % 90 == pytest.approx(heading, abs=1e-6)
    np.testing.assert_allclose(aside.center_m[0], turned @ ahead.center_m[0], atol=1e-3)


def test_without_a_mask_an_outline_that_fills_its_box_is_trusted_to_be_round():
    center = np.array([0.0, 2.0, 0.16])
    ball = seen(lambda eye, rays: sphere(eye, rays, center, 0.16), masks=False, pitch_deg=25)
    assert ball.seen.completed[0] == "round+support"
    assert iou(ball, 0, Box("ball", tuple(center), (0.32, 0.32, 0.32))) > 0.85


def test_an_open_laptop_is_its_deck_and_its_screen():
    top, deck = 0.7, Box("deck", (0.0, 1.45, 0.71), (0.36, 0.25, 0.02))
    screen = Box("screen", (0.0, 1.58, 0.82), (0.36, 0.01, 0.24))
    table = Box("table", (0.0, 1.6, 0.35), (1.4, 0.8, top))
    picture = Picture(deck, screen, table, height=1.3, pitch_deg=25.0)
    mask = picture.mask(0) | picture.mask(1)
    rows, columns = np.nonzero(mask)
    bounds = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], dtype=np.float64)
    depth = picture.view.depth
    noisy = DepthMap(np.where(depth > 0, depth + 0.0019 * depth**2 * NOISE, 0))
    whole = Box("laptop", (0.0, 1.455, 0.82), (0.36, 0.26, 0.24))
    for label in ("laptop", "gizmo"):
        objects = lift(Detections(bounds, (label,), mask=mask[None]), noisy, picture.camera).objects
        assert iou(objects, 0, whole) > 0.8
        np.testing.assert_allclose(objects.center_m[0], whole.center, atol=0.02)


def test_a_mask_that_runs_over_onto_the_support_changes_little():
    box = Box("gizmo", (0.2, 2.2, 0.2), (0.4, 0.3, 0.4), 0.5)
    picture = Picture(box, height=1.3, pitch_deg=24.0)
    loose = picture.mask(0)
    for axis, step in ((0, 1), (0, -1), (1, 1), (1, -1)):
        loose = loose | np.roll(picture.mask(0), step, axis) | np.roll(picture.mask(0), 2 * step, axis)
    rows, columns = np.nonzero(loose)
    bounds = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], dtype=np.float64)
    objects = lift(Detections(bounds, ("gizmo",), mask=loose[None]), picture.depth, picture.camera).objects
    assert iou(objects, 0, box) > 0.8


def test_parts_of_a_mask_that_hang_apart_are_kept_and_what_lies_far_behind_is_not():
    left, right = Box("left", (-0.2, 2.2, 0.3), (0.1, 0.1, 0.6)), Box("right", (0.2, 2.35, 0.3), (0.1, 0.1, 0.6))
    behind = Box("behind", (0.0, 3.6, 0.3), (0.3, 0.1, 0.6))
    picture = Picture(left, right, behind, height=0.9, pitch_deg=12.0)
    mask = picture.mask(0) | picture.mask(1) | picture.mask(2)
    rows, columns = np.nonzero(mask)
    bounds = np.array([[columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]], dtype=np.float64)
    objects = lift(Detections(bounds, ("gizmo",), mask=mask[None]), picture.depth, picture.camera).objects
    cos, sin = np.cos(objects.yaw_rad[0]), np.sin(objects.yaw_rad[0])
    across = abs(cos) * objects.size_m[0, 0] + abs(sin) * objects.size_m[0, 1]
    assert 0.45 < across < 0.6
    assert objects.center_m[0, 1] == pytest.approx(2.28, abs=0.06)
