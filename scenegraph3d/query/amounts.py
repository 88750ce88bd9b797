"""Amounts: how many things a mention of a text asks for, read off the words before it.

`parse` gives the number; whether it is the least ("at least two"), the most ("at most two", "the only one") or all
that there are ("every cup", "the cups") stands in the words around it.
"""

import re
from dataclasses import dataclass

from ..language import Mention, TextGraph
from ..language.wording import ORDINALS
from ..language.words import NUMBERS

# These tell mentions apart, or say how many, and say nothing of what things are like.
TELLING_APART = frozenset(
    (
        *(*ORDINALS, "another", "other", "next", "last", "same", "own", "single", "different", "various"),
        *("least", "most", "only", "exact"),
    )
)
_WINDOW = 48  # characters before a mention that may say how many
_NUMBER = rf"(?:\d+|an?|{'|'.join(NUMBERS)})"
_BOUNDED = re.compile(
    r"\b(exactly|precisely|only|just|at least|no fewer than|no less than|at most|no more than|up to|more than|"
    rf"fewer than|less than)\s+(?:the\s+)?{_NUMBER}\s+",
    re.IGNORECASE,
)
_THE_ONLY = re.compile(r"\b(?:the|an?)\s+only\s+$", re.IGNORECASE)
_ALL = re.compile(
    r"\b(?:every|each|all|the|these|those|all\s+the|each\s+of\s+the|all\s+of\s+the|every\s+one\s+of\s+the)\s+$",
    re.IGNORECASE,
)
_OF_THEM = re.compile(r"\s+of\s+(?:them|the|these|those|which|whom|us|you)\b", re.IGNORECASE)
_STANDS_FOR = frozenset(("one", "other", "others", "another", "ones"))


@dataclass(frozen=True)
class Amount:
    """How many things a mention asks for.

    Attributes:
        least: that many at least; None for a plural without a number.
        most: no more than that; None for no limit.
        every: all that the mention could be.
        part: some of those that an earlier mention speaks of: "one of them", "the other".
    """

    least: int | None
    most: int | None = None
    every: bool = False
    part: bool = False


def amount(text: TextGraph, mention: Mention) -> Amount:
    """How many things the mention asks for."""
    start, said = before(text, mention), text.text[mention.start : mention.end].lower()
    part = said in _STANDS_FOR or _OF_THEM.match(text.text, mention.end) is not None
    if mention.count is None:
        apart = not TELLING_APART.isdisjoint(mention.attributes)
        return Amount(None, every=_ALL.search(start) is not None and not apart, part=part)
    if mention.count and _THE_ONLY.search(start):
        return Amount(mention.count, mention.count, part=part)
    for match in _BOUNDED.finditer(start + text.text[mention.start : mention.end]):
        if match.start() < len(start) <= match.end():
            least, most = _bounds(match[1].lower(), mention.count)
            return Amount(least, most, part=part)
    return Amount(mention.count, part=part)


def _bounds(words: str, count: int) -> tuple[int, int | None]:
    """Least and most."""
    match words:
        case "exactly" | "precisely" | "only" | "just":
            return count, count
        case "at most" | "no more than" | "up to":
            return 0, count
        case "fewer than" | "less than":
            return 0, count - 1
        case "more than":
            return count + 1, None
    return count, None


def before(text: TextGraph, mention: Mention) -> str:
    """What stands before the first naming of a mention, as far as it may say how many."""
    return text.text[max(0, mention.start - _WINDOW) : mention.start]
