"""Evidence: what a scene says of one name, one attribute or one pair, three-valued, with what was measured.

A relation that the graph states in the viewer's or the world's frame is true, and one of which it states the opposite
("right of") is false. Of others the rules decide, as `pairs` has it: false, or too close to call. In scenes of unknown
scale, and for predicates that only the graph knows ("ride"), what the graph looked for and did not find is false; what
it did not look for cannot be told.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from ..language.lexicon import Lexicon
from ..language.phrases import MEANS
from ..language.wording import plain
from ..relate import PREDICATES, SYMMETRIC, RelationRules
from ..relate.relate import DIRECTIONS
from ..types import FRAMES, SceneGraph
from ..types.predicates import OPPOSITES
from .columns import columns_of
from .extremes import extreme
from .operations import Context, between_two
from .pairs import Told, View, tell
from .unread import DENIAL, unknown_noun

BETWEEN = "between"
IS = "is"  # of two mentions that are one thing: "the largest thing is the bed"
NEARER, FARTHER = "nearer_than", "farther_than"  # from the viewer
UNDECIDED = 0.5  # the score of what cannot be told
_SPELLED = {"color": ("color", "colour"), "material": ("material",), "size": ("size",), "shape": ("shape",)}


@dataclass(frozen=True)
class Finding:
    """What is known of one statement about rows of a scene.

    Attributes:
        truth: True, False, or None where it cannot be told.
        score: in [0, 1], how sure it is that it holds.
        margin_m: by how much the threshold is cleared, negative where it is missed; NaN where nothing was measured.
        row: the scene's relation that states it, or the opposite; None for neither.
    """

    truth: bool | None
    score: float = UNDECIDED
    margin_m: float = math.nan
    row: int | None = None


NOT = Finding(False, 0.0)
UNKNOWN = Finding(None)
YES = Finding(True, 1.0)


def all_of(findings: Iterable[Finding]) -> Finding:
    """The least true of them, and of those the least sure."""
    return min(findings, key=_rank, default=YES)


def any_of(findings: Iterable[Finding]) -> Finding:
    """The truest of them, and of those the surest."""
    return max(findings, key=_rank, default=NOT)


def denied(finding: Finding) -> Finding:
    """The contrary."""
    truth = None if finding.truth is None else not finding.truth
    return replace(finding, truth=truth, score=1.0 - finding.score)


def _rank(finding: Finding) -> tuple[float, float]:
    return (0.5 if finding.truth is None else float(finding.truth), finding.score)


class Evidence:
    """One scene, asked about rows of its objects.

    Args:
        scene: the graph.
        lexicon: which nouns name which labels, and what adjectives are about.
        rules: thresholds, for what the graph does not state.
    """

    def __init__(self, scene: SceneGraph, lexicon: Lexicon, rules: RelationRules) -> None:
        self.scene = scene
        self._lexicon = lexicon
        self._rules = rules
        self._stated: dict[str, dict[tuple[int, int, int], int]] = {}
        self._found: dict[tuple[int, str, int, int], Finding] = {}
        self._context = Context(columns_of(scene, lexicon), rules)
        self._told: dict[tuple[str, int], Told] = {}
        self._middles: dict[tuple[int, int], tuple[np.ndarray, np.ndarray, np.ndarray]] = {}

    def named(self, row: int, noun: str) -> bool | None:
        """Whether the thing may be called so; None where its label only says a more general kind: a "vehicle" may be a
        car, a "table" a dining table."""
        if self._context.columns.named(noun)[row]:
            return True
        return None if self._lexicon.names(self.scene.objects.label[row], noun) else False

    def knows(self, noun: str) -> bool:
        """Whether the noun is a word."""
        return not unknown_noun(noun, self._lexicon)

    def attribute(self, row: int, word: str) -> Finding:
        """Whether the thing is so: "red", "wooden", "parked", "not red"."""
        if word.startswith(DENIAL):
            return denied(self.attribute(row, word.removeprefix(DENIAL)))
        label = plain(self.scene.objects.label[row])
        if set(word.split("-")) <= set(label.replace("-", " ").split()):
            return YES
        carried = self.scene.objects.attributes[row]
        kind, normal = self.about(word), self._lexicon.normal(word)
        if kind is None:
            same = any(isinstance(value, str) and self._lexicon.normal(value) == normal for value in carried.values())
            known = carried.get(word)
            return YES if same or known is True else NOT if known is False else UNKNOWN
        value = self.carried(row, kind)
        if value is None:
            return UNKNOWN
        parts = _parts(carried.get("colors")) if kind == "color" else []
        return YES if normal in map(self._lexicon.normal, [value, *parts]) else NOT

    def about(self, word: str) -> str | None:
        """What an adjective is about: "color", "material", "size", "shape", or None."""
        return self._lexicon.kind_of(word)

    def carried(self, row: int, kind: str) -> str | None:
        """The thing's attribute of that kind, as the scene has it."""
        attributes = self.scene.objects.attributes[row]
        return next((attributes[key] for key in _SPELLED[kind] if isinstance(attributes.get(key), str)), None)

    def relation(self, subject: int, predicate: str, object: int, third: int | None = None) -> Finding:
        """Whether the predicate, or another one that people mean by it, holds."""
        if predicate == IS:
            return YES if subject == object else NOT
        if subject in (object, third) or object == third:
            return NOT
        if predicate in (NEARER, FARTHER):
            first, second = (subject, object) if predicate == NEARER else (object, subject)
            near = extreme(self.scene, first, "nearest", [second]) if self.scene.camera is not None else None
            return UNKNOWN if near is None else YES if near else NOT
        meanings = MEANS.get(predicate, (predicate,))
        return any_of(self._relation(subject, name, object, third) for name in meanings)

    def _relation(self, subject: int, predicate: str, object: int, third: int | None) -> Finding:
        key = subject, predicate, object, -1 if third is None else third
        if key not in self._found:
            self._found[key] = self._from_graph(*key) or self._from_rules(*key)
        return self._found[key]

    def _from_graph(self, subject: int, predicate: str, object: int, third: int) -> Finding | None:
        """What the graph states: the relation, a mirror image of it, or the opposite."""
        same = [(subject, object, third)]
        if third >= 0:
            same.append((subject, third, object))
        elif predicate in SYMMETRIC:
            same.append((object, subject, third))
        row = self._row(predicate, same)
        if row is None and predicate in OPPOSITES:
            row = self._row(OPPOSITES[predicate], [(object, subject, third)])
        if row is not None:
            relations = self.scene.relations
            return Finding(True, float(relations.score[row]), float(relations.margin_m[row]), row)
        contrary = self._row(predicate, [(object, subject, third)]) if predicate not in SYMMETRIC else None
        if contrary is None or predicate not in PREDICATES:
            return None
        return Finding(False, 1.0 - float(self.scene.relations.score[contrary]), row=contrary)

    def _row(self, predicate: str, keys: Iterable[tuple[int, int, int]]) -> int | None:
        stated = self._rows(predicate)
        return next((stated[key] for key in keys if key in stated), None)

    def _rows(self, predicate: str) -> dict[tuple[int, int, int], int]:
        """Rows of the graph's relations with that predicate, by subject, object and third; the surest where many."""
        if predicate not in self._stated:
            relations = self.scene.relations
            rows = np.empty(0, dtype=np.int64)
            if predicate in relations.predicates:
                code = relations.predicates.index(predicate)
                rows = np.flatnonzero((relations.code == code) & (relations.frame_code != FRAMES.index("object")))
                rows = rows[np.argsort(relations.score[rows], kind="stable")]
            columns = (relations.subject[rows], relations.object[rows], relations.third[rows])
            keys = zip(*(column.tolist() for column in columns), strict=True)
            self._stated[predicate] = dict(zip(keys, rows.tolist(), strict=True))
        return self._stated[predicate]

    def _from_rules(self, subject: int, predicate: str, object: int, third: int) -> Finding:
        """What the rules say of a relation that the graph does not state."""
        if self.scene.scale != "metric" or predicate not in PREDICATES:
            names = self.scene.relations.predicates
            return NOT if predicate in names or OPPOSITES.get(predicate) in names else UNKNOWN
        if predicate == BETWEEN:
            return UNKNOWN if third < 0 else self._between(subject, object, third)
        if (predicate, object) not in self._told:
            rows, columns = np.arange(len(self.scene.objects)), self._context.columns
            view = View("viewer") if predicate in DIRECTIONS else View()
            self._told[predicate, object] = tell(columns, self._rules, (predicate,), rows, np.array([object]), view)
        told = self._told[predicate, object]
        truth = _truth(bool(told.true[subject, 0]), bool(told.open[subject, 0]))
        return Finding(truth, float(told.score[subject, 0]), float(told.margin[subject, 0]))

    def _between(self, middle: int, first: int, second: int) -> Finding:
        ends = min(first, second), max(first, second)
        if ends not in self._middles:
            everything = np.ones(len(self.scene.objects), dtype=bool)
            self._middles[ends] = between_two(self._context, everything, *ends)[:3]
        true, open_, score = self._middles[ends]
        return Finding(_truth(bool(true[middle]), bool(open_[middle])), float(score[middle]))


def _truth(true: bool, undecided: bool) -> bool | None:
    return None if undecided else true


def _parts(colors: Any) -> list[str]:
    """Names of "colors", which lists [name, share] or names."""
    if not isinstance(colors, list | tuple):
        return []
    names = [one[0] if isinstance(one, list | tuple) and one else one for one in colors]
    return [name for name in names if isinstance(name, str)]
