"""Pictures of rooms with known truth: ray casting over analytic solids in plain torch, many rooms at once.

The same code runs on a CPU and on a GPU. A room's rendering does not depend on the other rooms of its batch.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ...errors import InputError, message
from ..world.room import Room
from .packing import Packed, Tensor, pack
from .shade import shade
from .surface import Surface, surface
from .tiles import Grid, grid

MAX_SIDE_PX = 8192  # a larger picture is a slip of the pen
MAX_SUPERSAMPLE = 8
PIXELS_AT_ONCE = 1 << 21  # of all pictures that are done together; they take some 500 bytes each


@dataclass(frozen=True, eq=False)
class Geometry:
    """What the pixels of B pictures of W x H show, as torch tensors; pixel centres are at integer coordinates.

    Attributes:
        depth_m: [B, H, W] float32, metres along the optical axis; walls close every room, so all are above 0.
        instance: [B, H, W] int32, index of the thing in `Room.things`, or `room.FLOOR`, `WALL`, `CEILING`.
        normal: [B, H, W, 3] float32, unit, in the camera's frame (x right, y down, z forward), facing the camera.
        amodal_px: [B, most things] int64, pixels that each thing would cover if nothing hid it; 0 where
            a room has fewer things.
    """

    depth_m: Tensor
    instance: Tensor
    normal: Tensor
    amodal_px: Tensor


@dataclass(frozen=True, eq=False)
class Rendering(Geometry):
    """Geometry with the pictures themselves.

    Attributes:
        image: [B, H, W, 3] uint8, sRGB.
    """

    image: Tensor


def cast(rooms: Room | Sequence[Room], size: int | Sequence[int], *, device: str = "cpu") -> Geometry:
    """Depth, instances and normals of rooms, without light.

    Args:
        rooms: one room, or several that are done together.
        size: of the pictures, pixels: (width, height), or one number for a square.
        device: of torch, "cpu" or "cuda".

    Raises:
        MissingExtraError: torch is not installed.
        InputError: no rooms, a size or a device that cannot be.
    """
    from ...models.device import memory, torch_device

    where, (width, height), some = torch_device(device), _size(size), _rooms(rooms)
    with memory("rooms", where), _no_grad():
        return Geometry(**_joined([_bare(run, width, height, where) for run in _runs(some, width * height)]))


def render(
    rooms: Room | Sequence[Room], size: int | Sequence[int], *, device: str = "cpu", supersample: int = 1
) -> Rendering:
    """Pictures of rooms, with depth, instances and normals.

    Args:
        rooms: one room, or several that are done together.
        size: of the pictures, pixels: (width, height), or one number for a square.
        device: of torch, "cpu" or "cuda".
        supersample: the image is the mean, in linear light, of that many times that many rays per pixel. The
            geometry is that of the pixels' centres.

    Raises:
        MissingExtraError: torch is not installed.
        InputError: no rooms, a size, a device or a supersample that cannot be.
    """
    from ...models.device import memory, torch_device

    where, (width, height), some = torch_device(device), _size(size), _rooms(rooms)
    if not (isinstance(supersample, int) and 1 <= supersample <= MAX_SUPERSAMPLE):
        raise InputError(message("supersample", f"a whole number from 1 to {MAX_SUPERSAMPLE}", repr(supersample)))
    runs = _runs(some, width * height * supersample**2)
    with memory("rooms", where), _no_grad():
        return Rendering(**_joined([_rendering(run, width, height, where, supersample) for run in runs]))


def _bare(rooms: Sequence[Room], width: int, height: int, device: Any) -> Geometry:
    packed, _, seen = _seen(rooms, width, height, device)
    return _geometry(packed, seen)


def _rendering(rooms: Sequence[Room], width: int, height: int, device: Any, supersample: int) -> Rendering:
    packed, tiles, seen = _seen(rooms, width, height, device)
    geometry = _geometry(packed, seen)
    if supersample > 1:
        packed, tiles, seen = _seen(rooms, width * supersample, height * supersample, device)
    return Rendering(image=shade(rooms, packed, tiles, seen, supersample), **vars(geometry))


def _runs(rooms: Sequence[Room], pixels: int) -> list[Sequence[Room]]:
    """The rooms in runs that fit into memory."""
    count = max(1, PIXELS_AT_ONCE // pixels)
    return [rooms[first : first + count] for first in range(0, len(rooms), count)]


def _joined(runs: Sequence[Geometry]) -> dict[str, Tensor]:
    """The fields of one rendering of all runs, one after another."""
    import torch

    most = max(run.amodal_px.shape[1] for run in runs)
    fields = {name: torch.cat([getattr(run, name) for run in runs]) for name in vars(runs[0]) if name != "amodal_px"}
    counts = [torch.nn.functional.pad(run.amodal_px, (0, most - run.amodal_px.shape[1])) for run in runs]
    return {**fields, "amodal_px": torch.cat(counts)}


def _no_grad() -> Any:
    import torch

    return torch.no_grad()


def _seen(rooms: Sequence[Room], width: int, height: int, device: Any) -> tuple[Packed, Grid, Surface]:
    packed = pack(rooms, width, height, device)
    tiles = grid(packed)
    return packed, tiles, surface(packed, tiles)


def _geometry(packed: Packed, seen: Surface) -> Geometry:
    import torch

    shape = (packed.rooms, packed.height, packed.width)
    normal = torch.stack(seen.normal, dim=-1).view(*shape, 3)
    return Geometry(seen.depth_m.view(shape), seen.instance.view(shape), normal, seen.amodal_px)


def _rooms(rooms: Room | Sequence[Room]) -> Sequence[Room]:
    some = [rooms] if isinstance(rooms, Room) else list(rooms)
    if not some or not all(isinstance(room, Room) for room in some):
        raise InputError(message("rooms", "a room, or a list of at least one", repr(rooms)[:80]))
    return some


def _size(size: int | Sequence[int]) -> tuple[int, int]:
    sides = (size, size) if isinstance(size, int) else tuple(size)
    if len(sides) != 2 or not all(isinstance(side, int) and 1 <= side <= MAX_SIDE_PX for side in sides):
        raise InputError(message("size", f"width and height from 1 to {MAX_SIDE_PX} pixels", repr(size)))
    return sides[0], sides[1]
