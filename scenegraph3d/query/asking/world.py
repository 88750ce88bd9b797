"""World: what can be said of one scene without doubt: groups of like things, names of single ones, clear relations."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from itertools import combinations
from typing import TypeVar

import numpy as np

from ...errors import QueryError
from ...geometry import boxes
from ...language.lexicon import Lexicon
from ...language.naming import ADJECTIVES, adjectives
from ...language.phrases import PHRASES
from ...language.wording import is_plural, plain, plural
from ...relate.rules import DEFAULT_RULES
from ...types import SceneGraph
from ..columns import columns_of
from ..english.reading import meant
from ..execute import Session
from ..operations import Context
from ..pairs import View, tell
from ..program import Call, call
from ..question import readings
from ..sizes import EXTREMES, measured
from ..values import Found, Things

CLEAR = 0.8  # the score from which on a relation is asked for; below 1 - CLEAR it is clear that it does not hold
CLEAR_RATIO = 1.3  # of lengths and volumes that are compared
CLEAR_APART_M = 0.3  # of places and distances that are compared
MOST_ADJECTIVES = 2  # before a noun
MOST_ANCHORS = 64  # things that others are related to
ANYTHING = "thing"
WITH_NOUN = 0.75  # of the names of what may also be called "the red thing"
SIZES = ("largest", "smallest", "tallest", "shortest")
PLACES = ("leftmost", "rightmost")
PLACE = "place"
# Phrases by what they say, in groups of relations that may be taken for one another.
RELATIONS: tuple[tuple[tuple[str, ...], ...], ...] = (
    (
        ("to the left of", "left of", "on the left side of"),
        ("to the right of", "right of", "on the right side of"),
        ("in front of",),
        ("behind",),
    ),
    (("on", "on top of"), ("under", "beneath", "underneath"), ("above", "over"), ("below",), ("in", "inside")),
    (("next to", "beside"), ("near", "close to"), ("far from",)),
)
SPOTS = tuple(phrases for group in RELATIONS for phrases in group)

Chosen = TypeVar("Chosen")


@dataclass(frozen=True, eq=False)
class Group:
    """The things that share a noun and adjectives.

    Attributes:
        noun: in the singular.
        adjectives: (attribute, word) in the order of English.
        mask: [N] bool: which objects of the scene.
    """

    noun: str
    adjectives: tuple[tuple[str, str], ...]
    mask: np.ndarray

    def text(self, *, several: bool = False) -> str:
        """ "Red chair" or "red chairs"."""
        return " ".join([*(word for _, word in self.adjectives), plural(self.noun) if several else self.noun])

    def program(self, lexicon: Lexicon, *, several: bool = False) -> Call:
        """The set, as a question that has the text names it."""
        things = call("label", call("scene"), plural(self.noun) if several else self.noun)
        for key, word in self.adjectives:
            if key != "size":
                things = call("attribute", things, key, lexicon.normal(word))
        for key, word in self.adjectives:
            if key == "size":
                things = call("size", things, lexicon.normal(word))
        return things


@dataclass(frozen=True)
class Name:
    """A phrase that means one thing.

    Attributes:
        row: of the scene's objects.
        text: with its article.
        program: that gives the thing.
        noun: in it.
        told: the attributes that it gives away.
    """

    row: int
    text: str
    program: Call
    noun: str
    told: frozenset[str] = frozenset()


@dataclass(frozen=True, eq=False)
class Clear:
    """[N, N] bool: a relation holds, and does not hold, beyond doubt; of unsure pairs neither."""

    yes: np.ndarray
    no: np.ndarray


@dataclass
class World:
    """A scene that questions are asked about.

    Attributes:
        scene: the graph.
        lexicon: of names for things.
        rng: where the choices come from.
    """

    scene: SceneGraph
    lexicon: Lexicon
    rng: np.random.Generator
    _reads: dict[str, str] = field(default_factory=dict)
    _clear: dict[tuple[str, ...], Clear] = field(default_factory=dict)

    def pick(self, options: Sequence[Chosen]) -> Chosen:
        """One of the options."""
        return options[int(self.rng.integers(len(options)))]

    @cached_property
    def _session(self) -> Session:
        return Session(self.scene, self.lexicon)

    @property
    def context(self) -> Context:
        """What the scene's programs run on."""
        return self._session.context

    def run(self, program: Call) -> Things | Found | None:
        """What a program gives, each part of it run once for all questions; None where a step cannot be taken."""
        try:
            found = self._session.run(program)
        except QueryError:
            return None
        return None if isinstance(found, View) else found

    @cached_property
    def rows(self) -> np.ndarray:
        """Rows of the objects that others are related to: all, or some of very many, rather those with names."""
        count = len(self.scene.objects)
        if count <= MOST_ANCHORS:
            return np.arange(count)
        order = self.rng.permutation(count)
        return np.sort(order[np.argsort(~self.named[order], kind="stable")][:MOST_ANCHORS])

    @cached_property
    def nouns(self) -> tuple[str, ...]:
        """What things are called: their labels, where these are singular nouns that questions may use."""
        labels = dict.fromkeys(plain(label) for label in self.scene.objects.label)
        return tuple(noun for noun in labels if not is_plural(noun) and self._usable(noun))

    def _usable(self, noun: str) -> bool:
        lone = call("unique", call("label", call("scene"), noun))
        several = call("label", call("scene"), plural(noun))
        return self.reads(f"the {noun}", lone) and (plural(noun) != noun and self.reads(f"the {plural(noun)}", several))

    def reads(self, text: str, program: Call) -> bool:
        """Whether a noun phrase is understood as the program."""
        if text not in self._reads:
            try:
                self._reads[text] = str(readings(self.scene, text, self.lexicon)[0].program)
            except QueryError:
                self._reads[text] = ""
        return self._reads[text] == str(program)

    def reads_group(self, group: Group, *, several: bool = False) -> bool:
        """Whether a group is understood where it is named."""
        things = group.program(self.lexicon, several=several)
        return self.reads(f"the {group.text(several=several)}", things if several else call("unique", things))

    def told_of(self, row: int, noun: str = "") -> list[tuple[str, str]]:
        """(attribute, word) of all that an adjective tells of a thing, in the order of English."""
        attributes, columns = self.scene.objects.attributes[row], columns_of(self.scene, self.lexicon)
        out = []
        for key in ADJECTIVES:
            words = adjectives({key: attributes.get(key)}, noun)
            usual = "color" if key == "colour" else key
            values = columns.values(columns.key(usual))[row]
            if words and self.lexicon.kind_of(words[0]) == usual and values == (self.lexicon.normal(words[0]),):
                out.append((usual, words[0]))
        return out

    @cached_property
    def groups(self) -> tuple[Group, ...]:
        """Every group that has a member, those of few adjectives first."""
        found: dict[tuple[str, tuple[tuple[str, str], ...]], None] = {}
        for row, label in enumerate(self.scene.objects.label):
            for noun in {plain(label), ANYTHING} & {*self.nouns, ANYTHING}:
                told = self.told_of(row, noun)
                for count in range(min(len(told), MOST_ADJECTIVES) + 1):
                    found |= dict.fromkeys((noun, words) for words in combinations(told, count))
        ordered = sorted(found, key=lambda one: (len(one[1]), one))
        groups = [self.group(*one) for one in ordered]
        return tuple(group for group in groups if group is not None)

    def group(self, noun: str, words: tuple[tuple[str, str], ...]) -> Group | None:
        """The things of a noun and adjectives; None where it is not known of all of them whether they are such."""
        columns = columns_of(self.scene, self.lexicon)
        mask = columns.named(noun)
        if noun == ANYTHING and any(self.scene.objects.kind[row] == "surface" for row in np.flatnonzero(mask)):
            return None
        for key, word in words:
            values = columns.values(columns.key(key))
            if not all(values[row] for row in np.flatnonzero(columns.named(noun)).tolist()):
                return None
            mask = mask & np.array([self.lexicon.normal(word) in own for own in values], dtype=bool)
        return Group(noun, words, mask)

    @cached_property
    def words(self) -> Mapping[str, tuple[str, ...]]:
        """The words for each attribute that things of the scene have."""
        told = {pair for row in range(len(self.scene.objects)) for pair in self.told_of(row)}
        return {key: tuple(sorted(word for own, word in told if own == key)) for key in sorted({k for k, _ in told})}

    # --- names -----------------------------------------------------------------------------------------------

    @cached_property
    def _names(self) -> Mapping[int, tuple[Name, ...]]:
        """The names of each thing that has one: with its label and as few adjectives as will do, or as a thing."""
        names: dict[int, list[Name]] = {}
        for group in self.groups:
            if group.mask.sum() != 1 or (group.noun == ANYTHING and not group.adjectives):
                continue
            row, keys = int(np.flatnonzero(group.mask)[0]), frozenset(key for key, _ in group.adjectives)
            if any(other.told < keys for other in names.get(row, []) if other.noun == group.noun):
                continue
            name = Name(row, f"the {group.text()}", call("unique", group.program(self.lexicon)), group.noun, keys)
            if self.reads(name.text, name.program):
                names.setdefault(row, []).append(name)
        for name in self._superlatives():
            names.setdefault(name.row, []).append(name)
        return {row: tuple(own) for row, own in names.items()}

    def _superlatives(self) -> Iterator[Name]:
        """The largest, the leftmost of a noun."""
        for group in self.groups:
            if group.adjectives or group.noun == ANYTHING or group.mask.sum() < 2:
                continue
            for word in (*SIZES, *PLACES):
                row, text = self._most(group.mask, word), f"the {word} {group.text()}"
                program = call("extreme", group.program(self.lexicon), word)
                if row is not None and self.reads(text, program):
                    told = frozenset(["size" if word in SIZES else PLACE])
                    yield Name(row, text, program, group.noun, told)

    def _most(self, mask: np.ndarray, word: str) -> int | None:
        """The row that a superlative means of two things or more; None where another one comes near."""
        what, sign = EXTREMES[word]
        rows = np.flatnonzero(mask)
        values = sign * measured(self.scene, what)[rows]
        second, first = np.argsort(values, kind="stable")[-2:]
        top, next_ = values[first], values[second]
        if word in SIZES:
            smaller, larger = sorted((abs(top), abs(next_)))
            return int(rows[first]) if larger >= CLEAR_RATIO * smaller else None
        return int(rows[first]) if top - next_ >= CLEAR_APART_M else None

    def name(self, row: int, without: str = "") -> Name | None:
        """A name of one thing that does not give an attribute away, mostly with its noun; None for no such."""
        names = [name for name in self._names.get(row, ()) if without not in name.told]
        plainly = [name for name in names if name.noun != ANYTHING]
        return self.pick(plainly if plainly and self.rng.random() < WITH_NOUN else names) if names else None

    def plain_name(self, row: int) -> str | None:
        """What to call one thing in an answer."""
        names = sorted(self._names.get(row, ()), key=lambda name: name.noun == ANYTHING)
        return names[0].text if names else None

    def someone(self, without: str = "") -> Name | None:
        """A name of any thing."""
        rows = [row for row in self.rows.tolist() if row in self._names]
        return self.name(self.pick(rows), without) if rows else None

    # --- relations -------------------------------------------------------------------------------------------

    def clear(self, said: str) -> Clear:
        """Of which pairs (subject, object) a phrase is clearly true, and clearly not."""
        predicates = meant(PHRASES[said])
        if predicates not in self._clear:
            columns, count = columns_of(self.scene, self.lexicon), len(self.scene.objects)
            told = tell(columns, DEFAULT_RULES, predicates, np.arange(count), self.rows, View())
            yes, no = np.zeros((count, count), dtype=bool), np.zeros((count, count), dtype=bool)
            yes[:, self.rows] = told.true & (told.score >= CLEAR)
            no[:, self.rows] = ~told.true & ~told.open & (told.score <= 1 - CLEAR)
            self._clear[predicates] = Clear(yes, no)
        return self._clear[predicates]

    @cached_property
    def placed(self) -> np.ndarray:
        """[groups, phrases of `SPOTS`, N]: how many of a group are so related to a thing; -1 where it is not clear."""
        masks = np.stack([group.mask for group in self.groups]).astype(np.int32)
        out = np.empty((len(masks), len(SPOTS), masks.shape[1]), dtype=np.int32)
        for i, phrases in enumerate(SPOTS):
            clear = self.clear(phrases[0])
            unclear = masks @ (~(clear.yes | clear.no)).astype(np.int32)
            out[:, i] = np.where(unclear > 0, -1, masks @ clear.yes.astype(np.int32))
        return out

    @cached_property
    def sizes(self) -> np.ndarray:
        """[groups, 1, 1]: how many things each group has."""
        return np.array([group.mask.sum() for group in self.groups])[:, None, None]

    @cached_property
    def named(self) -> np.ndarray:
        """[N] bool: what has a name."""
        return np.array([row in self._names for row in range(len(self.scene.objects))], dtype=bool)

    def spot(self, wanted: np.ndarray) -> tuple[Group, str, int] | None:
        """A group, a phrase and the row of a thing that it is related to, one of those `wanted`, shaped as `placed`."""
        groups = np.flatnonzero(wanted.any(axis=(1, 2)))
        if not len(groups):
            return None
        place = self.pick(groups.tolist())
        phrases = self.pick(np.flatnonzero(wanted[place].any(axis=1)).tolist())
        row = self.pick(np.flatnonzero(wanted[place, phrases]).tolist())
        return self.groups[place], self.pick(SPOTS[phrases]), row

    def gap_m(self, row: int, others: Sequence[int]) -> np.ndarray:
        """Metres between the surface of one thing and those of others."""
        return boxes.gap_m(self.scene.objects.boxes, [row] * len(others), list(others))


def asks(said: str) -> str | tuple[str, ...]:
    """What a program asks for where a question has the phrase."""
    predicates = meant(PHRASES[said])
    return predicates[0] if len(predicates) == 1 else predicates


def clearly_apart(first: float, second: float) -> bool:
    """Whether one of two lengths in metres is clearly greater."""
    low, high = sorted((first, second))
    return high - low >= CLEAR_APART_M and high >= CLEAR_RATIO * low
