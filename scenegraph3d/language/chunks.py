"""Chunks: noun phrases, verb groups, phrases of place and the marks between them, from tagged tokens."""

from dataclasses import dataclass, field

from . import words as w
from .context import Tagged
from .phrases import Meaning

NUMBER_DIGITS_MAX = 6  # a longer number counts nothing
_OPENERS = frozenset("DSMJN")
_MODIFIERS = frozenset("DSMJNR,C")
_SINGULAR = (["a"], ["an"], ["this"], ["that"], ["another"])
_RECIPROCAL = (("each", "other"), ("one", "another"))


@dataclass(slots=True)
class NounPhrase:
    """A noun with what belongs to it, or a pronoun.

    Attributes:
        noun: in the singular, compound; a pronoun as it stands; "" for an article or adjective that stands alone.
        head: the last word of the noun.
        attributes: adjectives, colours, materials, participles.
        count: as in `Mention`.
        determiner: the first one, "" for none.
        owner: the noun phrase, or possessive pronoun, that it belongs to.
        pronoun: it is one.
        plural: grammatically.
        start, end: characters of the noun and its attributes.
    """

    noun: str
    head: str = ""
    attributes: tuple[str, ...] = ()
    count: int | None = 1
    determiner: str = ""
    owner: "NounPhrase | None" = None
    pronoun: bool = False
    plural: bool = False
    start: int = 0
    end: int = 0


@dataclass(slots=True)
class Place:
    """A phrase of place, or any other preposition."""

    meaning: Meaning
    words: str
    start: int
    end: int
    negated: bool = False


@dataclass(slots=True)
class Action:
    """A verb group.

    Attributes:
        verb: base form; "be" for a copula.
        form: "finite", "ing", "ed" or "infinitive".
        words: the main verb as written.
        passive: a form of be stands before a past participle.
        negated: the group denies.
        start, end: characters of the group.
        plural: the finite form goes with more than one thing alone: "are".
        singular: it goes with one alone: "is".
    """

    verb: str
    form: str
    words: str
    passive: bool = False
    negated: bool = False
    start: int = 0
    end: int = 0
    plural: bool = False
    singular: bool = False


@dataclass(slots=True)
class Adjectives:
    """Adjectives that stand without a noun, after a form of be or behind their noun."""

    words: list[str] = field(default_factory=list)


@dataclass(slots=True)
class Mark:
    """What joins or parts: kind is "and", "but", ",", "which", "while", "there", "not", "neither" or "other"."""

    kind: str
    word: str


Chunk = NounPhrase | Place | Action | Adjectives | Mark


def chunk(tagged: list[Tagged]) -> list[Chunk]:
    """The chunks of one sentence, in order."""
    return _Chunker(tagged).run()


