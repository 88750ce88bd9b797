"""Draft: a TextGraph from the names and phrases that a model wrote, in the words that `parse` would use.

Nouns go to the singular, with a count where they were plural or a number was said; phrases go to the library's
predicates, verbs to their base form. The places of things in the text are those of the first words there that are the
same noun; a thing whose noun the text does not have is at 0 to 0.
"""

from collections.abc import Sequence
from dataclasses import replace

from .. import words as w
from ..morphology import word_of
from ..phrases import PHRASES, Meaning, match_phrase, says_no_place
from ..text_graph import Mention, Statement, TextGraph
from ..tokens import Token, sentences

_BEFORE = w.BE | w.ADVERBS
_AFTER_VERB = w.ADVERBS | {"down", "up"}  # as in "lie down on"


class Draft:
    """A graph that grows.

    Args:
        text: that it is of.
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._objects: list[Mention] = []
        self._relations: list[Statement] = []
        self._tokens = _tokens(text)
        self._taken: set[int] = set()

    def thing(self, name: str) -> int:
        """A new thing, by a noun in the singular or plural; its id."""
        parts = name.lower().split()
        last = word_of(parts[-1])
        head = last.noun or parts[-1]
        noun = " ".join([*parts[:-1], head])
        start, end = self._place(noun)
        count = None if last.plural else 1
        self._objects.append(Mention(len(self._objects), noun, (), count, head, start, end))
        return len(self._objects) - 1

    def describe(self, thing: int, attribute: str) -> None:
        """One more attribute of a thing."""
        known = self._objects[thing]
        if attribute.lower() not in known.attributes:
            self._objects[thing] = replace(known, attributes=(*known.attributes, attribute.lower()))

    def count(self, thing: int, count: int | None) -> None:
        """How many there are; None for several."""
        self._objects[thing] = replace(self._objects[thing], count=count)

    def relate(self, subject: int, phrase: str, other: int, *, third: int | None = None, negated: bool = False) -> None:
        """State a relation, by the words for it; what they deny is negated."""
        said = [token.lower for token in _tokens(phrase)]
        negated = negated or not w.NEGATIONS.isdisjoint(said)
        meaning = meaning_of(" ".join(word for word in said if word not in w.NEGATIONS) or phrase)
        a, b = (other, subject) if meaning.swapped else (subject, other)
        row = Statement(a, meaning.predicate, " ".join(phrase.lower().split()), b, negated, third)
        last = self._relations[-1] if self._relations else None
        if last is not None and self._completes(last, row):
            self._relations[-1] = replace(last, third=row.object)
        elif row not in self._relations:
            self._relations.append(row)

    def graph(self) -> TextGraph:
        """The graph so far."""
        return TextGraph(self._text, tuple(self._objects), tuple(self._relations))

    def _completes(self, last: Statement, row: Statement) -> bool:
        """Between one thing and between another, said one after the other, is between the two."""
        same = (last.subject, last.predicate, last.negated) == (row.subject, "between", row.negated)
        single = self._objects[last.object].count == self._objects[row.object].count == 1
        return same and single and last.third is None and row.third is None and last.object != row.object

    def _place(self, noun: str) -> tuple[int, int]:
        parts = noun.split()
        for at in range(len(self._tokens) - len(parts) + 1):
            if at in self._taken:
                continue
            run = self._tokens[at : at + len(parts)]
            last = run[-1].lower
            if [token.lower for token in run[:-1]] == parts[:-1] and parts[-1] in (last, word_of(last).noun):
                self._taken.add(at)
                return run[0].start, run[-1].end
        return 0, 0


def meaning_of(phrase: str) -> Meaning:
    """The predicate that the words for a relation mean: "sit on" is "on", "attach to" is "attached_to", "ride" itself.

    Args:
        phrase: at least one word; its verb in any form, with or without a form of be.
    """
    tokens = _tokens(phrase)
    while len(tokens) > 1 and _phrase(tokens) is None and tokens[0].lower in _BEFORE:
        tokens = tokens[1:]
    found = _phrase(tokens)
    if found is not None or not tokens:
        return found or Meaning("_".join(phrase.lower().split()))
    verb = word_of(tokens[0].lower).verb
    rest = [token.lower for token in tokens[1:]]
    for form in _forms(verb) if verb else ():
        found = PHRASES.get(" ".join([form, *rest]))
        if found is not None:
            return found
    begin = 1
    while verb and begin < len(tokens) and _phrase(tokens[begin:]) is None and tokens[begin].lower in _AFTER_VERB:
        begin += 1
    place = _phrase(tokens[begin:]) if verb else None
    if place is None or _of_the_verb(verb, " ".join(rest)):
        return Meaning("_".join([verb or tokens[0].lower, *rest]))
    return place


def _tokens(phrase: str) -> list[Token]:
    return [token for sentence in sentences(phrase) for token in sentence]


def _phrase(tokens: Sequence[Token]) -> Meaning | None:
    """What the words mean where they are a phrase of place and nothing else."""
    found = match_phrase(list(tokens), 0)
    return found[1] if found is not None and found[0] == len(tokens) else None


def _forms(verb: str) -> tuple[str, ...]:
    """The base form and the past participle."""
    from lemminflect import getInflection

    return (verb, *getInflection(verb, tag="VBN"))


def _of_the_verb(verb: str, preposition: str) -> bool:
    """Whether the preposition makes one predicate with the verb ("look at")."""
    return f"{verb}_{preposition}" in w.PHRASAL or says_no_place(verb, preposition)
