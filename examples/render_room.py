"""Render an RGB-D frame of a furnished room, with every instance and its true box.

Open3D casts the rays; light, shadows and noise are computed here. The world has z up and the floor at z = 0;
metres.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import open3d as o3d

WIDTH, HEIGHT = 960, 720
FOCAL_PX = 800.0
CAMERA_AT = np.array([0.30, -2.50, 1.66])
LOOK_AT = np.array([0.08, 0.25, 0.58])
LIGHT_AT = np.array([-1.6, -2.2, 3.4])
LIGHT_RADIUS = 0.35
AMBIENT = 0.5
# Rays per pixel side, and shadow and sky rays for each of them.
SAMPLES = 2
SOFT = 8
SKY_REACH = 0.7
GAMMA = 2.2
BACKGROUND = np.array([200, 205, 210])


@dataclass
class Thing:
    """A thing made of parts; without a label it is a part of the room."""

    label: str
    color: str = ""
    parts: list[tuple[o3d.geometry.TriangleMesh, tuple[int, int, int]]] = field(default_factory=list)
    yaw_rad: float = 0.0

    def add(
        self,
        mesh: o3d.geometry.TriangleMesh,
        rgb: tuple[int, int, int],
        at: tuple[float, float, float] = (0, 0, 0),
    ) -> None:
        """Put a part at a place in the thing's own axes."""
        mesh.translate(at, relative=True)
        self.parts.append((mesh, rgb))

    def place(self, x: float, y: float, z: float = 0.0, yaw_deg: float = 0.0) -> "Thing":
        """Turn the thing about z and put its origin at a place in the room."""
        self.yaw_rad = np.radians(yaw_deg)
        turn = o3d.geometry.get_rotation_matrix_from_xyz((0.0, 0.0, self.yaw_rad))
        for mesh, _ in self.parts:
            mesh.rotate(turn, center=(0, 0, 0))
            mesh.translate((x, y, z))
        return self

    def true_box(self) -> tuple[np.ndarray, np.ndarray, float]:
        """Centre, size and yaw of the box in the thing's own axes, in the room."""
        points = np.concatenate([np.asarray(mesh.vertices) for mesh, _ in self.parts])
        cos, sin = np.cos(self.yaw_rad), np.sin(self.yaw_rad)
        turn = np.array([[cos, sin, 0], [-sin, cos, 0], [0, 0, 1]])
        own = points @ turn.T
        low, high = own.min(axis=0), own.max(axis=0)
        return turn.T @ (0.5 * (low + high)), high - low, self.yaw_rad


@dataclass(frozen=True)
class Frame:
    """What was rendered.

    Attributes:
        rgb: [H, W, 3] uint8; depth_mm: [H, W] uint16; instance: [H, W] row of `things`, -1 for the room.
        things: those with a label.
        camera_from_world: [4, 4], camera x right, y down, z ahead.
    """

    rgb: np.ndarray
    depth_mm: np.ndarray
    instance: np.ndarray
    things: list[Thing]
    camera_from_world: np.ndarray


def box(x: float, y: float, z: float) -> o3d.geometry.TriangleMesh:
    """A box that stands on z = 0, centred in x and y."""
    return o3d.geometry.TriangleMesh.create_box(x, y, z).translate((-x / 2, -y / 2, 0))


def rod(radius: float, height: float) -> o3d.geometry.TriangleMesh:
    """A cylinder that stands on z = 0."""
    return o3d.geometry.TriangleMesh.create_cylinder(radius, height, 48).translate((0, 0, height / 2))


def ball(radius: float) -> o3d.geometry.TriangleMesh:
    """A sphere that lies on z = 0."""
    return o3d.geometry.TriangleMesh.create_sphere(radius, 48).translate((0, 0, radius))


def turned(profile: list[tuple[float, float]], sides: int = 64) -> o3d.geometry.TriangleMesh:
    """A body of revolution about z of (radius, height) points."""
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    rings = [np.stack([r * np.cos(angle), r * np.sin(angle), np.full(sides, z)], axis=1) for r, z in profile]
    faces = []
    for ring in range(len(profile) - 1):
        for k in range(sides):
            a, b = ring * sides + k, ring * sides + (k + 1) % sides
            faces += [(a, b, b + sides), (a, b + sides, a + sides)]
    vertices = o3d.utility.Vector3dVector(np.concatenate(rings))
    return o3d.geometry.TriangleMesh(vertices, o3d.utility.Vector3iVector(np.array(faces)))


