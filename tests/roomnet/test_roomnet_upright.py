"""Upright frames against the library's own cameras, and as rotations."""

import math

import numpy as np
import torch
from hypothesis import given
from hypothesis import strategies as st

from scenegraph3d.geometry.cameras import unproject_pixels
from scenegraph3d.roomnet import upright
from scenegraph3d.types import Camera

ANGLE = st.floats(-1.4, 1.4)


@given(pitch=ANGLE, roll=ANGLE)
def test_angles_of_a_camera_come_back(pitch, roll):
    rotation = upright.world_from_camera(
        torch.tensor(pitch, dtype=torch.float64), torch.tensor(roll, dtype=torch.float64)
    )
    assert torch.allclose(rotation @ rotation.T, torch.eye(3).double(), atol=1e-12)
    back = upright.pitch_and_roll(rotation)
    assert math.isclose(float(back[0]), pitch, abs_tol=1e-9)
    assert math.isclose(float(back[1]), roll, abs_tol=1e-9)


def test_a_pitched_camera_looks_down_and_its_right_is_level():
    rotation = upright.world_from_camera(torch.tensor(0.5), torch.tensor(0.0))
    assert torch.allclose(rotation[:, 2], torch.tensor([0.0, math.cos(0.5), -math.sin(0.5)]))
    assert torch.allclose(rotation[:, 0], torch.tensor([1.0, 0.0, 0.0]))


@given(pitch=st.floats(-0.5, 1.0), roll=st.floats(-0.3, 0.3), fov=st.floats(0.5, 1.6))
def test_rays_are_those_of_the_librarys_camera(pitch, roll, fov):
    width, height = 12, 8
    rotation = upright.world_from_camera(
        torch.tensor(pitch, dtype=torch.float64), torch.tensor(roll, dtype=torch.float64)
    )
    camera = Camera.from_fov(width, height, fov)
    focal = torch.tensor([camera.fx / width], dtype=torch.float64)
    rays = upright.rays(rotation[None], focal, height, width)[0]
    v, u = np.mgrid[:height, :width]
    pixels = np.stack([u, v], axis=-1).reshape(-1, 2)
    ours = unproject_pixels(pixels, np.ones(len(pixels)), camera.matrix) @ rotation.numpy().T
    np.testing.assert_allclose(rays.reshape(-1, 3).numpy(), ours, atol=1e-6)


@given(x=st.floats(-5, 5), y=st.floats(0.1, 5), z=st.floats(-5, 5))
def test_in_its_own_frame_a_ray_has_no_sideways_part(x, y, z):
    direction = torch.tensor([x, y, z], dtype=torch.float64)
    bearing = upright.bearing(direction)
    turned = upright.turned_by(direction, bearing)
    assert abs(float(turned[0])) < 1e-9
    assert float(turned[1]) > 0
    assert torch.allclose(upright.turned_by(turned, -bearing), direction, atol=1e-9)
