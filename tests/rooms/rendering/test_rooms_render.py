"""Renderings against closed forms, against Open3D's ray casting of the same rooms as meshes, and against themselves."""

import math
import sys
from dataclasses import replace

import numpy as np
import pytest

from scenegraph3d.errors import InputError
from scenegraph3d.rooms.layout.sample import sample_room
from scenegraph3d.rooms.rendering.render import Geometry, cast, render
from scenegraph3d.rooms.world import parts
from scenegraph3d.rooms.world.finish import Finish
from scenegraph3d.rooms.world.parts import PATTERNS, Paint, Part
from scenegraph3d.rooms.world.room import CEILING, FLOOR, WALL, Light, Placed, Room, Thing, Walls
from tests.rooms.rendering.mesh_oracle import Oracle, rays

torch = pytest.importorskip("torch")

GREY = Paint((0.4, 0.4, 0.4))
FINISH = Finish("grey", GREY.rgb, "plastic")
LAMP = Light((0.5, 1.0, 2.4), (0.5, 0.5, 0.45), 2.0)
BLACK, WHITE = (0.0, 0.0, 0.0), (1.0, 1.0, 1.0)


def camera(height_m: float, pitch_rad: float) -> np.ndarray:
    """A camera over the origin that looks along +y and down by `pitch_rad`."""
    c, s = math.cos(pitch_rad), math.sin(pitch_rad)
    pose = np.eye(4)
    pose[:3, :3] = np.array([[1, 0, 0], [0, -s, c], [0, -c, -s]])
    pose[2, 3] = height_m
    return pose


def thing(*solids_: Part) -> Thing:
    """An assembly."""
    return Thing("thing", FINISH, solids_)


def room(*things: Thing, height_m: float = 1.4, pitch_rad: float = 0.3, **changes) -> Room:
    """Things whose parts stand where they say, in a grey room of 6 x 8 x 2.6 m around (0, 2)."""
    made = Room(
        seed=0,
        preset="indoor",
        things=tuple(Placed(item, (0.0, 0.0, 0.0), 0.0) for item in things),
        walls=Walls((0.0, 2.0), (3.0, 4.0), 2.6, 0.0, GREY, GREY, GREY),
        lights=(LAMP,),
        ambient=(0.3, 0.3, 0.3),
        world_from_camera=camera(height_m, pitch_rad),
        fov_rad=math.radians(65),
    )
    return replace(made, **changes)


def jumble(seed: int) -> Room:
    """Parts of every shape, turned every way, some of them in one another, in a room that is turned, too."""
    rng = np.random.default_rng(seed)

    def part() -> Part:
        at, turn = tuple(rng.uniform([-0.3, -0.3, 0.1], [0.3, 0.3, 0.9])), np.linalg.qr(rng.normal(size=(3, 3)))[0]
        turn *= np.sign(np.linalg.det(turn))
        a, b, c = rng.uniform(0.06, 0.3, 3)
        made = (
            lambda: parts.box((a, 2 * b, 0.2 * c), at, GREY, turn),
            lambda: parts.ellipsoid((a, b, c), at, GREY, turn),
            lambda: parts.frustum(a / 2, b / 2, c, at, GREY, turn),
            lambda: parts.cylinder(a / 8, c, at, GREY, turn),
            lambda: parts.cone(a / 2, c, at, GREY, turn),
            lambda: parts.torus(a / 2, b / 10, at, GREY, turn),
            lambda: parts.pot(a / 2, b / 2, c, 0.012, (0.0, 0.0, 0.0), GREY).moved(parts.placed(at, turn)),
        )
        return made[rng.integers(len(made))]()

    places = zip(rng.uniform([-2, 1.2], [2, 4], (12, 2)), rng.uniform(-3, 3, 12), strict=True)
    things = tuple(Placed(thing(*(part() for _ in range(6))), (x, y, 0.0), yaw) for (x, y), yaw in places)
    walls = Walls((0.2, 2.0), (3.0, 4.5), 2.6, 0.3, GREY, GREY, GREY)
    return replace(room(), things=things, walls=walls)


# --- against Open3D ----------------------------------------------------------------------------------------

ROOMS = [
    *(pytest.param(lambda seed=seed: jumble(seed), id=f"jumble {seed}") for seed in range(3)),
    *(pytest.param(lambda seed=seed: sample_room(seed), id=f"indoor {seed}") for seed in range(3)),
    pytest.param(lambda: sample_room(5, "tabletop"), id="tabletop 5"),
]


