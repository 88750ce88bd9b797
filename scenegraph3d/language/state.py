"""State: what the reader of a sentence keeps in mind, and how it writes down what is stated."""

from collections.abc import Sequence
from dataclasses import dataclass

from .chunks import Action, Chunk, Mark, Place
from .entities import Entities
from .text_graph import Statement
from .words import SURFACES

LOOKAHEAD = 24  # chunks in which a finite verb is looked for
OWNING = frozenset(("with", "have"))
_SUPPORTED = frozenset(("on", "inside"))
CONTENTS = "contents"  # how the focus came: as what fills or covers something
Ids = tuple[int, ...]


@dataclass(slots=True)
class Said:
    """A predicate that waits for its subject or its object."""

    predicate: str
    phrase: str
    swapped: bool = False
    of: Ids = ()


@dataclass(slots=True)
class Focus:
    """A noun phrase, how it came ("subject", "object" or "place"), and what it was said of, by which verb."""

    ids: Ids
    kind: str
    of: Ids = ()
    verb: str = ""
    predicate: str = ""
    outer: "Focus | None" = None


@dataclass(slots=True)
class Clause:
    """What the running clause has so far; `gap` is what a relative clause leaves out as its object."""

    subject: Ids = ()
    finite: bool = False
    gap: Ids = ()
    verb: str = ""
    doer: Ids = ()


class State:
    """Where the reader stands in a sentence, and what waits for a subject or an object."""

    def __init__(self, entities: Entities, statements: list[Statement], chunks: Sequence[Chunk]) -> None:
        self.entities, self.statements, self.chunks = entities, statements, chunks
        self.at = 0
        self.clause = Clause()
        self.outer: list[Clause] = []
        self.focus: Focus | None = None
        self.places: list[Said] = []  # these wait for their object
        self.verb: Said | None = None  # the same, of a verb
        self.waiting: list[tuple[Said, Ids]] = []  # these wait for their subject
        self.last_place_of: Ids = ()
        self.host: Ids = ()
        self.before: Ids = ()  # what came before in a list whose last thing a pronoun places: "a table and a mug on it"
        self.owned: Ids = ()
        self.owning = "with"
        self.inner_determined = False  # what the last noun phrase is of has an article: "the trunk of a car"
        self.moved: Ids = ()  # what a relative clause moves to the place that follows: "a cup that he puts on a table"
        self.putting: tuple[Said, Ids] | None = (
            None  # waits for the object of a verb: "a table on which somebody puts a cup"
        )
        self.inner: Ids = ()  # what the last noun phrase is of: "a picture of a man"
        self.listed: Ids = ()  # subjects so far, in a list whose things have places of their own
        self.listing: Ids = ()  # the things so far of the list that is being taken
        self.listed_from = -1  # the mark before the last of them
        self.fronted_places: list[tuple[Said, Ids]] = []  # of the subject before: "on the table are ..."
        self.described: Ids = ()  # by the last adjectives
        self.relative_of: Ids = ()  # of the last relative clause: "on which ... and under which ..."
        self.negated = False
        self.neither = False
        self.kept: tuple[Clause, Focus | None, list[tuple[Said, Ids]], str] | None = None  # while an aside lasts

    def chunk(self, ahead: int) -> Chunk | None:
        """A chunk before or after this one; None beyond the ends."""
        at = self.at + ahead
        return self.chunks[at] if 0 <= at < len(self.chunks) else None

    def mark_before(self) -> str:
        """The kind of the mark before this chunk; "" for none."""
        return self.mark_at(self.at - 1)

    def mark_at(self, at: int) -> str:
        """The kind of the mark at a place; "" for none."""
        chunk = self.chunks[at] if 0 <= at < len(self.chunks) else None
        return chunk.kind if isinstance(chunk, Mark) else ""

    def state(self, said: Said, subject: Ids, objects: Ids) -> None:
        """State a relation of each subject to each object."""
        negated = self.negated
        self.negated = False
        if said.predicate == "between":
            for k in subject:
                self.add(k, said, objects[0], negated, objects[1] if len(objects) > 1 else None)
            return
        for k in subject:
            for other in objects:
                self.add(k, said, other, negated, None)

    def add(self, k: int, said: Said, other: int, negated: bool, third: int | None) -> None:
        """State a relation of one mention to another."""
        a, b = (other, k) if said.swapped else (k, other)
        things = self.entities.all
        if a == b and things[a].count == 1:
            return
        negated = negated or things[a].count == 0 or things[b].count == 0
        self.statements.append(Statement(a, said.predicate, said.phrase, b, negated, third))

    def own(self, host: Ids, owned: Ids, owning: str) -> None:
        """Remember what has what, for "its" and "their"."""
        self.host, self.owned, self.owning = host, owned, owning

    def finite_next(self) -> bool:
        """Whether this chunk is a finite verb."""
        chunk = self.chunk(0)
        return isinstance(chunk, Action) and chunk.form == "finite"

    def finite_before_mark(self, at: int) -> bool:
        """Whether a finite verb comes before the next mark."""
        for chunk in self.chunks[at : at + LOOKAHEAD]:
            if isinstance(chunk, Mark):
                return False
            if isinstance(chunk, Action) and chunk.form == "finite":
                return True
        return False

    def antecedent(self, pronoun: str, exclude: Ids, host: Ids, animate: bool) -> Ids:
        """What a pronoun speaks of, of what was mentioned before."""
        return self.entities.antecedent(pronoun, exclude, host, animate)

    def last_place(self, pronoun: str, exclude: Ids, predicate: str) -> Ids:
        """Where the last clause put its subject, if "it" speaks of that in a new clause: in the same thing or under."""
        before = self.entities.subjects[-2:-1] if self.clause.subject else self.entities.subjects[-1:]
        if pronoun != "it" or not before or set(before[0]) & set(exclude):
            return ()
        for row in reversed(self.statements[-LOOKAHEAD:]):
            if row.subject in before[0] and row.object not in exclude and row.predicate not in (*OWNING, "of"):
                over = row.predicate in _SUPPORTED and not self.entities.heads((row.object,), SURFACES)
                beneath = predicate in ("under", "below") and over
                return (row.object,) if beneath or row.predicate == predicate == "inside" else ()
        return ()

    def pair(self, exclude: Ids) -> Ids:
        """What "both" and "they" speak of where no group was named: the last two subjects, else what was related."""
        ids = [ids[0] for ids in self.entities.subjects[-LOOKAHEAD:] if len(ids) == 1 and ids[0] not in exclude]
        last = tuple(dict.fromkeys(reversed(ids)))[1::-1]
        if len(last) == 2:
            return last
        for row in reversed(self.statements[-LOOKAHEAD:]):
            if row.predicate != "of" and row.subject != row.object and not {row.subject, row.object} & set(exclude):
                return (row.subject, row.object)
        return ()

    def last_subject(self, pronoun: str, exclude: Ids) -> Ids:
        """What "it" and "its" speak of where they are subject, object or owner."""
        if pronoun != "it":
            return ()
        return next((ids for ids in self.entities.subjects[:-4:-1] if ids and not set(ids) & set(exclude)), ())


def is_of(chunk: Chunk | None) -> bool:
    """It is the preposition "of"."""
    return isinstance(chunk, Place) and chunk.words == "of"
