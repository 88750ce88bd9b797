"""Outlook: the words of a question that say where directions are seen from, and the question without them."""

from collections.abc import Callable, Iterator

from ...language.tokens import Token
from ..program import Call, call
from .phrases import Phrases
from .reading import shortest
from .vocabulary import MINE, OUTLOOK

Frame = Call | str | None
Rest = tuple[list[Token], Frame]

_PICTURE = tuple(("in", "the", word) for word in ("picture", "image", "photo"))
_IF = (("if",), ("when",), ("suppose",), ("imagine",), ("assume",), ("assuming",), ("imagine", "that"), ())
_WHO = (("i", "am"), ("i", "'m"), ("i",), ("you", "are"), ("you", "'re"), ("you",), ("we", "are"), ("we",), ())
_BEING = ("sit", "sitting", "seated", "stand", "standing", "lie", "lying", "be", "positioned", "located")
_PLACE = (
    *(("in", "front", "of"), ("next", "to"), ("close", "to"), ("in",), ("on",), ("at",), ("by",), ("near",)),
    *(("beside",),),
)
_LOOKING = (
    *(("facing",), ("face",), ("looking", "at"), ("look", "at"), ("looking", "to"), ("looking", "toward")),
    *(("looking", "towards"), ("facing", "toward"), ("facing", "towards"), ("facing", "to")),
)


def outlooks(tokens: list[Token], phrases_of: Callable[[list[Token]], Phrases]) -> Rest:
    """The question without the words that say where directions are seen from, and the frame that they say: at its
    beginning or its end; the question itself and None where it has none, nothing where it is nothing else."""
    phrases = phrases_of(tokens)
    end, frame = next(_imagined(phrases), (0, None))
    if end > 0:
        return tokens[end:], frame
    starts = [i for i, word in enumerate(phrases.words.lower) if word in ("from", "in", "as", "seen", "viewed")]
    for start in starts:
        for end, frame in _outlook(phrases, start):
            if start == 0 or end == len(tokens):
                return [*tokens[:start], *tokens[end:]], frame
    return tokens, None


def _outlook(phrases: Phrases, start: int) -> Iterator[tuple[int, Frame]]:
    """ "from the chair's point of view", "from the perspective of the sofa", "in the picture", "as I see it"."""
    words = phrases.words
    end = words.past_any(start, (*_PICTURE, ("as", "i", "see", "it")))
    if end is not None:
        yield end, "viewer"
    seen = words.past_any(start, (("as", "seen", "from"), ("seen", "from"), ("viewed", "from")))
    at = words.past(start, "from") if seen is None else seen
    if at is None:
        return
    owner = words.past_one_of(at, MINE) or (words.past_one_of(at + 1, MINE) if words.at(at) == "the" else None)
    if owner is not None:
        owner = words.past(owner, "'s") or owner
        end = words.past_any(owner, OUTLOOK)
        if end is not None:
            yield end, "viewer"
    for thing, stop in phrases.things(at):
        own = words.past(stop, "'s")
        end = words.past_any(own, OUTLOOK) if own is not None else None
        if end is not None and thing.one is not None:
            yield end, thing.one
    for thing, end in shortest(phrases.things(at)) if seen is not None or start == 0 else ():
        if (seen is not None and end == len(words.lower)) or _asks(words.at(end)):
            yield end, thing.one or "viewer"
    of = words.past_any(at, [("the", *outlook, "of") for outlook in OUTLOOK])
    for thing, end in phrases.things(of) if of is not None else ():
        yield end, thing.one or "viewer"


def _imagined(phrases: Phrases) -> Iterator[tuple[int, Frame]]:
    """ "If I sit on the sofa", "standing at the chair and looking at the lamp", "facing the tv from the sofa"."""
    words = phrases.words
    for opening in _IF:
        start = words.past(0, *opening)
        for who in _WHO if start is not None else ():
            at = words.past(start or 0, *who)
            if at is None:
                continue
            being = words.past_one_of(at, _BEING)
            if being is None and not (opening and who[-1:] in (("am",), ("'m",), ("are",), ("'re",))):
                continue
            place = words.past_any(being or at, _PLACE)
            for thing, end in shortest(phrases.things(place)) if place is not None else ():
                if thing.one is not None and not thing.several:
                    yield from _toward(phrases, thing.one, end)


def _toward(phrases: Phrases, one: Call, place: int) -> Iterator[tuple[int, Frame]]:
    """What who stands at a thing looks to, or where its front is; only before a question, not before more words."""
    words = phrases.words
    at = words.past_any(words.past(place, "and") or place, _LOOKING)
    for other, end in shortest(phrases.things(at)) if at is not None else ():
        if other.one is not None and not other.several and _asks(words.at(end)):
            yield end, call("looking", one, other.one)
    if _asks(words.at(place)):
        yield place, one


def _asks(word: str) -> bool:
    return word in ("", "is", "are", "what", "which", "who", "where", "how", "in", "at", "does", "do", "can")
