"""Courtesy: what is said around a question, and the question in its usual order without it.

"Can you tell me where the mug is", "is it true that the mug is on the table", "the mug is on the table, isn't it",
"how many inches apart are the mugs", "how wide is the sofa in feet".
"""

from collections.abc import Iterator, Mapping

from ...language.tokens import Token
from ..program import Call, call
from .reading import Words
from .units import UNITS
from .vocabulary import BE, MEASURES

POLITE = frozenset(("please", "hey", "hi", "hello", "ok", "okay", "so", "well", "now", "robot"))
_ASKING = (
    *((modal, "you", *more, "tell", "me") for modal in ("can", "could", "would", "will") for more in ((), ("please",))),
    *(("tell", "me"), ("do", "you", "know"), ("i", "want", "to", "know"), ("i", "wonder")),
)
_REQUESTS = tuple((modal, "you") for modal in ("can", "could", "would", "will"))
_CLAIMS = (("is", "it", "true", "that"), ("is", "it", "the", "case", "that"), ("if",), ("whether",))
_INTERROGATIVES = frozenset(("what", "which", "who", "where", "how"))
_FAR: Mapping[str, tuple[str, ...]] = {"apart": ("how", "far", "apart"), "away": ("how", "far", "away")}
MOST_ASKED = 4  # words before the verb, as in "how many red mugs are"
_AFTER_UNIT = BE | {"between", "from", "of"}
_BETWEEN = (("are", "there", "between"), ("is", "there", "between"), ("are", "between"))
_LENGTHS = ("distance", "viewer_distance", "apart", "minus")


def plain_orders(tokens: list[Token]) -> Iterator[list[Token]]:
    """The question without what is said around it, and the orders of its words that it may have had."""
    while tokens and tokens[0].lower in POLITE:
        tokens = tokens[1:]
    while tokens and tokens[-1].lower in POLITE:
        tokens = tokens[:-1]
    yield tokens
    asked = _after(tokens, _ASKING)
    claimed = _after(asked or tokens, _CLAIMS)
    tagged = _without_tag(tokens)
    if claimed is not None:
        yield from _turned(claimed, 0)
    elif asked is not None:
        yield asked
        if asked and asked[0].lower in _INTERROGATIVES:
            yield from _turned(asked, 1)
    elif tagged is not None:
        yield from _turned(tagged, 0)
    elif _after(tokens, _REQUESTS):
        yield tokens[2:]


def _after(tokens: list[Token], openings: tuple[tuple[str, ...], ...]) -> list[Token] | None:
    lower = tuple(token.lower for token in tokens)
    return next((tokens[len(words) :] for words in openings if lower[: len(words)] == words), None)


def _without_tag(tokens: list[Token]) -> list[Token] | None:
    """The statement before "isn't it" or "aren't they"."""
    lower = [token.lower for token in tokens]
    if len(lower) > 5 and lower[-1] in ("it", "they", "there") and lower[-2] == "not" and lower[-3] in BE:
        return tokens[:-3]
    return None


def _turned(tokens: list[Token], start: int) -> Iterator[list[Token]]:
    """A statement as a question: one of its verbs goes to the front, or behind "what color"."""
    for at in range(start, len(tokens)):
        if tokens[at].lower in BE:
            rest = [*tokens[:at], *tokens[at + 1 :]]
            for front in range(start, min(at, MOST_ASKED) + 1 if start else 1):
                yield [*rest[:front], tokens[at], *rest[front:]]


def with_unit(tokens: list[Token]) -> tuple[list[Token], str | None]:
    """The question without the unit that its answer shall have, and the unit; None for none."""
    lower = [token.lower for token in tokens]
    for at in range(2, len(lower) - 1):
        if lower[at] == "in" and lower[at + 1] in UNITS and (at + 2 == len(lower) or lower[at + 2] in _AFTER_UNIT):
            return [*tokens[:at], *tokens[at + 2 :]], UNITS[lower[at + 1]]
    measured = lower[:2] == ["how", "many"] and len(lower) > 4 and lower[2] in UNITS
    opened = _opening(tuple(lower[3:])) if measured else None
    if opened is None:
        return tokens, None
    opening, replaced = opened
    return [*_said(opening, tokens[0]), *tokens[3 + replaced :]], UNITS[lower[2]]


def _opening(words: tuple[str, ...]) -> tuple[tuple[str, ...], int] | None:
    """How a question of "how many metres" begins that does not speak of them, for its next words, and how many of these
    it replaces; None where they are no length."""
    for between in _BETWEEN:
        if words[: len(between)] == between:
            return ("what", "is", "the", "distance", "between"), len(between)
    if words[0] in BE and not {"from", "to", "away"}.isdisjoint(words):
        return ("how", "far"), 0
    if words[0] in _FAR:
        return _FAR[words[0]], 1
    return (("how", words[0]), 1) if words[0] in MEASURES else None


def _said(words: tuple[str, ...], place: Token) -> list[Token]:
    return [Token(word, word, place.start, place.end) for word in words]


def in_unit(program: Call, unit: str) -> Call | None:
    """The length that a program gives in a unit; None for a program that gives no length."""
    long = program.name in _LENGTHS or (program.name == "measure" and program.arguments[1] != "volume")
    return call("convert", program, unit) if long else None


def words_of(tokens: list[Token], contracted: tuple[str, ...]) -> Words:
    """Tokens as the words of a question: "what's" is "what is"."""
    before = ["", *(token.lower for token in tokens)]
    is_ = [token.lower == "'s" and last in contracted for token, last in zip(tokens, before, strict=False)]
    return Words(tokens, tuple("is" if is_[i] else token.lower for i, token in enumerate(tokens)))
