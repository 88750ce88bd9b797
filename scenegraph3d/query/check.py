"""check: which statements of a text hold in a scene, which fail, and which cannot be told.

What a text says of things (that they are there, how many, what they are like) and of pairs is put into statements. Its
words are then bound to the things of the scene all together: the same cup is one cup in every statement, two cups are
two things, and of all ways to do so the one counts under which most statements hold.

"A cup" and "two cups" are there if there is at least one and at least two. What is denied ("no cup is on a table", "the
cup is not on a table") holds if nothing makes the contrary true. A thing that the scene does not have is not there:
scenes are taken to list everything. Relations and attributes that the scene does not know cannot be told.
"""

import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ..errors import QueryError, message
from ..language import TextGraph
from ..language.lexicon import Lexicon, default_lexicon
from ..language.parse import parse
from ..language.wording import number, plural
from ..relate import RelationRules
from ..relate.rules import DEFAULT_RULES
from ..types import SceneGraph
from .claims import THING, Claim, claims
from .clarify import clarified
from .evidence import Evidence
from .reasons import reason
from .unread import unread

MOST_THINGS = 500
STATUS: Mapping[bool | None, str] = {True: "holds", False: "fails", None: "cannot be told"}


@dataclass(frozen=True)
class Checked:
    """One statement of a text, and how it fares.

    Attributes:
        kind: "thing" (it is there, in that number), "attribute", "relation", or "words" (of the text that were not
            understood; they cannot be told).
        text: what is stated, in the words of the text.
        truth: True, False, or None where it cannot be told.
        reason: why, in words.
        objects: ids of the things that it rests on, those of the subject first.
        relations: rows of the scene's relations that it rests on.
        score: in [0, 1], how sure it is that it holds; 0.5 where nothing is known.
        margin_m: by how much a measured threshold is cleared, negative where it is missed; None for no measure.
    """

    kind: str
    text: str
    truth: bool | None
    reason: str
    objects: tuple[int, ...] = ()
    relations: tuple[int, ...] = ()
    score: float = 0.5
    margin_m: float | None = None

    @property
    def status(self) -> str:
        """ "holds", "fails" or "cannot be told"."""
        return STATUS[self.truth]

    def __str__(self) -> str:
        return f"{self.status}: {self.text} ({self.reason})"


@dataclass(frozen=True)
class Check:
    """How a text fares in a scene.

    Attributes:
        text: that was checked.
        statements: what it says, things first, in its order.
        bound: for each of the text's objects, by id, ids of the scene's objects that it was taken to speak of.
        exact: no other binding makes more of the text true; False where the search was cut short.
    """

    text: str
    statements: tuple[Checked, ...]
    bound: tuple[tuple[int, ...], ...]
    exact: bool

    @property
    def holds(self) -> int:
        """Statements that hold."""
        return sum(one.truth is True for one in self.statements)

    @property
    def fails(self) -> int:
        """Statements that fail."""
        return sum(one.truth is False for one in self.statements)

    @property
    def untold(self) -> int:
        """Statements that cannot be told."""
        return sum(one.truth is None for one in self.statements)

    @property
    def score(self) -> float | None:
        """Of the statements that can be told, the share that holds, in [0, 1]; None where there are none."""
        decided = self.holds + self.fails
        return self.holds / decided if decided else None

    @property
    def truth(self) -> bool | None:
        """Whether all of it holds; None where nothing fails and something, or everything, cannot be told."""
        if self.fails:
            return False
        return None if self.untold or not self.statements else True

    def to_dict(self) -> dict[str, Any]:
        """Plain values, as `scenegraph3d check --json` prints them."""
        counts = {"holds": self.holds, "fails": self.fails, "untold": self.untold, "score": self.score}
        rows = [{"status": one.status, **asdict(one)} for one in self.statements]
        lists = [{key: list(v) if isinstance(v, tuple) else v for key, v in row.items()} for row in rows]
        bound = [list(ids) for ids in self.bound]
        return {
            "text": self.text,
            "truth": self.truth,
            **counts,
            "statements": lists,
            "bound": bound,
            "exact": self.exact,
        }


def check(
    scene: SceneGraph,
    text: str | TextGraph,
    *,
    lexicon: Lexicon | None = None,
    rules: RelationRules = DEFAULT_RULES,
) -> Check:
    """Hold a text against a scene.

    Directions are the viewer's where the scene has a camera, else the world's.

    Args:
        scene: the graph; relations that it does not state are judged from its boxes.
        text: English, or what another parser read in it.
        lexicon: which nouns may name which labels; the one that ships where left out.
        rules: thresholds for what is judged.

    Raises:
        QueryError: the text speaks of more than `MOST_THINGS` things.
    """
    words = lexicon or default_lexicon()
    read = clarified(text if isinstance(text, TextGraph) else parse(text), words)
    if len(read.objects) > MOST_THINGS:
        raise QueryError(message("text", f"at most {MOST_THINGS} things", str(len(read.objects)), "check it in parts"))
    evidence = Evidence(scene, words, rules)
    found = claims(read, evidence)
    ids = scene.objects.id.tolist()
    statements = [_checked(claim, read, evidence) for claim in found.claims]
    left = unread(read)
    if left:
        statements.append(Checked("words", " ".join(left), None, "not understood"))
    return Check(
        read.text, tuple(statements), tuple(tuple(ids[row] for row in rows) for rows in found.bound), found.exact
    )


def _checked(claim: Claim, read: TextGraph, evidence: Evidence) -> Checked:
    found, ids = claim.finding, evidence.scene.objects.id
    return Checked(
        claim.kind,
        _said(claim, read),
        found.truth,
        reason(claim, read, evidence),
        tuple(int(ids[row]) for row in claim.rows),
        claim.relations,
        found.score,
        None if math.isnan(found.margin_m) else found.margin_m,
    )


def _said(claim: Claim, read: TextGraph) -> str:
    """The statement in few words: "two cups", "cup: red", "mug not to the left of laptop"."""
    mention = read.objects[claim.mention]
    if claim.kind == THING:
        count = "some" if mention.count is None else number(mention.count)
        return mention.noun if mention.count == 1 else f"{count} {plural(mention.noun)}"
    if claim.statement is None:
        return f"{mention.noun}: {claim.word}"
    one = claim.statement
    ends = [read.objects[m].noun for m in (one.object, one.third) if m is not None]
    return " ".join([mention.noun, *(["not"] if one.negated else []), one.phrase, " and ".join(ends)])
