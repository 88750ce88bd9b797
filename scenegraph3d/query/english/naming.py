"""Naming: which things the words before and in a noun pick out: "large red coffee table", "other rubber things"."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from ...language.lexicon import Lexicon
from ...language.morphology import word_of
from ...language.nearness import Nearness
from ...types import SceneGraph
from ..program import Call, call
from .units import UNITS
from .vocabulary import NO_THINGS, PEOPLE

SCENE = call("scene")
ANYTHING = ("anything", "something", "everything", "nothing")
PERSON = "person"
_LENGTHS = UNITS.keys() - {"yard", "yards", "foot", "feet"}


@dataclass(frozen=True)
class Named:
    """What a noun with its adjectives picks out.

    Attributes:
        things: the set.
        noun: as it was looked up.
        bare: there are no adjectives.
    """

    things: Call
    noun: str
    bare: bool


@dataclass(frozen=True)
class Nouns:
    """The nouns of one scene.

    Attributes:
        scene: whose labels are known.
        lexicon: of other names for them.
        nearness: of meaning, for nouns that nothing has and the lexicon does not know; None for no encoder.
        taken: names of several words that nothing has, and the last word, for which they were taken.
        near: nouns that were asked of `nearness`, and what it said.
    """

    scene: SceneGraph
    lexicon: Lexicon
    nearness: Nearness | None = None
    taken: dict[str, str] = field(default_factory=dict)
    near: dict[str, tuple[str, float] | None] = field(default_factory=dict)

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """The scene's distinct labels."""
        return tuple(dict.fromkeys(self.scene.objects.label))

    def read(self, words: Sequence[str]) -> Named | int:
        """What the words pick out, or the place in them of the first that is not understood."""
        adjectives = 0
        while adjectives < len(words) - 1 and self.lexicon.kind_of(words[adjectives]):
            adjectives += 1
        for start in range(adjectives + 1):  # "orange juice" before "orange" and "juice"
            if self._is_here(" ".join(words[start:])):
                return self._named(words[:start], " ".join(words[start:]))
        rest = words[adjectives:]
        whole = " ".join(rest)
        unknown = next(
            (i for i, word in enumerate(rest[:-1]) if not (self.lexicon.knows(word) or _is_noun(word))), None
        )
        if unknown is not None:
            return adjectives + unknown
        if self.lexicon.kind_of(rest[-1]) and not self.lexicon.knows(whole):
            return len(words) - 1
        if not self._is_here(rest[-1]):
            if rest[-1] in NO_THINGS or rest[-1] in _LENGTHS:
                return len(words) - 1
            known = self.lexicon.knows(whole) or self.lexicon.knows(rest[-1])
            near = None if known else self._nearest(whole)
            if near is not None:
                return self._named(words[:adjectives], near[0])
            known = known or _is_noun(rest[-1])
            return self._named(words[:adjectives], whole) if known else len(words) - 1
        self.taken[whole] = rest[-1]
        return self._named(words[:adjectives], rest[-1])

    def of(self, words: Sequence[str]) -> tuple[str, str] | None:
        """An adjective's kind and normal form: ("color", "red"); None for what is none."""
        kind = self.lexicon.kind_of(" ".join(words))
        return (kind, self.lexicon.normal(" ".join(words))) if kind else None

    def _is_here(self, noun: str) -> bool:
        return noun in ANYTHING or noun in PEOPLE or any(self.lexicon.names(noun, label) for label in self.labels)

    def _nearest(self, noun: str) -> tuple[str, float] | None:
        """The label that is nearest in meaning, and how near."""
        if self.nearness is not None and noun not in self.near:
            self.near[noun] = self.nearness.nearest(noun, self.labels)
        return self.near.get(noun)

    def _named(self, adjectives: Sequence[str], noun: str) -> Named:
        things = SCENE if noun in ANYTHING else call("label", SCENE, PERSON if noun in PEOPLE else noun)
        told = [self.of([word]) for word in adjectives]
        for of_size in (False, True):
            for one in told:
                if one is not None and (one[0] == "size") == of_size:
                    things = with_value(things, *one)
        return Named(things, noun, not adjectives and noun not in ANYTHING and noun not in PEOPLE)


def with_value(things: Call, key: str, value: str) -> Call:
    """Those of a set that an adjective is true of."""
    return call("size", things, value) if key == "size" else call("attribute", things, key, value)


def _is_noun(word: str) -> bool:
    form = word_of(word)
    return bool(form.noun) and form.known