@pytest.mark.parametrize("make", ROOMS)
def test_depth_instances_and_normals_are_open3ds(make) -> None:
    of = make()
    width, height = 150, 110
    ours, theirs = cast(of, (width, height)), Oracle(of, width, height)
    instance = np.maximum(ours.instance[0].numpy(), -1)
    equal = instance == theirs.instance
    assert equal.mean() >= 0.995
    off = np.abs(ours.depth_m[0].numpy() - theirs.depth_m)
    assert np.median(off[instance >= 0]) <= 1e-3
    assert np.quantile(off[equal], 0.995) <= 1e-3
    cosine = (ours.normal[0].numpy() * theirs.normal).sum(axis=-1)
    angle = np.degrees(np.arccos(np.clip(np.abs(cosine), 0, 1)))
    assert np.quantile(angle[equal], 0.98) < 3
    assert np.median(angle[equal]) < 0.5


def test_amodal_pixels_are_those_of_each_thing_alone() -> None:
    of = jumble(4)
    found = cast(of, (150, 110)).amodal_px[0].numpy()
    for k in range(len(of.things)):
        alone = np.isfinite(Oracle(of, 150, 110, alone=k).depth_m).sum()
        assert abs(found[k] - alone) <= 2 + 0.01 * alone
    assert (found > np.bincount(np.maximum(cast(of, (150, 110)).instance.numpy().ravel(), -1) + 1)[1:]).any()


# --- closed forms -------------------------------------------------------------------------------------------


def test_a_ball_straight_ahead() -> None:
    distance, radius, size = 2.0, 0.3, 401
    of = room(thing(parts.sphere(radius, (0, distance, 1.0), GREY)), height_m=1.0, pitch_rad=0.0)
    seen = cast(of, size)
    assert seen.depth_m[0, 200, 200] == pytest.approx(distance - radius, abs=1e-5)
    assert seen.normal[0, 200, 200].numpy() == pytest.approx([0, 0, -1], abs=1e-5)
    outline_px = of.camera(size, size).fx * radius / math.sqrt(distance**2 - radius**2)
    assert (seen.instance == 0).sum().item() == pytest.approx(math.pi * outline_px**2, rel=2e-3)
    assert seen.amodal_px.tolist() == [[(seen.instance == 0).sum().item()]]


def test_an_empty_room_is_its_six_planes() -> None:
    of = room(pitch_rad=0.2)
    seen = cast(of, (90, 70))
    d = rays(of, 90, 70)
    low, high = np.array([-3, -2, 0]), np.array([3, 6, 2.6])
    with np.errstate(divide="ignore"):
        t = np.where(d > 0, (high - [0, 0, 1.4]) / d, (low - [0, 0, 1.4]) / d)
    assert seen.depth_m[0].numpy() == pytest.approx(t.min(axis=-1), abs=1e-4)
    plane = t.argmin(axis=-1)
    expected = np.where(plane == 2, np.where(d[..., 2] > 0, CEILING, FLOOR), WALL)
    assert (seen.instance[0].numpy() == expected).all()
    assert set(np.unique(expected)) == {FLOOR, WALL, CEILING}
    assert seen.amodal_px.shape == (1, 0)


def test_a_board_that_reaches_behind_the_camera() -> None:
    of = room(thing(parts.box((1.6, 4.0, 0.04), (0, 0.5, 0.68), GREY)), pitch_rad=0.6)
    seen = cast(of, 96)
    d = rays(of, 96, 96)
    with np.errstate(divide="ignore"):
        t = -0.7 / d[..., 2]
    on_top = (t > 0) & (np.abs(t * d[..., 0]) < 0.79) & (np.abs(t * d[..., 1] - 0.5) < 1.99)
    assert on_top.mean() > 0.4
    assert (seen.instance[0].numpy()[on_top] == 0).all()
    assert seen.depth_m[0].numpy()[on_top] == pytest.approx(t[on_top], abs=1e-5)


