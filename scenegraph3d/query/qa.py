"""qa: question-answer pairs about a scene, to train and test models that see and speak.

Every question is a program in words: `ask` understands it and gives the same value. Its answer is sure, and depends on
each of its words that matters: without any adjective, relation or noun of what is counted or looked for, the answer, or
the set that it speaks of, is another one. Names mean one thing and say no more than is needed for that. Relations and
comparisons are those that hold, or fail, by far.

As many questions are answered yes as no within each family (one more or less in a scene, by chance), no value is the
answer to most of a family, and the families take turns as long as the scene has questions of them.

References: after CLEVR (Johnson et al. 2017) the chains and the rules against degenerate questions, after SpatialRGPT
(Cheng et al. 2024) the distances, sizes and directions by the clock.
"""

import math
import zlib
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..errors import InputError, message
from ..language.lexicon import Lexicon, default_lexicon
from ..language.wording import PREPOSITIONS, article, listed, number, plain, plural
from ..types import SceneGraph
from .answer import Answer
from .asking import chains, groups, pairs, things
from .asking.draft import Draft
from .asking.world import CLEAR, World
from .asking.worth import worthwhile
from .execute import execute
from .program import ONE, SET

DEFAULT_COUNT = 20
DRAWS = 60  # for one question, before its family is given up
MOST_LISTED = 4  # things in an answer
STEPS_M = (0.01, 0.05, 0.1, 0.5, 1.0)  # to which lengths are rounded
LEAST_STEPS = 5  # a length of fewer such steps is not asked for
_TRUTHS = {**groups.TRUTHS, **pairs.TRUTHS, **things.TRUTHS, **chains.TRUTHS}
_VALUED = {**groups.VALUED, **pairs.VALUED, **things.VALUED, **chains.VALUED}
FAMILIES = (*_TRUTHS, *_VALUED)


