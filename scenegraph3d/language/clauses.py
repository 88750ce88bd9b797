"""Clauses: from the chunks of a sentence to what it states.

The chunks are read once, from left to right. What a phrase of place says something of:

- after a form of be, a verb of posture or place, or another verb without an object: of the verb's subject;
- after a noun, of the nearest one ("a cup on a table next to a lamp": the table is next to the lamp), except that what
  follows the place of a posture ("sitting on a bench next to a stop"), a surface ("on the wall above the bed"), or
  clothes ("in a red shirt on a bench") is said of whoever sits, hangs or wears;
- after a comma or "and", of what the last clause or the last such phrase spoke of;
- before its noun ("behind the guy is a pole"), of the next subject.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from . import words as w
from .chunks import Action, Adjectives, Chunk, Mark, NounPhrase, Place
from .entities import Entities
from .phrases import PHRASES, Meaning
from .text_graph import Statement

LIST_MAX = 24  # things in one enumeration; more make another one
LOOKAHEAD = 24  # chunks in which a finite verb is looked for
_OWNING = frozenset(("with", "have"))
_BARE: dict[str, str] = {"front": "in_front_of", "top": "on", "back": "behind", "rear": "behind", **w.SIDES}
_CONTENTS = "contents"  # how the focus came: as what fills or covers something
_HOLDS_PLACE = frozenset(("inside", "on", "behind", "in_front_of", "under", "below", "above", "next_to", "near"))
Ids = tuple[int, ...]


@dataclass(slots=True)
class Said:
    """A predicate that waits for its subject or its object."""

    predicate: str
    phrase: str
    swapped: bool = False
    of: Ids = ()
    negated: bool = False


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


class Reader:
    """Reads sentence after sentence into `statements`."""

    def __init__(self) -> None:
        self.entities = Entities()
        self.statements: list[Statement] = []

    def sentence(self, chunks: Sequence[Chunk]) -> None:
        """Read one sentence."""
        _Sentence(self.entities, self.statements, chunks).read()


class _Sentence:
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
        self.owned: Ids = ()
        self.owning = "with"
        self.negated = False

    def read(self) -> None:
        while self.at < len(self.chunks):
            chunk = self.chunks[self.at]
            if isinstance(chunk, NounPhrase):
                self._noun()
            elif isinstance(chunk, Place):
                self._place(chunk)
            elif isinstance(chunk, Action):
                self._action(chunk)
            elif isinstance(chunk, Adjectives):
                self._adjectives(chunk)
            else:
                self._mark(chunk)

    def _chunk(self, ahead: int) -> Chunk | None:
        at = self.at + ahead
        return self.chunks[at] if 0 <= at < len(self.chunks) else None

    def _mark_before(self) -> str:
        return self._mark_at(self.at - 1)

    # statements

    def _state(self, said: Said, subject: Ids, objects: Ids) -> None:
        negated = said.negated or self.negated
        self.negated = False
        if said.predicate == "between":
            for k in subject:
                self._add(k, said, objects[0], negated, objects[1] if len(objects) > 1 else None)
            return
        for k in subject:
            for other in objects:
                self._add(k, said, other, negated, None)

    def _add(self, k: int, said: Said, other: int, negated: bool, third: int | None) -> None:
        a, b = (other, k) if said.swapped else (k, other)
        things = self.entities.all
        if a == b and things[a].count == 1:
            return
        negated = negated or things[a].count == 0 or things[b].count == 0
        self.statements.append(Statement(a, said.predicate, said.phrase, b, negated, third))

    # noun phrases

    def _noun(self) -> None:
        if self.places:
            self._object_of_place()
        elif self.verb is not None:
            self._object_of_verb()
        elif self._shares_host():
            self._object_of_host()
        elif self.clause.verb == "be" and self.clause.subject and isinstance(self._chunk(-1), Action):
            self._group("subject", self.clause.subject)
            self.focus = Focus(self.clause.subject, "subject")
        else:
            self._subject()

    def _object_of_place(self) -> None:
        places, self.places = self.places, []
        role = "between" if places[-1].predicate == "between" else "place"
        role = "object" if places[-1].predicate in _OWNING else role
        beside = self.focus.ids if self.focus and isinstance(self._chunk(-2), NounPhrase) else ()
        ids = self._group(role, places[-1].of + beside)
        if not ids:
            self.negated = False
            return
        for said in places:
            if said.of:
                self._state(said, said.of, ids)
            else:
                self.waiting.append((said, ids))
        last = places[-1]
        came = _CONTENTS if last.swapped else last.predicate
        self.focus = Focus(ids, "place", last.of, self.clause.verb, came, self.focus)
        if last.predicate != "of":
            self.last_place_of = last.of
        if last.predicate in _OWNING:
            self._own(last.of, ids, "with")

    def _own(self, host: Ids, owned: Ids, owning: str) -> None:
        self.host, self.owned, self.owning = host, owned, owning

    def _object_of_verb(self) -> None:
        said, self.verb = self.verb, None
        if said is None:
            return
        if not said.of and not self.clause.subject:
            self.verb = None
            if said.predicate in w.POSTURES:
                self._subject()
                return
        ids = self._group("object", said.of)
        if not ids:
            return
        if said.of:
            self._state(said, said.of, ids)
        else:
            self.waiting.append((said, ids))
        self.focus = Focus(ids, "object", said.of, self.clause.verb, said.predicate, self.focus)
        if said.predicate == "have":
            self._own(said.of, ids, "have")

    def _shares_host(self) -> bool:
        """After "and" in a list of what something has, where no new clause begins."""
        return bool(self.host) and self._mark_before() in ("and", ",") and not self._starts_clause(self.at, "object")

    def _object_of_host(self) -> None:
        ids = self._group("object", self.host)
        if ids:
            self._state(Said(self.owning, self.owning), self.host, ids)
            self.owned += ids
            self.focus = Focus(ids, "place", self.host, "", "with", self.focus)

    def _subject(self) -> None:
        relative = self._mark_before() == "which" and not isinstance(self._chunk(-2), Place)
        reduced = isinstance(self._chunk(-1), NounPhrase) or relative
        antecedent = self.focus.ids if self.focus and reduced else ()
        begin = self.at
        ids = self._group("subject", ())
        if not ids and begin + 1 == self.at and isinstance(self.chunks[begin], NounPhrase):
            return
        if antecedent and self._finite_next():
            self.outer.append(self.clause)
            self.clause = Clause(ids, gap=antecedent)
        elif self._mark_at(begin - 1) == "which" and self.outer:
            self.clause.subject = ids
        else:
            self.outer.clear()
            self.clause = Clause(ids)
            self._own((), (), "with")
        self.focus = Focus(ids, "subject")
        waiting, self.waiting = self.waiting, []
        for said, objects in waiting:
            if not set(objects) & set(ids):
                self._state(said, ids, objects)
                self.last_place_of = ids

    def _mark_at(self, at: int) -> str:
        chunk = self.chunks[at] if 0 <= at < len(self.chunks) else None
        return chunk.kind if isinstance(chunk, Mark) else ""

    def _finite_next(self) -> bool:
        chunk = self._chunk(0)
        return isinstance(chunk, Action) and chunk.form == "finite"

    # groups of noun phrases

    def _group(self, role: str, exclude: Ids) -> Ids:
        """Take the noun phrase here and those that are coordinated with it."""
        ids: list[int] = []
        at = self.at
        while True:
            self.at = at
            ids.extend(k for k in self._single(exclude) if k not in ids)
            following = self._joint(role) if len(ids) < LIST_MAX else None
            if following is None:
                break
            at = following
        if ids:
            self.entities.groups.append(tuple(ids))
        return tuple(ids)

    def _joint(self, role: str) -> int | None:
        """Where the next noun phrase of the same enumeration stands, None where it ends."""
        at, chunks = self.at, self.chunks
        if at + 1 >= len(chunks) or not isinstance(chunks[at], Mark):
            return None
        following = at + 1
        mark = chunks[at]
        if isinstance(mark, Mark) and mark.kind == ",":
            second = chunks[following]
            if isinstance(second, Mark) and second.kind == "and":
                following += 1
            elif not self._closes(following):
                return None
        elif not (isinstance(mark, Mark) and mark.kind == "and"):
            return None
        if following >= len(chunks) or not isinstance(chunks[following], NounPhrase):
            return None
        return None if role != "between" and self._starts_clause(following, role) else following

    def _closes(self, at: int) -> bool:
        """An enumeration without a place inside goes on from here to an "and"."""
        for k in range(at, min(at + 2 * LIST_MAX, len(self.chunks))):
            chunk = self.chunks[k]
            if isinstance(chunk, Mark) and chunk.kind == "and":
                return k + 1 < len(self.chunks) and isinstance(self.chunks[k + 1], NounPhrase)
            if not (isinstance(chunk, NounPhrase) or (isinstance(chunk, Mark) and chunk.kind == ",") or _is_of(chunk)):
                return False
        return False

    def _starts_clause(self, at: int, role: str) -> bool:
        """The noun phrase at this place is the subject of what follows, and in no list with what came before."""
        begin = at
        at += 1
        while at + 1 < len(self.chunks) and _is_of(self.chunks[at]):
            at += 2
        if at >= len(self.chunks):
            return False
        chunk = self.chunks[at]
        if role == "subject":
            return False
        if isinstance(chunk, Action):
            bare = not self.clause.finite and self.clause.subject and not _determined(self.chunks[begin])
            return (chunk.form == "finite" and not bare) or (role == "place" and chunk.form != "finite")
        if role == "place" and isinstance(chunk, Place):
            return True
        return self._finite_before_mark(at)

    def _finite_before_mark(self, at: int) -> bool:
        for chunk in self.chunks[at : at + LOOKAHEAD]:
            if isinstance(chunk, Mark):
                return False
            if isinstance(chunk, Action) and chunk.form == "finite":
                return True
        return False

    def _single(self, exclude: Ids) -> Ids:
        """Take one noun phrase, with the "of" that belongs to it."""
        phrase, inner = self.chunks[self.at], self._chunk(2)
        if not isinstance(phrase, NounPhrase):
            return ()
        if _is_of(self._chunk(1)) and isinstance(inner, NounPhrase):
            special = self._measured(phrase, inner, exclude)
            if special is not None:
                return special
        self.at += 1
        return self._resolve(phrase, exclude)

    def _measured(self, phrase: NounPhrase, inner: NounPhrase, exclude: Ids) -> Ids | None:
        if phrase.pronoun:
            self.at += 3
            whole = self._resolve(inner, exclude)
            if not whole or phrase.noun in ("both", "all", "each"):
                return whole
            return (self.entities.like(whole[0], phrase, _count_of(phrase)),)
        if phrase.head in w.PICTURES and phrase.count == 1 and not self.clause.subject and not self._hangs():
            self.at += 2
            return self._single(exclude)
        if phrase.noun in w.COLLECTIVES or phrase.noun in w.PARTITIVES or (phrase.noun, inner.noun) == ("body", "water"):
            self.at += 2
            inner.count = _COUNTS.get(phrase.head, None if phrase.head in w.COLLECTIVES else phrase.count)
            return self._single(exclude)
        if phrase.head in w.POSITIONS and inner.plural and phrase.determiner == "the":
            self.at += 3
            whole = self._resolve(inner, exclude)
            phrase.attributes = (*phrase.attributes, phrase.head)
            return (self.entities.like(whole[0], phrase, 1),) if whole else ()
        return None

    def _hangs(self) -> bool:
        """The picture is itself a thing of the scene."""
        return self.focus is not None or any(
            isinstance(chunk, NounPhrase) and chunk.head == "wall" for chunk in self.chunks[self.at : self.at + LOOKAHEAD]
        )

    def _resolve(self, phrase: NounPhrase, exclude: Ids) -> Ids:
        """The things that one noun phrase speaks of."""
        if phrase.pronoun:
            return self._pronoun(phrase, exclude)
        if phrase.noun in ("one", "ones") and self.entities.groups:
            return (self.entities.like(self.entities.groups[-1][0], phrase, phrase.count),)
        known = None
        if phrase.determiner in w.DEFINITE and phrase.owner is None:
            known = self.entities.definite(phrase, exclude)
        k = self.entities.add(phrase) if known is None else known
        if phrase.owner is not None:
            self._owned_by(k, phrase, exclude)
        return (k,)

    def _owned_by(self, k: int, phrase: NounPhrase, exclude: Ids) -> None:
        owner = phrase.owner
        if owner is None:
            return
        if owner.pronoun:
            body = phrase.head in w.BODY
            host = self.host if set(exclude) & set(self.owned) else ()
            owners = self._antecedent(w.POSSESSIVES.get(owner.noun, owner.noun), (), host, body)
        else:
            owners = self._resolve(owner, ())
            self.entities.groups.append(owners)
        for other in owners:
            if other != k:
                self.statements.append(Statement(k, "of", "of", other))

    def _antecedent(self, pronoun: str, exclude: Ids, host: Ids, animate: bool) -> Ids:
        return self.entities.antecedent(pronoun, exclude, host, animate)

    def _pronoun(self, phrase: NounPhrase, exclude: Ids) -> Ids:
        word = phrase.noun
        groups = self.entities.groups
        if word in ("each other", "eachother", "one another", "themselves", "itself"):
            return exclude
        if word in ("another", "other", "one", "ones", "others", "each", "some"):
            last = exclude or (groups[-1] if groups else ())
            count = None if word in ("others", "ones", "some") else 1
            return (self.entities.like(last[0], phrase, count),) if last else ()
        host = self.host if set(exclude) & set(self.owned) else ()
        found = self._antecedent(word, exclude, host, False)
        if not found and word in ("he", "she", "him", "her", "his"):
            person = NounPhrase("person", "person", start=phrase.start, end=phrase.end)
            return (self.entities.add(person),)
        return found

    # verbs

    def _action(self, action: Action) -> None:
        self.places = []
        self.verb = None
        doer = self._doer(action)
        clause = self.clause
        clause.verb, clause.doer = action.verb, doer
        clause.finite = clause.finite or action.form == "finite"
        self.negated = action.negated
        following = self._chunk(1)
        self.at += 1
        if action.verb == "be":
            return
        said = _said(action)
        said.of = doer
        passive = action.passive or (action.form == "ed" and not isinstance(following, NounPhrase))
        if isinstance(following, Place):
            self._verb_with_place(action, said, following, passive)
        elif not passive or said.swapped:
            self.verb = said
            if clause.gap and not isinstance(following, NounPhrase):
                self._fill_gap(said)

    def _fill_gap(self, said: Said) -> None:
        gap, self.clause.gap = self.clause.gap, ()
        self.verb = None
        self._state(said, said.of, gap)

    def _verb_with_place(self, action: Action, said: Said, place: Place, passive: bool) -> None:
        joined = f"{action.verb}_{place.words}"
        if passive and place.words == "by" and action.verb not in w.POSTURES:
            said.swapped = not said.swapped
        elif (joined in w.PHRASAL and not passive) or (
            place.words in w.WITHOUT_PLACE
            and (action.verb not in w.POSTURES or place.words not in ("at", "with", "into"))
            and (place.words not in ("at", "into") or action.verb in w.DIRECTED)
        ):
            said.predicate, said.phrase = joined, f"{said.phrase} {place.words}"
        else:
            return
        self.at += 1
        self.verb = said
        if self.clause.gap and not isinstance(self._chunk(0), NounPhrase):
            self._fill_gap(said)

    def _doer(self, action: Action) -> Ids:
        """What does it, or is in that state."""
        clause = self.clause
        before = self._chunk(-1)
        if self._mark_before() == "which" and self.focus is not None and not clause.gap:
            self._open_relative(action)
            return self.clause.subject
        if action.form == "finite":
            if clause.finite and self.outer and self._mark_before() != "and":
                self.clause = clause = self.outer.pop()
            return clause.subject
        if isinstance(before, NounPhrase):
            return self._near_doer(action)
        if isinstance(before, Mark) and before.kind == ",":
            return clause.subject
        return clause.doer or clause.subject

    def _open_relative(self, action: Action) -> None:
        focus = self.focus
        which = self._chunk(-1)
        while focus is not None and isinstance(which, Mark) and which.word == "who":
            if self.entities.animate(focus.ids) or focus.outer is None:
                break
            focus = focus.outer
        self.outer.append(self.clause)
        self.clause = Clause(focus.ids if focus else (), finite=action.form == "finite")

    def _near_doer(self, action: Action) -> Ids:
        focus = self.focus
        if focus is None:
            return self.clause.subject
        wearing = focus.predicate in ("inside", "on", "with", "wear") and self.entities.animate(focus.of)
        if focus.predicate in ("of", _CONTENTS):
            return focus.of or focus.ids
        if action.verb in w.POSTURES and action.verb not in w.ANIMATE_POSTURES:
            resting = action.verb in w.RESTING and wearing and not self.entities.animate(focus.ids)
            return focus.of if resting else focus.ids
        if action.form == "ed" and action.verb not in w.ANIMATE_POSTURES:
            return focus.ids
        nearest = focus
        while focus is not None:
            if self.entities.animate(focus.ids):
                return focus.ids
            if self.entities.animate(focus.of):
                return focus.of
            focus = focus.outer
        return nearest.ids

    # places

    def _place(self, place: Place) -> None:
        following = self._chunk(1)
        said = Said(place.meaning.predicate, place.words, place.meaning.swapped, self._place_subject(place))
        if isinstance(following, NounPhrase) and self._position(said, place, following):
            return
        self.at += 1
        if isinstance(following, NounPhrase):
            self.places.append(said)
        elif isinstance(following, Mark) and following.kind == "which":
            self._place_of_relative(said)
        elif isinstance(following, Mark) and following.kind == "and" and self._shared_object():
            self.places.append(said)
            self.at += 1
        elif self.clause.gap and not isinstance(following, Place):
            gap, self.clause.gap = self.clause.gap, ()
            self._state(said, said.of, gap)
        else:
            self._bare(said, said.predicate)

    def _shared_object(self) -> bool:
        return isinstance(self._chunk(1), Place) and isinstance(self._chunk(2), NounPhrase)

    def _place_of_relative(self, said: Said) -> None:
        """ "The chair on which the cat sits"."""
        if self.focus is not None:
            self.waiting.append((said, self.focus.ids))
            self.outer.append(self.clause)
            self.clause = Clause()

    def _position(self, said: Said, place: Place, phrase: NounPhrase) -> bool:
        """Take "on the left", "in front", "to the man's right", which name no thing of their own."""
        sided = next((part for part in (*phrase.noun.split(), *phrase.attributes) if part in w.SIDES), "")
        if phrase.pronoun or phrase.head not in w.POSITIONS or _is_of(self._chunk(2)):
            return False
        if place.words.split()[0] not in ("in", "on", "at", "to", "by", "from", "along", "around"):
            return False
        predicate = w.SIDES.get(sided) or _BARE.get(phrase.head, "next_to" if phrase.head == "side" else "")
        self.at += 2
        if phrase.owner is None:
            self._bare(said, predicate, sided)
            return True
        if phrase.head in w.BODY and not sided and phrase.head != "side":
            self.at -= 2
            return False
        owners = self._owners(phrase.owner, said.of)
        said.predicate, said.phrase = predicate, f"{place.words} {phrase.owner.noun} {phrase.noun}"
        if owners and predicate:
            if said.of:
                self._state(said, said.of, owners)
            else:
                self.waiting.append((said, owners))
        return True

    def _owners(self, owner: NounPhrase, exclude: Ids) -> Ids:
        if not owner.pronoun:
            return self._resolve(owner, exclude)
        host = self.host if set(exclude) & set(self.owned) else ()
        return self._antecedent(w.POSSESSIVES.get(owner.noun, owner.noun), exclude, host, False)

    def _bare(self, said: Said, predicate: str, side: str = "") -> None:
        """A place without an object: of what has the subject, if something has it; else a side is an attribute."""
        within = self.host and set(said.of) <= set(self.owned) and said.of
        beside = predicate in w.SIDES.values() and not self.entities.heads(self.host, w.PLACES)
        if within and (predicate in _HOLDS_PLACE or beside):
            said.predicate = predicate
            self._state(said, said.of, self.host)
            return
        if side:
            for k in said.of:
                attributes = self.entities.all[k].attributes
                if side not in attributes:
                    attributes.append(side)

    def _place_subject(self, place: Place) -> Ids:
        """What a phrase of place is said of; see the module."""
        clause, focus, before = self.clause, self.focus, self._chunk(-1)
        if isinstance(before, NounPhrase) and focus is not None:
            if place.words.split()[0] in w.STATES:
                return focus.ids
            return self._after_noun(place.meaning.predicate, focus)
        if isinstance(before, Mark):
            if not self.places and self._fronted():
                return ()
            if before.kind in ("and", "but", "not"):
                return self.last_place_of or clause.doer or clause.subject
            if before.kind == ",":
                return clause.doer if clause.verb in w.POSTURES and clause.doer else clause.subject
        if isinstance(before, Action):
            return clause.doer
        if isinstance(before, Place) and self.places:
            return self.places[-1].of
        return clause.doer or (focus.ids if focus else ())

    def _fronted(self) -> bool:
        """A new clause begins with this place: "..., and next to it there is a candle"."""
        third = self._chunk(3)
        if not isinstance(self._chunk(1), NounPhrase):
            return False
        if self._mark_at(self.at + 2) == "there":
            return True
        following = self._chunk(2)
        inverted = isinstance(following, Action) and following.form == "finite" and isinstance(third, NounPhrase)
        return inverted and self._mark_before() in ("and", ",", "while")

    def _after_noun(self, predicate: str, focus: Focus) -> Ids:
        if predicate == "of" or not focus.of:
            return focus.ids
        if focus.predicate in ("of", _CONTENTS):
            return focus.of
        if focus.kind == "object":
            doer = focus.verb in w.OF_THE_DOER and predicate not in _OWNING and not self._own_body()
            return focus.of if doer else focus.ids
        if focus.predicate in _OWNING:
            return focus.ids if self._of_owned(focus) else focus.of
        person = self.entities.animate(focus.of) or predicate not in _OWNING
        if focus.verb in w.POSTURES and focus.of == self.clause.doer and person and not self._wears(predicate, focus):
            return focus.of
        if predicate in ("with", "without", "for"):
            return focus.ids
        if self.entities.heads(focus.ids, w.SURFACES):
            return focus.of
        dressed = focus.predicate == "inside" and self.entities.heads(focus.ids, w.CLOTHES)
        return focus.of if dressed and self.entities.animate(focus.of) else focus.ids

    def _of_owned(self, focus: Focus) -> bool:
        """A place after "with ..." is said of what is owned: "a room with a bed under a window", "a hat on her head"."""
        if focus.verb == "have" or self.entities.heads(focus.of, w.PLACES):
            return True
        where = self._chunk(1)
        if not isinstance(where, NounPhrase) or where.pronoun:
            return True
        return self._own_body() or (self.entities.animate(focus.ids) and self.entities.animate(focus.of))

    def _own_body(self) -> bool:
        where = self._chunk(1)
        return isinstance(where, NounPhrase) and (where.head in w.BODY or where.owner is not None)

    def _wears(self, predicate: str, focus: Focus) -> bool:
        """ "Next to a man in a suit": the nearest wears it."""
        worn = self._chunk(1)
        clothes = isinstance(worn, NounPhrase) and worn.head in w.CLOTHES
        return predicate in ("inside", "with") and clothes and self.entities.animate(focus.ids)

    # the rest

    def _adjectives(self, adjectives: Adjectives) -> None:
        self.at += 1
        before = self._chunk(-2)
        ids: Ids = ()
        if isinstance(before, Action) and (before.verb in w.LIGHT or before.verb in ("be", "look", "paint", "color")):
            ids = self.clause.subject if before.verb == "be" else self.clause.doer
        elif isinstance(before, NounPhrase) and self.focus is not None:
            ids = self.focus.ids
        for k in ids:
            known = self.entities.all[k].attributes
            known.extend(a for a in adjectives.words if a not in known and not self.negated)

    def _mark(self, mark: Mark) -> None:
        self.at += 1
        match mark.kind:
            case "not":
                self.negated = True
            case "but" | "while":
                self.negated = False
                self.verb = None
            case "," | "and":
                self.verb = None
            case "there":
                self.clause = Clause()


_COUNTS = {"pair": 2, "couple": 2, "dozen": 12, "trio": 3}


def _is_of(chunk: Chunk | None) -> bool:
    return isinstance(chunk, Place) and chunk.words == "of"


def _determined(chunk: Chunk) -> bool:
    return isinstance(chunk, NounPhrase) and bool(chunk.determiner or chunk.owner or chunk.pronoun)


def _count_of(phrase: NounPhrase) -> int | None:
    if phrase.noun in ("one", "another", "either", "neither"):
        return 0 if phrase.noun == "neither" else 1
    if phrase.noun == "none":
        return 0
    return w.NUMBERS.get(phrase.noun)


def _said(action: Action) -> Said:
    meaning = PHRASES.get(action.verb) or Meaning(action.verb)
    return Said(meaning.predicate, action.words, meaning.swapped)