class _Chunker:
    def __init__(self, tagged: list[Tagged]) -> None:
        self.tagged = tagged
        self.at = 0
        self.out: list[Chunk] = []

    def run(self) -> list[Chunk]:
        while self.at < len(self.tagged):
            item = self.tagged[self.at]
            if item.tag in _OPENERS and self._noun_phrase():
                continue
            if item.tag in "BHXTVIEZ":
                self._action()
                continue
            self._simple(item)
            self.at += 1
        return self.out

    def _simple(self, item: Tagged) -> None:
        match item.tag:
            case "O" if item.lower == "neither" and self._tag(1) in _OPENERS:
                self.out.append(Mark("neither", item.lower))
            case "O" if (item.lower, self._lower(1)) in _RECIPROCAL:
                self.at += 1
                self.out.append(_pronoun(item, self.tagged[self.at]))
            case "O":
                pronoun = _pronoun(item)
                if item.lower == "one" and self._tag(-1) == "D":
                    pronoun.determiner = self.tagged[self.at - 1].lower
                self.out.append(pronoun)
            case "P" if item.meaning is not None:
                self.out.append(Place(item.meaning, item.lower, item.start, item.end))
            case "J" | "S" | "D" | "M":
                self._alone(item)
            case "C":
                self.out.append(Mark("but" if item.lower in ("but", "yet") else "and", item.lower))
            case "U" | "W" | "K" | "," | ".":
                kinds = {"U": "while", "W": "which", "K": "there", ",": ",", ".": "other"}
                self.out.append(Mark(kinds[item.tag], item.lower))

    def _tag(self, ahead: int) -> str:
        at = self.at + ahead
        return self.tagged[at].tag if 0 <= at < len(self.tagged) else "."

    def _lower(self, ahead: int) -> str:
        at = self.at + ahead
        return self.tagged[at].lower if at < len(self.tagged) else ""

    def _alone(self, item: Tagged) -> None:
        last = self.out[-1] if self.out else None
        if item.tag == "J":
            if isinstance(last, Adjectives):
                last.words.append(item.lower)
            else:
                self.out.append(Adjectives([item.lower]))
        elif item.tag in ("S", "M") or item.lower in w.PRONOUNS:
            self.out.append(_pronoun(item))

    def _noun_phrase(self) -> bool:
        """Take a noun phrase and the genitives before it; False where no noun comes."""
        owner: NounPhrase | None = None
        taken = False
        while True:
            end = self._phrase_end(self.at)
            if end is None:
                if owner is not None and not taken:
                    self.out.append(owner)
                    return True
                return False
            phrase = _build(self.tagged[self.at : end], owner)
            self.at = end
            if phrase.noun == "little" and phrase.determiner == "a":
                return True
            if not (end < len(self.tagged) and self.tagged[end].tag == "G"):
                self.out.append(phrase)
                return True
            owner = phrase
            self.at += 1
            if self.at >= len(self.tagged) or self._phrase_end(self.at) is None:
                self.out.append(owner)
                return True

    def _phrase_end(self, begin: int) -> int | None:
        """Where the noun phrase that begins here ends, None where it has no noun."""
        at, noun_end = begin, None
        tagged = self.tagged
        while at < len(tagged) and tagged[at].tag in _MODIFIERS:
            kind = tagged[at].tag
            if kind == "N":
                noun_end = at + 1
            elif (
                (noun_end is not None and not (kind == "M" and tagged[at].lower.isdigit()))
                or (kind in "C," and not self._joins_adjectives(at))
                or (kind in "DS" and at > begin and tagged[at - 1].tag not in "DM")
                or (kind == "R" and not self._leads_to_noun(at))
            ):
                break
            elif noun_end is not None:
                noun_end = at + 1
            at += 1
        return noun_end

    def _joins_adjectives(self, at: int) -> bool:
        if at == 0 or at + 1 >= len(self.tagged) or self.tagged[at - 1].tag != "J":
            return False
        following = self.tagged[at + 1]
        if following.tag == "C" and at + 2 < len(self.tagged):
            following = self.tagged[at + 2]
        return following.tag == "J" or (following.tag == "N" and following.lower in w.COLOURS)

    def _leads_to_noun(self, at: int) -> bool:
        return at + 1 < len(self.tagged) and self.tagged[at + 1].tag in "JMR"

    def _action(self) -> None:
        """Take a run of auxiliaries, negations, adverbs and the main verb."""
        begin = self.tagged[self.at]
        group = Action("", "finite", "", start=begin.start)
        last = ""
        while self.at < len(self.tagged) and (item := self.tagged[self.at]).tag in "BHXTVIEZR":
            if item.tag in "VIEBHX" and last in ("V", "I", "E"):
                break
            if item.tag == "Z" and last and group.verb and group.verb not in ("be", "have"):
                break
            if item.tag == "R" and not self._continues():
                break
            self._extend(group, item, last)
            last = item.tag if item.tag not in "RZ" else last
            group.end = item.end
            self.at += 1
        self._close(group, last)

    def _continues(self) -> bool:
        at = self.at
        while at < len(self.tagged) and self.tagged[at].tag in "RZ":
            at += 1
        return at < len(self.tagged) and self.tagged[at].tag in "BHXVIE"

    def _extend(self, group: Action, item: Tagged, last: str) -> None:
        if not last and item.tag in "BHV":
            group.plural = item.lower in w.PLURAL_VERBS
            inflected = item.tag == "V" and item.word is not None and item.word.form == "s"
            group.singular = inflected or item.lower in w.SINGULAR_VERBS
        match item.tag:
            case "Z":
                group.negated = True
            case "T":
                group.form = "infinitive"
            case "B":
                group.verb, group.words = "be", item.lower
                if item.lower == "being":
                    group.form = "ing" if not last else group.form
            case "H":
                group.verb, group.words = "have", item.lower
                group.form = "ing" if item.lower == "having" and not last else group.form
            case "V" | "I" | "E" if item.word is not None:
                group.passive = item.tag == "E" and group.verb == "be"
                if not last:
                    group.form = {"V": "finite", "I": "ing", "E": "ed"}[item.tag]
                group.verb, group.words = item.word.verb or item.lower, item.lower

    def _close(self, group: Action, last: str) -> None:
        if not group.verb:
            if group.negated:
                self.out.append(Mark("not", "not"))
            elif last == "X":
                self.out.append(Action("be", "finite", "", start=group.start, end=group.end))
            return
        self.out.append(group)