def test_a_pot_is_open_and_has_a_floor() -> None:
    of = room(thing(parts.pot(0.1, 0.2, 0.3, 0.02, (0, 0, 0.15), GREY)), pitch_rad=math.pi / 2, height_m=1.2)
    seen = cast(of, 201)
    metres = 1 / of.camera(201, 201).fx
    line = seen.depth_m[0, 100].numpy()
    across = np.abs(np.arange(201) - 100) * metres
    floor, rim = across * (1.2 - 0.02) < 0.07, np.abs(across * 0.9 - 0.19) < 0.008
    assert floor.sum() > 10
    assert rim.sum() > 2
    assert line[floor] == pytest.approx(1.2 - 0.02, abs=1e-5)
    assert line[rim] == pytest.approx(0.9, abs=1e-5)
    assert seen.normal[0, 100].numpy()[floor | rim] == pytest.approx(
        np.array([[0, 0, -1.0]]).repeat((floor | rim).sum(), 0)
    )
    slope = (across * 1.0 > 0.115) & (across * 0.92 < 0.175)
    radius = across[slope] * line[slope]
    assert radius == pytest.approx((1.2 - line[slope]) * (0.1 / 0.3) + 0.1 - 0.02, abs=1e-4)


# --- batches, determinism, symmetry, devices ----------------------------------------------------------------


def fields(rendering: Geometry) -> dict[str, np.ndarray]:
    """The tensors of a rendering as arrays."""
    return {name: value.cpu().numpy() for name, value in vars(rendering).items()}


@pytest.mark.parametrize("size", [64, (75, 51)])
def test_a_batch_is_its_rooms_one_by_one_bit_for_bit(size) -> None:
    some = [sample_room(11), room(), jumble(1), sample_room(12, "tabletop"), sample_room(13)]
    together = fields(render(some, size))
    for k, one in enumerate(some):
        for name, value in fields(render(one, size)).items():
            row = together[name][k]
            assert (row[: len(one.things)] if name == "amodal_px" else row).tobytes() == value[0].tobytes(), name
        assert not together["amodal_px"][k, len(one.things) :].any()


def test_runs_that_fit_into_memory_make_one_rendering(monkeypatch) -> None:
    some = [jumble(1), room(), sample_room(12, "tabletop")]
    whole = fields(render(some, 40))
    monkeypatch.setattr(sys.modules[render.__module__], "PIXELS_AT_ONCE", 40 * 40 * 2)
    assert all((value == whole[name]).all() for name, value in fields(render(some, 40)).items())


def test_types_shapes_and_repetition() -> None:
    one = fields(render(jumble(2), (60, 44), supersample=2))
    again = fields(render([jumble(2)], (60, 44), supersample=2))
    assert {name: (str(value.dtype), value.shape) for name, value in one.items()} == {
        "image": ("uint8", (1, 44, 60, 3)),
        "depth_m": ("float32", (1, 44, 60)),
        "instance": ("int32", (1, 44, 60)),
        "normal": ("float32", (1, 44, 60, 3)),
        "amodal_px": ("int64", (1, 12)),
    }
    assert all((one[name] == again[name]).all() for name in one)
    alone = fields(cast(jumble(2), (60, 44)))
    assert all((one[name] == alone[name]).all() for name in alone)
    assert (one["depth_m"] > 0).all()
    assert np.linalg.norm(one["normal"], axis=-1) == pytest.approx(np.ones((1, 44, 60)), abs=1e-5)


def mirrored(of: Room) -> Room:
    """The room in a mirror across x = 0; every solid is its own mirror image."""
    flip = np.diag([-1.0, 1.0, 1.0, 1.0])
    things = tuple(
        Placed(
            thing(*(replace(part, thing_from_part=flip @ part.thing_from_part @ flip) for part in item.thing.parts)),
            (-item.position_m[0], *item.position_m[1:]),
            -item.yaw_rad,
        )
        for item in of.things
    )
    x, y = of.walls.center_m
    return replace(of, things=things, walls=replace(of.walls, center_m=(-x, y), yaw_rad=-of.walls.yaw_rad))


def test_a_mirrored_room_gives_a_mirrored_picture() -> None:
    of = jumble(6)
    there, back = cast(of, (96, 80)), cast(mirrored(of), (96, 80))
    instance, turned = there.instance[0].numpy(), back.instance[0].numpy()[:, ::-1]
    equal = instance == turned
    assert equal.mean() > 0.999
    assert there.depth_m[0].numpy()[equal] == pytest.approx(back.depth_m[0].numpy()[:, ::-1][equal], abs=1e-3)


