"""Answer: what a program says of a scene, and what it rests on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ..types import SceneGraph, SceneObject


@dataclass(frozen=True, eq=False)
class Answer:
    """The answer to one question.

    Attributes:
        value: plain values: true, false or None (cannot be told) for a question of yes or no, a number, text, the name
            of one object ("chair#3"), a list of names, or for a direction {"bearing_rad", "clock_hour",
            "elevation_rad", "words"}, as in `types.Direction`. None also where a number or a text is not defined.
        unit: "m" or "m3" of a number that was measured in a metric scene, "scene units" in one of relative scale, None
            of what has no unit.
        rows: the objects that the value is about, surest first where they were chosen, then those that it rests on:
            rows of the scene's objects.
        relations: the relations that it rests on, rows of the scene's relations.
        confidence: in [0, 1]. An answer is as sure as the least sure of what it needs: the scores of its objects and
            of the relations that hold between them (the surest of them, where one would do); a "no" is as sure as its
            strongest contrary is not. 0 where `value` is None.
        evidence: numbers that were measured on the way, such as "center_m", the distance of the centres.
        note: why the value is None, or what it leaves out; "" for nothing to say.
        undefined: why an empty list or a count of 0 means that nothing can be told; "" where it means none.
        program: what was asked, as text that `parse_program` reads.
        scene: that was asked.
    """

    value: Any
    program: str
    scene: SceneGraph = field(repr=False)
    unit: str | None = None
    rows: tuple[int, ...] = ()
    relations: tuple[int, ...] = ()
    confidence: float = 1.0
    evidence: Mapping[str, float] = field(default_factory=dict)
    note: str = ""
    undefined: str = ""

    @property
    def objects(self) -> tuple[SceneObject, ...]:
        """The objects of `rows`."""
        return tuple(self.scene.objects[row] for row in self.rows)

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as `scenegraph3d ask --json` prints them."""
        return {
            "value": self.value,
            "unit": self.unit,
            "objects": [{"id": thing.id, "label": thing.label} for thing in self.objects],
            "confidence": self.confidence,
            "program": self.program,
        }
