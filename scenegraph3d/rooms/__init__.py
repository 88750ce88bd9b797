"""Rooms: a procedural indoor world with known truth.

    room = sample_room(7)             numbers alone: things that rest where they would, lights, a camera
    seen = render(room, (640, 480))   picture, metric depth, instances and normals, by torch
    scene = truth(room, (640, 480))   the scene graph of what the picture shows
    said = captions(room, seed=0)     English, each caption with the triples that it claims

A seed always gives the same room, and belongs to one split: see `splits`. Nothing here imports torch until it is used.

Inside, each of these imports only from those above it:

    world        what a room is made of: solids, finishes, the room itself
    splits       which seeds are for what, and the combinations that only one split shows
    catalogue    what things there are, and how each is built
    layout       how a room comes about: camera, walls, lights, things where they would stand
    rendering    pictures of rooms, and what a camera makes of them
    truth        the scene graph of what a picture shows
    captioning   what a person might say of it
    exporting    pictures as files, and data sets
"""

from .captioning.caption import Caption, caption, captions
from .catalogue import LABELS
from .exporting.export import ExportPlan, export
from .layout.sample import PRESETS, sample_room
from .rendering.photograph import Photography, photograph
from .rendering.render import Geometry, Rendering, cast, render
from .splits import HELD_OUT_COLORS, HELD_OUT_RELATIONS, SPLITS, seeds, split_of
from .truth import Visibility, truth, truths
from .world.finish import COLORS, MATERIALS
from .world.room import CEILING, FLOOR, WALL, Room

__all__ = [
    "CEILING",
    "COLORS",
    "FLOOR",
    "HELD_OUT_COLORS",
    "HELD_OUT_RELATIONS",
    "LABELS",
    "MATERIALS",
    "PRESETS",
    "SPLITS",
    "WALL",
    "Caption",
    "ExportPlan",
    "Geometry",
    "Photography",
    "Rendering",
    "Room",
    "Visibility",
    "caption",
    "captions",
    "cast",
    "export",
    "photograph",
    "render",
    "sample_room",
    "seeds",
    "split_of",
    "truth",
    "truths",
]
