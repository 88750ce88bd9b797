"""RelationRules: every threshold of every relation, with its default and its reason, in one place."""

import dataclasses
import math
import re
from dataclasses import dataclass
from typing import Any

from ..errors import InputError, message, suggestion
from ..types.predicates import PREDICATES

# Seats, beds and tables: their boxes hold back, arms and legs, and mostly air. Some are one word in many data sets.
OPEN_LABELS = (
    *("chair", "armchair", "deckchair", "highchair", "wheelchair", "recliner", "seat", "stool", "barstool"),
    *("sofa", "couch", "loveseat", "settee", "futon", "lounger", "bench", "bed", "daybed", "sofabed"),
    *("table", "coffeetable", "diningtable", "kitchentable", "sidetable", "desk", "workbench"),
)
CORNER_LABELS = ("sofa", "couch", "settee", "lounger", "bench")

_WORD = re.compile(r"[^\W\d_]+")
_NAMES = ("predicates", "open_labels", "corner_labels")


@dataclass(frozen=True)
class RelationRules:
    """Thresholds of the relations. A pair of numbers (true, false) is a threshold with its grey zone: the relation is
    true beyond the first, false beyond the second, and too close to call between them.

    Lengths are metres of the scene's world. Sources name the published rule that a default follows.

    Attributes:
        predicates: the relations to look for.
        direction_min_m: centres must be this far apart along an axis before left, right, front or behind is said.
        direction_size: ... and this fraction of the larger half-extent along that axis, so that a cup in the middle of
            a table's length is on neither side of it.
        direction_angle_rad: ... and off the perpendicular by this angle, so that a thing 5 m ahead and 0.3 m to the
            right is ahead.
        direction_false: a direction is false beyond this multiple of its threshold: -1 leaves a grey zone as wide on
            the other side, so that left_of and right_of are never both uncalled for a clear pair; 1 leaves none.
        direction_overlap: no direction between footprints of which the smaller lies by more than this in the other.
        on_gap_m: from the bottom of the one to the top of the other. Eight centimetres is about what lifted boxes
            and hand-made labels leave (Sr3D: 0.15).
        on_sink: the one may sink into the other by this fraction of the lesser of their heights (cushions; but a glass
            beside a plate is not on it).
        on_rim_m: ... or this far, whatever their heights (the rim of a plate) ...
        on_rim: ... but not by more than this fraction of the other's height, else it stands beside it.
        on_overlap: part of the one's footprint over the other (Sr3D: 0.3).
        on_balance: or its centre is over the other, which is at most this many times smaller (a top on a pedestal).
        above_gap_m: from the bottom of the upper to the top of the lower; true where `on_gap_m` ends (Sr3D: 0.06).
        above_overlap: part of the smaller footprint that is shared (Sr3D: 0.2).
        inside_footprint: part of the footprint inside the container's.
        inside_height: part of the height inside the container's height; a ball may stand out of its bowl.
            Surfaces (floors, walls, table tops) and open things contain nothing.
        inside_bottom: or the thing stands in the container and is taller: its bottom is at most this part of the
            container's height above the container's bottom, deeper in it than `on_rim_m`, ...
        inside_standing: ... and at least this part of its own height is inside the container's: a candle in a bowl.
        open_labels: nouns of things that are open: nothing is inside them. What stands on the seat is on them, though
            their boxes reach higher, and what is under the seat or the top is below them. A label is open where its
            last word is one of these, in singular or plural: "office chair", "dining tables", not "table lamp".
        corner_labels, corner_depth_m: of these nouns, a box whose shorter side is longer than this is that of an
            L-shaped one: the thing is not where most of its box is, so that it counts as solid, not as open.
        open_low: part of an open thing's height up to which what has its bottom there is below it; what has its bottom
            higher is on it. Seats of beds and chairs are at 0.4 of the height or more.
        open_top_m: what is below an open thing ends lower than its top by this.
        touching_gap_m: gap between surfaces.
        near_gap_m: gap between surfaces; a step and an arm's reach.
        far_gap_m: gap between surfaces.
        next_to_gap_m: gap on the ground, for things of at least `next_to_size` that length; less for smaller ones.
        next_to_size: gap on the ground as a multiple of the larger horizontal extent.
        next_to_floor_m: a gap on the ground that is next to whatever the size.
        next_to_height: part of the lower height that both share.
        between_cover: part of the middle footprint inside the hull of the two others (Sr3D: 0.51, grey to 0.1).
        between_height: part of the middle height shared with each of the others (Sr3D: 0.2).
        between_overlap: most of the middle footprint that may lie in either of the others (Sr3D: 0.1).
        between_reach_m: longest gap on the ground between the two others.
        aligned_angle_rad: angle between the axes, modulo a quarter turn.
        aligned_offset_m: offset of the centres across the line that they share (SceneVerse: 0.065).
        larger_ratio: ratio of volumes.
        taller_ratio: difference of heights as a fraction of the greater.
        taller_min_m: ... and at least this much.
        all_pairs_up_to: scenes of more objects than this look only at pairs whose surfaces are nearer than
            `near_gap_m`, found by a spatial index, ...
        neighbors: ... and of those, for each object, at its nearest so many.
    """

    predicates: tuple[str, ...] = PREDICATES
    direction_min_m: float = 0.05
    direction_size: float = 0.5
    direction_angle_rad: float = math.radians(15)
    direction_false: float = -1.0
    direction_overlap: float = 0.5
    on_gap_m: tuple[float, float] = (0.08, 0.12)
    on_sink: float = 0.5
    on_rim_m: float = 0.025
    on_rim: float = 0.9
    on_overlap: tuple[float, float] = (0.3, 0.2)
    on_balance: float = 10.0
    above_gap_m: tuple[float, float] = (0.08, 0.0)
    above_overlap: tuple[float, float] = (0.2, 0.1)
    inside_footprint: tuple[float, float] = (0.9, 0.75)
    inside_height: tuple[float, float] = (0.6, 0.4)
    inside_bottom: tuple[float, float] = (0.5, 0.6)
    inside_standing: tuple[float, float] = (0.2, 0.1)
    open_labels: tuple[str, ...] = OPEN_LABELS
    corner_labels: tuple[str, ...] = CORNER_LABELS
    corner_depth_m: float = 1.3
    open_low: tuple[float, float] = (0.2, 0.25)
    open_top_m: tuple[float, float] = (0.02, 0.0)
    touching_gap_m: tuple[float, float] = (0.02, 0.05)
    near_gap_m: tuple[float, float] = (1.5, 2.0)
    far_gap_m: tuple[float, float] = (3.0, 2.0)
    next_to_gap_m: tuple[float, float] = (0.5, 0.75)
    next_to_size: float = 1.0
    next_to_floor_m: float = 0.1
    next_to_height: tuple[float, float] = (0.3, 0.1)
    between_cover: tuple[float, float] = (0.51, 0.1)
    between_height: float = 0.2
    between_overlap: float = 0.1
    between_reach_m: float = 3.0
    aligned_angle_rad: tuple[float, float] = (math.radians(5), math.radians(15))
    aligned_offset_m: tuple[float, float] = (0.065, 0.15)
    larger_ratio: tuple[float, float] = (1.3, 1.0)
    taller_ratio: float = 0.1
    taller_min_m: float = 0.02
    all_pairs_up_to: int = 512
    neighbors: int = 64

    def __post_init__(self) -> None:
        for name in self.predicates:
            if name not in PREDICATES:
                raise InputError(f"unknown predicate {name!r} in RelationRules; {suggestion(name, PREDICATES)}")
        for field in ("open_labels", "corner_labels"):
            for noun in getattr(self, field):
                if _WORD.fullmatch(noun) is None or noun != noun.lower():
                    raise InputError(message(f"RelationRules.{field}", "single words in lower case", repr(noun)))
        for spec in dataclasses.fields(self):
            value = getattr(self, spec.name)
            numbers = value if isinstance(value, tuple) else (value,)
            if spec.name not in _NAMES and not all(isinstance(v, int | float) and math.isfinite(v) for v in numbers):
                raise InputError(message(f"RelationRules.{spec.name}", "finite numbers", repr(value)))

    @classmethod
    def clevr(cls) -> "RelationRules":
        """The rule of CLEVR (Johnson et al. 2017): left, right, front and behind where the centres differ by more than
        0.2 along the camera's axes on the ground; nothing else."""
        return cls(
            predicates=("left_of", "right_of", "in_front_of", "behind"),
            direction_min_m=0.2,
            direction_size=0.0,
            direction_angle_rad=0.0,
            direction_false=1.0,
            direction_overlap=1.0,
        )

    def is_open(self, label: str, depth_m: float = 0.0) -> bool:
        """Whether a thing is open: the last word of its label is one of `open_labels`, in singular or plural, and it is
        no L-shaped one.

        Args:
            label: its label.
            depth_m: the shorter horizontal side of its box.
        """
        corner = depth_m > self.corner_depth_m and _named(label, self.corner_labels)
        return _named(label, self.open_labels) and not corner

    def scaled(self, factor: float) -> "RelationRules":
        """The same rules with every length in metres multiplied by `factor`, for worlds that are not metric."""
        scaled: dict[str, Any] = {}
        for spec in dataclasses.fields(self):
            value = getattr(self, spec.name)
            if spec.name.endswith("_m"):
                scaled[spec.name] = tuple(v * factor for v in value) if isinstance(value, tuple) else value * factor
        return dataclasses.replace(self, **scaled)


DEFAULT_RULES = RelationRules()


def _named(label: str, nouns: tuple[str, ...]) -> bool:
    words = _WORD.findall(label.lower())
    return bool(words) and any(words[-1].removesuffix(ending) in nouns for ending in ("", "s", "es"))
