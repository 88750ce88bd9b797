"""Entities: the things that a text speaks of, and which words speak of the same one.

Two mentions are one thing where grammar says so: a pronoun, or a definite noun phrase ("the cup") after an earlier
mention with the same head and number and no attribute that contradicts; of several such, the nearest of those with the
very noun and attributes. "A dog ... a dog" are two.
"""

from collections.abc import Collection
from dataclasses import dataclass

from . import words as w
from .chunks import NounPhrase
from .lexicon import default_lexicon
from .text_graph import Mention

_HE = frozenset(("he", "him", "his", "himself"))
REACH = 40  # mentions that a pronoun or a definite phrase looks back over


@dataclass(slots=True)
class Entity:
    """A mention that still grows."""

    noun: str
    head: str
    attributes: list[str]
    count: int | None
    start: int
    end: int

    @property
    def person(self) -> bool:
        """It is a human being."""
        return self.head in w.PERSONS

    @property
    def animate(self) -> bool:
        """It is a human being or an animal."""
        return self.head in w.PERSONS or self.head in w.ANIMALS


class Entities:
    """The mentions of a text, by id."""

    def __init__(self) -> None:
        self.all: list[Entity] = []
        self.groups: list[tuple[int, ...]] = []
        self.subjects: list[tuple[int, ...]] = []
        self.owned: dict[tuple[tuple[int, ...], str], int] = {}  # by the owners that a pronoun speaks of, and the noun
        self._by_head: dict[str, list[int]] = {}

    def mentions(self) -> tuple[Mention, ...]:
        """The mentions as `TextGraph` has them."""
        return tuple(
            Mention(k, e.noun, tuple(e.attributes), e.count, e.head, e.start, e.end) for k, e in enumerate(self.all)
        )

    def add(self, phrase: NounPhrase) -> int:
        """A new thing."""
        attributes = list(dict.fromkeys(phrase.attributes))
        entity = Entity(phrase.noun, phrase.head, attributes, phrase.count, phrase.start, phrase.end)
        self.all.append(entity)
        self._by_head.setdefault(phrase.head, []).append(len(self.all) - 1)
        return len(self.all) - 1

    def like(self, known: int, phrase: NounPhrase, count: int | None) -> int:
        """A new thing of the kind of a known one: "another", "a black one", "one of them"."""
        kind = self.all[known]
        return self.add(NounPhrase(kind.noun, kind.head, phrase.attributes, count, start=phrase.start, end=phrase.end))

    def animate(self, ids: Collection[int]) -> bool:
        """Whether one of these is."""
        return any(self.all[k].animate for k in ids)

    def heads(self, ids: Collection[int], among: Collection[str]) -> bool:
        """Whether one of these has its head among the given words."""
        return any(self.all[k].head in among for k in ids)

    def several(self, ids: Collection[int]) -> bool:
        """Whether these are more than one thing."""
        return len(ids) > 1 or any(self.all[k].count != 1 or self.all[k].noun in w.COLLECTIVES for k in ids)

    def has_part(self, k: int, part: str) -> bool:
        """Whether such a part is known to belong to things of this kind."""
        entity, lexicon = self.all[k], default_lexicon()
        if entity.person or entity.count != 1:
            return False
        if entity.animate and part in w.BODY:
            return True
        noun = entity.noun if lexicon.knows(entity.noun) else entity.head
        return any(part in parts and lexicon.names(kind, noun) for kind, parts in w.PARTS.items())

    def kind_of_one(self, phrase: NounPhrase) -> int:
        """Of what "the smallest one" is, one of several, and what kind "a black one" is."""
        recent = self.groups[: -REACH - 1 : -1]
        kinds = {default_lexicon().kind_of(word) for word in phrase.attributes} - {None}
        if phrase.determiner == "the":
            fitting = (group for group in recent if self.several(group))
        else:
            fitting = (group for group in recent if kinds & self._kinds(group))
        return next(fitting, recent[0])[0]

    def _kinds(self, group: tuple[int, ...]) -> set[str | None]:
        """What the attributes of some things are about: "color"."""
        return {default_lexicon().kind_of(word) for k in group for word in self.all[k].attributes}

    def latest_kind(self) -> tuple[int, ...]:
        """Of what "one" and "the other" are: the nearest of several, subjects first, else the last subject."""
        subjects, groups = self.subjects[: -REACH - 1 : -1], self.groups[: -REACH - 1 : -1]
        known = [group for group in (*subjects, *groups) if group]
        counted = (group for group in known if len(group) > 1 or (self.all[group[0]].count or 0) > 1)
        return next(counted, next(iter(known), ()))

    def definite(self, phrase: NounPhrase, exclude: Collection[int]) -> int | None:
        """The earlier mention that a definite noun phrase takes up."""
        if not phrase.noun or "other" in phrase.attributes:
            return None
        said = set(phrase.attributes)
        one_form = phrase.count is None and phrase.head in w.INVARIANT_PLURALS
        fitting = [
            k
            for k in reversed(self._by_head.get(phrase.head, [])[-REACH:])
            if k not in exclude
            and _same_noun(self.all[k].noun, phrase.noun)
            and (_same_number(self.all[k].count, phrase.count) or one_form)
            and (said <= set(self.all[k].attributes) or not self.all[k].attributes)
        ]
        if not fitting:
            return None
        best = min(fitting, key=lambda k: (self.all[k].noun != phrase.noun, not said <= set(self.all[k].attributes)))
        self.describe((best,), phrase.attributes)
        return best

    def describe(self, ids: Collection[int], attributes: Collection[str]) -> None:
        """More attributes of known things."""
        for k in ids:
            known = self.all[k].attributes
            known.extend(a for a in attributes if a not in known)

    def antecedent(
        self, pronoun: str, exclude: Collection[int], host: tuple[int, ...] = (), prefer_animate: bool = False
    ) -> tuple[int, ...]:
        """What a pronoun speaks of: the host where it fits, else the nearest group that does; empty if none."""
        barred = frozenset(exclude)
        recent = [group for group in reversed(self.groups[-REACH:]) if not barred.intersection(group)]
        candidates = ([host] if host and not barred.intersection(host) else []) + recent
        fitting = [group for group in candidates if self.fits(pronoun, group)]
        if prefer_animate:
            fitting.sort(key=lambda group: not self.animate(group))
        elif pronoun in w.PERSON_PRONOUNS:
            sex = w.MALE if pronoun in _HE else w.FEMALE
            fitting.sort(key=lambda group: (self.all[group[0]].head not in sex, not self.all[group[0]].person))
        return fitting[0] if fitting else ()

    def fits(self, pronoun: str, group: tuple[int, ...]) -> bool:
        """Whether a pronoun can speak of these."""
        if not group:
            return False
        if pronoun in w.PLURAL_PRONOUNS:
            return self.several(group)
        if pronoun in w.PERSON_PRONOUNS:
            head = self.all[group[0]].head
            other = w.FEMALE if pronoun in _HE else w.MALE
            single = len(group) == 1 and self.all[group[0]].count == 1
            return single and self.all[group[0]].animate and head not in other
        if pronoun == "who":
            return True
        return len(group) == 1 and not self.all[group[0]].person and self.all[group[0]].count == 1


def _same_noun(known: str, said: str) -> bool:
    return known == said or known.endswith(" " + said) or said.endswith(" " + known)


def _same_number(known: int | None, said: int | None) -> bool:
    return known == said or (known != 1 and said != 1 and (known is None or said is None))