@dataclass(frozen=True)
class QA:
    """A question with its answer.

    Attributes:
        question: in English.
        answer: true or false, a number, text, the name of one thing ("chair#3") or a list of names, as in `Answer`. A
            length is rounded to what the scene's noise allows; a direction is its hour of the clock or its words.
        answer_text: the answer in English.
        unit: "m" of a length, "o'clock" of an hour; None of others.
        family: one of `FAMILIES`.
        program: that answers it, as text.
        objects: ids of the objects that it is about and rests on.
        relations: rows of the scene's relations that it rests on.
        confidence: in [0, 1], as in `Answer`.
    """

    question: str
    answer: Any
    answer_text: str
    unit: str | None
    family: str
    program: str
    objects: tuple[int, ...]
    relations: tuple[int, ...]
    confidence: float

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as `scenegraph3d qa` writes them."""
        names = ("question", "answer", "answer_text", "unit", "family", "program")
        plain_values = {name: getattr(self, name) for name in names}
        lists = {"objects": list(self.objects), "relations": list(self.relations)}
        return {**plain_values, **lists, "confidence": self.confidence}


def questions(scene: SceneGraph, seed: int = 0, count: int = DEFAULT_COUNT, lexicon: Lexicon | None = None) -> list[QA]:
    """Question-answer pairs about a scene, in random order of families; the same for the same scene and seed.

    Args:
        scene: the graph to ask about.
        seed: of the choices, at least 0.
        count: at most so many; fewer where the scene has no more.
        lexicon: of names for things; the one that ships where left out.

    Raises:
        InputError: a seed or a count below 0.
    """
    for name, value in (("seed", seed), ("count", count)):
        if value < 0:
            raise InputError(message(name, "a whole number of at least 0", str(value)))
    rng = np.random.default_rng([seed, _mark(scene)])
    world = World(scene, lexicon or default_lexicon(), rng)
    found: list[QA] = []
    seen: set[str] = set()
    waiting = [_asked(world, FAMILIES[i], seen) for i in rng.permutation(len(FAMILIES))] if world.groups else []
    while waiting and len(found) < count:
        family = waiting.pop(0)
        one = next(family, None)
        if one is not None:
            found.append(one)
            waiting.append(family)
    return found


def _mark(scene: SceneGraph) -> int:
    """A number that tells scenes apart, so that the same seed makes other choices in each."""
    return zlib.crc32("\n".join(scene.objects.label).encode() + np.round(scene.objects.center_m, 3).tobytes())


def _asked(world: World, family: str, seen: set[str]) -> Iterator[QA]:
    """Questions of one family, balanced as far as one goes."""
    if family in _VALUED:
        yield from _of_values(world, family, seen)
        return
    while True:
        pair = [_truth(world, family, seen, wanted) for wanted in (True, False)]
        if pair[0] is None or pair[1] is None:
            return
        yield from (pair[i] for i in world.rng.permutation(2))


def _truth(world: World, family: str, seen: set[str], wanted: bool) -> QA | None:
    for _ in range(DRAWS):
        found = _answered(world, family, _TRUTHS[family](world, wanted), seen)
        if found is not None and found.answer is wanted:
            seen.add(found.program)
            return found
    return None


def _of_values(world: World, family: str, seen: set[str]) -> Iterator[QA]:
    given: Counter[str] = Counter()
    tries = 0
    while tries < DRAWS:
        tries += 1
        found = _answered(world, family, _VALUED[family](world), seen)
        if found is None:
            continue
        value = str(found.answer)
        if given[value] + 1 > max(1, math.ceil((given.total() + 1) / 2)):
            continue
        given[value] += 1
        seen.add(found.program)
        yield found
        tries = 0


def _answered(world: World, family: str, draft: Draft | None, seen: set[str]) -> QA | None:
    """The draft with its answer; None where it was asked before, or is not worth asking."""
    if draft is None or str(draft.program) in seen or not worthwhile(world, draft.program):
        return None
    answer = execute(draft.program, world.scene, lexicon=world.lexicon)
    told = _told(world, draft, answer)
    if told is None:
        return None
    value, text, unit = told
    ids = tuple(thing.id for thing in answer.objects)
    sure, program = answer.confidence, answer.program
    return QA(_upper(draft.question), value, text, unit, family, program, ids, answer.relations, sure)


def _upper(question: str) -> str:
    return question[:1].upper() + question[1:]


def _told(world: World, draft: Draft, answer: Answer) -> tuple[Any, str, str | None] | None:
    """Value, words and unit of an answer; None for one that is not exact enough, or that has no words."""
    value = answer.value
    if isinstance(value, bool):
        return value, "yes" if value else "no", None
    if isinstance(value, dict):
        hour, words = value["clock_hour"], value["words"]
        by_clock = draft.part == "clock_hour"
        return (hour, f"at {hour} o'clock", "o'clock") if by_clock else (words, words, None)
    if isinstance(value, int):
        return value, number(value) if value else "none", None
    if isinstance(value, float):
        length = _rounded(world, answer)
        return None if length is None else (length, f"{length:g} m", "m")
    if draft.program.result in (SET, ONE):
        names = _named(world, draft, answer.rows[: len(value) if isinstance(value, list) else 1])
        return None if names is None else (value, names, None)
    return (value, value, None) if "#" not in value and _clearly_said(world, answer) else None


def _clearly_said(world: World, answer: Answer) -> bool:
    """Whether the relations of a text have words for a place, and are sure."""
    relations, rows = world.scene.relations, list(answer.relations)
    said = all(relations.predicates[code] in PREPOSITIONS for code in relations.code[rows].tolist())
    return said and bool((relations.score[rows] >= CLEAR).all())


def _rounded(world: World, answer: Answer) -> float | None:
    """A length to the least step that is not below the noise of the places that it rests on."""
    seen, rows = world.scene.objects.seen, list(answer.rows)
    noise = 0.0 if seen is None else float(np.linalg.norm(seen.position_std_m[rows]))
    step = next((step for step in STEPS_M if step >= noise), None)
    if step is None or answer.value < LEAST_STEPS * step:
        return None
    return round(round(answer.value / step) * step, 2)


def _named(world: World, draft: Draft, rows: tuple[int, ...]) -> str | None:
    """The things of an answer: one by a name that tells it from others, several by nouns and numbers."""
    if len(rows) == 1:
        said = (name.text for name in draft.names if name.row == rows[0])
        return next(said, None) or world.plain_name(rows[0])
    nouns = Counter(plain(world.scene.objects.label[row]) for row in rows)
    if len(rows) > MOST_LISTED or not set(nouns) <= set(world.nouns):
        return None
    parts = [f"{article(noun)} {noun}" if n == 1 else f"{number(n)} {plural(noun)}" for noun, n in nouns.items()]
    return listed(parts)
