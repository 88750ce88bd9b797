"""Rooms: a procedural indoor world with known truth.

    room = sample_room(7)             numbers alone: things that rest where they would, lights, a camera
    seen = render(room, (640, 480))   picture, metric depth, instances and normals, by torch
    scene = truth(room, (640, 480))   the scene graph of what the picture shows
    said = captions(room, seed=0)     English, each caption with the triples that it claims

A seed always gives the same room, and belongs to one split: see `splits`. Nothing here imports torch until it is used.
"""

from .caption import Caption, caption, captions
from .catalogue import LABELS
from .export import ExportPlan, export
from .finish import COLORS, MATERIALS
from .photograph import Photography, photograph
from .render import Geometry, Rendering, cast, render
from .room import CEILING, FLOOR, WALL, Room
from .sample import PRESETS, sample_room
from .splits import HELD_OUT_COLORS, HELD_OUT_RELATIONS, SPLITS, seeds, split_of
from .truth import Visibility, truth, truths

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
