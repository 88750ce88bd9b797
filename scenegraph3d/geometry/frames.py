"""Frames: rotations, rigid transforms and the gravity-aligned world.

Camera frame (OpenCV): x right, y down, z forward. World frame: right-handed, z up along gravity, y the horizontal
heading of the first camera, x to its right. A transform named `a_from_b` takes points of frame b to frame a.
"""

import numpy as np
from jaxtyping import Float

LEVEL_WORLD_FROM_CAMERA = np.array([[1.0, 0, 0, 0], [0, 0, 1, 0], [0, -1, 0, 0], [0, 0, 0, 1]])
LEVEL_WORLD_FROM_CAMERA.flags.writeable = False


def is_rotation(matrix: Float[np.ndarray, "3 3"], tolerance: float = 1e-3) -> bool:
    """True if `matrix` is orthonormal with determinant +1 to within `tolerance`."""
    return bool(np.abs(matrix @ matrix.T - np.eye(3)).max() <= tolerance and np.linalg.det(matrix) > 0)


def is_rigid(transform: Float[np.ndarray, "4 4"], tolerance: float = 1e-3) -> bool:
    """True if `transform` is a rotation and a translation, last row 0 0 0 1."""
    return is_rotation(transform[:3, :3], tolerance) and bool(np.abs(transform[3] - [0, 0, 0, 1]).max() <= tolerance)


def rotation_from_quaternion(wxyz: Float[np.ndarray, " 4"]) -> Float[np.ndarray, "3 3"]:
    """[3, 3] rotation of a quaternion, scalar first; it need not be of unit length but not zero."""
    w, x, y, z = wxyz / np.linalg.norm(wxyz)
    return np.array(
        [
            [1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)],
            [2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)],
            [2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)],
        ]
    )


def world_rotation_from_up(up_camera: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "3 3"]:
    """[3, 3] world-from-camera rotation whose z is `up_camera` and whose y is the camera's horizontal heading.

    Args:
        up_camera: [3] direction against gravity in the camera frame, not zero.

    Looking straight up or down leaves no heading; the top of the image then points along +y.
    """
    up = up_camera / np.linalg.norm(up_camera)
    heading = np.array([0.0, 0.0, 1.0]) - up[2] * up
    if np.linalg.norm(heading) < 1e-6:
        heading = np.array([0.0, -1.0, 0.0]) - up * -up[1]
    heading = heading / np.linalg.norm(heading)
    return np.stack([np.cross(heading, up), heading, up])


def up_of_pitch_and_roll(
    pitch_rad: Float[np.ndarray, " n"], roll_rad: Float[np.ndarray, " n"]
) -> Float[np.ndarray, "n 3"]:
    """[N, 3] unit vectors against gravity, in the frames of cameras that look down by a pitch and are turned clockwise
    by a roll.
    """
    level = np.cos(pitch_rad)
    return np.stack([np.sin(roll_rad) * level, -np.cos(roll_rad) * level, -np.sin(pitch_rad)], axis=1)


def rigid(rotation: Float[np.ndarray, "3 3"], translation_m: Float[np.ndarray, " 3"]) -> Float[np.ndarray, "4 4"]:
    """[4, 4] transform of a rotation and a translation in metres."""
    out = np.eye(4)
    out[:3, :3], out[:3, 3] = rotation, translation_m
    return out


def transform_points(
    a_from_b: Float[np.ndarray, "4 4"], points_b: Float[np.ndarray, "n 3"]
) -> Float[np.ndarray, "n 3"]:
    """[N, 3] points of frame b in frame a."""
    return points_b @ a_from_b[:3, :3].T + a_from_b[:3, 3]


def invert(a_from_b: Float[np.ndarray, "4 4"]) -> Float[np.ndarray, "4 4"]:
    """[4, 4] b_from_a of a rigid transform."""
    rotation = a_from_b[:3, :3].T
    return rigid(rotation, -rotation @ a_from_b[:3, 3])


def ground_axes(
    world_from_camera: Float[np.ndarray, "4 4"],
) -> tuple[Float[np.ndarray, " 3"], Float[np.ndarray, " 3"]]:
    """The camera's right and heading on the ground, [3] each: what a viewer of the picture calls right and behind.

    As in CLEVR (Johnson et al. 2017), the camera's axes are projected on the ground plane and normalised.
    """
    right_camera, _, forward = world_from_camera[:3, :3].T
    heading = np.array([forward[0], forward[1], 0.0])
    if np.linalg.norm(heading) < 1e-6:
        heading = np.array([-right_camera[1], right_camera[0], 0.0])
    heading = heading / np.linalg.norm(heading)
    return np.array([heading[1], -heading[0], 0.0]), heading


def wrap_yaw(yaw_rad: Float[np.ndarray, "*n"]) -> Float[np.ndarray, "*n"]:
    """Angles in (-pi, pi]."""
    return np.pi - (np.pi - yaw_rad) % (2 * np.pi)
