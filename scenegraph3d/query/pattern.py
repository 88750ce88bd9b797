"""Patterns: `cup on table`, `? left_of chair`, `cup * table`, `cup between lamp and sofa`.

A pattern is subject, predicate and object, in this order, separated by spaces.

- `?` or `*` stands for anything; a subject that is left out does too (`on table`).
- Labels are written as they stand in the scene, in any case, and may have several words (`coffee table`).
  `cup#3` is one object by label and id, `#3` by id.
- Predicates are written with underscores, spaces or hyphens: `left_of`, `left of`, `left-of`.
- `between` takes two objects, in either order, with or without `and`; one that is left out is anything.

Input: a `SceneGraph` and a pattern. Output: its relations that fit, surest first.
Not handled: free English; there is no negation and no `or`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ..errors import QueryError, message, suggestion
from ..types import Match, SceneGraph

WILDCARDS = ("?", "*")
THREE_PLACES = "between"
FORM = "'subject predicate object', such as 'cup on table', '? left_of chair' or 'cup * table'"


@dataclass(frozen=True)
class Pattern:
    """A parsed pattern; None stands for anything.

    Attributes:
        subject, object: a label, `label#id` or `#id`.
        predicate: a name with underscores.
        third: the second of the two objects of `between`.
    """

    subject: str | None
    predicate: str | None
    object: str | None
    third: str | None = None

    def __str__(self) -> str:
        text = " ".join(part or "?" for part in (self.subject, self.predicate, self.object))
        return f"{text} and {self.third or '?'}" if self.predicate == THREE_PLACES else text


def query(scene: SceneGraph, pattern: str, *, frame: str | None = None) -> list[Match]:
    """The relations of `scene` that fit `pattern`, surest first; an empty list where none does.

    Args:
        scene: the graph to ask.
        pattern: subject, predicate and object as the module's page says.
        frame: only relations of this frame of reference: "viewer", "world" or "object".

    Raises:
        QueryError: no subject, predicate and object in it; a label, id or predicate that the scene does not
            have (near ones are named); or a pattern that can be read in two ways (both are named).
    """
    parsed = parse(scene, pattern)
    if parsed.predicate != THREE_PLACES:
        return scene.match(parsed.subject, parsed.predicate, parsed.object, frame)
    ends = [None if end is None else set(scene.find(end).tolist()) for end in (parsed.object, parsed.third)]
    found = scene.match(parsed.subject, parsed.predicate, None, frame)
    return _without_swapped([match for match in found if _joins(match, ends) or _joins(match, ends[::-1])])


def parse(scene: SceneGraph, pattern: str) -> Pattern:
    """Read a pattern with the labels and predicates of `scene`.

    Raises:
        QueryError: as `query` says.
    """
    words = pattern.split()
    readings = list(dict.fromkeys(_readings(scene, words)))
    if not readings:
        raise _unreadable(scene, pattern, words)
    fits = [reading for reading in readings if all(_known(scene, name) for name in _names(reading))]
    whole = [reading for reading in fits if reading.subject is not None or words[0] in WILDCARDS]
    choices = whole or fits
    if len(choices) > 1:
        ways = " or ".join(f"[{'] ['.join(_parts(choice))}]" for choice in choices[:3])
        do = "name the objects by id, such as cup#3"
        raise QueryError(message(f"pattern {pattern!r}", "one reading", ways, do))
    if not choices:
        closest = max(readings, key=lambda r: sum(_known(scene, name) for name in _names(r)))
        for name in _names(closest):
            scene.find(name)
    return choices[0]


def _readings(scene: SceneGraph, words: Sequence[str]) -> Iterator[Pattern]:
    """Every way to cut the words into subject, predicate and object, known labels or not."""
    for start in range(len(words)):
        for stop in range(start + 1, len(words)):
            predicate = _predicate(scene, words[start:stop])
            if predicate is None or not _is_place(words[:start] or ["?"]):
                continue
            for object_, third in _ends(scene, words[stop:], predicate):
                yield Pattern(_place(words[:start]), _wild(predicate), object_, third)


def _predicate(scene: SceneGraph, words: Sequence[str]) -> str | None:
    if len(words) == 1 and words[0] in WILDCARDS:
        return words[0]
    name = "_".join(words).lower().replace("-", "_")
    return name if name in scene.relations.predicates else None


def _ends(scene: SceneGraph, words: Sequence[str], predicate: str) -> Iterator[tuple[str | None, str | None]]:
    if predicate != THREE_PLACES:
        if _is_place(words):
            yield _place(words), None
        return
    cuts = [(i, i + 1) for i in range(1, len(words) - 1) if words[i].lower() == "and"]
    cuts = cuts or [(i, i) for i in range(1, len(words))]
    cut = [(words[:a], words[b:]) for a, b in cuts if _is_place(words[:a]) and _is_place(words[b:])]
    pairs = [(_place(first), _place(second)) for first, second in cut]
    known = [pair for pair in pairs if all(_known(scene, end) for end in pair if end is not None)]
    whole = _place(words)
    if _is_place(words) and (whole is None or _known(scene, whole) or not pairs):
        yield whole, None
    yield from known or pairs


def _is_place(words: Sequence[str]) -> bool:
    """A label of one word or more, or a wildcard that stands alone."""
    return bool(words) and (len(words) == 1 or not any(word in WILDCARDS for word in words))


def _place(words: Sequence[str]) -> str | None:
    return _wild(" ".join(words)) if words else None


def _wild(text: str) -> str | None:
    return None if text in WILDCARDS else text


def _names(pattern: Pattern) -> list[str]:
    return [name for name in (pattern.subject, pattern.object, pattern.third) if name is not None]


def _parts(pattern: Pattern) -> list[str]:
    parts = [pattern.subject or "?", pattern.predicate or "?", pattern.object or "?"]
    return [*parts, pattern.third] if pattern.third else parts


def _known(scene: SceneGraph, name: str) -> bool:
    try:
        scene.find(name)
    except QueryError:
        return False
    return True


def _unreadable(scene: SceneGraph, pattern: str, words: Sequence[str]) -> QueryError:
    """The error for a pattern without a predicate: what stands between two known labels is taken for one."""
    spans = ((i, j) for i in range(1, len(words)) for j in range(len(words) - 1, i, -1))
    for i, j in spans:
        ends = [end for end in (_place(words[:i]), _place(words[j:])) if end is not None]
        if _is_place(words[:i]) and _is_place(words[j:]) and all(_known(scene, end) for end in ends):
            return _unknown_predicate(scene, words[i:j])
    if len(words) == 3:
        return _unknown_predicate(scene, words[1:2])
    got = repr(pattern)
    if words and _predicate(scene, words[-1:]) is not None:
        return QueryError(message("pattern", FORM, got, "write ? for anything, such as 'cup on ?'"))
    predicates = ", ".join(scene.relations.predicates) or "none"
    return QueryError(message("pattern", FORM, got, f"predicates here: {predicates}"))


def _unknown_predicate(scene: SceneGraph, words: Sequence[str]) -> QueryError:
    name = "_".join(words).lower().replace("-", "_")
    return QueryError(f"unknown predicate {' '.join(words)!r}; {suggestion(name, scene.relations.predicates)}")


def _joins(match: Match, ends: Sequence[set[int] | None]) -> bool:
    places = (match.object, match.third)
    pairs = zip(ends, places, strict=True)
    return all(end is None or (at is not None and at.index in end) for end, at in pairs)


def _without_swapped(matches: Sequence[Match]) -> list[Match]:
    """`a between b and c` once, even where the graph also says `a between c and b`."""
    seen: dict[tuple[int, str, frozenset[int]], Match] = {}
    for match in matches:
        third = () if match.third is None else (match.third.index,)
        seen.setdefault((match.subject.index, match.frame, frozenset((match.object.index, *third))), match)
    return list(seen.values())
