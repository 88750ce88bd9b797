"""SceneGraph: everything that is known about a scene."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from os import PathLike
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float64

from ..errors import InputError, QueryError, message, suggestion
from ..geometry import boxes
from . import _check
from .camera import Camera, viewer_axes
from .objects import Objects, SceneObject
from .relations import FRAMES, Relation, Relations
from .up import Up

if TYPE_CHECKING:
    from ..query.select import Selection

SCHEMA_VERSION = "1.0"
SCALES = ("metric", "relative")
ObjectRef = str | int | SceneObject


class Distance(float):
    """Metres between the surfaces of two boxes (0 where they touch or overlap); `center_m` is that of the centres."""

    center_m: float

    def __new__(cls, gap_m: float, center_m: float) -> "Distance":
        out = super().__new__(cls, gap_m)
        out.center_m = center_m
        return out

    @property
    def gap_m(self) -> float:
        """Metres between the surfaces."""
        return float(self)


@dataclass(frozen=True)
class Direction:
    """Where one object lies as seen from another.

    Attributes:
        bearing_rad: angle on the ground from straight ahead (the viewer's heading), clockwise positive, (-pi, pi].
        clock_hour: the bearing as an hour, 12 ahead, 3 to the right.
        elevation_rad: angle above the horizontal.
    """

    bearing_rad: float
    clock_hour: int
    elevation_rad: float


@dataclass(frozen=True)
class Match:
    """A relation with its objects at hand: what `SceneGraph.match` returns.

    Attributes:
        subject, object, third: the objects (third only for `between`).
        predicate, frame, score, margin_m, evidence: as in `Relations`.
    """

    subject: SceneObject
    predicate: str
    object: SceneObject
    frame: str
    score: float
    margin_m: float
    evidence: Mapping[str, float] = field(hash=False)
    third: SceneObject | None = None

    def __str__(self) -> str:
        end = f" and {self.third}" if self.third else ""
        return f"{self.subject} {self.predicate} {self.object}{end}"


@dataclass(frozen=True, eq=False)
class SceneGraph:
    """Objects, relations and how they were measured. Immutable; `with_relations` returns a new one.

    Attributes:
        objects: N objects in the world frame (z up, metres where `scale` is "metric").
        relations: M relations between them.
        camera: the camera that saw them, with its pose in the world; None for boxes that came without one.
        up: the up direction in the camera frame and how it was found.
        scale: "metric", or "relative" where lengths are true up to one unknown factor.
        source: where it came from and with what settings; plain JSON values.

    Raises:
        InputError: a relation that points at an object that is not there, or an unknown scale.
    """

    objects: Objects
    relations: Relations
    camera: Camera | None = None
    up: Up = field(default_factory=Up)
    scale: str = "metric"
    source: Mapping[str, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        _check.choice(self.scale, "scale", SCALES)
        count = len(self.objects)
        ends = np.concatenate([self.relations.subject, self.relations.object])
        if len(ends) and (ends.min() < 0 or max(ends.max(), self.relations.third.max()) >= count):
            raise InputError(message("relations", f"rows 0 to {count - 1} of the objects", f"up to {ends.max()}"))

    def with_relations(self, relations: Relations) -> "SceneGraph":
        """The same scene with other relations."""
        return replace(self, relations=relations)

    def save(self, path: str | PathLike[str]) -> None:
        """Write the graph as JSON; `scenegraph3d.load` reads it back.

        Raises:
            OutputError: the file cannot be written; what was there before is untouched.
        """
        from ..io.json import save

        save(self, path)

    def select(self, noun: str | None = None) -> "Selection":
        """Objects that may be called by a noun, all of them where it is left out, to be narrowed down step by step:
        `scene.select("chair").left_of("table").nearest("window")`; see `query.select`.

        Raises:
            QueryError: not here, but where the selection is asked for its objects.
        """
        from ..query.select import select

        return select(self, noun)

    def find(self, ref: ObjectRef) -> np.ndarray:
        """Rows of the objects that `ref` names: a label ("cup", any case), "cup#3", "#3", an id, or an object.

        Raises:
            QueryError: no object answers to it; near labels are offered.
        """
        if isinstance(ref, SceneObject):
            return np.array([ref.index])
        label, _, number = ref.partition("#") if isinstance(ref, str) else ("", "#", str(ref))
        rows = np.arange(len(self.objects))
        if number:
            if not number.isdigit():
                raise QueryError(message("object id", "a whole number after #", repr(ref)))
            rows = rows[self.objects.id == int(number)]
        if label.strip():
            wanted = _plain(label)
            rows = np.array([i for i in rows.tolist() if _plain(self.objects.label[i]) == wanted], dtype=np.int64)
        if len(rows) == 0:
            raise QueryError(f"no object {ref!r} in this scene; {suggestion(label or str(ref), self.objects.label)}")
        return rows

    def match(
        self,
        subject: ObjectRef | None = None,
        predicate: str | None = None,
        object: ObjectRef | None = None,
        frame: str | None = None,
    ) -> list[Match]:
        """The relations that fit; what is left out fits anything. Surest first.

        Raises:
            QueryError: a label, an id, a predicate or a frame that this scene does not know.
        """
        relations = self.relations
        keep = np.ones(len(relations), dtype=bool)
        if subject is not None:
            keep &= np.isin(relations.subject, self.find(subject))
        if object is not None:
            keep &= np.isin(relations.object, self.find(object))
        if predicate is not None:
            name = predicate.strip().lower().replace(" ", "_")
            if name not in relations.predicates:
                raise QueryError(f"unknown predicate {predicate!r}; {suggestion(name, relations.predicates)}")
            keep &= relations.code == relations.predicates.index(name)
        if frame is not None:
            if frame not in FRAMES:
                raise QueryError(f"unknown frame {frame!r}; {suggestion(frame, FRAMES)}")
            keep &= relations.frame_code == FRAMES.index(frame)
        rows = np.flatnonzero(keep)
        rows = rows[np.argsort(-relations.score[rows], kind="stable")]
        return [self._matched(relations[int(i)]) for i in rows]

    def _matched(self, row: Relation) -> Match:
        return Match(
            subject=self.objects[row.subject],
            predicate=row.predicate,
            object=self.objects[row.object],
            frame=row.frame,
            score=row.score,
            margin_m=row.margin_m,
            evidence=row.evidence,
            third=None if row.third is None else self.objects[row.third],
        )

    def one(self, ref: ObjectRef) -> int:
        """The row of the one object that `ref` names.

        Raises:
            QueryError: none, or more than one; the ids to choose from are named.
        """
        rows = self.find(ref)
        if len(rows) > 1:
            names = ", ".join(str(self.objects[int(i)]) for i in rows[:6])
            raise QueryError(f"{ref!r} names {len(rows)} objects: {names}; say which, such as {names.split(', ')[0]!r}")
        return int(rows[0])

    def distance(self, a: ObjectRef, b: ObjectRef) -> Distance:
        """Metres between the surfaces of two boxes, with `center_m`, metres between their centres, beside it.

        Raises:
            QueryError: `a` or `b` names no object or more than one.
        """
        i, j = self.one(a), self.one(b)
        gap = boxes.gap_m(self.objects.boxes, [i], [j])
        center = np.linalg.norm(self.objects.center_m[i] - self.objects.center_m[j])
        return Distance(float(gap[0]), float(center))

    def direction(self, a: ObjectRef, b: ObjectRef) -> Direction:
        """Where `b` lies as seen from `a`, facing as the viewer does (the world's +y where the scene has no camera).

        Raises:
            QueryError: `a` or `b` names no object or more than one.
        """
        offset = self.objects.center_m[self.one(b)] - self.objects.center_m[self.one(a)]
        right, heading = self.viewer_axes()
        bearing = math.atan2(float(offset @ right), float(offset @ heading))
        hour = round(bearing / (math.pi / 6)) % 12
        elevation = math.atan2(float(offset[2]), float(np.hypot(offset[0], offset[1])))
        return Direction(bearing, 12 if hour == 0 else hour, elevation)

    def viewer_axes(self) -> tuple[Float64[np.ndarray, " 3"], Float64[np.ndarray, " 3"]]:
        """The viewer's right and heading on the ground, [3] each; +x and +y where the scene has no camera."""
        return viewer_axes(self.camera)


def _plain(label: str) -> str:
    return " ".join(label.lower().replace("_", " ").split())
