"""Selections: questions by code, `select(scene, "chair").left_of("table").nearest("window")`.

Nothing runs until an answer is asked for (`count`, `exists`, `one`, `rows`, iteration); `str(selection)` is the
program.
What things are near to, left of, ... is a noun ("table": some table), an id ("table#3", "#3"), a row view of an object,
or another selection of the same scene.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cached_property

import numpy as np

from ..errors import QueryError, message
from ..language.lexicon import Lexicon
from ..relate import RelationRules
from ..relate.rules import DEFAULT_RULES
from ..types import SceneGraph, SceneObject
from .answer import Answer
from .execute import execute
from .program import ONE, Call, call


@dataclass(frozen=True, eq=False)
class Selection:
    """A set of objects of a scene, described and not yet looked for. Each step gives a new selection.

    Attributes:
        scene: the scene.
        program: which objects.
        lexicon: which nouns name which labels; None for the one that ships.
        rules: thresholds for what the scene's relations do not say.
    """

    scene: SceneGraph
    program: Call = field(default_factory=lambda: call("scene"))
    lexicon: Lexicon | None = None
    rules: RelationRules = DEFAULT_RULES

    def __str__(self) -> str:
        return str(self.program)

    # --- steps ---

    def labelled(self, noun: str) -> "Selection":
        """Those that may be called by a noun: "chair", "furniture"."""
        return self._then("label", noun)

    def where(self, **attributes: str) -> "Selection":
        """Those with these attributes: `where(color="red", size="large")`."""
        out = self
        for key, value in attributes.items():
            out = out._then("size", value) if key == "size" else out._then("attribute", key, value)
        return out

    def related(
        self, predicate: str | tuple[str, ...], to: "Anchor", *, frame: "str | Anchor | None" = None
    ) -> "Selection":
        """Those that stand in a relation, or in one of several, to some of `to`.

        Args:
            frame: for directions "viewer", "world", "object" (the own front of each of `to`), or an object whose front
                is straight ahead.
        """
        seen_from = frame if frame in (None, "viewer", "world", "object") else self._only(frame)
        return self._then("relate", predicate, self._anchor(to), seen_from)

    def left_of(self, to: "Anchor", *, frame: "str | Anchor | None" = None) -> "Selection":
        """Those to the left of some of `to`."""
        return self.related("left_of", to, frame=frame)

    def right_of(self, to: "Anchor", *, frame: "str | Anchor | None" = None) -> "Selection":
        """Those to the right of some of `to`."""
        return self.related("right_of", to, frame=frame)

    def in_front_of(self, to: "Anchor", *, frame: "str | Anchor | None" = None) -> "Selection":
        """Those in front of some of `to`."""
        return self.related("in_front_of", to, frame=frame)

    def behind(self, to: "Anchor", *, frame: "str | Anchor | None" = None) -> "Selection":
        """Those behind some of `to`."""
        return self.related("behind", to, frame=frame)

    def on(self, to: "Anchor") -> "Selection":
        """Those on some of `to`."""
        return self.related("on", to)

    def under(self, to: "Anchor") -> "Selection":
        """Those under some of `to`, which stand on them."""
        return self.related("under", to)

    def above(self, to: "Anchor") -> "Selection":
        """Those above some of `to`, clear of them."""
        return self.related("above", to)

    def below(self, to: "Anchor") -> "Selection":
        """Those below some of `to`, clear of them."""
        return self.related("below", to)

    def inside(self, to: "Anchor") -> "Selection":
        """Those inside some of `to`."""
        return self.related("inside", to)

    def near(self, to: "Anchor") -> "Selection":
        """Those near some of `to`."""
        return self.related("near", to)

    def next_to(self, to: "Anchor") -> "Selection":
        """Those next to some of `to`."""
        return self.related("next_to", to)

    def between(self, first: "Anchor", second: "Anchor") -> "Selection":
        """Those between some of the first and some of the second."""
        return self._then("between", self._anchor(first), self._anchor(second))

    def same(self, key: str, other: "Anchor") -> "Selection":
        """Others with the same value of an attribute as one object."""
        return self._then("same", key, self._only(other))

    def nearest(self, to: "Anchor", *, rank: int = 1) -> "Selection":
        """The one nearest to some of `to`, or the second nearest."""
        return self._then("nearest", self._anchor(to), rank)

    def farthest(self, to: "Anchor", *, rank: int = 1) -> "Selection":
        """The one farthest from all of `to`."""
        return self._then("farthest", self._anchor(to), rank)

    def extreme(self, most: str, *, rank: int = 1) -> "Selection":
        """The "largest", "tallest", "leftmost", ... or, by rank, the second largest."""
        return self._then("extreme", most, rank)

    def __or__(self, other: "Selection") -> "Selection":
        return self._then("union", self._anchor(other))

    def __and__(self, other: "Selection") -> "Selection":
        return self._then("intersect", self._anchor(other))

    def __sub__(self, other: "Selection") -> "Selection":
        return self._then("difference", self._anchor(other))

    # --- answers ---

    @cached_property
    def answer(self) -> Answer:
        """The objects with what they rest on.

        Raises:
            QueryError: a step that cannot be taken in this scene; it is named.
        """
        return self._asked(self.program)

    @property
    def rows(self) -> np.ndarray:
        """Rows of the objects in the scene's columns, in their order.

        Raises:
            QueryError: as for `answer`.
        """
        value = self.answer.value
        return np.array(self.answer.rows[: 1 if isinstance(value, str) else len(value)], dtype=np.int64)

    def __iter__(self) -> Iterator[SceneObject]:
        return (self.scene.objects[row] for row in self.rows.tolist())

    def count(self) -> int:
        """How many there are for sure.

        Raises:
            QueryError: as for `answer`.
        """
        return len(self.rows)

    def exists(self) -> bool | None:
        """Whether there is one; None where it cannot be told.

        Raises:
            QueryError: as for `answer`.
        """
        found: bool | None = self._asked(call("exist", self.program)).value
        return found

    def one(self) -> SceneObject:
        """The only one.

        Raises:
            QueryError: none, or several, which are named.
        """
        return self.scene.objects[self._asked(self._single(self.program)).rows[0]]

    def _asked(self, program: Call) -> Answer:
        return execute(program, self.scene, lexicon=self.lexicon, rules=self.rules)

    # --- programs ---

    def _then(self, name: str, *arguments: object) -> "Selection":
        return replace(self, program=call(name, self.program, *arguments))

    def _anchor(self, ref: "Anchor") -> Call:
        if isinstance(ref, Selection):
            if ref.scene is not self.scene:
                raise QueryError(message("selection", "one of the same scene", "one of another scene"))
            return ref.program
        if isinstance(ref, SceneObject):
            return call("thing", ref.id)
        noun, mark, number = ref.partition("#")
        if not mark:
            return call("label", call("scene"), noun)
        if not number.isdecimal():
            raise QueryError(message("object id", "a whole number after #", repr(ref)))
        found = call("thing", int(number))
        return self._single(call("label", found, noun)) if noun.strip() else found

    def _only(self, ref: "Anchor") -> Call:
        return self._single(self._anchor(ref))

    @staticmethod
    def _single(program: Call) -> Call:
        return program if program.result == ONE else call("unique", program)


Anchor = str | SceneObject | Selection


def select(
    scene: SceneGraph,
    noun: str | None = None,
    *,
    lexicon: Lexicon | None = None,
    rules: RelationRules = DEFAULT_RULES,
) -> Selection:
    """Objects of a scene that may be called by a noun; all of them where it is left out."""
    everything = Selection(scene, lexicon=lexicon, rules=rules)
    return everything if noun is None else everything.labelled(noun)
