"""question: an English question to the program that answers it, and the answer.

`Is the mug on the table?`, `How many red chairs are left of the sofa?`, `Which lamp is nearest to the bed?`,
`Where is the bin?`, `How far is the desk from the door?`, `What color is the largest box?`, `What is between the bed
and the desk?`, `There is a cube; how many things are behind it?`, and noun phrases alone: `the table that is closest to
the window`. "From the chair's point of view", "in the picture" and "if I stand at the bed and look at the desk" say
where directions are seen from, "in feet" in what unit a length is wanted.

- A place belongs to the nearest noun before it: in "the mugs on the table left of the laptop" it is the table that is
  left of the laptop. A question of yes or no is read with the shortest subject that names one thing.
- "the mug" needs one mug: where there are several, the error names them. "A mug" is any.
- "Is the ball red or green?" asks which, and the answer is in the question's words, or "both" or "neither"; "either ...
  or" asks whether. "The closest", "closer" and "taller" among several mean the one that is it most.
- "Are all mugs red?" needs a mug; "are any mugs red?" does not.
- What a program cannot say, or a word that is not understood, is an error; no word is passed over.

Not handled: several questions at once, "why", time, and what is done to things.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ..errors import QueryError, message, near_matches
from ..language.lexicon import Lexicon, default_lexicon
from ..language.nearness import Encoder, Nearness
from ..language.tokens import Token, sentences
from ..types import SceneGraph
from .answer import Answer
from .english.courtesy import in_unit, plain_orders, with_unit, words_of
from .english.forms import programs
from .english.naming import Nouns
from .english.outlook import Frame, outlooks
from .english.phrases import Phrases
from .english.reading import Words
from .english.vocabulary import ASKED, BE, DO, EXAMPLES, STOPS
from .program import Call

MAX_WORDS = 60
MOST_READINGS = 6  # of which the first that names things that are there is taken
CONTRACTED = ("what", "where", "who", "which", "there", "how", "it", "that")
_COMMON = ("of", "with", "for", "from", "to", "after", "without", "up", "down", "off", "out of")
_MARKS = frozenset(",:?!\"'()")


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
    """The answer to an English question; of value None where it cannot be told.

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
    from .execute import execute

    words = lexicon or default_lexicon()
    failures = []
    for reading in readings(scene, question, words, encoder=encoder)[:MOST_READINGS]:
        try:
            answer = execute(reading.program, scene, lexicon=words)
        except QueryError as error:
            failures.append(error)
        else:
            if answer.undefined:
                answer = replace(answer, value=None, confidence=0.0, note=answer.undefined)
            return replace(answer, note="; ".join(filter(None, (reading.note, answer.note))))
    raise failures[0]


def readings(
    scene: SceneGraph, question: str, lexicon: Lexicon | None = None, *, encoder: Encoder | Nearness | None = None
) -> list[Reading]:
    """Every way to understand a question, the likeliest first; the scene's labels tell its nouns. See `ask`.

    Raises:
        QueryError: words that are not understood.
    """
    parts = _parts(question)
    if not parts or sum(map(len, parts)) > MAX_WORDS:
        got = f"{sum(map(len, parts))} words"
        raise QueryError(message("question", f"1 to {MAX_WORDS} words", got, f"such as {EXAMPLES[0]!r}"))
    nearness = encoder if encoder is None or isinstance(encoder, Nearness) else Nearness(encoder)
    nouns = Nouns(scene, lexicon or default_lexicon(), nearness)
    before, frame = None, None
    for part in parts[:-1]:
        rest, seen = outlooks(part, lambda tokens: Phrases(words_of(tokens, CONTRACTED), nouns))
        if seen is not None and not rest:
            frame = seen
        else:
            before = _spoken_of(part, nouns, before)
    found = list(dict.fromkeys(_programs(parts[-1], nouns, before, frame)))
    return [Reading(program, _note(nouns, program)) for program in found]


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


def _parts(question: str) -> list[list[Token]]:
    """The words of each sentence; a colon ends one, but for "Which is bigger: the lamp or the sofa"."""
    parts: list[list[Token]] = []
    for tokens in sentences(question):
        part: list[Token] = []
        for token in tokens:
            if token.lower == ":" and part and part[0].lower not in ASKED:
                parts.append(part)
                part = []
            elif token.lower not in _MARKS:
                part.append(token)
        parts.append(part)
    return [part for part in parts if part]


def _spoken_of(part: list[Token], nouns: Nouns, before: Call | None) -> Call:
    """The one thing that "there is a cube" speaks of."""
    words = words_of(part, CONTRACTED)
    phrases = Phrases(words, nouns, before)
    start = words.past(0, "there", "is") or words.past(0, "there", "'s") or 0
    for thing, end in phrases.things(start):
        if end == len(part) and start and thing.one is not None:
            return thing.one
    raise _not_understood([words], nouns)


def _programs(part: list[Token], nouns: Nouns, before: Call | None, seen: Frame) -> Iterator[Call]:
    """The programs of the first order of the words that is a question."""
    read: list[Words] = []
    for tokens in plain_orders(part):
        denied = len(tokens) > 1 and tokens[0].lower in BE | DO and tokens[1].lower == "not"
        order = [tokens[0], *tokens[2:]] if denied else tokens  # "isn't it" asks whether it is
        found = False
        for program in _in_order(order, Phrases(words_of(order, CONTRACTED), nouns, before, seen), read):
            found = True
            yield program
        if found:
            return
    raise _not_understood(read, nouns)


def _in_order(tokens: list[Token], phrases: Phrases, read: list[Words]) -> Iterator[Call]:
    """The programs of words in their order; `read` is given what was read."""
    tokens, unit = with_unit(tokens)

    def phrases_of(some: list[Token], frame: Frame = phrases.frame, loosely: bool = False) -> Phrases:
        return Phrases(words_of(some, CONTRACTED), phrases.nouns, phrases.before, frame, loosely)

    rest, frame = outlooks(tokens, phrases_of)
    frame = frame or phrases.frame
    for loosely in (False, True):
        again = phrases_of(rest, frame, loosely)
        read.append(again.words)
        for program in programs(again):
            if isinstance(frame, Call) and str(frame) not in str(program):
                continue
            told = in_unit(program, unit) if unit else program
            if told is not None:
                yield told


def _not_understood(read: list[Words], nouns: Nouns) -> QueryError:
    words = max(read, key=lambda one: one.farthest)
    place = min(words.farthest, len(words.lower) - 1)
    rest = " ".join(token.text for token in words.tokens[place:])
    near = [words.unsaid[i] for i in sorted(words.unsaid) if words.farthest - 4 <= i and words.unsaid[i] not in _COMMON]
    if near:
        return QueryError(f"what is {near[0]!r} something is not measured; ask for another relation")
    shown = ", ".join(repr(example) for example in EXAMPLES[:4])
    known = {*STOPS, *(word for label in nouns.labels for word in label.lower().replace("_", " ").split())}
    meant = near_matches(words.at(place), known) if words.at(place) not in known else []
    do = f"did you mean {' or '.join(map(repr, meant))}?" if meant else ""
    return QueryError(
        message("question", f"questions such as {shown}", f"words that were not understood: {rest!r}", do)
    )
