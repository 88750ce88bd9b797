"""describe: a scene graph as English, as a person would write it or one sentence per relation.

A text states only what the graph says, each fact once, and `Description` lists what it states as `parse` reads it.
Directions are the viewer's, or the world's where the graph has no camera. Numbers, margins and what a thing is like in
metres are not said; `outline` gives those.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..types import SceneGraph
from .naming import Names
from .telling import BACKGROUND, HOLDING, Amount, Told, amount, chosen, facts, order, worth_telling
from .text_graph import Triple
from .wording import listed, sentence, verb_phrase

NOTHING = "There is nothing."
_IS = "is "
_CLAUSES_MAX, _NAMES_MAX = 3, 5  # of one sentence; names of what the clauses relate its subject to


@dataclass(frozen=True)
class Description:
    """A text and what it states.

    Attributes:
        text: English.
        triples: (subject noun, predicate, object noun), each once in the order of the text, as `TextGraph.triples`.
        relations: rows of the scene's relations that it states, in the order of the text.
    """

    text: str
    triples: tuple[Triple, ...]
    relations: tuple[int, ...]

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class _Clause:
    """One predicate between one or more things and one or more others.

    Attributes:
        told: the relations that it states.
        subjects: rows of the scene's objects; those of one group are spoken of as a number.
        objects: rows; of `between` the two ends.
    """

    told: tuple[Told, ...]
    subjects: tuple[tuple[int, ...], ...]
    objects: tuple[int, ...]

    @property
    def verb(self) -> tuple[str, str]:
        """What stands between subjects and objects, for one subject and for several."""
        words = verb_phrase(self.told[0].predicate)
        return words or ("", "")


def describe(scene: SceneGraph, length: str = "medium") -> Description:
    """A paragraph: large things before what is on them, like things together, and nothing that follows from the rest.

    Args:
        scene: the graph to tell.
        length: "short" (the five most telling relations), "medium" (fifteen, and what else is there) or "long" (all
            that do not follow from others).

    Raises:
        InputError: another length.
    """
    much = amount(length)
    place = _places(order(scene))
    told = chosen(scene, worth_telling(facts(scene, place, much.tiers)), much)
    return _Writer(scene, place, much, plainly=length == "short").paragraph(told)


def sentences(scene: SceneGraph) -> Description:
    """One sentence for every fact of the graph: inverses and mirrored relations say the same, so one of them is told.

    Left out are relations in an object's own frame, and predicates that have no words.
    """
    place = _places(order(scene))
    writer = _Writer(scene, place, amount("long"), plainly=True)
    told = sorted(facts(scene, place), key=writer.when)
    return writer.text([(_Clause((one,), ((one.subject,),), one.things[1:]),) for one in told])


def _places(rows: Sequence[int]) -> list[int]:
    """The place of each row in the order."""
    out = [0] * len(rows)
    for place, row in enumerate(rows):
        out[row] = place
    return out


class _Writer:
    """Writes one text."""

    def __init__(self, scene: SceneGraph, place: Sequence[int], much: Amount, *, plainly: bool) -> None:
        self._names = Names(scene, plainly=plainly)
        self._place = place
        self._much = much
        self._group: dict[int, tuple[int, ...]] = {row: (row,) for row in range(len(place))}

    def paragraph(self, told: Sequence[Told]) -> Description:
        """The relations as sentences that hang together, then what else there is."""
        self._find_groups(told)
        return self.text(list(_joined(self._clauses(told))))

    def text(self, lines: Sequence[tuple[_Clause, ...]]) -> Description:
        """Each line as a sentence, and what they state; the clauses of a line share their subject."""
        told = [one for line in lines for clause in line for one in clause.told]
        sentences = [self._sentence(line) for line in lines]
        sentences += self._others({row for one in told for row in one.things})
        triples = [
            (self._noun(one.subject), one.predicate, self._noun(other)) for one in told for other in one.things[1:]
        ]
        rows = dict.fromkeys(one.row for one in told)
        return Description(" ".join(sentences) or NOTHING, tuple(dict.fromkeys(triples)), tuple(rows))

    def _noun(self, row: int) -> str:
        return self._names.noun(row, of_many=len(self._group[row]) > 1)

    def _find_groups(self, told: Sequence[Told]) -> None:
        """Like things of which the same is told, and to which nothing is related, are spoken of as a number."""
        said: dict[int, set[tuple[str, tuple[int, ...]]]] = {}
        for one in told:
            said.setdefault(one.subject, set()).add((one.predicate, one.things[1:]))
        targets = {row for one in told for row in one.things[1:]}
        for row in range(len(self._place)):
            like = self._names.like(row)
            same = all(said.get(other, set()) == said.get(row, set()) for other in like)
            if len(like) > 1 and same and self._names.countable(row) and not targets.intersection(like):
                self._group[row] = like

    def _clauses(self, told: Sequence[Told]) -> list[_Clause]:
        """What is on or in the same thing in one clause, and what one thing is near or left of in one."""
        parts: dict[tuple[object, ...], list[Told]] = {}
        for one in sorted(told, key=self.when):
            shared: object = one.object if one.predicate in HOLDING else self._group[one.subject]
            ends = None if one.third is None else one.things
            parts.setdefault((one.predicate, shared, ends, self.when(one)[0]), []).append(one)
        clauses = []
        for part in parts.values():
            subjects = dict.fromkeys(self._group[one.subject] for one in part)
            objects = dict.fromkeys(row for one in part for row in one.things[1:])
            clauses.append(_Clause(tuple(part), tuple(subjects), tuple(objects)))
        return clauses

    def when(self, one: Told) -> tuple[int, bool, int, int, str, list[int]]:
        """What to sort by: where the last of its things comes up, holders before what they hold."""
        places = [self._place[row] for row in one.things]
        held = one.predicate in HOLDING
        return places[1] if held else max(places), held, places[0], one.tier, one.predicate, places

    def _sentence(self, line: tuple[_Clause, ...]) -> str:
        first, *more = line
        subject = listed([self._named(group) for group in first.subjects])
        rows = [row for group in first.subjects for row in group]
        many = len(rows) > 1 or self._names.several(rows[0])
        said = [f"{first.verb[many]} {self._listed(first.objects)}"]
        said += [f"{clause.verb[0].removeprefix(_IS)} {self._listed(clause.objects)}" for clause in more]
        return sentence(f"{subject} {listed(said)}")

    def _named(self, group: tuple[int, ...], *, also: bool = False) -> str:
        return self._names.one(group[0], also=also) if len(group) == 1 else self._names.group(group)

    def _listed(self, rows: Sequence[int]) -> str:
        return listed([self._names.one(row) for row in rows])

    def _others(self, told: set[int]) -> Iterator[str]:
        """What no relation was told of: "There is also a lamp, two books and a vase."."""
        rows = sorted(set(self._group) - told, key=self._place.__getitem__)
        if self._much.others != math.inf:
            rows = [row for row in rows if self._names.noun(row) not in BACKGROUND]
        groups = list(dict.fromkeys(self._group[row] for row in rows))
        groups = groups[: int(min(self._much.others, len(groups)))]
        if groups:
            several = len(groups[0]) > 1 or self._names.several(groups[0][0])
            start = f"there {'are' if several else 'is'}{' also' if told else ''}"
            yield sentence(f"{start} {listed([self._named(group, also=True) for group in groups])}")


def _joined(clauses: Sequence[_Clause]) -> Iterator[tuple[_Clause, ...]]:
    """Neighbours about the same things in one line: "the lamp is on the desk, near the mug and next to the wall"."""
    line: list[_Clause] = []
    for clause in clauses:
        if line and not _may_follow(line, clause):
            yield tuple(line)
            line = []
        line.append(clause)
    if line:
        yield tuple(line)


def _may_follow(line: Sequence[_Clause], clause: _Clause) -> bool:
    """All say of the same things that they "are" somewhere, by others than the last clause, and by few in all."""
    same = line[0].subjects == clause.subjects and line[-1].objects != clause.objects
    few = len(line) < _CLAUSES_MAX and sum(len(one.objects) for one in (*line, clause)) <= _NAMES_MAX
    return same and few and all(one.verb[0].startswith(_IS) for one in (line[0], clause))
