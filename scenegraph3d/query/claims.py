"""Claims: what a text says of a scene, statement by statement, under the binding that makes most of it true.

A mention that is only denied ("no cup", "not on a table") is bound to nothing: its statement is about all things that
it could be. Mentions of one noun are different things, as are a thing and a later one with an indefinite article; only
a definite mention with another noun ("the furniture"), or a part of a number ("one of them"), may be a thing again.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import partial
from itertools import product

from ..language import Mention, Statement, TextGraph
from ..language.spoken import spoken
from ..language.telling import BACKGROUND
from ..language.wording import plural
from .amounts import TELLING_APART, amount
from .binding import Assignment, Slot, Term, bind
from .evidence import BETWEEN, IS, NOT, UNKNOWN, YES, Evidence, Finding, all_of, any_of, denied
from .extremes import extreme, is_extreme

THING, ATTRIBUTE, RELATION = "thing", "attribute", "relation"
SEVERAL = 2  # things that a plural without a number asks for
WITHOUT = "without"
_ON_ANY = ("on", "inside")  # "books on shelves": each is on some shelf
_DEFINITE = re.compile(
    r"\b(?:the|this|that|these|those|its|his|her|their|my|your|our|both|all)\s+(?:only\s+)?$", re.IGNORECASE
)
_LONGEST_DETERMINER = 16  # characters, with spaces after it


@dataclass(frozen=True)
class Claim:
    """One statement of a text, and what was found.

    Attributes:
        kind: THING, ATTRIBUTE or RELATION.
        mention: of which it is said.
        finding: whether it holds; of several pairs, the weakest.
        rows: the things that it was found of, those of the subject first: rows of the scene's objects.
        relations: rows of the scene's relations that state it, or the opposite.
        missing: mentions that it speaks of and that nothing could be bound to.
        word: the attribute.
        statement: the relation.
    """

    kind: str
    mention: int
    finding: Finding
    rows: tuple[int, ...]
    relations: tuple[int, ...] = ()
    missing: tuple[int, ...] = ()
    word: str = ""
    statement: Statement | None = None


@dataclass(frozen=True)
class Claims:
    """All statements of a text.

    Attributes:
        claims: things, then attributes, then relations, in the order of the text.
        bound: for each mention the rows that it was bound to.
        exact: as in `binding.Bound`.
    """

    claims: tuple[Claim, ...]
    bound: tuple[tuple[int, ...], ...]
    exact: bool


@dataclass(frozen=True)
class _Saying:
    """A statement before it is evaluated."""

    kind: str
    mention: int
    word: str = ""
    statement: Statement | None = None


def claims(text: TextGraph, evidence: Evidence) -> Claims:
    """Bind the text to the scene and evaluate its statements."""
    reading = _Reading(text, evidence)
    sayings = reading.sayings()
    terms = [reading.term(saying, len(sayings)) for saying in sayings]
    best = bind(reading.slots, terms)
    taken = dict(enumerate(best.rows))
    bound = tuple(tuple(reading.rows(m, taken)) for m in range(len(text.objects)))
    return Claims(tuple(reading.claim(saying, taken) for saying in sayings), bound, best.exact)


class _Reading:
    """One text held against one scene."""

    def __init__(self, text: TextGraph, evidence: Evidence) -> None:
        self._text = text
        self._evidence = evidence
        self._names = [spoken(label).noun for label in evidence.scene.objects.label]
        self._amount = [amount(text, mention) for mention in text.objects]
        self._candidates = [self._could_be(mention) for mention in text.objects]
        self._rows = [frozenset(rows) for rows in self._candidates]
        self._definite = [self._is_definite(mention) for mention in text.objects]
        self._same = {frozenset((one.subject, one.object)) for one in text.relations if one.predicate == IS}
        self._denied = [self._is_denied(mention) for mention in text.objects]
        self._best: dict[tuple[int, tuple[tuple[int, ...], ...]], Finding] = {}
        self._slots_of: list[range] = []
        for mention in text.objects:
            start = self._slots_of[-1].stop if self._slots_of else 0
            self._slots_of.append(range(start, start + self._wanted(mention)))
        self.slots = [slot for mention in text.objects for slot in self._slots(mention.id)]

    def sayings(self) -> list[_Saying]:
        """What the text states."""
        out = [_Saying(THING, m.id) for m in self._text.objects if not self._denied[m.id] or self._plainly_denied(m)]
        for mention in self._text.objects:
            if not self._denied[mention.id]:
                words = (word for word in mention.attributes if word not in TELLING_APART)
                out += [_Saying(ATTRIBUTE, mention.id, word) for word in words]
        counted = {mention for mention, many in enumerate(self._amount) if many.least == 0 and many.most}
        related = (one for one in self._text.relations if one.subject not in counted)
        return [*out, *(_Saying(RELATION, one.subject, statement=one) for one in related)]

    def term(self, saying: _Saying, of: int) -> Term:
        """The saying as the search wants it, one of so many.

        Most counts what holds; then what does not fail; then that things are what they are called, before where they
        are; then how sure it all is.
        """
        step = 1.0 / (of + 1)

        def worth(taken: Assignment) -> float:
            found = self._found(saying, taken)
            if found.truth is None:
                return step**3 * found.score
            if not found.truth:
                return step**3 * found.score - step
            return 1.0 + (0.0 if saying.kind == RELATION else step**2) + step**3 * found.score

        slots = (slot for m in self._mentions(saying) for slot in self._slots_of[m])
        return Term(tuple(dict.fromkeys(slots)), worth)

    def claim(self, saying: _Saying, taken: Assignment) -> Claim:
        """What was found of the saying under the whole binding."""
        mentions = self._mentions(saying)
        rows = dict.fromkeys(row for m in mentions for row in self.rows(m, taken))
        found = self._found(saying, taken)
        most = self._amount[saying.mention].most
        if saying.kind == THING and most is not None and found.truth is not False:
            fits = [(row, self._counts(row, saying.mention, taken)) for row in self._candidates[saying.mention]]
            rows = dict.fromkeys(row for row, fit in fits if fit.truth)
            possible = sum(fit.truth is not False for _, fit in fits)
            found = NOT if len(rows) > most else UNKNOWN if possible > most else found
        relations: list[int] = []
        if saying.statement is not None:
            pairs = self._tuples(saying.statement, taken)
            every = (self._evidence.relation(*self._asked(saying.statement, pair)) for pair in pairs)
            relations = [one.row for one in every if one.row is not None and one.truth is not None]
            stated = self._evidence.scene.relations
            rows |= dict.fromkeys(int(end) for row in relations for end in (stated.subject[row], stated.object[row]))
        return Claim(
            saying.kind,
            saying.mention,
            found,
            tuple(rows),
            tuple(dict.fromkeys(relations)),
            tuple(m for m in mentions if not self._denied[m] and not self.rows(m, taken)),
            saying.word,
            saying.statement,
        )

    def rows(self, mention: int, taken: Assignment) -> list[int]:
        """Rows that the mention is bound to so far."""
        found = (taken.get(slot) for slot in self._slots_of[mention])
        return [row for row in found if row is not None]

    def _could_be(self, mention: Mention) -> tuple[int, ...]:
        """Rows of what the mention's noun may name, what it surely names first.

        Where there is enough with the very noun for a name, only that: beside a table, a desk is no "table".
        """
        named = [(row, self._evidence.named(row, mention.noun)) for row in range(len(self._evidence.scene.objects))]
        sure = [row for row, truth in named if truth]
        own = [row for row in sure if f" {self._names[row]}".endswith(f" {mention.noun}")]
        least = self._amount[mention.id].least
        if len(own) >= max(SEVERAL if least is None and not self._amount[mention.id].every else least or 0, 1):
            return tuple(own)
        return (*sure, *(row for row, truth in named if truth is None))

    def _is_denied(self, mention: Mention) -> bool:
        if mention.count == 0:
            return True
        said = [one for one in self._text.relations if mention.id in _ends(one)]
        against = all(mention.id != one.subject and _is_negated(one) for one in said)
        return bool(said) and against and not self._definite[mention.id]

    def _plainly_denied(self, mention: Mention) -> bool:
        """There is none at all: "there are no cups"."""
        return mention.count == 0 and not any(mention.id in _ends(one) for one in self._text.relations)

    def _is_definite(self, mention: Mention) -> bool:
        before = self._text.text[max(0, mention.start - _LONGEST_DETERMINER) : mention.start]
        return _DEFINITE.search(before) is not None

    def _wanted(self, mention: Mention) -> int:
        """Slots of a mention: one per thing, and at most one more than there are candidates.

        A plural without a number wants several things, or one that is called by a plural ("books"); "sheep" may be one.
        """
        candidates = self._candidates[mention.id]
        if self._denied[mention.id]:
            return 0
        labels = self._evidence.scene.objects.label
        count = self._amount[mention.id].least
        if self._amount[mention.id].every and candidates:
            fits = [self._fits(row, mention.id, self._restricting(mention)) for row in candidates]
            count = max(sum(fit.truth is not False for fit in fits), 1)
        if count is None:
            one = plural(mention.noun) == mention.noun or any(spoken(labels[row]).several for row in candidates)
            count = 1 if one else SEVERAL
        return min(count, len(candidates) + 1)

    def _slots(self, mention: int) -> Iterator[Slot]:
        own, rows = self._slots_of[mention], self._candidates[mention]
        others = (m.id for m in self._text.objects if m.id != mention and self._apart(mention, m.id))
        apart = {slot for other in others for slot in self._slots_of[other]}
        for k, slot in enumerate(own):
            yield Slot(rows, frozenset((apart | set(own)) - {slot}), own[k - 1] if k else None)

    def _apart(self, one: int, other: int) -> bool:
        """Two mentions are two things, and could be the same one by their nouns."""
        first, second = sorted((one, other))
        part = self._amount[second].part and not self._amount[first].part
        if self._rows[one].isdisjoint(self._rows[other]) or part or {first, second} in self._same:
            return False
        nouns = self._text.objects[first].noun, self._text.objects[second].noun
        return nouns[0] == nouns[1] or not self._definite[second]

    def _mentions(self, saying: _Saying) -> Sequence[int]:
        return (saying.mention,) if saying.statement is None else _ends(saying.statement)

    def _found(self, saying: _Saying, taken: Assignment) -> Finding:
        """Whether it holds, as far as things are bound: what is open is taken for the best that it may be."""
        if saying.statement is not None:
            return self._relation(saying.statement, taken)
        if self._denied[saying.mention]:
            return denied(any_of(self._fits(row, saying.mention) for row in self._candidates[saying.mention]))
        mention = self._text.objects[saying.mention]
        rows, is_open = self.rows(mention.id, taken), self._is_open(mention.id, taken)
        if saying.kind == THING:
            missing = any(taken.get(slot, slot) is None for slot in self._slots_of[mention.id])
            if missing and self.unlisted(mention.id):
                return UNKNOWN
            return NOT if missing else all_of(self._is_named(row, mention.noun) for row in rows)
        if not rows:
            return YES if is_open else UNKNOWN if self.unlisted(mention.id) else NOT
        attribute = partial(self._attribute, mention=mention.id, word=saying.word, taken=taken)
        alike = [word for word in mention.attributes if self._evidence.about(word) == self._evidence.about(saying.word)]
        each = any_of if len(alike) > 1 and self._evidence.about(saying.word) else all_of  # "cups, red and blue"
        return each(all_of((attribute(row), self._named(row, mention.noun))) for row in rows)

    def _relation(self, one: Statement, taken: Assignment) -> Finding:
        ends = [m for m in _ends(one) if not self._denied[m]]
        missing = UNKNOWN if _is_negated(one) else NOT
        unknown = {m for m in ends if not self.rows(m, taken)}
        absent = [m for m in unknown if not self._is_open(m, taken)]
        if absent:
            return UNKNOWN if any(self.unlisted(m) for m in absent) else missing
        if len(unknown) > 1 or (self._is_open(one.object, taken) and (self._on_any(one) or _between_several(one))):
            return YES
        if unknown:
            (m,) = unknown
            return any_of((missing, self._at_best(one, taken, m)))
        if _between_several(one) and len(self.rows(one.object, taken)) < SEVERAL:
            return missing
        return self._over(one, taken, {})

    def _at_best(self, one: Statement, taken: Assignment, open_end: int) -> Finding:
        """The relation with the best of what an open end may be."""
        key = id(one), tuple((self._is_open(m, taken), *self.rows(m, taken)) for m in _ends(one))
        if key not in self._best:
            self._best[key] = any_of(self._over(one, taken, {open_end: [row]}) for row in self._candidates[open_end])
        return self._best[key]

    def _over(self, one: Statement, taken: Assignment, instead: dict[int, list[int]]) -> Finding:
        """The relation over all things that its ends are bound to."""
        by_subject: dict[int, list[Finding]] = {}
        for pair in self._tuples(one, taken, instead):
            by_subject.setdefault(pair[0], []).append(self._pair(one, pair))
        if not by_subject:
            return denied(NOT) if _is_negated(one) else YES if self._is_open(one.subject, taken) else NOT
        if self._denied[one.subject] or self._denied[one.object]:
            subjects = by_subject.values()
            if self._denied[one.subject]:
                return denied(any_of(any_of(found) for found in subjects))
            return all_of(denied(any_of(found)) for found in subjects)
        within = any_of if self._on_any(one) else all_of
        return all_of(within(found) for found in by_subject.values())

    def _pair(self, one: Statement, pair: tuple[int, ...]) -> Finding:
        """The relation of single things, which also have to be what the text calls them."""
        found = self._evidence.relation(*self._asked(one, pair))
        absent = self._denied[one.subject] or self._denied[one.object]
        if _is_negated(one) and not absent:
            found = denied(found)
        mentions = (one.subject, one.object, one.object) if _between_several(one) else _ends(one)
        ends = zip(pair, mentions, strict=False)
        fits = (self._fits(row, m) if self._denied[m] else self._named(row, self._noun(m)) for row, m in ends)
        return all_of((found, *fits))

    def _asked(self, one: Statement, pair: tuple[int, ...]) -> tuple[int, str, int, int | None]:
        return pair[0], one.predicate, pair[1], pair[2] if len(pair) > 2 else None

    def _tuples(
        self, one: Statement, taken: Assignment, instead: dict[int, list[int]] | None = None
    ) -> Iterable[tuple[int, ...]]:
        """Rows of subject, object and, for `between`, third, in all ways in which the ends are bound."""
        rows = [(instead or {}).get(m) or self._things(m, taken) for m in _ends(one)]
        if _between_several(one) and len(rows[1]) >= SEVERAL:
            rows = [rows[0], [rows[1][0]], [rows[1][1]]]
        distinct = one.subject == one.object or any(self._denied[m] for m in _ends(one))
        return (pair for pair in product(*rows) if not distinct or len(set(pair)) == len(pair))

    def _things(self, mention: int, taken: Assignment) -> Sequence[int]:
        return self._candidates[mention] if self._denied[mention] else self.rows(mention, taken)

    def _on_any(self, one: Statement) -> bool:
        many = self._text.objects[one.object]
        return many.count != 1 and (many.count is None or one.predicate in _ON_ANY)

    def _is_open(self, mention: int, taken: Assignment) -> bool:
        return any(slot not in taken for slot in self._slots_of[mention])

    def unlisted(self, mention: int) -> bool:
        """Nothing is called so, and that does not say that there is none: floors are hardly ever listed, and of words
        that nobody knows nothing can be told."""
        noun = self._text.objects[mention].noun
        strange = noun.split()[-1:] and (noun.split()[-1] in BACKGROUND or not self._evidence.knows(noun))
        return bool(strange) and not self._candidates[mention]

    def _counts(self, row: int, mention: int, taken: Assignment) -> Finding:
        """Whether a thing is what the mention says and where: one of those that there may be no more of."""
        said = [one for one in self._text.relations if one.subject == mention and one.predicate != IS]
        words = self._restricting(self._text.objects[mention]) if self._definite[mention] else None
        places = [] if self._definite[mention] else (self._over(one, taken, {mention: [row]}) for one in said)
        return all_of((self._fits(row, mention, words), *places))

    def _restricting(self, mention: Mention) -> tuple[str, ...]:
        """Attributes that stand before the noun."""
        before = self._text.text[mention.start : mention.end].lower()
        return tuple(word for word in mention.attributes if word in before)

    def _fits(self, row: int, mention: int, words: Sequence[str] | None = None) -> Finding:
        """Whether a thing is what the mention says: its noun, and its attributes or some of them."""
        said = self._text.objects[mention]
        kept = [word for word in (said.attributes if words is None else words) if word not in TELLING_APART]
        return all_of((self._named(row, said.noun), *(self._evidence.attribute(row, word) for word in kept)))

    def _attribute(self, row: int, mention: int, word: str, taken: Assignment) -> Finding:
        """Whether a thing is so; what is "the largest" is that among all that the mention could be."""
        if not is_extreme(word):
            return self._evidence.attribute(row, word)
        words = [one for one in self._restricting(self._text.objects[mention]) if not is_extreme(one)]
        said = [one for one in self._text.relations if one.subject == mention and one.predicate != IS]
        among = [
            other
            for other in self._candidates[mention]
            if self._fits(other, mention, words).truth is not False
            and all(self._over(one, taken, {mention: [other]}).truth is not False for one in said)
        ]
        truth = extreme(self._evidence.scene, row, word, among)
        return UNKNOWN if truth is None else YES if truth else NOT

    def _noun(self, mention: int) -> str:
        return self._text.objects[mention].noun

    def _named(self, row: int, noun: str) -> Finding:
        return YES if self._evidence.named(row, noun) else UNKNOWN

    def _is_named(self, row: int, noun: str) -> Finding:
        """As sure as the scene is of the thing."""
        return replace(self._named(row, noun), score=float(self._evidence.scene.objects.score[row]))


def _ends(one: Statement) -> tuple[int, ...]:
    return (one.subject, one.object) if one.third is None else (one.subject, one.object, one.third)


def _is_negated(one: Statement) -> bool:
    return one.negated or one.predicate == WITHOUT


def _between_several(one: Statement) -> bool:
    """ "between two chairs": both ends are of one mention."""
    return one.predicate == BETWEEN and one.third is None
