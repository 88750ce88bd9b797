"""question: an English question to the program that answers it, and the answer.

`Is the mug on the table?`, `How many red chairs are left of the sofa?`, `Which lamp is nearest to the bed?`,
`Where is the bin?`, `How far is the desk from the door?`, `What color is the largest box?`, `What is between the bed
and the desk?`, `There is a cube; how many things are behind it?`, and noun phrases alone: `the table that is closest to
the window`. "From the chair's point of view" and "in the picture" say where directions are seen from.

- A place belongs to the nearest noun before it: in "the mugs on the table left of the laptop" it is the table that is
  left of the laptop. A question of yes or no is read with the shortest subject that names one thing.
- "the mug" needs one mug: where there are several, the error names them. "A mug" is any.
- What a program cannot say, or a word that is not understood, is an error; no word is passed over.

Not handled: several questions at once, "why", time, and what is done to things.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..errors import QueryError, message
from ..language.lexicon import Lexicon, default_lexicon
from ..language.nearness import Encoder, Nearness
from ..language.tokens import Token, sentences
from ..types import SceneGraph
from .answer import Answer
from .english.forms import Forms
from .english.naming import Nouns
from .english.phrases import Phrases
from .english.reading import Words
from .english.vocabulary import BE, DO, EXAMPLES, MINE, OUTLOOK
from .execute import execute
from .program import Call

MAX_WORDS = 60
MOST_READINGS = 6  # of which the first that names things that are there is taken
CONTRACTED = ("what", "where", "who", "which", "there", "how", "it")
_COMMON = ("of", "with", "for", "from", "to", "after", "without", "up", "down", "off", "out of")
_MARKS = frozenset(",?!\"'()")


@dataclass(frozen=True)
class Reading:
    """One way to understand a question.

    Attributes:
        program: that answers it.
        note: which names were taken for others; "" for none.
    """

    program: Call
    note: str = ""


def ask(
    scene: SceneGraph, question: str, lexicon: Lexicon | None = None, *, encoder: Encoder | Nearness | None = None
) -> Answer:
    """The answer to an English question.

    Args:
        scene: the graph to ask.
        question: one question, or a noun phrase.
        lexicon: other names for things; the one that ships where left out.
        encoder: takes a noun that neither the scene nor the lexicon knows for the nearest label, which the answer's
            note says; a `Nearness` sets how near that has to be.

    Raises:
        QueryError: words that are not understood, with examples of what is; "the table" where there are two, with their
            names; or what the scene cannot tell.
    """
    words = lexicon or default_lexicon()
    failures = []
    for reading in readings(scene, question, words, encoder=encoder)[:MOST_READINGS]:
        try:
            answer = execute(reading.program, scene, lexicon=words)
        except QueryError as error:
            failures.append(error)
        else:
            return replace(answer, note="; ".join(filter(None, (reading.note, answer.note))))
    raise failures[0]


def readings(
    scene: SceneGraph, question: str, lexicon: Lexicon | None = None, *, encoder: Encoder | Nearness | None = None
) -> list[Reading]:
    """Every way to understand a question, the likeliest first; the scene's labels tell its nouns. See `ask`.

    Raises:
        QueryError: words that are not understood.
    """
    parts = [part for part in (_words(tokens) for tokens in sentences(question)) if part]
    if not parts or sum(map(len, parts)) > MAX_WORDS:
        got = f"{sum(map(len, parts))} words"
        raise QueryError(message("question", f"1 to {MAX_WORDS} words", got, f"such as {EXAMPLES[0]!r}"))
    nearness = encoder if encoder is None or isinstance(encoder, Nearness) else Nearness(encoder)
    nouns = Nouns(scene, lexicon or default_lexicon(), nearness)
    before = None
    for part in parts[:-1]:
        before = _spoken_of(part, nouns, before)
    programs = list(dict.fromkeys(_programs(parts[-1], nouns, before)))
    return [Reading(program, _note(nouns, program)) for program in programs]


def _note(nouns: Nouns, program: Call) -> str:
    text = str(program)
    taken = [f"no {whole!r} here, took {last!r}" for whole, last in nouns.taken.items() if json.dumps(last) in text]
    return "; ".join([*taken, *_read_as(nouns, text)])


def _read_as(nouns: Nouns, text: str) -> Iterator[str]:
    """Which nouns of a program are labels that an encoder found near; of one within another only the longer."""
    found = {noun: near for noun, near in nouns.near.items() if near is not None and json.dumps(near[0]) in text}
    for noun, (label, cosine) in found.items():
        if not any(f" {noun} " in f" {other} " for other in found if other != noun):
            yield f"read {noun!r} as {label!r} (similarity {cosine:.2f})"


def _words(tokens: list[Token]) -> list[Token]:
    return [token for token in tokens if token.lower not in _MARKS]


def _spoken_of(part: list[Token], nouns: Nouns, before: Call | None) -> Call:
    """The one thing that "there is a cube" speaks of."""
    words = _of(part)
    phrases = Phrases(words, nouns, before)
    start = words.past(0, "there", "is") or words.past(0, "there", "'s") or 0
    for thing, end in phrases.things(start):
        if end == len(part) and start and thing.one is not None:
            return thing.one
    raise _not_understood(words)


def _programs(part: list[Token], nouns: Nouns, before: Call | None) -> Iterator[Call]:
    if len(part) > 1 and part[0].lower in BE | DO and part[1].lower == "not":  # "isn't it" asks whether it is
        part = [part[0], *part[2:]]
    words = _of(part)
    found = False
    for rest, frame in _outlooks(part, nouns, before):
        words = _of(rest)
        for loosely in (False, True):
            for program in Forms(Phrases(words, nouns, before, frame, loosely)).programs():
                if not isinstance(frame, Call) or str(frame) in str(program):
                    found = True
                    yield program
    if not found:
        raise _not_understood(words)


def _of(tokens: list[Token]) -> Words:
    before = ["", *(token.lower for token in tokens)]
    is_ = [token.lower == "'s" and last in CONTRACTED for token, last in zip(tokens, before, strict=False)]
    return Words(tokens, tuple("is" if is_[i] else token.lower for i, token in enumerate(tokens)))


def _outlooks(part: list[Token], nouns: Nouns, before: Call | None) -> Iterator[tuple[list[Token], Call | str | None]]:
    """The question without the words that say where directions are seen from, and the frame that they say."""
    words = _of(part)
    for start in [i for i, word in enumerate(words.lower) if word in ("from", "in", "as")]:
        for end, frame in _outlook(words, start, nouns, before):
            if start == 0 or end == len(part):
                yield [*part[:start], *part[end:]], frame
                return
    yield part, None


def _outlook(words: Words, start: int, nouns: Nouns, before: Call | None) -> Iterator[tuple[int, Call | str | None]]:
    """ "from the chair's point of view", "from the perspective of the sofa", "in the picture", "as I see it"."""
    for said in (("in", "the", "picture"), ("in", "the", "image"), ("in", "the", "photo"), ("as", "i", "see", "it")):
        end = words.past(start, *said)
        if end is not None:
            yield end, "viewer"
    at = words.past(start, "from")
    at = words.past(start, "as", "seen", "from") if at is None else at
    if at is None:
        return
    owner = words.past_one_of(at, MINE) or (words.past_one_of(at + 1, MINE) if words.at(at) == "the" else None)
    if owner is not None:
        owner = words.past(owner, "'s") or owner
        for outlook in OUTLOOK:
            end = words.past(owner, *outlook)
            if end is not None:
                yield end, "viewer"
    phrases = Phrases(words, nouns, before)
    for thing, stop in phrases.things(at):
        for outlook in OUTLOOK:
            end = words.past(stop, "'s", *outlook)
            if end is not None and thing.one is not None:
                yield end, thing.one
    for outlook in OUTLOOK:
        of = words.past(at, "the", *outlook, "of")
        for thing, end in phrases.things(of) if of is not None else ():
            yield end, thing.one or "viewer"


def _not_understood(words: Words) -> QueryError:
    place = min(words.farthest, len(words.lower) - 1)
    rest = " ".join(token.text for token in words.tokens[place:])
    near = [words.unsaid[i] for i in sorted(words.unsaid) if words.farthest - 4 <= i and words.unsaid[i] not in _COMMON]
    if near:
        return QueryError(f"what is {near[0]!r} something is not measured; ask for another relation")
    shown = ", ".join(repr(example) for example in EXAMPLES[:4])
    return QueryError(message("question", f"questions such as {shown}", f"words that were not understood: {rest!r}"))
