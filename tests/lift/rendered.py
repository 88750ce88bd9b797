"""Photographs of furnished rooms with known truth: shaded, textured, noisy; and depth as a network would guess it."""

import numpy as np
from scipy.ndimage import gaussian_filter, zoom
from scipy.spatial.transform import Rotation

from tests.geometry.raycast import Box, View

SUN = np.array([0.45, -0.35, 0.82])


def furnished_room(seed):
    """A room of four walls, a ceiling, a door, a window, pictures, shelves, tables and boxes, turned any way."""
    rng = np.random.default_rng(seed)
    wide, deep, high = rng.uniform(3.5, 6), rng.uniform(4, 7), rng.uniform(2.3, 3.0)
    eye = np.array([rng.uniform(-0.25, 0.25) * wide, -rng.uniform(0.25, 0.45) * deep])
    room = [
        Box("floor", (0, 0, -0.05), (wide + 1, deep + 1, 0.1)),
        Box("ceiling", (0, 0, high + 0.05), (wide + 1, deep + 1, 0.1)),
        Box("wall", (0, deep / 2 + 0.05, high / 2), (wide + 1, 0.1, high)),
        Box("wall", (0, -deep / 2 - 0.05, high / 2), (wide + 1, 0.1, high)),
        Box("wall", (wide / 2 + 0.05, 0, high / 2), (0.1, deep + 1, high)),
        Box("wall", (-wide / 2 - 0.05, 0, high / 2), (0.1, deep + 1, high)),
        Box("door", (rng.uniform(-0.3, 0.3) * wide, deep / 2, 1.0), (0.9, 0.04, 2.0)),
        Box("window", (wide / 2, rng.uniform(-0.2, 0.3) * deep, 1.5), (0.04, 1.2, 1.1)),
        Box("picture", (-wide / 2, rng.uniform(-0.2, 0.3) * deep, 1.5), (0.03, 0.7, 0.5)),
    ]
    for _ in range(rng.integers(3, 7)):
        size = rng.uniform([0.3, 0.3, 0.3], [1.2, 0.7, 1.9])
        place = rng.uniform([-0.42 * wide, -0.1 * deep], [0.42 * wide, 0.42 * deep])
        yaw = float(rng.choice([0.0, np.pi / 2, rng.uniform(0, np.pi)]))
        room.append(Box("thing", (*place.tolist(), size[2] / 2), tuple(size.tolist()), yaw))
    turn = rng.uniform(-40, 40)
    return moved(room, -eye, turn)


def moved(boxes, offset, turn_deg):
    """The same boxes, moved and then turned about the origin: the camera stays."""
    turn = Rotation.from_euler("z", turn_deg, degrees=True).as_matrix()
    out = []
    for box in boxes:
        center = turn @ (np.array(box.center) + np.append(offset, 0))
        out.append(Box(box.name, tuple(center.tolist()), box.size, box.yaw + np.radians(turn_deg)))
    return tuple(out)


def photograph(boxes, view: View, seed=0):
    """What a camera of half the view's size would record: uint8 [H / 2, W / 2, 3]; four rays a pixel, soft, noisy."""
    rng = np.random.default_rng(seed)
    fx, fy, cx, cy, width, height = view.intrinsics
    x, y = np.meshgrid((np.arange(width) - cx) / fx, (np.arange(height) - cy) / fy)
    points = np.stack([x, y, np.ones_like(x)], -1) * view.depth[..., None]
    world = points @ view.world_from_camera[:3, :3].T + view.world_from_camera[:3, 3]
    picture = np.full((height, width, 3), 30.0)
    for row, box in enumerate(boxes):
        seen = view.owner == row
        if seen.any():
            picture[seen] = _paint(box, world[seen], rng)
    picture = picture.reshape(height // 2, 2, width // 2, 2, 3).mean((1, 3))
    blurred = gaussian_filter(picture, (0.5, 0.5, 0))
    return np.clip(blurred + rng.normal(0, 2.0, picture.shape), 0, 255).astype(np.uint8)


def _paint(box, world, rng):
    """Colours of points on a box: a flat colour or stripes, boards or tiles, lit by one lamp and the sky."""
    turn = Rotation.from_euler("z", box.yaw).as_matrix()
    inside = (world - box.center) @ turn / (np.array(box.size) / 2)
    face = np.abs(inside).argmax(1)
    normal = np.zeros_like(inside)
    normal[np.arange(len(face)), face] = np.sign(inside[np.arange(len(face)), face])
    light = 0.55 + 0.45 * np.abs((normal @ turn.T) @ SUN)
    local = (world - box.center) @ turn
    ahead, across = local[np.arange(len(face)), (face + 1) % 3], local[np.arange(len(face)), (face + 2) % 3]
    step, kind = rng.uniform(0.12, 0.5), rng.integers(0, 4)
    pattern = [0 * ahead, np.floor(ahead / step) % 2, np.floor(across / step) % 2]
    pattern.append((np.floor(ahead / step) + np.floor(across / step)) % 2)
    color = rng.uniform(60, 220, 3)
    return color * (light * (1 - rng.uniform(0.05, 0.3) * pattern[kind]))[:, None]


def as_a_network_would(depth, seed=0, bend=0.04, scale=0.15):
    """Depth with soft edges, a scale that is off and a slow bend over the picture."""
    rng = np.random.default_rng(seed)
    inverse = gaussian_filter(1 / depth, depth.shape[1] / 80)
    coarse = rng.normal(size=(4, 5))
    slow = zoom(coarse, np.array(depth.shape) / coarse.shape, order=3)
    factor = 1 + rng.choice([-1, 1]) * scale
    return (factor / inverse * (1 + bend * slow / slow.std())).astype(np.float32)