@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no GPU")
def test_a_gpu_shows_what_a_cpu_shows() -> None:
    some = [sample_room(seed) for seed in range(4)]
    here, there = fields(render(some, 128)), fields(render(some, 128, device="cuda"))
    equal = here["instance"] == there["instance"]
    assert equal.mean() > 0.9995
    assert np.quantile(np.abs(here["depth_m"] - there["depth_m"])[equal], 0.999) < 1e-3
    assert (np.abs(here["image"].astype(int) - there["image"]).max(axis=-1)[equal] <= 2).mean() > 0.995


# --- light --------------------------------------------------------------------------------------------------


def linear(srgb: np.ndarray) -> np.ndarray:
    """Linear light of 8-bit sRGB (IEC 61966-2-1)."""
    v = srgb / 255
    return np.where(v <= 0.04045, v / 12.92, ((v + 0.055) / 1.055) ** 2.4)


def pixel(of: Room, point: tuple[float, float, float], size: int) -> tuple[int, int]:
    """Row and column at which a point of the world is seen."""
    seen = of.camera(size, size)
    x, y, z = np.linalg.inv(of.world_from_camera)[:3] @ [*point, 1.0]
    return round(seen.cy + seen.fy * y / z), round(seen.cx + seen.fx * x / z)


def under_a_table(shadow: bool) -> tuple[np.ndarray, np.ndarray]:
    """Linear light of the floor below a table under a lamp, and beside it as far from the lamp."""
    table = thing(parts.box((1.0, 1.0, 0.04), (0, 2.6, 0.7), GREY))
    lamp = Light((0.0, 2.6, 2.4), (0.8, 0.8, 0.8), 2.0, shadow=shadow)
    of = room(table, height_m=0.6, lights=(lamp,), ambient=(0.1, 0.1, 0.1))
    picture = linear(render(of, 128).image[0].numpy().astype(float)).mean(axis=-1)
    below, beside = pixel(of, (0.25, 2.6, 0.0), 128), pixel(of, (1.1, 2.6, 0.0), 128)
    return picture[below], picture[beside]


def test_the_floor_below_a_table_is_in_its_shadow() -> None:
    below, beside = under_a_table(shadow=True)
    assert below == pytest.approx(0.4 * 0.1, abs=0.01)
    assert beside > 3 * below
    below, beside = under_a_table(shadow=False)
    assert below > beside


def test_a_shadow_is_where_the_lamp_throws_it_and_soft() -> None:
    ball = thing(parts.sphere(0.25, (0, 0, 1.2), GREY))
    lamp = Light((0.0, 0.0, 2.4), (0.7, 0.7, 0.7), 2.4)
    of = room(ball, lights=(lamp,), ambient=(0.05, 0.05, 0.05), height_m=1.2, pitch_rad=math.pi / 2)
    pose = camera(2.3, math.pi / 2 - 0.5)
    pose[1, 3] = -1.0
    picture = linear(render(of.with_camera(pose, math.radians(85)), 255).image[0].numpy().astype(float)).mean(axis=-1)
    at = [picture[pixel(of.with_camera(pose, math.radians(85)), (x, 0.0, 0.0), 255)] for x in np.linspace(0.3, 0.9, 60)]
    edge_m = 2.4 * 0.25 / math.sqrt(1.2**2 - 0.25**2)
    half_lit = np.linspace(0.3, 0.9, 60)[np.argmax(np.array(at) > (min(at) + max(at)) / 2)]
    assert half_lit == pytest.approx(edge_m, abs=0.05)
    between = [(value - min(at)) / (max(at) - min(at)) for value in at]
    assert sum(0.1 < share < 0.9 for share in between) >= 5


def ball_of(material: str, lights: tuple[Light, ...]) -> np.ndarray:
    """[n, 3] linear light of the pixels of a blue ball of that material."""
    paint = Paint((0.05, 0.15, 0.6), material)
    of = room(thing(parts.sphere(0.35, (0, 1.6, 1.2), paint)), lights=lights)
    seen = render(of, 128)
    return linear(seen.image[0].numpy()[seen.instance[0].numpy() == 0].astype(float))


