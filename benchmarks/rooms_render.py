"""16 rooms at 128 x 128: depth and instances, and whole pictures, beside Open3D's ray casting of the same rooms.

Open3D gets the rooms as triangle meshes, round parts in AROUND segments; making the meshes and its search tree is
counted apart, since a scene that is cast once needs both. It gives the distance, the mesh and the face's normal at each
ray's first hit: no shadows, no colours, no pixels of what is hidden. Ours gives depth, instances, normals and hidden
pixels; the whole picture adds two or three lamps' shadows, patterns and materials.

    python benchmarks/rooms_render.py

writes benchmarks/results/rooms_render.json.
"""

from collections.abc import Callable
from typing import Any

import numpy as np
import open3d
import torch
from _common import facts, medians_ms, ratios, write

from scenegraph3d.rooms.layout.sample import sample_room
from scenegraph3d.rooms.rendering.render import cast, render
from scenegraph3d.rooms.world.parts import Shape, placed, turned
from scenegraph3d.rooms.world.room import Room, Solids, solids

ROOMS, SIZE, REPEATS = 16, 128, 9
THREADS = (1, 2)
AROUND = 48
OURS = "scenegraph3d, depth and ids"


def revolved(profile: list[tuple[float, float]]) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and triangles of a line of radii and heights that is turned about z."""
    angle = np.linspace(0, 2 * np.pi, AROUND, endpoint=False)
    radius, z = np.array(profile).T[:, :, None]
    points = np.stack([radius * np.cos(angle), radius * np.sin(angle), z + 0 * angle], axis=-1).reshape(-1, 3)
    low = np.arange((len(profile) - 1) * AROUND)
    beside = low - low % AROUND + (low + 1) % AROUND
    sides = [[low, beside, beside + AROUND], [low, beside + AROUND, low + AROUND]]
    return points, np.concatenate([np.stack(side, axis=1) for side in sides])


def mesh(shape: int, size: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """One part as triangles."""
    a, b, c, wall = size
    turn = np.linspace(0, 2 * np.pi, AROUND // 2 + 1)
    if shape == Shape.BOX:
        cube = open3d.geometry.TriangleMesh.create_box(a, b, c)
        return np.asarray(cube.vertices) - size[:3] / 2, np.asarray(cube.triangles)
    if shape == Shape.ELLIPSOID:
        points, faces = revolved(list(zip(np.sin(turn / 2), -np.cos(turn / 2), strict=True)))
        return points * size[:3] / 2, faces
    if shape == Shape.TORUS:
        return revolved(list(zip(a + b * np.cos(turn), b * np.sin(turn), strict=True)))
    within = [(b - wall, c / 2), (a + (b - a) * wall / c - wall, wall - c / 2), (0.0, wall - c / 2)]
    return revolved([(0.0, -c / 2), (a, -c / 2), (b, c / 2), *(within if wall > 0 else [(0.0, c / 2)])])


def scene(room: Room) -> tuple[Any, np.ndarray]:
    """Open3D's scene of a room, and the thing that each of its meshes belongs to; -1 for the walls."""
    out, every, walls = open3d.t.geometry.RaycastingScene(), solids(room), room.walls
    box = mesh(Shape.BOX, np.array([2 * walls.half_m[0], 2 * walls.half_m[1], walls.height_m, 0.0]))
    _add(out, box, placed((*walls.center_m, walls.height_m / 2), turned("z", walls.yaw_rad)))
    for k in range(len(every.shape)):
        _add(out, mesh(every.shape[k], every.size_m[k]), every.world_from_part[k])
    return out, _owners(every)


def _add(to: Any, triangles: tuple[np.ndarray, np.ndarray], pose: np.ndarray) -> None:
    points = (triangles[0] @ pose[:3, :3].T + pose[:3, 3]).astype(np.float32)
    to.add_triangles(open3d.core.Tensor(points), open3d.core.Tensor(triangles[1].astype(np.uint32)))


def _owners(every: Solids) -> np.ndarray:
    return np.concatenate([[-1], every.thing])


def rays(room: Room) -> Any:
    """The rays of a room's picture, [H, W, 6]; their parameter is depth."""
    camera = room.camera(SIZE, SIZE)
    x, y = np.meshgrid((np.arange(SIZE) - camera.cx) / camera.fx, (np.arange(SIZE) - camera.cy) / camera.fy)
    ways = np.stack([x, y, np.ones_like(x)], axis=-1) @ room.world_from_camera[:3, :3].T
    starts = np.broadcast_to(room.world_from_camera[:3, 3], ways.shape)
    return open3d.core.Tensor(np.concatenate([starts, ways], axis=-1).astype(np.float32))


def peer(made: tuple[Any, np.ndarray], pixels: Any, threads: int) -> tuple[np.ndarray, np.ndarray]:
    """Depth and instances by Open3D."""
    found = made[0].cast_rays(pixels, nthreads=threads)
    return found["t_hit"].numpy(), made[1][found["geometry_ids"].numpy()]


def agreement(rooms: list[Room], pixels: list[Any]) -> dict[str, float]:
    """How far both give the same."""
    ours = cast(rooms, SIZE)
    theirs = [peer(scene(room), seen, 1) for room, seen in zip(rooms, pixels, strict=True)]
    depth, instance = (np.stack(each) for each in zip(*theirs, strict=True))
    same = np.maximum(ours.instance.numpy(), -1) == instance
    off_mm = 1e3 * np.abs(ours.depth_m.numpy() - depth)[instance >= 0]
    return {
        "equal_instance_pixels": round(float(same.mean()), 5),
        "median_depth_difference_of_things_mm": round(float(np.median(off_mm)), 4),
    }


def main() -> None:
    """Measure, print, and keep the result."""
    rooms = [sample_room(seed) for seed in range(ROOMS)]
    pixels = [rays(room) for room in rooms]
    made = [scene(room) for room in rooms]
    rows = []
    for threads in THREADS:
        torch.set_num_threads(threads)

        def cast_all(threads: int = threads) -> list[Any]:
            return [peer(one, seen, threads) for one, seen in zip(made, pixels, strict=True)]

        runs: dict[str, Callable[[], Any]] = {
            OURS: lambda: cast(rooms, SIZE),
            "scenegraph3d, picture": lambda: render(rooms, SIZE),
            "scenegraph3d, depth and ids, one room at a time": lambda: [cast(room, SIZE) for room in rooms],
            "Open3D, rays alone": cast_all,
            "Open3D, meshes and rays": lambda threads=threads: [
                peer(scene(room), seen, threads) for room, seen in zip(rooms, pixels, strict=True)
            ],
        }
        per_room = {name: round(ms / ROOMS, 3) for name, ms in medians_ms(runs, REPEATS).items()}
        rows.append({"threads": threads, "median_ms_per_room": per_room, "times_ours": ratios(per_room, OURS)})
        print(rows[-1])
    content = {
        "rooms": ROOMS,
        "side_px": SIZE,
        "mean_things": float(np.mean([len(room.things) for room in rooms])),
        "mean_parts": float(np.mean([len(solids(room).shape) for room in rooms])),
    }
    claim = "a 128 x 128 room with depth and instances in under 15 ms, in batches on two cores"
    measured = {"content": content, "repeats": REPEATS, "rows": rows, "agreement": agreement(rooms, pixels)}
    write("rooms_render", {"claim": claim, **measured, **facts("open3d", "torch")})


if __name__ == "__main__":
    main()
