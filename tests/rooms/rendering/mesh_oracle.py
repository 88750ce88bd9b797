"""The oracle of renderings: Open3D's ray casting of rooms as triangle meshes, made from what `parts` says of solids."""

import numpy as np
import open3d

from scenegraph3d.rooms.world import parts
from scenegraph3d.rooms.world.parts import Shape
from scenegraph3d.rooms.world.room import Room, solids

AROUND = 160  # segments of a circle


def rays(of: Room, width: int, height: int) -> np.ndarray:
    """[H, W, 3] directions of the pixels' rays in the world, 1 m along the optical axis."""
    seen = of.camera(width, height)
    x, y = np.meshgrid((np.arange(width) - seen.cx) / seen.fx, (np.arange(height) - seen.cy) / seen.fy)
    return np.stack([x, y, np.ones_like(x)], axis=-1) @ of.world_from_camera[:3, :3].T


def revolved(profile: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and triangles of a line of radii and heights that is turned about z."""
    angle = np.linspace(0, 2 * np.pi, AROUND, endpoint=False)
    radius, z = profile[:, :1], np.broadcast_to(profile[:, 1:], (len(profile), AROUND))
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle), z], axis=-1).reshape(-1, 3)
    low = np.arange((len(profile) - 1) * AROUND)
    beside = low - low % AROUND + (low + 1) % AROUND
    faces = [[low, beside, beside + AROUND], [low, beside + AROUND, low + AROUND]]
    return points, np.concatenate([np.stack(face, axis=1) for face in faces])


def mesh(shape: int, size_m: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """A part as `parts` describes it."""
    a, b, c, wall = size_m
    circle = np.linspace(0, 2 * np.pi, AROUND + 1)
    if shape == Shape.BOX:
        cube = open3d.geometry.TriangleMesh.create_box(a, b, c)
        return np.asarray(cube.vertices) - size_m[:3] / 2, np.asarray(cube.triangles)
    if shape == Shape.ELLIPSOID:
        points, faces = revolved(np.stack([np.sin(circle / 2), -np.cos(circle / 2)], axis=1))
        return points * size_m[:3] / 2, faces
    if shape == Shape.TORUS:
        return revolved(np.stack([a + b * np.cos(circle), b * np.sin(circle)], axis=1))
    outside = [(0, -c / 2), (a, -c / 2), (b, c / 2)]
    within = [(b - wall, c / 2), (a + (b - a) * wall / c - wall, wall - c / 2), (0, wall - c / 2)]
    return revolved(np.array(outside + (within if wall > 0 else [(0, c / 2)])))


class Oracle:
    """Open3D's first hits of the rays of the pixels on a room's meshes, with the walls, or on one thing's alone."""

    def __init__(self, of: Room, width: int, height: int, alone: int | None = None) -> None:
        scene, owner, all_parts = open3d.t.geometry.RaycastingScene(), {}, solids(of)

        def add(points: np.ndarray, faces: np.ndarray, pose: np.ndarray, whose: int) -> None:
            placed = (points @ pose[:3, :3].T + pose[:3, 3]).astype(np.float32)
            name = scene.add_triangles(open3d.core.Tensor(placed), open3d.core.Tensor(faces.astype(np.uint32)))
            owner[name] = whose

        for shape, size, pose, whose in zip(
            all_parts.shape, all_parts.size_m, all_parts.world_from_part, all_parts.thing, strict=True
        ):
            if alone in (None, whose):
                add(*mesh(shape, size), pose, int(whose))
        if alone is None:
            walls = of.walls
            pose = parts.placed((*walls.center_m, walls.height_m / 2), parts.turned("z", walls.yaw_rad))
            add(*mesh(Shape.BOX, np.array([2 * walls.half_m[0], 2 * walls.half_m[1], walls.height_m, 0])), pose, -1)
        directions = rays(of, width, height)
        starts = np.broadcast_to(of.world_from_camera[:3, 3], directions.shape)
        found = scene.cast_rays(open3d.core.Tensor(np.concatenate([starts, directions], axis=-1).astype(np.float32)))
        self.depth_m = found["t_hit"].numpy()
        names = found["geometry_ids"].numpy()
        self.instance = np.vectorize(lambda name: owner.get(name, -9))(names)
        self.normal = found["primitive_normals"].numpy() @ of.world_from_camera[:3, :3]