def table() -> Thing:
    """A table with four legs."""
    thing = Thing("table", "brown")
    thing.add(box(1.5, 0.85, 0.04), (176, 122, 78), (0, 0, 0.70))
    for x in (-0.68, 0.68):
        for y in (-0.36, 0.36):
            thing.add(box(0.06, 0.06, 0.70), (150, 100, 62), (x, y, 0))
    return thing


def chair() -> Thing:
    """A chair; it looks along its own +x axis."""
    thing = Thing("chair", "blue")
    thing.add(box(0.44, 0.44, 0.05), (58, 92, 150), (0, 0, 0.42))
    thing.add(box(0.04, 0.44, 0.46), (66, 104, 166), (-0.20, 0, 0.47))
    for x in (-0.19, 0.19):
        for y in (-0.19, 0.19):
            thing.add(box(0.04, 0.04, 0.42), (44, 66, 108), (x, y, 0))
    return thing


def cabinet() -> Thing:
    """A cabinet with two doors."""
    thing = Thing("cabinet", "green")
    thing.add(box(0.9, 0.42, 0.95), (112, 142, 118))
    for x in (-0.22, 0.22):
        thing.add(box(0.40, 0.012, 0.85), (126, 158, 132), (x, -0.214, 0.05))
        thing.add(ball(0.018), (220, 200, 150), (x * 0.25, -0.226, 0.50))
    return thing


def lamp() -> Thing:
    """A lamp with a shade."""
    thing = Thing("lamp", "yellow")
    thing.add(rod(0.09, 0.02), (90, 84, 78))
    thing.add(rod(0.012, 0.28), (90, 84, 78), (0, 0, 0.02))
    thing.add(turned([(0.15, 0.0), (0.09, 0.2), (0.0, 0.2)]), (238, 214, 150), (0, 0, 0.24))
    return thing


def laptop() -> Thing:
    """An open laptop whose screen looks along -y."""
    thing = Thing("laptop", "grey")
    thing.add(box(0.34, 0.24, 0.018), (150, 154, 160))
    thing.add(box(0.29, 0.11, 0.002), (70, 74, 80), (0, 0.04, 0.018))
    screen = box(0.34, 0.012, 0.22)
    glass = box(0.31, 0.002, 0.19).translate((0, -0.007, 0.015))
    lean = o3d.geometry.get_rotation_matrix_from_xyz((np.radians(-14), 0, 0))
    for mesh, rgb in ((screen, (120, 124, 130)), (glass, (86, 140, 190))):
        mesh.rotate(lean, center=(0, 0, 0))
        thing.add(mesh, rgb, (0, 0.115, 0.018))
    return thing


def cup() -> Thing:
    """A cup with a handle."""
    thing = Thing("cup", "red")
    wall = [(0.0, 0.0), (0.036, 0.0), (0.042, 0.1), (0.037, 0.1), (0.032, 0.01), (0.0, 0.01)]
    thing.add(turned(wall), (206, 58, 52))
    handle = o3d.geometry.TriangleMesh.create_torus(0.026, 0.006)
    handle.rotate(o3d.geometry.get_rotation_matrix_from_xyz((np.pi / 2, 0, 0)), center=(0, 0, 0))
    thing.add(handle, (206, 58, 52), (0.05, 0, 0.052))
    return thing


def single(label: str, color: str, rgb: tuple[int, int, int], mesh: o3d.geometry.TriangleMesh) -> Thing:
    """A thing of one part."""
    thing = Thing(label, color)
    thing.add(mesh, rgb)
    return thing


def book() -> Thing:
    """A closed book: a cover with pages in it."""
    thing = Thing("book", "green")
    thing.add(box(0.25, 0.18, 0.006), (40, 120, 92))
    thing.add(box(0.24, 0.17, 0.024), (240, 234, 220), (0, 0, 0.006))
    thing.add(box(0.25, 0.18, 0.006), (40, 120, 92), (0, 0, 0.030))
    return thing


