"""Reading: a question as words with a cursor, and what was found at each place, so that nothing is read twice."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from ...language.phrases import MEANS, PHRASES, Meaning
from ...language.tokens import Token
from ...types.predicates import OPPOSITES, PREDICATES

LONGEST_PHRASE = 7  # words
COMPARED = ("higher than", "lower than")  # are no places in questions: they compare heights
MOST_FOR_AN_END = 3  # readings of one stretch of words
Found = TypeVar("Found")


@dataclass
class Words:
    """The words of one question.

    Attributes:
        tokens: as written.
        lower: in lower case.
        farthest: the first place that no reading understood.
        unsaid: what no predicate of the library says, by its place.
    """

    tokens: Sequence[Token]
    lower: tuple[str, ...]
    farthest: int = 0
    unsaid: dict[int, str] = field(default_factory=dict)

    def at(self, place: int) -> str:
        """The word at a place; "" beyond the end."""
        return self.lower[place] if place < len(self.lower) else ""

    def reached(self, place: int) -> int:
        """The place, which was understood so far."""
        self.farthest = max(self.farthest, place)
        return place

    def past(self, place: int, *words: str) -> int | None:
        """The place after these words, where they stand; None where others do."""
        stop = place + len(words)
        return self.reached(stop) if self.lower[place:stop] == words else None

    def past_one_of(self, place: int, words: frozenset[str] | Sequence[str]) -> int | None:
        """The place after one of the words."""
        return self.reached(place + 1) if self.at(place) in words else None

    def past_any(self, place: int, choices: Sequence[Sequence[str]]) -> int | None:
        """The place after the first of several sequences of words that stands there."""
        found = (self.past(place, *words) for words in choices)
        return next((end for end in found if end is not None), None)

    def between(self, start: int, stop: int) -> str:
        """The words of a stretch as one text."""
        return " ".join(self.lower[start:stop])

    def skipped(self, place: int, words: frozenset[str]) -> int:
        """The place after all words of a kind."""
        while self.at(place) in words:
            place += 1
        return self.reached(place)

    def phrase(self, place: int) -> Iterator[tuple[Meaning, int]]:
        """The phrases of places that begin here, the longest first."""
        for stop in range(min(place + LONGEST_PHRASE, len(self.lower)), place, -1):
            said = " ".join(self.lower[place:stop])
            meaning = PHRASES.get(said) if said not in COMPARED else None
            if meaning is not None and meaning.predicate in PREDICATES:
                yield meaning, self.reached(stop)
            elif meaning is not None:
                self.unsaid[place] = said
        sloppy = self.at(place) in ("left", "right") and self.at(place + 1) in ("the", "a", "it", "that", "this")
        if sloppy:
            yield Meaning(f"{self.at(place)}_of"), self.reached(place + 1)


def meant(meaning: Meaning) -> tuple[str, ...]:
    """The predicates of which one must hold, said of (subject, object)."""
    asked = MEANS.get(meaning.predicate, (meaning.predicate,))
    return tuple(inverse(name) for name in asked) if meaning.swapped else asked


def inverse(predicate: str) -> str:
    """What holds of (b, a) where the predicate holds of (a, b)."""
    return OPPOSITES.get(predicate, predicate)


def shortest(rows: Sequence[tuple[Found, int]]) -> list[tuple[Found, int]]:
    """What was found, the shortest first, those of one length in their order."""
    return sorted(rows, key=lambda row: row[1])


def each_end(
    read: Callable[[int], Iterator[tuple[Found, int]]], memory: dict[int, list[tuple[Found, int]]], place: int
) -> list[tuple[Found, int]]:
    """What `read` finds at a place, the first few for each end, found once."""
    if place not in memory:
        memory[place] = []
        ends: dict[int, list[Found]] = {}
        for found, end in read(place):
            have = ends.setdefault(end, [])
            if len(have) < MOST_FOR_AN_END:
                have.append(found)
        memory[place] = [(found, end) for end, have in ends.items() for found in have]
    return memory[place]
