"""Clauses: from the chunks of a sentence to what it states. They are read once, from left to right."""

from collections.abc import Sequence

from . import words as w
from .chunks import Action, Adjectives, Chunk, Mark, NounPhrase, Place
from .entities import Entities
from .holding import Holding
from .phrases import PHRASES, Meaning, says_no_place
from .state import CONTENTS, OWNING, Clause, Focus, Ids, Said, is_of
from .text_graph import Statement

_BARE: dict[str, str] = {"front": "in_front_of", "top": "on", "back": "behind", "rear": "behind", **w.SIDES}
_HOLDS_PLACE = frozenset(("inside", "on", "behind", "in_front_of", "under", "below", "above", "next_to", "near"))

_CLOSING = {"(": ")", "[": "]", **{dash: dash for dash in "-\u2013\u2014"}}


class Reader:
    """Reads sentence after sentence into `statements`."""

    def __init__(self) -> None:
        self.entities = Entities()
        self.statements: list[Statement] = []

    def sentence(self, chunks: Sequence[Chunk]) -> None:
        """Read one sentence."""
        _Sentence(self.entities, self.statements, chunks).read()


class _Sentence(Holding):
    def read(self) -> None:
        while self.at < len(self.chunks):
            chunk = self.chunks[self.at]
            if isinstance(chunk, NounPhrase):
                self.noun()
            elif isinstance(chunk, Place):
                self.place(chunk)
            elif isinstance(chunk, Action):
                self.action(chunk)
            elif isinstance(chunk, Adjectives):
                self.adjectives(chunk)
            else:
                self.mark(chunk)

    def noun(self) -> None:
        if self.places:
            self.object_of_place()
        elif self.verb is not None:
            self.object_of_verb()
        elif self.shares_host():
            self.object_of_host()
        elif self.clause.verb == "be" and self.clause.subject and isinstance(self.chunk(-1), Action):
            self.group("subject", self.clause.subject)
            self.focus = Focus(self.clause.subject, "subject")
        elif not self.passes_over():
            self.subject()

    def object_of_place(self) -> None:
        places, self.places = self.places, []
        if self.within_depiction(places[-1]) or self.dressed_in(places[-1]):
            return
        phrase = self.chunk(0)
        role = "between" if places[-1].predicate == "between" else "place"
        role = "object" if places[-1].predicate in OWNING else role
        beside = self.focus.ids if self.focus and isinstance(self.chunk(-2), NounPhrase) else ()
        ids = self.group(role, places[-1].of + tuple(k for k in beside if k not in self.before))
        if not ids:
            self.negated = False
            return
        self.before = ()
        if isinstance(phrase, NounPhrase) and phrase.pronoun:
            self.fold(places[-1], ids)
        for said in places:
            self.settle(said, ids)
            if said.of:
                self.state(said, said.of, ids)
            elif said.predicate != "inside" or not self.entities.heads(ids, w.PICTURES):
                self.waiting.append((said, ids))
        last = places[-1]
        came = CONTENTS if last.swapped else last.predicate
        self.focus = Focus(ids, "place", last.of, self.clause.verb, came, self.focus)
        if last.predicate != "of":
            self.last_place_of = last.of
        if last.predicate in OWNING:
            self.own(last.of, ids, "with")

    def object_of_verb(self) -> None:
        said, self.verb = self.verb, None
        if said is None:
            return
        if not said.of and not self.clause.subject:
            self.verb = None
            if said.predicate in w.POSTURES or said.predicate in w.SEEING:
                self.subject()
                return
        ids = self.group("object", said.of)
        if not ids:
            return
        if self.putting is not None:
            place, self.putting = self.putting, None
            self.state(place[0], ids, place[1])
        self.held(said, ids)
        if said.of:
            self.state(said, said.of, ids)
        else:
            self.waiting.append((said, ids))
        self.focus = Focus(ids, "object", said.of, self.clause.verb, said.predicate, self.focus)
        if said.predicate == "have":
            self.own(said.of, ids, "have")

    def object_of_host(self) -> None:
        ids = self.group("object", self.host)
        if ids:
            self.state(Said(self.owning, self.owning), self.host, ids)
            self.owned += ids
            self.focus = Focus(ids, "place", self.host, "", "with", self.focus)

    def subject(self) -> None:
        gapped = self.mark_before() == "which" and not isinstance(self.chunk(-2), Place)
        reduced = isinstance(self.chunk(-1), NounPhrase) or gapped
        antecedent = self.focus.ids if self.focus and reduced else ()
        begin = self.at
        relative = _is_relative(self.chunks[begin : begin + 3])
        absolute = self.absolute() or self.apposition()
        ids = self.group("subject", ())
        if not ids and begin + 1 == self.at and isinstance(self.chunks[begin], NounPhrase):
            return
        if antecedent and self.finite_next() and not relative:
            self.outer.append(self.clause)
            self.clause = Clause(ids, gap=antecedent)
        elif self.after_relative(begin) and self.outer:
            self.clause.subject = ids
        elif absolute:
            self.focus = Focus(ids, "subject")
            return
        elif relative and self.clause.subject:
            self.outer.append(self.clause)
            self.clause = Clause(ids)
        else:
            phrase = self.chunks[begin]
            owned = isinstance(phrase, NounPhrase) and phrase.owner is not None and phrase.owner.pronoun
            joined = self.mark_at(begin - 1) == "and" or (self.mark_at(begin - 1) == "," and not owned)
            listed = joined and not self.clause.finite and not self.clause.gap
            self.listed, self.listed_from = (self.listed + self.clause.subject if listed else ()), begin - 1
            self.outer.clear()
            self.clause = Clause(ids)
            self.own((), (), "with")
        self.focus = Focus(ids, "subject")
        topic = not (relative or self.outer or self.beside_topic(begin - 1))
        self.entities.subjects.insert(len(self.entities.subjects) - (not topic), ids)
        if not relative:
            self.place_waiting(ids)

    def beside_topic(self, at: int) -> bool:
        """Before this place stands where it is from what the text goes on about: "on its right a lamp, on its left"."""
        at -= self.mark_at(at) == ","
        placed = at > 0 and isinstance(self.chunks[at - 1], Place)
        return placed and self.refers_back(at - self.at) and not self.finite_before_mark(self.at)

    def after_relative(self, at: int) -> bool:
        """The noun phrase there is the subject of a relative clause: "which a man holds", "on which stands a cup"."""
        inverted = at > 0 and isinstance(self.chunks[at - 1], Action)
        return self.mark_at(at - 2 if inverted else at - 1) == "which"

    def place_waiting(self, ids: Ids) -> None:
        """State the places that came before their subject, again for the next one of the same list."""
        goes_on = self.listed and not self.finite_before_mark(self.at)
        waiting, self.waiting = self.waiting or (self.fronted_places if goes_on else []), []
        self.fronted_places = waiting
        for said, objects in waiting:
            if not set(objects) & set(ids):
                self.state(said, ids, objects)
                self.last_place_of = ids

    def action(self, action: Action) -> None:
        self.places = []
        self.verb = None
        doer = self.doer(action)
        clause = self.clause
        clause.verb, clause.doer = action.verb, doer
        clause.finite = clause.finite or action.form == "finite"
        self.negated, self.neither = action.negated or self.neither, False
        following = self.chunk(1)
        self.at += 1
        if action.verb == "be":
            return
        said = _said(action)
        said.of = doer
        passive = action.passive or (action.form == "ed" and not isinstance(following, NounPhrase))
        if isinstance(following, Place):
            self.verb_with_place(action, said, following, passive)
        elif not passive or said.swapped:
            self.verb = said
            if clause.gap and not isinstance(following, NounPhrase):
                self.fill_gap(said)

    def fill_gap(self, said: Said) -> None:
        gap, self.clause.gap = self.clause.gap, ()
        self.verb = None
        self.held(said, gap)
        self.state(said, said.of, gap)

    def verb_with_place(self, action: Action, said: Said, place: Place, passive: bool) -> None:
        if passive and self.made_of(action.verb, place, said.of):
            return
        second = self.chunk(1)
        if action.verb in w.DIRECTED and isinstance(second, Place) and second.words in w.WITHOUT_PLACE:
            self.at += 1
            place = second
        joined = f"{action.verb}_{place.words}"
        where = self.chunk(1)
        if passive and place.words == "by" and action.verb not in w.POSTURES:
            said.swapped = not said.swapped
        elif (joined in w.PHRASAL and not passive and not (self.clause.gap and isinstance(where, NounPhrase))) or (
            says_no_place(action.verb, place.words) and not (isinstance(where, NounPhrase) and where.noun in w.SIDES)
        ):
            said.predicate, said.phrase = joined, f"{said.phrase} {place.words}"
        else:
            if self.clause.gap and isinstance(self.chunk(1), NounPhrase) and self.moves_gap(action):
                self.moved = self.clause.gap
                self.fill_gap(said)
            return
        self.at += 1
        self.verb = said
        if self.clause.gap and not isinstance(self.chunk(0), NounPhrase):
            self.fill_gap(said)

    def moves_gap(self, action: Action) -> bool:
        """ "A basket that somebody puts on a table"; not "a street where people walk on the grass"."""
        return action.verb in w.PUTTING or action.verb not in w.POSTURES

    def place(self, place: Place) -> None:
        following = self.chunk(1)
        said = Said(place.meaning.predicate, place.words, place.meaning.swapped, self.place_subject(place))
        if isinstance(following, NounPhrase) and self.position(said, place, following):
            return
        self.at += 1
        if self.one_of_which(following):
            ids = self.single(())
            self.at -= 1
            self.place_of_relative(said, ids)
        elif isinstance(following, NounPhrase):
            self.places.append(said)
        elif isinstance(following, Mark) and following.kind == "which" and self.focus is not None:
            again = self.mark_at(self.at - 2) == "and" and self.relative_of
            self.place_of_relative(said, self.relative_of if again else self.focus.ids[-1:])
        elif isinstance(following, Mark) and following.kind == "and" and self.shared_object():
            self.places.append(said)
            self.at += 1
        elif self.clause.gap and not isinstance(following, Place):
            gap, self.clause.gap = self.clause.gap, ()
            self.state(said, said.of, gap)
        else:
            self.bare(said, said.predicate)

    def one_of_which(self, phrase: Chunk | None) -> bool:
        """ "..., on one of which somebody sits"."""
        pronoun = isinstance(phrase, NounPhrase) and phrase.pronoun and self.focus is not None
        return pronoun and is_of(self.chunk(1)) and self.mark_at(self.at + 2) == "which"

    def shared_object(self) -> bool:
        return isinstance(self.chunk(1), Place) and isinstance(self.chunk(2), NounPhrase)

    def place_of_relative(self, said: Said, where: Ids) -> None:
        """ "The chair on which the cat sits"."""
        self.relative_of = where
        action = self.chunk(2)
        particle = self.chunk(3)
        ahead = 4 if isinstance(particle, Place) and particle.words in w.PARTICLES else 3
        active = isinstance(action, Action) and not action.passive and isinstance(self.chunk(ahead), NounPhrase)
        if active and isinstance(action, Action) and action.verb.split("_")[0] in w.PUTTING:
            self.putting = said, where
        else:
            self.waiting.append((said, where))
        self.outer.append(self.clause)
        self.clause = Clause()
        inverted = self.chunk(1)
        if isinstance(inverted, Action) and inverted.form == "finite" and isinstance(self.chunk(2), NounPhrase):
            self.clause.finite = True
            self.at += 2

    def position(self, said: Said, place: Place, phrase: NounPhrase) -> bool:
        """Take "on the left", "in front", "to the man's right", which name no thing of their own."""
        sided = next((part for part in (*phrase.noun.split(), *phrase.attributes) if part in w.SIDES), "")
        if phrase.pronoun or phrase.head not in w.POSITIONS or is_of(self.chunk(2)):
            return False
        if place.words.split()[0] not in ("in", "on", "at", "to", "by", "from", "along", "around"):
            return False
        predicate = w.SIDES.get(sided) or _BARE.get(phrase.head, "next_to" if phrase.head == "side" else "")
        self.at += 2
        if phrase.owner is None:
            self.bare(said, predicate, sided)
            return True
        if phrase.head in w.BODY and not sided and phrase.head != "side":
            self.at -= 2
            return False
        owners = self.owners(phrase.owner, said.of)
        said.predicate, said.phrase = predicate, f"{place.words} {phrase.owner.noun} {phrase.noun}"
        if owners and predicate:
            if said.of:
                if phrase.owner.pronoun:
                    self.fold(said, owners)
                self.state(said, said.of, owners)
            else:
                self.waiting.append((said, owners))
        return True

    def bare(self, said: Said, predicate: str, side: str = "") -> None:
        """A place without an object: of what has the subject, if something has it; else a side is an attribute."""
        within = self.host and set(said.of) <= set(self.owned) and said.of
        beside = predicate in w.SIDES.values() and not self.entities.heads(self.host, w.PLACES)
        if within and (predicate in _HOLDS_PLACE or beside):
            said.predicate = predicate
            self.state(said, said.of, self.host)
            return
        if side:
            self.entities.describe(said.of, (side,))

    def adjectives(self, adjectives: Adjectives) -> None:
        self.at += 1
        before = self.chunk(-2)
        ids: Ids = ()
        if isinstance(before, Mark) and isinstance(self.chunk(-3), Adjectives):
            ids = self.described
        elif isinstance(before, Action) and (before.verb in w.LIGHT or before.verb in ("be", "look", "paint", "color")):
            ids = self.clause.subject if before.verb == "be" else self.clause.doer
        elif isinstance(before, NounPhrase) and self.focus is not None:
            ids = self.focus.ids
        self.described = ids
        if not self.negated:
            self.entities.describe(ids, adjectives.words)

    def begin_anew(self) -> None:
        """What follows is a sentence of its own: "There are two dogs: ..."."""
        self.clause, self.focus, self.verb = Clause(), None, None
        self.places, self.waiting, self.last_place_of = [], [], ()
        self.outer.clear()
        self.own((), (), "with")

    def mark(self, mark: Mark) -> None:
        self.at += 1
        match mark.kind:
            case "not":
                self.negated = True
            case "neither":
                self.neither = True
            case "but" | "while":
                self.negated = False
                self.verb = None
            case "," | "and":
                self.verb = None
                self.negated = self.negated or (mark.word == "nor" and isinstance(self.chunk(0), Place))
                self.neither = self.neither or (mark.word == "nor" and isinstance(self.chunk(0), Action))
            case "there":
                self.clause = Clause()
            case "other" if mark.word == ":" and self.clause.finite:
                self.begin_anew()
            case "other" if self.kept is not None and mark.word == self.kept[3]:
                self.close_aside()
            case "other":
                self.open_aside(_CLOSING.get(mark.word, ""))

    def open_aside(self, closing: str) -> None:
        """What stands between brackets or dashes and begins with a noun phrase leaves the clause around as it is."""
        rest = self.chunks[self.at + 1 :]
        closes = any(isinstance(chunk, Mark) and chunk.word == closing for chunk in rest)
        if self.kept is not None or not closes or not isinstance(self.chunk(0), NounPhrase):
            return
        self.kept = self.clause, self.focus, self.waiting, closing
        self.begin_anew()

    def close_aside(self) -> None:
        """Go on with the clause around."""
        if self.kept is not None:
            self.clause, self.focus, self.waiting, _ = self.kept
            self.kept = None
            self.places, self.verb = [], None
            if self.clause.subject:
                self.entities.subjects.append(self.clause.subject)


def _is_relative(chunks: Sequence[Chunk]) -> bool:
    """ "Whose bag ...", "one of whom ..."."""
    first = chunks[0]
    if isinstance(first, NounPhrase) and first.owner is not None and first.owner.noun == "whose":
        return True
    return len(chunks) == 3 and is_of(chunks[1]) and isinstance(chunks[2], Mark) and chunks[2].kind == "which"


def _said(action: Action) -> Said:
    meaning = PHRASES.get(action.verb) or Meaning(action.verb)
    return Said(meaning.predicate, action.words, meaning.swapped)