def bowl() -> Thing:
    """A bowl, open at the top."""
    outer = [(0.0, 0.0), (0.05, 0.0), (0.09, 0.025), (0.118, 0.06), (0.13, 0.10)]
    inner = [(0.122, 0.10), (0.11, 0.062), (0.083, 0.031), (0.046, 0.010), (0.0, 0.010)]
    return single("bowl", "white", (226, 226, 220), turned(outer + inner))


def room() -> list[Thing]:
    """The room itself and what hangs on its walls, then the things in it."""
    shell = Thing("")
    shell.add(box(6.4, 6.4, 0.02), (186, 160, 132), (0, 0, -0.02))
    shell.add(box(2.3, 1.5, 0.002), (196, 186, 178), (0.05, 0.1, 0))
    shell.add(box(6.4, 0.1, 2.8), (222, 216, 206), (0, 1.75, 0))
    shell.add(box(0.1, 6.4, 2.8), (206, 212, 216), (-2.15, 0, 0))
    shell.add(box(0.9, 0.03, 0.62), (70, 60, 52), (0.15, 1.68, 1.25))
    shell.add(box(0.82, 0.01, 0.54), (120, 158, 178), (0.15, 1.66, 1.29))
    top = 0.74
    return [
        shell,
        table().place(0.05, 0.15, 0, 4),
        chair().place(-0.80, -0.55, 0, 60),
        cabinet().place(-1.35, 1.42, 0, 0),
        lamp().place(-1.45, 1.42, 0.95, 0),
        laptop().place(0.10, 0.28, top, 4),
        cup().place(0.42, 0.02, top, 25),
        bowl().place(-0.40, 0.08, top, 0),
        single("orange", "orange", (240, 140, 30), ball(0.042)).place(-0.40, 0.075, top + 0.011),
        book().place(0.52, 0.36, top, 30),
        single("ball", "pink", (226, 90, 128), ball(0.14)).place(1.15, -0.35, 0),
        single("box", "tan", (192, 150, 98), box(0.42, 0.34, 0.32)).place(1.30, 0.95, 0, -18),
    ]


def camera_from_world() -> np.ndarray:
    """[4, 4] pose of a camera at `CAMERA_AT` that looks at `LOOK_AT`."""
    ahead = (LOOK_AT - CAMERA_AT) / np.linalg.norm(LOOK_AT - CAMERA_AT)
    right = np.cross(ahead, [0, 0, 1])
    right /= np.linalg.norm(right)
    pose = np.eye(4)
    pose[:3, :3] = np.stack([right, np.cross(ahead, right), ahead])
    pose[:3, 3] = -pose[:3, :3] @ CAMERA_AT
    return pose


def render() -> Frame:
    """Cast the rays of one frame."""
    things = room()
    scene, owners, colors = o3d.t.geometry.RaycastingScene(), [], []
    for i, thing in enumerate(things):
        for mesh, rgb in thing.parts:
            scene.add_triangles(o3d.t.geometry.TriangleMesh.from_legacy(mesh))
            owners.append(i - 1)
            colors.append(rgb)
    pose = camera_from_world()
    rgb = _shaded(scene, pose, np.array([*colors, BACKGROUND], dtype=float))
    hit = _cast(scene, _rays(pose, 1))
    none = hit["geometry_ids"] >= len(owners)
    part = np.where(none, 0, hit["geometry_ids"])
    instance = np.where(none, -1, np.array(owners)[part])
    depth_m = np.where(none, 0.0, hit["t_hit"])
    return Frame(rgb, sensed_mm(depth_m), instance, things[1:], pose)


def _rays(pose: np.ndarray, samples: int) -> np.ndarray:
    """[H * samples, W * samples, 6] origin and direction; the direction has length 1 along the camera's z."""
    v, u = (np.mgrid[: HEIGHT * samples, : WIDTH * samples] + 0.5) / samples - 0.5
    x, y = (u - (WIDTH - 1) / 2) / FOCAL_PX, (v - (HEIGHT - 1) / 2) / FOCAL_PX
    rays = np.stack([x, y, np.ones_like(x)], axis=-1) @ pose[:3, :3]
    return np.concatenate([np.broadcast_to(CAMERA_AT, rays.shape), rays], axis=-1).astype(np.float32)


