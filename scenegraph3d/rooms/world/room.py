"""A room: things that stand on supports between walls, lights, and a camera. Numbers alone, no picture.

Everything is in the world frame of the library: metres, z up, the origin on the floor under the camera, y along the
camera's horizontal heading, x right.
"""

from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from jaxtyping import Float64, Int64

from ...types import Camera
from .finish import Finish
from .parts import Paint, Part, extents, placed, turned

FLOOR, WALL, CEILING = -1, -2, -3  # ids of what is not a thing, in instance maps and in `Placed.support`


@dataclass(frozen=True)
class Rest:
    """A horizontal place of a thing where others can stand or lie.

    Attributes:
        center_m: middle of the place, in the thing's frame; z is the height of the surface.
        half_m: half lengths along the thing's x and y of the rectangle that others must stay within.
        headroom_m: free height above it.
        inside: what rests here is inside the thing (a bowl, a box, a shelf's compartment), not on it.
    """

    center_m: tuple[float, float, float]
    half_m: tuple[float, float]
    headroom_m: float = 1.0
    inside: bool = False


@dataclass(frozen=True, eq=False)
class Thing:
    """An assembly of parts in its own frame: z = 0 is the plane that it rests on, +x its front where it has one.

    Attributes:
        label: its category.
        finish: its colour and material.
        parts: the solids.
        rests: where other things can be.
        front_known: +x is a front that people would agree on.
    """

    label: str
    finish: Finish
    parts: tuple[Part, ...]
    rests: tuple[Rest, ...] = ()
    front_known: bool = False

    @cached_property
    def extents_m(self) -> Float64[np.ndarray, "2 3"]:
        """Lowest and highest coordinates in its own frame, [2, 3] metres, exact."""
        each = np.stack([extents(part) for part in self.parts])
        return np.stack([each[:, 0].min(axis=0), each[:, 1].max(axis=0)])


@dataclass(frozen=True, eq=False)
class Placed:
    """A thing in a room.

    Attributes:
        thing: the assembly.
        position_m: where the origin of its frame is, in the world.
        yaw_rad: turn about +z.
        support: index in the room of the thing that it rests on or in, or FLOOR.
        inside: it rests inside its support.
    """

    thing: Thing
    position_m: tuple[float, float, float]
    yaw_rad: float
    support: int = FLOOR
    inside: bool = False

    @property
    def world_from_thing(self) -> Float64[np.ndarray, "4 4"]:
        """Rigid transform from the thing's frame."""
        return placed(self.position_m, turned("z", self.yaw_rad))

    @property
    def center_m(self) -> Float64[np.ndarray, " 3"]:
        """[3] middle of its exact box, whose axes are the thing's own, in the world."""
        middle: np.ndarray = self.thing.extents_m.mean(axis=0)
        return self.world_from_thing[:3, :3] @ middle + np.array(self.position_m)

    @property
    def size_m(self) -> Float64[np.ndarray, " 3"]:
        """[3] full lengths of its exact box along the thing's own axes."""
        lowest, highest = self.thing.extents_m
        return highest - lowest


@dataclass(frozen=True)
class Light:
    """A lamp that is not seen itself.

    Attributes:
        position_m: in the world.
        rgb: how bright it makes a white surface that faces it at `reach_m`, linear light.
        reach_m: distance at which `rgb` holds; light falls off with the square of
            distance / reach, gently near the lamp.
        shadow: whether it casts shadows.
    """

    position_m: tuple[float, float, float]
    rgb: tuple[float, float, float]
    reach_m: float
    shadow: bool = True


@dataclass(frozen=True)
class Walls:
    """The box that the room is: a floor at z = 0, four walls, a ceiling, seen from within.

    Attributes:
        center_m: middle of the floor, x and y in the world.
        half_m: half lengths along the room's own x and y.
        height_m: of the ceiling.
        yaw_rad: turn of the room's own axes about +z.
        floor, wall, ceiling: their paints; patterns run in the room's own frame.
    """

    center_m: tuple[float, float]
    half_m: tuple[float, float]
    height_m: float
    yaw_rad: float
    floor: Paint
    wall: Paint
    ceiling: Paint


@dataclass(frozen=True, eq=False)
class Room:
    """One scene with known truth.

    Attributes:
        seed, preset: what `sample_room` was given.
        things: what stands in it.
        walls: what surrounds it.
        lights, ambient: lamps, and the light that comes from everywhere, linear.
        world_from_camera: [4, 4] pose of the camera (OpenCV axes: x right, y down, z forward).
        fov_rad: angle that the longer side of the picture spans.
    """

    seed: int
    preset: str
    things: tuple[Placed, ...]
    walls: Walls
    lights: tuple[Light, ...]
    ambient: tuple[float, float, float]
    world_from_camera: Float64[np.ndarray, "4 4"]
    fov_rad: float

    def camera(self, width: int, height: int) -> Camera:
        """The camera of a picture of that size, pixels; principal point in the middle."""
        camera = Camera.from_fov(width, height, self.fov_rad, source="given")
        return camera.with_pose(self.world_from_camera, "given")

    def with_camera(self, world_from_camera: Float64[np.ndarray, "4 4"], fov_rad: float) -> "Room":
        """The same room seen from elsewhere."""
        return replace(self, world_from_camera=world_from_camera, fov_rad=fov_rad)

    def with_things(self, things: tuple[Placed, ...]) -> "Room":
        """The same surroundings with other things."""
        return replace(self, things=things)


@dataclass(frozen=True, eq=False)
class Solids:
    """All parts of a room's things, column by column, in the world: what a renderer needs.

    Attributes:
        shape: [P] values of `Shape`.
        size_m: [P, 4] as in `parts`.
        world_from_part: [P, 4, 4].
        thing: [P] index of the thing that each belongs to.
        paint: P paints.
    """

    shape: Int64[np.ndarray, " p"]
    size_m: Float64[np.ndarray, "p 4"]
    world_from_part: Float64[np.ndarray, "p 4 4"]
    thing: Int64[np.ndarray, " p"]
    paint: tuple[Paint, ...]


def solids(room: Room) -> Solids:
    """The parts of all things of a room."""
    rows = [
        (i, item.world_from_thing @ part.thing_from_part, part)
        for i, item in enumerate(room.things)
        for part in item.thing.parts
    ]
    return Solids(
        shape=np.array([int(part.shape) for _, _, part in rows], dtype=np.int64),
        size_m=np.array([part.size_m for _, _, part in rows], dtype=np.float64).reshape(-1, 4),
        world_from_part=np.array([pose for _, pose, _ in rows], dtype=np.float64).reshape(-1, 4, 4),
        thing=np.array([i for i, _, _ in rows], dtype=np.int64),
        paint=tuple(part.paint for _, _, part in rows),
    )
