"""Phrases: the words that English has for where things are, and the predicates that they mean.

A phrase is written with base forms of verbs ("hang over"); `parse` finds it under any inflection. Where a predicate of
`relate` says the same, that is the predicate; `relate` knows nothing of the others ("attached to"), which keep their
own words with underscores.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache

from .tokens import Token
from .words import DIRECTED, INSERTABLE, POSTURES, WITHOUT_PLACE

PHRASE_WORDS_MAX = 9  # the longest phrase, and what may be inserted


@dataclass(frozen=True)
class Meaning:
    """What a phrase says of (subject, object).

    Attributes:
        predicate: its name.
        swapped: it is said of (object, subject): "the bowl holds an apple" says that the apple is inside the bowl.
    """

    predicate: str
    swapped: bool = False


def _at_side(side: str) -> Iterator[str]:
    """ "To the left of", "on the left hand side of", and the like without the article."""
    for preposition in ("to", "on", "at", "in"):
        for article in ("the ", ""):
            for part in ("", " side", " hand side", "-hand side"):
                yield f"{preposition} {article}{side}{part} of"


_SAID: Mapping[str, tuple[str, ...]] = {
    "left_of": (*_at_side("left"), "left of", "left side of", "on left side", "leftward of"),
    "right_of": (*_at_side("right"), "right of", "right side of", "on right side", "rightward of"),
    "in_front_of": (
        "in front of",
        "at the front of",
        "in the front of",
        "in front",
        "infront of",
        "before",
        "ahead of",
        "to the front of",
    ),
    "behind": (
        *("behind", "in back of", "at back of", "at the back of", "to the back of", "at the rear of"),
        *("to the rear of", "hidden by", "past", "beyond"),
    ),
    "above": (
        *("above", "over", "higher than", "up above", "overhead of", "high above", "over top of", "over the top of"),
    ),
    "below": ("below", "lower than", "on the bottom of", "at the bottom of", "down below"),
    "on": (
        *(
            "on",
            "on top of",
            "on top",
            "top of",
            "on back of",
            "on front of",
            "on the top of",
            "atop",
            "upon",
            "onto",
            "on to",
            "atop of",
            "at the top of",
            "supported by",
        ),
        *("resting upon", "on the surface of", "on the back of", "on the front of", "on the very top of"),
        "cover",
    ),
    "under": ("under", "beneath", "underneath", "on the underside of", "at the foot of"),
    "inside": (
        *("in", "inside", "inside of", "within", "into", "enclosed by", "contained in", "surrounded by"),
        *("on the inside of", "in the inside of", "in the back of"),
    ),
    "touching": ("touching", "touch", "in contact with", "against", "up against", "in touch with"),
    "near": (
        "near",
        "close to",
        "by",
        "near to",
        "closest to",
        "nearest to",
        "nearest",
        "nearby",
        "not far from",
        "in the vicinity of",
        "around",
        "at",
    ),
    "far_from": ("far from", "far away from", "away from", "a long way from", "distant from", "at a distance from"),
    "next_to": (
        *("next to", "beside", "adjacent to", "alongside", "alongside of", "at the side of", "on the side of"),
        *("on one side of", "on either side of", "on both sides of", "on each side of", "on the sides of"),
        *("on the other side of", "on the opposite side of", "right up next to", "at side of", "off to the side of"),
        *("on side of", "to the side of", "by the side of", "right next to", "right beside", "close by"),
        *("side by side with", "side by side", "neighboring", "neighbouring", "flank", "adjoin"),
    ),
    "between": ("between", "in between"),
    "aligned_with": ("aligned with", "in line with", "in a row with", "lined up with"),
    "facing": ("facing", "face", "facing toward", "facing towards", "turned to", "turned toward", "turned towards"),
    "larger_than": ("larger than", "bigger than", "greater than"),
    "smaller_than": ("smaller than", "littler than"),
    "taller_than": ("taller than",),
}

# These are of the verb, so that the first thing holds the second, or is where the second is.
_HOLDING: Mapping[str, tuple[str, ...]] = {
    "inside": (
        *("contain", "hold inside", "enclose", "surround", "filled with", "full of", "stuffed with", "packed with"),
        *("loaded with", "surrounded with", "filled up with", "crowded with"),
    ),
    "on": (
        *("support", "carry on top", "covered with", "covered in", "covered by", "topped with", "topped by"),
        *("topped off with", "decorated with", "laden with", "littered with", "set with", "sprinkled with"),
    ),
}

# Places that `relate` does not measure.
_OTHERS = (
    *("across", "across from", "opposite", "opposite to", "opposite of", "facing away from", "parallel to"),
    *("perpendicular to", "attached to", "connected to", "detached from", "part of", "along", "among", "amongst"),
    *("amid", "through", "throughout", "outside", "outside of", "out of", "off", "off of", "at the edge of"),
    *("on the edge of", "in the middle of", "in the center of", "in the centre of", "at the center of"),
    *(
        "at the centre of",
        "in the corner of",
        "in corner of",
        "in middle of",
        "in center of",
        "at the end of",
        "at the corner of",
        "around the corner from",
    ),
    *("down", "up", "down from", "up from", "deep down", "toward", "towards", "from", "to", "into the side of"),
    *("with", "without", "of", "for", "after", "has as a part", "consists of", "shorter than"),
)

PHRASES: Mapping[str, Meaning] = {
    "lined with": Meaning("along", swapped=True),
    "lined by": Meaning("along", swapped=True),
    **{phrase: Meaning(phrase.replace(" ", "_")) for phrase in _OTHERS},
    **{phrase: Meaning(predicate, swapped=True) for predicate, said in _HOLDING.items() for phrase in said},
    **{phrase: Meaning(predicate) for predicate, said in _SAID.items() for phrase in said},
}

# What a statement of a text asks of a graph: one of these must hold. People say "under" of what is below, touching or
# not, "near" of what is next to, and "by" of both.
MEANS: Mapping[str, tuple[str, ...]] = {
    "under": ("under", "below"),
    "below": ("below", "under"),
    "near": ("near", "next_to", "touching"),
}


@dataclass(slots=True)
class _Node:
    meaning: Meaning | None = None
    next: dict[str, "_Node"] = field(default_factory=dict)


@cache
def phrase_tree() -> _Node:
    """The phrases by their words; `next` of the result has the words that begin one."""
    root = _Node()
    for phrase, meaning in PHRASES.items():
        node = root
        for part in phrase.split():
            node = node.next.setdefault(part, _Node())
        node.meaning = meaning
    return root


def match_phrase(tokens: list[Token], at: int) -> tuple[int, Meaning] | None:
    """The end and the meaning of the longest phrase that begins at a token."""
    node = phrase_tree()
    found = None
    begin = at
    while at < len(tokens) and at - begin < PHRASE_WORDS_MAX:
        lower = tokens[at].lower
        following = node.next.get(lower)
        if following is None and at - begin >= 1 and node.next and lower in INSERTABLE:
            at += 1
            continue
        if following is None:
            break
        node, at = following, at + 1
        if node.meaning is not None:
            found = at, node.meaning
    return found


def says_no_place(verb: str, preposition: str) -> bool:
    """After the verb the preposition says no place of its own: "look at", "belong to"; "stand at" does."""
    if preposition not in WITHOUT_PLACE or (verb in POSTURES and preposition in ("at", "with", "into")):
        return False
    return preposition not in ("at", "into") or verb in DIRECTED
