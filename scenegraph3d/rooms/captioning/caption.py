"""Captions: what a person might say of a picture of a room, in English, with exactly what each sentence claims.

A caption says nothing that is not in the scene's truth, of things that can be seen, and names no thing in a way that
fits two. Directions are the viewer's. Things of the truth of which no name fits one alone are spoken of as a number
("three mugs") or not at all.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from ...errors import InputError, message
from ...types import SceneGraph
from ..truth import truth
from ..world.room import Room
from .facts import Fact, Facts, facts, shared_facts
from .mentions import Mentions
from .sentences import Speaker
from .wording import Attribute, Said, Triple, joined, listed, say, sentence

DETAILS = ("short", "medium", "full")
_OPENERS = (
    "this is a room with {things}",
    "an indoor scene with {things}",
    "the picture shows {things}",
    "the scene contains {things}",
    "in this room you can see {things}",
    "a room with {things}",
    "we see {things}",
)
_ALONE = (
    "{thing}",
    "{thing}",
    "there is {thing}",
    "a room with {thing}",
    "a picture of {thing}",
    "you can see {thing}",
)
_SEVERAL = ("{things}", "there are {things}", "a room with {things}", "you can see {things}")
_GLUE = (" and ", ", and ", "; ", ", while ")


@dataclass(frozen=True)
class Caption:
    """A text and what it claims; things are ids, as in the scene's `objects.id`.

    Attributes:
        text: English.
        detail: one of DETAILS.
        objects: the things that it mentions, in the order of the text.
        triples: (subject, predicate, object), as it says them, predicates of `relate`, directions the viewer's.
        attributes: (thing, "color" or "material", value).
    """

    text: str
    detail: str
    objects: tuple[int, ...]
    triples: tuple[Triple, ...]
    attributes: tuple[Attribute, ...]


@dataclass(frozen=True)
class Style:
    """How captions are made.

    Attributes:
        each: captions of each detail that `captions` gives.
        definite_share: part of the captions that say "the" from the start.
        statements: fewest and most of a medium caption.
        full_facts: most relations of a full caption.
        look_share: chance that a medium caption's next statement is about color or material.
        phrase_share: chance that a short caption, or a medium one's first sentence, has no verb.
        alone_share: chance that a short caption is of one thing alone, or of a number of like ones.
        joined_share: chance that a medium caption's first two statements are one sentence.
        both_share: chance that two facts of the same thing are one sentence, where a medium caption begins with them.
        bare_share: chance that a short caption has neither capital nor full stop.
    """

    each: int = 2
    definite_share: float = 0.3
    statements: tuple[int, int] = (2, 3)
    full_facts: int = 8
    look_share: float = 0.25
    phrase_share: float = 0.5
    alone_share: float = 0.15
    joined_share: float = 0.35
    both_share: float = 0.5
    bare_share: float = 0.15


DEFAULT_STYLE = Style()


def captions(room: Room, seed: int, style: Style = DEFAULT_STYLE) -> tuple[Caption, ...]:
    """Captions of a room at each level of detail, short ones first; other seeds give other words.

    Args:
        room: what to describe, as its own camera sees it.
        seed: a whole number of at least 0.
        style: how many, and what they are like.

    Raises:
        MissingExtraError: torch is not installed.
    """
    scene = truth(room)
    known = facts(scene)
    kinds = [detail for detail in DETAILS for _ in range(style.each)]
    return tuple(_written(scene, known, seed * len(kinds) + k, detail, style) for k, detail in enumerate(kinds))


def caption(scene: SceneGraph, seed: int, detail: str = "medium", style: Style = DEFAULT_STYLE) -> Caption:
    """One caption of the truth of a room.

    Args:
        scene: what `truth` gave.
        seed: a whole number of at least 0.
        detail: "short": the main thing, a number of things or one relation; "medium": two or three statements;
            "full": all main things with attributes, numbers and relations.
        style: what captions are like.

    Raises:
        InputError: another detail, or a scene that is not the truth of a room.
    """
    if detail not in DETAILS:
        raise InputError(message("detail", f"one of {', '.join(DETAILS)}", repr(detail)))
    for thing in scene.objects:
        missing = [key for key in ("color", "material", "visibility") if key not in thing.attributes]
        if missing:
            raise InputError(message(f"attributes of {thing}", "color, material and visibility", f"no {missing[0]}"))
    return _written(scene, facts(scene), seed, detail, style)


def _written(scene: SceneGraph, known: Facts, seed: int, detail: str, style: Style) -> Caption:
    if not len(scene.objects):
        return Caption("An empty room.", detail, (), (), ())
    seed_of_room = int(scene.source.get("rooms", {}).get("seed", 0))
    writer = _Writer(scene, known, np.random.default_rng([seed, seed_of_room, DETAILS.index(detail)]), style)
    makers = {"short": writer.short, "medium": writer.medium, "full": writer.full}
    said = joined(makers[detail]())
    ids = scene.objects.id.tolist()
    return Caption(
        said.text,
        detail,
        tuple(ids[row] for row in said.objects),
        tuple((ids[a], predicate, ids[b]) for a, predicate, b in said.triples),
        tuple((ids[row], key, value) for row, key, value in said.attributes),
    )


class _Writer:
    """Writes one caption; each level of detail gives its sentences."""

    def __init__(self, scene: SceneGraph, known: Facts, rng: np.random.Generator, style: Style) -> None:
        self._phrase = bool(rng.random() < style.phrase_share)
        definite = not self._phrase and bool(rng.random() < style.definite_share)
        self._names = Mentions(scene, known, rng, definite=definite)
        self._speaker = Speaker(self._names, scene.objects.front_known.tolist(), known.sayable, rng)
        self._rng = rng
        self._style = style
        self._main = known.main or (0,)
        able = [self._names.nameable(row) for row in range(len(scene.objects))]
        singles = [fact for fact in known.single if able[fact.object] and able[fact.subjects[0]]]
        counted = [fact for fact in known.counted if able[fact.object]]
        self._facts = [*singles, *counted, *shared_facts(singles)]
        self._told: set[tuple[int, str]] = set()

    def short(self) -> list[Said]:
        """The main thing, a number of things, or one relation."""
        rng = self._rng
        alone = not self._facts or rng.random() < self._style.alone_share
        said = self._alone() if alone else self._first(self._drawn(self._facts))
        bare = (alone or self._phrase) and rng.random() < self._style.bare_share
        return [said if bare else sentence(said)]

    def medium(self) -> list[Said]:
        """Two or three statements that hang together."""
        rng, style = self._rng, self._style
        count = int(rng.integers(style.statements[0], style.statements[1] + 1))
        if not self._facts:
            return [sentence(said) for said in (self._noted(self._alone()), *self._looks(self._main, count - 1))]
        told = [self._drawn(self._facts)]
        said = self._opening(told)
        sentences, topic = [said], self._topic(told[0], said)
        joint = not self._phrase and rng.random() < style.joined_share
        while len(sentences) < count:
            following = self._following(told)
            looks = self._looks(said.objects, 1) if rng.random() < style.look_share or not following else []
            if looks:
                said, topic = looks[0], None
                joint = joint and len(sentences) > 1
            elif following:
                told.append(self._drawn(following))
                said = self._next(told[-1], topic)
                topic = self._topic(told[-1], said)
            else:
                break
            sentences.append(said)
        if joint and len(sentences) > 1:
            sentences[:2] = [joined(sentences[:2], _GLUE[rng.integers(len(_GLUE))])]
        return [sentence(said) for said in sentences]

    def full(self) -> list[Said]:
        """All main things with attributes and numbers, then relations of each, then what was not said of them."""
        rng = self._rng
        opener = _OPENERS[rng.integers(len(_OPENERS))]
        sentences = [self._noted(say(opener, things=listed(self._introductions())))]
        topic: int | None = None
        for fact in self._spanning():
            said = self._next(fact, topic)
            topic = self._topic(fact, said)
            sentences.append(said)
        for label in dict.fromkeys(self._names.labels[row] for row in self._main):
            rows = self._labelled(label)
            told = any((row, key) in self._told for row in rows for key in ("color", "material"))
            said_of_all = self._speaker.alike(rows) if len(rows) > 1 and not told else None
            sentences += [self._noted(said_of_all)] if said_of_all else []
        plain = [row for row in self._main if (row, "color") not in self._told]
        return [sentence(said) for said in (*sentences, *self._looks(plain, len(plain)))]

    def _drawn(self, facts: Sequence[Fact]) -> Fact:
        weights = np.array([fact.weight for fact in facts])
        return facts[self._rng.choice(len(facts), p=weights / weights.sum())]

    def _noted(self, said: Said) -> Said:
        self._told |= {(row, key) for row, key, _ in said.attributes}
        return said

    def _labelled(self, label: str) -> list[int]:
        return [row for row, other in enumerate(self._names.labels) if other == label]

    def _first(self, fact: Fact) -> Said:
        """The first sentence, with or without a verb."""
        said = self._speaker.phrase(fact) if self._phrase else self._speaker.clause(fact)
        return self._noted(said)

    def _opening(self, told: list[Fact]) -> Said:
        """The first sentence of several; where it says two facts in one, the second is added to `told`."""
        (fact,) = told
        pairs = _pairs(told)
        second = [other for other in self._facts if other.subjects == fact.subjects and not _pairs([other]) & pairs]
        if self._phrase or fact.counted or not second or self._rng.random() > self._style.both_share:
            return self._first(fact)
        told.append(self._drawn(second))
        return self._noted(self._speaker.both(*told))

    def _next(self, fact: Fact, topic: int | None) -> Said:
        """A sentence after another one that was about `topic`."""
        if fact.subjects == (topic,) and self._rng.random() < 0.5:
            return self._noted(self._speaker.it(fact))
        if self._rng.random() < self._style.look_share / 2 and (fact.subjects[0], "color") not in self._told:
            said = self._speaker.looks_at_place(fact)
            if said is not None:
                return self._noted(said)
        return self._noted(self._speaker.clause(fact))

    def _topic(self, fact: Fact, said: Said) -> int | None:
        """What "it" would be in the sentence after `said`."""
        plain = said.text.startswith(("a ", "an ", "the ", "it ", "there is "))
        return said.objects[0] if plain and len(fact.subjects) == 1 else None

    def _following(self, told: Sequence[Fact]) -> list[Fact]:
        """Facts that share a thing with what was told, and no pair."""
        things = frozenset().union(*(fact.things for fact in told))
        pairs = _pairs(told)
        return [fact for fact in self._facts if fact.things & things and not _pairs([fact]) & pairs]

    def _alone(self) -> Said:
        """The main thing by itself, or like things by their number."""
        rng, names = self._rng, self._names
        row = self._main[int(rng.integers(min(3, len(self._main))))]
        like = self._labelled(names.labels[row])
        if not names.distinct(row) or (len(like) > 1 and rng.random() < 0.5):
            return say(_SEVERAL[rng.integers(len(_SEVERAL))], things=names.counted(like, None))
        thing = names.introduced(row) if rng.random() < 0.5 else names.one(row, "a")
        return say(_ALONE[rng.integers(len(_ALONE))], thing=thing)

    def _looks(self, rows: Sequence[int], most: int) -> list[Said]:
        """What up to so many of the things are like."""
        out: list[Said] = []
        for row in rows:
            if len(out) == most:
                break
            told = frozenset(key for key in ("color", "material") if (row, key) in self._told)
            said = self._speaker.look(row, told) if self._names.nameable(row) else None
            out += [self._noted(said)] if said is not None else []
        return out

    def _introductions(self) -> list[Said]:
        """The main things, like ones together: "a red chair", "two lamps"."""
        rng, names = self._rng, self._names
        out: list[Said] = []
        for label in dict.fromkeys(names.labels[row] for row in self._main):
            rows = self._labelled(label)
            if all(names.distinct(row) for row in rows) and (len(rows) == 1 or rng.random() < 0.5):
                out += [names.introduced(row) if rng.random() < 0.6 else names.one(row, "a") for row in rows]
            else:
                out.append(names.counted(rows, None))
        return out

    def _spanning(self) -> list[Fact]:
        """Facts by which each main thing is related to something, the weightiest first."""
        left = set(self._main)
        told: list[Fact] = []
        for fact in sorted(self._facts, key=lambda fact: fact.weight * self._rng.uniform(0.5, 1), reverse=True):
            fresh = left & set(fact.subjects) or (left & fact.things and len(told) < 2)
            if len(told) < self._style.full_facts and fresh and not _pairs([fact]) & _pairs(told):
                told.append(fact)
                left -= set(fact.subjects)
        return told


def _pairs(facts: Sequence[Fact]) -> set[frozenset[int]]:
    return {frozenset((row, fact.object)) for fact in facts for row in fact.subjects}
