"""TextGraph: what a text says is there, and how it says that things are related."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from typing import Any

Triple = tuple[str, str, str]


@dataclass(frozen=True)
class Mention:
    """A thing or a number of like things that a text speaks of, however often it does.

    Attributes:
        id: its row in the text's objects.
        noun: what it is called, in the singular, with the nouns that belong to it: "dining table".
        attributes: adjectives and the like, in their order: ("small", "red").
        count: how many; None for a plural without a number ("some cups").
        head: the last word of the noun, which says what kind of thing it is: "table".
        start, end: characters of the first naming in the text, without its article.
    """

    id: int
    noun: str
    attributes: tuple[str, ...] = ()
    count: int | None = 1
    head: str = ""
    start: int = 0
    end: int = 0


@dataclass(frozen=True)
class Statement:
    """One relation as a text states it.

    Attributes:
        subject, object: rows of the text's objects.
        predicate: the library's predicate where the phrase means one, else the phrase in lower case with underscores
            and verbs in their base form: "attached_to", "ride".
        phrase: the words, as written: "on top of", "riding".
        negated: the text denies it.
        third: the second of the two things that the subject is between, a row; None for every other predicate.
    """

    subject: int
    predicate: str
    phrase: str
    object: int
    negated: bool = False
    third: int | None = None


@dataclass(frozen=True)
class TextGraph:
    """An abstract scene graph: what `parse` reads in a text.

    Attributes:
        text: that was read.
        objects: by id.
        relations: in the order of the text.
    """

    text: str
    objects: tuple[Mention, ...] = ()
    relations: tuple[Statement, ...] = ()

    @property
    def triples(self) -> list[Triple]:
        """(subject noun, predicate, object noun) of what is stated and not denied, each once; two for `between`."""
        out = [triple for row in self.relations if not row.negated for triple in self._triples(row)]
        return list(dict.fromkeys(out))

    def _triples(self, row: Statement) -> Iterator[Triple]:
        subject = self.objects[row.subject].noun
        yield subject, row.predicate, self.objects[row.object].noun
        if row.third is not None:
            yield subject, row.predicate, self.objects[row.third].noun

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as `scenegraph3d parse --json` prints them."""
        return {
            "objects": [
                {"id": o.id, "noun": o.noun, "attributes": list(o.attributes), "count": o.count} for o in self.objects
            ],
            "relations": [
                {key: value for key, value in asdict(row).items() if key != "third" or value is not None}
                for row in self.relations
            ],
        }