def _cast(scene: o3d.t.geometry.RaycastingScene, rays: np.ndarray) -> dict[str, np.ndarray]:
    return {name: value.numpy() for name, value in scene.cast_rays(o3d.core.Tensor(rays)).items()}


def _shaded(scene: o3d.t.geometry.RaycastingScene, pose: np.ndarray, palette: np.ndarray) -> np.ndarray:
    """[H, W, 3] uint8: a soft light, the sky's part that is in sight, and the colours of the parts."""
    rays = _rays(pose, SAMPLES)
    hit = _cast(scene, rays)
    part = np.minimum(hit["geometry_ids"], len(palette) - 1)
    normal = hit["primitive_normals"]
    normal = np.where((normal * rays[..., 3:]).sum(-1, keepdims=True) > 0, -normal, normal)
    t_hit = np.where(np.isfinite(hit["t_hit"]), hit["t_hit"], 0)
    point = rays[..., :3] + t_hit[..., None] * rays[..., 3:] + 1e-3 * normal
    light, sky, all_sky = np.zeros(part.shape), np.zeros(part.shape), np.zeros(part.shape)
    for ways in _ways(part.shape):
        to_light = LIGHT_AT + LIGHT_RADIUS * ways - point
        cosine = (normal * to_light).sum(-1) / np.linalg.norm(to_light, axis=-1)
        light += np.maximum(cosine, 0) * ~_occluded(scene, point, to_light) / SOFT
        above = np.maximum((normal * ways).sum(-1), 0)
        sky += above * ~_occluded(scene, point, SKY_REACH * ways)
        all_sky += above
    light, sky, all_sky = _pixels(light), _pixels(sky), _pixels(all_sky)
    shade = AMBIENT * (0.2 + 0.8 * sky / all_sky) + (1 - AMBIENT) * 1.2 * light
    linear = _pixels((palette[part] / 255) ** GAMMA) * shade[..., None]
    return (255 * np.clip(linear, 0, 1) ** (1 / GAMMA)).astype(np.uint8)


def _pixels(fine: np.ndarray) -> np.ndarray:
    """Means over the samples of each pixel."""
    return fine.reshape(HEIGHT, SAMPLES, WIDTH, SAMPLES, -1).mean(axis=(1, 3)).squeeze()


def _ways(shape: tuple[int, ...]) -> Iterator[np.ndarray]:
    """Unit directions, evenly spread over the samples of a pixel and the same for every pixel: no noise."""
    count = SOFT * SAMPLES**2
    k = np.arange(count) + 0.5
    z, turn = 1 - 2 * k / count, np.pi * (1 + 5**0.5) * k
    flat = np.sqrt(1 - z * z)
    spread = np.stack([flat * np.cos(turn), flat * np.sin(turn), z], axis=1)
    rows, columns = np.indices(shape)
    sample = (rows % SAMPLES) * SAMPLES + columns % SAMPLES
    for first in range(SOFT):
        yield spread[first + SOFT * sample]


def _occluded(scene: o3d.t.geometry.RaycastingScene, point: np.ndarray, way: np.ndarray) -> np.ndarray:
    rays = np.concatenate([point, way], axis=-1).astype(np.float32)
    return scene.test_occlusions(o3d.core.Tensor(rays), tnear=0.0, tfar=1.0).numpy()


def sensed_mm(depth_m: np.ndarray) -> np.ndarray:
    """Depth in millimetres with the noise of a structured-light sensor (Nguyen, Izadi and Lovell 2012)."""
    sigma_m = 0.0012 + 0.0019 * (depth_m - 0.4) ** 2
    noisy = depth_m + sigma_m * np.random.default_rng(1).normal(size=depth_m.shape)
    return np.where(depth_m > 0, np.clip(np.round(1000 * noisy), 1, 65535), 0).astype(np.uint16)
