"""Shading: light on surfaces, in linear light, and the sRGB picture of it.

Lamps light what faces them (Lambert) and are mirrored according to the material (Blinn and Phong's highlight); light
from everywhere is stronger from above. Metal mirrors, in its own colour, an empty room. Walls, floor and ceiling are
matt.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ...geometry.frames import invert, transform_points
from ..world.room import Light, Room
from .mirrors import brushed, mirrored
from .packing import Packed, Tensor, take
from .patterns import second_share
from .raycast import Vector, dot, unit
from .shadows import Faces, faces, lit_share
from .surface import Surface
from .tiles import Grid


@dataclass(frozen=True)
class Material:
    """How a surface answers light.

    Attributes:
        diffuse: share of its colour that is seen from everywhere.
        highlight: strength of a lamp's mirror image.
        doublings: how narrow that image is: cos(angle) to the power of two to the `doublings`.
        coloured: whether what is mirrored takes the surface's colour.
        mirror: strength of the mirrored room.
    """

    diffuse: float
    highlight: float
    doublings: int
    coloured: bool
    mirror: float


WOOD = Material(diffuse=1.0, highlight=0.05, doublings=3, coloured=False, mirror=0.0)
METAL = Material(diffuse=0.35, highlight=1.6, doublings=5, coloured=True, mirror=0.8)
PLASTIC = Material(diffuse=1.0, highlight=0.5, doublings=6, coloured=False, mirror=0.0)
SURROUNDINGS = Material(diffuse=1.0, highlight=0.0, doublings=0, coloured=False, mirror=0.0)


@dataclass(frozen=True)
class Shading:
    """How light looks.

    Attributes:
        from_above: share of the light from everywhere that only upward surfaces get.
        grazing: least cosine by which a pixel's size on a slanted surface is divided.
        dull: least cosine of a highlight; below it nothing is seen of any, and powers of less are slow to work out.
        knee: linear light above which highlights are compressed.
        levels: steps of linear light from black to white that the sRGB table tells apart.
    """

    from_above: float = 0.25
    grazing: float = 0.15
    dull: float = 0.3
    knee: float = 0.8
    levels: int = 8192


SHADING = Shading()
MATT = "matt"  # what walls, floor and ceiling are
ANSWERS: Mapping[str, Material] = {"wood": WOOD, "metal": METAL, "plastic": PLASTIC, MATT: SURROUNDINGS}


@dataclass(frozen=True, eq=False)
class Scene:
    """What there is to light: rooms, their parts and N pixels.

    Attributes:
        faces: that the pixels show.
        room: [N] the room of each pixel.
        eye: three [N], unit, from the surface to the camera.
        is_made_of: of each material, [N] 1 or 0.
    """

    rooms: Sequence[Room]
    packed: Packed
    grid: Grid
    seen: Surface
    faces: Faces
    room: Tensor
    eye: Vector
    is_made_of: Mapping[str, Tensor]

    def put(self, values: object) -> Tensor:
        """Numbers, one row per room or paint, as a tensor whose last axis is the rows."""
        import torch

        return torch.from_numpy(np.asarray(values, dtype=np.float32).T.copy()).to(self.room.device)

    def material(self, name: str) -> Tensor:
        """[N] the number called `name` of the pixels' materials."""
        return sum(getattr(ANSWERS[made], name) * share for made, share in self.is_made_of.items())


def shade(rooms: Sequence[Room], packed: Packed, grid: Grid, seen: Surface, supersample: int) -> Tensor:
    """The pictures, [B, H, W, 3] uint8 sRGB, of squares of `supersample` pixels each."""
    import torch

    scene = _scene(rooms, packed, grid, seen)
    slant = dot(seen.normal, scene.eye).clamp(min=SHADING.grazing)
    blur_m = seen.depth_m * take(grid.step, scene.room) / slant  # size of a pixel on the surface
    base = _base(scene, blur_m)
    ambient = [take(scene.put([r.ambient for r in rooms])[c], scene.room) for c in range(3)]
    up = _three(take(packed.up, scene.room))
    tilt = 1 - SHADING.from_above * (0.5 - 0.5 * dot(seen.normal, up))
    reflected = _mirrored(scene, blur_m)
    diffuse, gloss = [ambient[c] * tilt for c in range(3)], [reflected * ambient[c] for c in range(3)]
    for k in range(max(len(r.lights) for r in rooms)):
        soft, sharp = _lamp_light(scene, k)
        rgb = scene.put([_lamp(r, k)[0].rgb for r in rooms])
        for c in range(3):
            of_pixels = take(rgb[c], scene.room)
            diffuse[c] += of_pixels * soft
            gloss[c] += of_pixels * sharp
    matt, coloured = scene.material("diffuse"), scene.material("coloured")
    linear = [base[c] * matt * diffuse[c] + (1 + coloured * (base[c] - 1)) * gloss[c] for c in range(3)]
    return encode(torch.stack(linear), packed, supersample)


