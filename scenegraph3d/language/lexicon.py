"""Lexicon: which nouns may name a thing with a given label, and what adjectives are about.

A label is what a detector or a file calls a thing ("coffee_table", "Sofa", "mug (cup)"); a noun is what a person calls
it ("table", "couch", "furniture"). Case, spaces, underscores, hyphens and the singular or plural make no difference,
nor does a compound that is written as one word ("coffeetable").

A label is named by itself, by its synonyms, by its head noun (the last word, or the last before "of": "table" names a
"dining table", not a "table lamp"), and by the kinds that any of these belongs to ("furniture", "vehicle"). Of labels
whose last word does not say what they are ("hot dog") only the whole counts. Other kinds than the label's are not
guessed at: "man" does not name a "person", who may be a woman.

Words that mean several things belong to several kinds; what a text means by "bat" is not decided here.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from os import PathLike
from pathlib import Path
from typing import Any

from .. import documents as doc
from ..errors import SchemaError, message, suggestion

ATTRIBUTE_KINDS = ("color", "material", "size", "shape")
SECTIONS = ("anything", "kinds", "synonyms", "not_heads", "attributes")
LEAST_PART = 3  # letters of a word within a compound that is written as one word

_WORD = re.compile(r"[^\W_]+(?:['\u2019][^\W_]+)?")
_REMARK = re.compile(r"\([^()]*\)")
_CACHED_LABELS = 65536

Words = Mapping[str, tuple[str, ...]]


@dataclass(frozen=True, eq=False)
class Lexicon:
    """Nouns and adjectives and how they belong together; `default_lexicon()` is the one that ships.

    Attributes:
        anything: nouns that name every thing.
        kinds: of a noun, those that are kinds of it: "furniture" has "table" and "seat", "seat" has "chair".
        synonyms: of a noun, others that mean the same; they also mean the same as each other.
        not_heads: labels whose last word does not say what they are, such as "hot dog".
        attributes: for "color", "material", "size" and "shape", the normal forms and what else they are called.

    Raises:
        SchemaError: a noun that is, over others, a kind of itself; an adjective with two meanings; a kind of
            attribute that is none of the four.
    """

    anything: frozenset[str]
    kinds: Words
    synonyms: Words
    not_heads: frozenset[str]
    attributes: Mapping[str, Words]
    _same: dict[str, set[str]] = field(init=False, repr=False, default_factory=dict)
    _above: dict[str, set[str]] = field(init=False, repr=False, default_factory=dict)
    _adjectives: dict[str, tuple[str, str]] = field(init=False, repr=False, default_factory=dict)
    _names: dict[str, frozenset[str]] = field(init=False, repr=False, default_factory=dict)
    _everything: set[str] = field(init=False, repr=False, default_factory=set)
    _excluded: set[str] = field(init=False, repr=False, default_factory=set)

    def __post_init__(self) -> None:
        self._everything.update(map(_joined, self.anything))
        self._excluded.update(map(_joined, self.not_heads))
        for noun, others in self.synonyms.items():
            group = {_joined(word) for word in (noun, *others)}
            for key in group:
                self._same.setdefault(key, set()).update(group)
        for kind, members in self.kinds.items():
            self._same.setdefault(_joined(kind), set())
            for member in members:
                self._same.setdefault(_joined(member), set())
                self._above.setdefault(_joined(member), set()).add(_joined(kind))
        self._check_tree()
        self._read_attributes()

    def _read_attributes(self) -> None:
        for kind, forms in self.attributes.items():
            if kind not in ATTRIBUTE_KINDS:
                raise SchemaError(f"lexicon.attributes: unknown kind {kind!r}; {suggestion(kind, ATTRIBUTE_KINDS)}")
            for normal, others in forms.items():
                for word in (normal, *others):
                    known = self._adjectives.setdefault(_joined(word), (kind, normal))
                    if known != (kind, normal):
                        where, got = f"lexicon.attributes.{kind}", f"{known[1]!r} ({known[0]}) and {normal!r}"
                        raise SchemaError(message(where, f"one meaning of {word!r}", got))

    def _check_tree(self) -> None:
        done: set[str] = set()
        for start in self._above:
            path: list[str] = []
            self._climb(start, path, done)

    def _climb(self, key: str, path: list[str], done: set[str]) -> None:
        if key in path:
            got = " < ".join([*path[path.index(key) :], key])
            raise SchemaError(message("lexicon.kinds", "nouns that are no kind of themselves", got))
        if key in done:
            return
        path.append(key)
        for above in sorted(self._above.get(key, ())):
            self._climb(above, path, done)
        path.pop()
        done.add(key)

    def names(self, noun: str, label: str) -> bool:
        """Whether a thing with this label may be called `noun`."""
        keys = _forms(tuple(_words(noun)))
        return not keys.isdisjoint(self._everything) or not keys.isdisjoint(self._names_of(label))

    def knows(self, noun: str) -> bool:
        """Whether the noun, as it stands, is in the lexicon."""
        keys = _forms(tuple(_words(noun)))
        return not keys.isdisjoint(self._same) or not keys.isdisjoint(self._everything)

    def kind_of(self, word: str) -> str | None:
        """What an adjective is about: "color", "material", "size" or "shape"; None for a word of another kind."""
        found = self._adjective(word)
        return found[0] if found else None

    def normal(self, word: str) -> str:
        """The normal form of an adjective, "grey" of "gray" and "wood" of "wooden"; other words in lower case."""
        found = self._adjective(word)
        return found[1] if found else " ".join(_words(word)) or word.strip().lower()

    def extended(self, more: Mapping[str, Any] | str | PathLike[str]) -> "Lexicon":
        """This lexicon with more words.

        Args:
            more: any of the sections "anything" and "not_heads" (lists of nouns), "kinds" and "synonyms" (noun to list
                of nouns) and "attributes" (kind to normal form to list of words), or the path of a JSON file of them.

        Raises:
            SchemaError: a section or a value that is not as above, or a word that contradicts what is known.
        """
        if isinstance(more, str | PathLike):
            where, value = str(more), doc.read_json(more)
        else:
            where, value = "lexicon", _plain(more)
        found = _read(value, where)
        return Lexicon(
            self.anything | found.anything,
            _merged(self.kinds, found.kinds),
            _merged(self.synonyms, found.synonyms),
            self.not_heads | found.not_heads,
            {
                kind: _merged(self.attributes.get(kind, {}), found.attributes.get(kind, {}))
                for kind in dict.fromkeys([*self.attributes, *found.attributes])
            },
        )

    def _adjective(self, word: str) -> tuple[str, str] | None:
        """Kind and normal form; of several words ("dark red") the last decides where the whole is not known."""
        words = _words(word)
        whole = self._adjectives.get("".join(words))
        return whole or (self._adjectives.get(words[-1]) if words else None)

    def _names_of(self, label: str) -> frozenset[str]:
        """Everything that a thing with this label may be called."""
        found = self._names.get(label)
        if found is None:
            found = frozenset(name for part in _alternatives(label) for name in self._part_names(part))
            if len(self._names) < _CACHED_LABELS:
                self._names[label] = found
        return found

    def _part_names(self, part: str) -> Iterator[str]:
        words = _words(part)
        yield from self._with_kinds(_forms(tuple(words)))
        if "of" in words[1:]:
            words = words[: words.index("of", 1)]
        if len(words) == 1:
            words = self._parts(words[0])
        known = False
        for start in range(len(words)):
            keys = _forms(tuple(words[start:]))
            yield from self._synonyms(keys) if known else self._with_kinds(keys)
            if not keys.isdisjoint(self._excluded):
                return
            known = known or not keys.isdisjoint(self._same)

    def _parts(self, word: str) -> list[str]:
        """A compound that is written as one word as its two words, where the lexicon knows both and not the whole."""
        if not _forms((word,)).isdisjoint(self._same.keys() | self._excluded):
            return [word]
        cuts = range(LEAST_PART, len(word) - LEAST_PART + 1)
        both = (i for i in cuts if word[:i] in self._same and not _forms((word[i:],)).isdisjoint(self._same))
        cut = next(both, 0)
        return [word[:cut], word[cut:]] if cut else [word]

    def _synonyms(self, keys: Iterable[str]) -> set[str]:
        return {other for key in keys for other in (key, *self._same.get(key, ()))}

    def _with_kinds(self, keys: Iterable[str]) -> set[str]:
        """The keys, what they are kinds of, and the synonyms of all. The synonyms of a key with kinds of its own add
        none: a "computer mouse" is called "mouse", and is no animal."""
        out: set[str] = set()
        new = set(keys)
        while new:
            out |= new
            new = {above for key in new for above in self._kinds_of(key)} - out
        return self._synonyms(out)

    def _kinds_of(self, key: str) -> set[str]:
        own = self._above.get(key)
        return own or {above for other in self._same.get(key, ()) for above in self._above.get(other, ())}


@cache
def default_lexicon() -> Lexicon:
    """The lexicon that ships: things of rooms, streets and landscapes, animals, food and
    clothes; colours, materials, sizes and shapes."""
    path = Path(__file__).with_name("lexicon.json")
    return _read(doc.read_json(path), path.name)


def _read(value: Any, where: str) -> Lexicon:
    found = doc.mapping(value, where, (), SECTIONS)
    attributes = doc.mapping(found.get("attributes", {}), f"{where}.attributes", (), None)
    return Lexicon(
        frozenset(_texts(found.get("anything", []), f"{where}.anything")),
        _table(found.get("kinds", {}), f"{where}.kinds"),
        _table(found.get("synonyms", {}), f"{where}.synonyms"),
        frozenset(_texts(found.get("not_heads", []), f"{where}.not_heads")),
        {kind: _table(forms, f"{where}.attributes.{kind}") for kind, forms in attributes.items()},
    )


def _table(value: Any, where: str) -> Words:
    rows = doc.mapping(value, where, (), None)
    _texts(list(rows), where)
    return {key: _texts(words, f"{where}.{key}") for key, words in rows.items()}


def _texts(value: Any, where: str) -> tuple[str, ...]:
    if type(value) is not list:
        raise doc.fail(where, "a list of words", value)
    for i, word in enumerate(value):
        if type(word) is not str or not _words(word):
            raise doc.fail(f"{where}[{i}]", "a word", word)
    return tuple(value)


def _plain(value: Any) -> Any:
    """Mappings and tuples of a caller as the objects and lists that a file has."""
    if isinstance(value, Mapping):
        return {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if isinstance(value, tuple | list) else value


def _merged(mine: Words, more: Words) -> Words:
    rows = {key: tuple(dict.fromkeys([*mine.get(key, ()), *words])) for key, words in more.items()}
    return {**mine, **rows}


def _words(text: str) -> list[str]:
    """Letters and digits in lower case; a number at the end, as of "chair 01", does not belong to the name."""
    words = _WORD.findall(text.casefold())
    while len(words) > 1 and words[-1].isdigit():
        words.pop()
    return words


def _joined(text: str) -> str:
    return "".join(_words(text))


def _alternatives(label: str) -> list[str]:
    """ "cabinet/shelf" is either; what stands in brackets, as in "mouse (computer)", is a remark."""
    return [part for part in re.split("[/,;|]", _REMARK.sub(" ", label)) if part.strip()]


@lru_cache(maxsize=_CACHED_LABELS)
def _forms(words: tuple[str, ...]) -> frozenset[str]:
    """The words as one key, with the last as it is and in the singular."""
    if not words:
        return frozenset()
    from lemminflect import getAllLemmas

    last = words[-1]
    lemmas = getAllLemmas(last, upos="NOUN").get("NOUN", ())
    if not lemmas and last.endswith("s") and not last.endswith("ss"):
        lemmas = (last.removesuffix("s"),)
    return frozenset("".join([*words[:-1], form]) for form in (last, *lemmas))