def test_plastic_mirrors_a_lamp_white_and_metal_in_its_own_colour() -> None:
    wood, metal, plastic = (ball_of(name, (LAMP,)) for name in ("wood", "metal", "plastic"))
    redness = [shown[:, 0].max() / shown[:, 2].max() for shown in (wood, metal, plastic)]
    assert redness[2] > 2 * redness[0]
    assert redness[1] == pytest.approx(0.05 / 0.6, abs=0.03)
    for shown in (wood, metal, plastic):
        assert np.median(shown[:, 2] / shown[:, 0]) > 5  # blue all the same


def test_metal_shows_the_room_without_a_lamp() -> None:
    wood, metal, plastic = (ball_of(name, ())[:, 2] for name in ("wood", "metal", "plastic"))
    assert (np.sort(wood) == np.sort(plastic)).all()
    assert wood.max() / wood.min() < 1.4
    assert np.quantile(metal, 0.95) / np.quantile(metal, 0.05) > 1.8


def test_light_from_everywhere_on_a_floor_is_srgb() -> None:
    of = room(lights=(), ambient=(1.0, 0.5, 0.25), pitch_rad=0.7)
    floor = replace(of.walls, floor=Paint((0.5, 0.5, 0.5)))
    seen = render(replace(of, walls=floor), 48)
    shown = np.unique(seen.image[0].numpy()[seen.instance[0].numpy() == FLOOR], axis=0)
    assert len(shown) == 1
    assert linear(shown[0].astype(float)) == pytest.approx([0.5, 0.25, 0.125], abs=4e-3)


def test_a_striped_wall_has_its_stripes_where_they_belong() -> None:
    stripes = Paint(BLACK, pattern="stripes", pattern_rgb=(0.5, 0.5, 0.5), pattern_m=0.4)
    of = room(lights=(), ambient=WHITE, pitch_rad=0.0)
    of = replace(of, walls=replace(of.walls, wall=stripes))
    seen = render(of, 200)
    height = 1.4 + rays(of, 200, 200)[..., 2] * seen.depth_m[0].numpy() - 1.3  # from the middle of the wall
    from_band = np.abs(height / 0.4 - np.round(height / 0.4))
    clear = (seen.instance[0].numpy() == WALL) & (np.abs(from_band - 0.25) > 0.1)
    bright = seen.image[0].numpy()[..., 0] > 60
    assert clear.mean() > 0.2
    assert (bright == (from_band < 0.25))[clear].mean() > 0.999


@pytest.mark.parametrize("pattern", PATTERNS)
def test_a_pattern_shows_its_two_colours_and_only_mixtures_of_them(pattern) -> None:
    paint = Paint((0.6, 0.05, 0.05), pattern=pattern, pattern_rgb=(0.05, 0.05, 0.6), pattern_m=0.25)
    solid = (parts.box((0.6, 0.6, 0.6), (-0.6, 1.8, 1.2), paint), parts.cylinder(0.3, 0.7, (0.5, 1.8, 1.2), paint))
    seen = render(room(thing(*solid), lights=(), ambient=WHITE), 160)
    shown = linear(seen.image[0].numpy()[seen.instance[0].numpy() == 0].astype(float))
    share = shown[:, 2] / (shown[:, 0] + shown[:, 2])
    assert (shown[:, 0] + shown[:, 2] <= 0.67).all()
    if pattern == "plain":
        assert np.ptp(share) < 0.02
    else:
        assert np.quantile(share, 0.98) - np.quantile(share, 0.02) > 0.4
        assert 0.02 < share.mean() < 0.98


def test_supersampling_is_the_mean_light_of_the_larger_picture() -> None:
    of = replace(jumble(3), lights=(), ambient=WHITE)
    small = linear(render(of, 40, supersample=4).image[0].numpy().astype(float))
    large = linear(render(of, 160).image[0].numpy().astype(float))
    assert small == pytest.approx(large.reshape(40, 4, 40, 4, 3).mean(axis=(1, 3)), abs=6e-3)


# --- what is refused ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, (64, 0), (64,), (64, 64, 3), (1 << 20, 8)])
def test_a_size_that_cannot_be_is_refused(size) -> None:
    with pytest.raises(InputError, match="size: expected width and height"):
        cast(room(), size)


def test_no_rooms_no_device_and_no_rays_are_refused() -> None:
    with pytest.raises(InputError, match="rooms: expected a room"):
        render([], 32)
    with pytest.raises(InputError, match="device: expected one of"):
        render(room(), 32, device="abacus")
    with pytest.raises(InputError, match="supersample: expected a whole number"):
        render(room(), 32, supersample=0)
