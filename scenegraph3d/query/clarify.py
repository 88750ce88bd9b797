"""Clarify: what the words around mentions say that `parse` leaves in them, as mentions and statements.

"There isn't a cup", "the cup is not red", "the largest thing is the bed", "the cup is closer than the lamp".
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import pairwise

from ..language import Mention, Statement, TextGraph
from ..language.lexicon import Lexicon
from .amounts import before
from .evidence import FARTHER, IS, NEARER
from .unread import DENIAL

_INDEFINITE: Mapping[str, str] = {
    **dict.fromkeys(("nothing", "something", "anything", "everything"), "thing"),
    **dict.fromkeys(("nobody", "somebody", "anybody", "everybody", "someone", "anyone", "everyone"), "person"),
}
_NOT = r"(?:n['\u2019]t|\s+not)"
_NONE = re.compile(rf"\bthere\s+(?:is|are|was|were){_NOT}\s+(?:an?|any)\s+$|\bnot\s+(?:a|one)\s+$", re.IGNORECASE)
_SO = re.compile(rf"(?:\s+(?:that|which))?\s+(?:is|are|was|were){_NOT}\s+(\w+)", re.IGNORECASE)
_COPULA = re.compile(r"\s+(?:is|was)\s+(?:(?:the|an?)\s+)?", re.IGNORECASE)
_RANGE = re.compile(
    r"\b(closer|nearer|farther|further)(?:\s+away)?(?:\s+(?:to|from)\s+(?:(?:the\s+)?(?:camera|viewer)|me|us))?\s+than\b",
    re.IGNORECASE,
)
_RANGES: Mapping[str, str] = {"closer": NEARER, "nearer": NEARER, "farther": FARTHER, "further": FARTHER}


def clarified(text: TextGraph, lexicon: Lexicon) -> TextGraph:
    """The text with plain nouns for "nothing" and "somebody", with what is not, what is what, and what is closer."""
    for match in _RANGE.finditer(text.text):
        text = _ranged(text, match)
    objects = tuple(_object(text, one, lexicon) for one in text.objects)
    relations = tuple(one for one in text.relations if not _of_itself(text, one))
    return replace(text, objects=objects, relations=(*relations, *_identities(text)))


def _object(text: TextGraph, one: Mention, lexicon: Lexicon) -> Mention:
    match = _SO.match(text.text, one.end)
    denied = (f"{DENIAL}{match[1].lower()}",) if match and lexicon.kind_of(match[1]) else ()
    return replace(
        one,
        noun=_INDEFINITE.get(one.noun, one.noun),
        attributes=(*one.attributes, *denied),
        count=0 if _NONE.search(before(text, one)) else one.count,
    )


def _of_itself(text: TextGraph, one: Statement) -> bool:
    """ "Of the two cups, one": a part of what is said before."""
    return one.predicate == "of" and text.objects[one.subject].noun == text.objects[one.object].noun


def _identities(text: TextGraph) -> Iterator[Statement]:
    """ "The largest thing is the bed": nothing but a form of be stands between two mentions of one thing each."""
    single = (one for one in text.objects if one.count == 1 and one.end > one.start)
    in_order = sorted(single, key=lambda one: one.start)
    for first, second in pairwise(in_order):
        if _COPULA.fullmatch(text.text[first.end : second.start]):
            yield Statement(first.id, IS, IS, second.id)


def _ranged(text: TextGraph, match: re.Match[str]) -> TextGraph:
    """With a statement instead of what was read in the words of a comparison of distances from the viewer."""
    word = match[1].lower()
    subject = [one for one in text.objects if one.end <= match.start() and word in one.attributes][-1:]
    others = [one for one in text.objects if one.start >= match.end()][:1]
    if not subject or not others:
        return text
    gone = {one.id for one in text.objects if match.start() <= one.start < match.end()}
    kept = [one for one in text.objects if one.id not in gone]
    place = {one.id: k for k, one in enumerate(kept)}
    objects = (
        replace(one, id=place[one.id], attributes=tuple(a for a in one.attributes if (one, a) != (subject[0], word)))
        for one in kept
    )
    ends = ((row, {row.subject, row.object, *(() if row.third is None else (row.third,))}) for row in text.relations)
    relations = [
        replace(
            row,
            subject=place[row.subject],
            object=place[row.object],
            third=None if row.third is None else place[row.third],
        )
        for row, mentions in ends
        if gone.isdisjoint(mentions)
    ]
    said = Statement(place[subject[0].id], _RANGES[word], match[0].lower(), place[others[0].id])
    return TextGraph(text.text, tuple(objects), (*relations, said))