def _scene(rooms: Sequence[Room], packed: Packed, grid: Grid, seen: Surface) -> Scene:
    import torch

    room = torch.arange(packed.rooms, device=seen.row.device)[:, None]
    room = room.expand(-1, packed.width * packed.height).reshape(-1)
    eye = unit((-seen.ray[0], -seen.ray[1], torch.full_like(seen.depth_m, -1.0)))
    things = packed.scene.shape[0]
    materials = [paint.material for paint in packed.paints[:things]] + [MATT] * (len(packed.paints) - things)
    made = {
        name: take(torch.tensor([float(made == name) for made in materials], device=room.device), seen.row)
        for name in ANSWERS
    }
    return Scene(rooms, packed, grid, seen, faces(packed, seen), room, eye, made)


def _three(values: Tensor) -> Vector:
    return values[0], values[1], values[2]


def _base(scene: Scene, blur_m: Tensor) -> list[Tensor]:
    """Reflectance of the pixels, three of [N]."""
    seen, paints = scene.seen, scene.packed.paints
    share = second_share(scene.packed, seen, blur_m)
    first, second = (
        take(scene.put([getattr(paint, name) for paint in paints]), seen.row) for name in ("rgb", "pattern_rgb")
    )
    return [first[c] + share * (second[c] - first[c]) for c in range(3)]


def _mirrored(scene: Scene, blur_m: Tensor) -> Tensor:
    """[N] strength of the mirrored room, in shares of the light from everywhere."""
    out = scene.material("mirror")
    at = out.nonzero().squeeze(1)
    shown = mirrored(scene.packed, scene.seen, scene.eye, scene.room, at)
    return out.index_copy(0, at, take(out, at) * shown * brushed(scene.seen, at, blur_m))


def _lamp(room: Room, k: int) -> tuple[Light, np.ndarray]:
    """A room's k-th light and its place in the camera's frame; a dark one where it has none."""
    light = room.lights[k] if k < len(room.lights) else Light((0.0, 0.0, 1.0), (0.0, 0.0, 0.0), 1.0, shadow=False)
    place = np.array([light.position_m], dtype=np.float64)
    return light, transform_points(invert(room.world_from_camera), place)[0]


def _lamp_light(scene: Scene, k: int) -> tuple[Tensor, Tensor]:
    """What the rooms' k-th lamps, were they white, add: [N] that is spread evenly, and [N] that is mirrored."""
    seen, room = scene.seen, scene.room
    lamps = [_lamp(r, k) for r in scene.rooms]
    place = scene.put([place for _, place in lamps])
    t = seen.depth_m
    here = take(place, room)
    way = (here[0] - seen.ray[0] * t, here[1] - seen.ray[1] * t, here[2] - t)
    reach = take(scene.put([light.reach_m**2 for light, _ in lamps]), room)
    strength = 2 * reach / (dot(way, way) + reach)
    to_lamp = unit(way)
    cosine = dot(seen.normal, to_lamp).clamp_(min=0)
    shades = [light.shadow for light, _ in lamps]
    if any(shades):
        facing = (cosine > 0) & take(scene.put(shades) > 0, room)
        strength = strength * lit_share(scene.packed, scene.grid, seen, scene.faces, place, facing)
    half = unit((to_lamp[0] + scene.eye[0], to_lamp[1] + scene.eye[1], to_lamp[2] + scene.eye[2]))
    sharp = _highlight(scene, dot(seen.normal, half).clamp_(min=SHADING.dull))
    return cosine * strength, sharp * strength * (cosine > 0)


def _highlight(scene: Scene, cosine: Tensor) -> Tensor:
    """[N] strength of a lamp's mirror image that is off by an angle of that cosine."""
    total = cosine * 0
    for name, share in scene.is_made_of.items():
        if not ANSWERS[name].highlight:
            continue
        value = cosine
        for _ in range(ANSWERS[name].doublings):
            value = value * value
        total += value * share * ANSWERS[name].highlight
    return total


def encode(linear: Tensor, packed: Packed, supersample: int) -> Tensor:
    """Linear light [3, N] as sRGB pictures, averaged over squares of `supersample` pixels."""
    import torch

    height, width = packed.height // supersample, packed.width // supersample
    whole = linear.view(3, packed.rooms, height, supersample, width, supersample)
    mean = whole.mean(dim=(3, 5)) if supersample > 1 else whole[:, :, :, 0, :, 0]
    over = (mean - SHADING.knee).clamp(min=0) / (1 - SHADING.knee)
    mean = mean.clamp(max=SHADING.knee) + (1 - SHADING.knee) * over / (1 + over)
    steps = SHADING.levels - 1
    value = np.arange(SHADING.levels) / steps
    srgb = np.where(value <= 0.0031308, 12.92 * value, 1.055 * value ** (1 / 2.4) - 0.055)
    table = torch.from_numpy(np.rint(255 * srgb).astype(np.uint8)).to(linear.device)
    index = (mean.clamp(0, 1) * steps + 0.5).to(torch.int64)
    return table[index].permute(1, 2, 3, 0).contiguous()