def _pronoun(item: Tagged, last: Tagged | None = None) -> NounPhrase:
    plural = item.lower in w.PLURAL_PRONOUNS
    lower = f"{item.lower} {last.lower}" if last else item.lower
    end = (last or item).end
    return NounPhrase(lower, lower, determiner=lower, pronoun=True, plural=plural, start=item.start, end=end)


def _build(items: list[Tagged], owner: NounPhrase | None) -> NounPhrase:
    nouns = [item for item in items if item.tag == "N" or (item.tag == "M" and item is items[-1] and len(items) > 1)]
    attributes = [item for item in items if item.tag == "J"]
    nouns, attributes = _name(nouns, attributes)
    while len(nouns) > 1 and (nouns[0].lower in w.MATERIALS or nouns[0].lower in w.COLOURS):
        attributes.append(nouns.pop(0))
    head = nouns[-1]
    singular = head.word.noun or head.lower if head.word else head.lower
    determiners = [item.lower for item in items if item.tag in "DS"]
    plural = head.word is not None and head.word.plural and not _is_one(determiners, attributes, singular)
    if items[0].lower == "one" and len(nouns) == 1 and head.lower in w.COLOURS:
        attributes, singular = [*attributes, head], "one"
    if head.lower == "glasses" and (len(nouns) > 1 or any(item.tag == "M" for item in items)):
        singular = "glass"
    if owner is None:
        possessive = next((item for item in items if item.tag == "S"), None)
        owner = _pronoun(possessive) if possessive else None
    kept = nouns + attributes
    return NounPhrase(
        noun=" ".join([item.lower for item in nouns[:-1]] + [singular]),
        head=singular,
        attributes=tuple(item.lower for item in sorted(attributes, key=lambda item: item.start)),
        count=_count(items, determiners, plural),
        determiner=determiners[0] if determiners else "",
        owner=owner,
        plural=plural,
        start=min(item.start for item in kept),
        end=max(item.end for item in kept),
    )


def _is_one(determiners: list[str], attributes: list[Tagged], singular: str) -> bool:
    """What goes before a noun that has one form, such as "sheep", says that it is a singular."""
    ordinal = any(item.lower in w.ORDINALS or item.lower[0].isdigit() for item in attributes)
    return determiners[-1:] in _SINGULAR or (ordinal and singular in w.INVARIANT_PLURALS)


def _name(nouns: list[Tagged], attributes: list[Tagged]) -> tuple[list[Tagged], list[Tagged]]:
    """Adjectives that are part of a name, and determiners that tell which one, where they belong."""
    if attributes and nouns:
        last, head = attributes[-1], nouns[0]
        if (last.lower, head.word.noun if head.word else "") in w.NAMES:
            return [last, *nouns], attributes[:-1]
    return nouns, attributes


def _count(items: list[Tagged], determiners: list[str], plural: bool) -> int | None:
    for item in items[:-1]:
        if item.tag == "M":
            return _number(item.lower)
    if items[-1].lower in ("nobody", "nothing") or "no" in determiners or "neither" in determiners:
        return 0
    if "both" in determiners:
        return 2
    return None if plural or determiners[:1] in (["each"], ["every"]) else 1


def _number(lower: str) -> int | None:
    if lower.isdigit():
        return int(lower) if lower.isascii() and len(lower) <= NUMBER_DIGITS_MAX else None
    return w.NUMBERS.get(lower)
