"""Reader: what reads the phrases of a question, as those who read what is said of things see it."""

from typing import Protocol, runtime_checkable

from ..program import Call
from .naming import Nouns
from .parts import Said, Thing
from .reading import Words


@runtime_checkable
class Reader(Protocol):
    """Reads noun phrases and what is said of them; see `phrases.Phrases`."""

    words: Words
    nouns: Nouns
    before: Call | None
    frame: Call | str | None
    loosely: bool
    apart: bool

    def things(self, place: int) -> list[tuple[Thing, int]]:
        """The noun phrases that begin at a place, the longest first."""

    def numbered(self, place: int) -> list[tuple[Thing, int]]:
        """The same, with "two mugs" and "no mugs"."""

    def said(self, place: int) -> list[tuple[Said, int]]:
        """What may be said of things from a place on, the longest first."""

    def anchor(self, other: Thing) -> Call | None:
        """What others are related to."""

    def ends_name(self, place: int) -> bool:
        """Whether the word at a place cannot be in a name."""
