"""Attachment: what a verb or a phrase of place is said of.

- After a form of be, a verb of posture or place, or another verb without an object: of the verb's subject.
- After a noun, of the nearest one ("a cup on a table next to a lamp": the table is next to the lamp), except that what
  follows the place of a posture ("sitting on a bench next to a stop"), a surface ("on the wall above the bed"), clothes
  ("in a red shirt on a bench") or contents ("a bowl of fruit on a table") is said of whoever sits, hangs, wears or
  holds; what follows a support that takes up more room than what it follows ("a cup on a table behind a plate") is
  said of what rests there; after "with" it is said of what is owned where that is a part of a place or on a body.
- After a comma or "and", of what the last clause or the last such phrase spoke of.
- Before its noun ("behind the guy is a pole"), of the next subject.
- A participle after a noun is said of the nearest, or of the nearest that lives where only the living do such a thing.
"""

from functools import lru_cache

from . import words as w
from .chunks import Action, Mark, NounPhrase, Place
from .depiction import Depiction
from .lexicon import default_lexicon
from .morphology import CACHED_WORDS
from .state import CONTENTS, OWNING, Clause, Focus, Ids

_RESTING = frozenset(("on", "inside"))


class Attachment(Depiction):
    """Decides who does, and what is where."""

    def doer(self, action: Action) -> Ids:
        """What does it, or is in that state."""
        clause = self.clause
        before = self.chunk(-1)
        if self.mark_before() == "which" and self.focus is not None and not clause.gap:
            self.open_relative(action)
            return self.clause.subject
        if action.form == "finite":
            if clause.finite and self.outer and self.mark_before() != "and":
                self.clause = clause = self.outer.pop()
            elif action.plural and self.listed and not self.entities.several(clause.subject):
                clause.subject = self.listed + clause.subject
            self.listed = ()
            return clause.subject
        if isinstance(before, NounPhrase):
            return self.near_doer(action)
        if isinstance(before, Mark) and before.kind == ",":
            return clause.subject
        return clause.doer or clause.subject

    def open_relative(self, action: Action) -> None:
        """Begin a clause about what the last noun phrase speaks of."""
        focus = self.focus
        which = self.chunk(-1)
        while focus is not None and isinstance(which, Mark) and which.word == "who":
            if self.entities.animate(focus.ids) or focus.outer is None:
                break
            focus = focus.outer
        self.outer.append(self.clause)
        before = self.chunk(-3 if self.mark_at(self.at - 2) == "," else -2)
        of_inner = focus is self.focus and self.inner_determined and isinstance(before, NounPhrase)
        about = self.inner[-1:] if of_inner else focus.ids if focus else ()
        self.clause = Clause(about, finite=action.form == "finite")

    def near_doer(self, action: Action) -> Ids:
        """Who does what a verb says that follows a place: what is in the place, or what has it."""
        focus = self.focus
        if focus is None:
            return self.clause.subject
        dressed = focus.predicate in ("inside", "with", "wear") or (focus.predicate == "on" and not focus.verb)
        wearing = dressed and self.entities.animate(focus.of)
        if focus.predicate in ("of", CONTENTS):
            return focus.of or focus.ids
        if action.verb in w.POSTURES and action.verb not in w.ANIMATE_POSTURES:
            resting = action.verb in w.RESTING and wearing and not self.entities.animate(focus.ids)
            return focus.of if resting else focus.ids
        if (action.form == "ed" and action.verb not in w.ANIMATE_POSTURES) or action.verb in w.THING_VERBS:
            return focus.ids
        if self.entities.animate(self.inner) and not self.entities.animate(focus.ids):
            return self.inner
        return self.nearest_animate(focus)

    def nearest_animate(self, focus: Focus) -> Ids:
        """The nearest that lives, else the nearest."""
        around: Focus | None = focus
        while around is not None:
            if self.entities.animate(around.ids):
                return around.ids
            if self.entities.animate(around.of):
                return around.of
            around = around.outer
        return focus.ids

    def place_subject(self, place: Place) -> Ids:
        """What a phrase of place is said of; see the module."""
        clause, focus, before = self.clause, self.focus, self.chunk(-1)
        if isinstance(before, NounPhrase) and focus is not None:
            if place.words.split()[0] in w.STATES:
                return focus.ids[-1:]
            return self.last_of_list(self.after_noun(place.meaning.predicate, focus))
        if isinstance(before, Mark) and not self.places and (self.aside_fronted() or self.fronted()):
            self.clause = Clause()
            self.own((), (), "with")
            return ()
        if isinstance(before, Mark) and before.kind == "other" and self.waiting:
            return ()
        if isinstance(before, Mark) and before.kind in ("and", "but", "not", ","):
            return self.after_mark(before.kind)
        if isinstance(before, Action):
            moved, self.moved = self.moved, ()
            return moved or clause.doer
        if isinstance(before, Place) and self.places:
            return self.places[-1].of
        return clause.doer or (focus.ids if focus else ())

    def last_of_list(self, ids: Ids) -> Ids:
        """The last alone where the place is a pronoun for what came before it: "a table and a mug on it"."""
        where = self.chunk(1)
        if not isinstance(where, NounPhrase):
            return ids
        owned = where.owner is not None and where.owner.pronoun and not where.pronoun
        where = where.owner if owned else where
        if where is None or not where.pronoun:
            return ids
        if set(ids) <= set(self.owned) and not self.beside_room(self.host, self.chunk(0)):
            return ids
        if owned:
            return ids[-1:] if w.POSSESSIVES.get(where.noun) in ("it", "he", "she") else ids
        one = where.noun in w.THING_PRONOUNS or where.noun in w.PERSON_PRONOUNS
        them = where.noun in w.PLURAL_PRONOUNS and self.entities.several(ids[:-1])
        if len(ids) < 2 or not (one or them):
            return ids
        self.before = ids[-2:-1] if one else ids[:-1]
        return ids[-1:]

    def after_mark(self, kind: str) -> Ids:
        """What a phrase of place after "and", "but", "not" or a comma is said of."""
        clause = self.clause
        if kind == "," and clause.verb in w.PUTTING and self.last_place_of:
            return self.last_place_of
        if kind == ",":
            return clause.doer if clause.verb in w.POSTURES and clause.doer else clause.subject
        if kind == "not" and self.mark_at(self.at - 2) == ",":
            return clause.subject
        return self.last_place_of or clause.doer or clause.subject

    def fronted(self) -> bool:
        """A new clause begins with this place: "..., and next to it there is a candle"."""
        third = self.chunk(3)
        if not isinstance(self.chunk(1), NounPhrase):
            return False
        if self.mark_at(self.at + 2) == "there" or self.places_before_subject():
            return True
        if isinstance(self.chunk(2), NounPhrase) and (isinstance(third, Action) or self.refers_back(1)):
            return True
        if self.refers_back(1) and self.mark_at(self.at + 2) == "," and isinstance(third, NounPhrase):
            return self.mark_before() in ("and", ",", "while", "but")
        following = self.chunk(2)
        inverted = isinstance(following, Action) and following.form == "finite" and isinstance(third, NounPhrase)
        return inverted and self.mark_before() in ("and", ",", "while")

    def places_before_subject(self) -> bool:
        """ "..., and beside the door, on a stool, sits a cat": places, a comma, and then a subject and its verb."""
        at, ends = self.at, self.at
        while isinstance(self.chunk(at - self.at), Place):
            at += 2 if isinstance(self.chunk(at + 1 - self.at), NounPhrase) else 1
            ends = at
            at += self.mark_at(at) == ","
        first, second = self.chunk(at - self.at), self.chunk(at + 1 - self.at)
        if at == ends or self.mark_before() not in ("and", "while", "but"):
            return False
        if isinstance(first, Action):
            return first.form == "finite" and first.verb in w.POSTURES and isinstance(second, NounPhrase)
        return isinstance(first, NounPhrase) and isinstance(second, Action) and second.form == "finite"

    def refers_back(self, ahead: int) -> bool:
        """The noun phrase there is a pronoun, or a side of what a pronoun speaks of: "it", "its left"."""
        phrase = self.chunk(ahead)
        if not isinstance(phrase, NounPhrase):
            return False
        owned = phrase.owner is not None and phrase.owner.pronoun and phrase.head in w.POSITIONS
        return owned or phrase.noun in w.PLURAL_PRONOUNS | w.PERSON_PRONOUNS | w.THING_PRONOUNS

    def aside_fronted(self) -> bool:
        """ "A box and, beside it, a cup": the pronoun speaks of what came last."""
        aside = self.mark_before() == "," and self.mark_at(self.at - 2) == "and" and self.refers_back(1)
        if not (aside and self.mark_at(self.at + 2) == "," and isinstance(self.chunk(3), NounPhrase)):
            return False
        self.before = self.focus.ids if self.focus else ()
        return True

    def after_noun(self, predicate: str, focus: Focus) -> Ids:
        """What a phrase of place after a noun is said of."""
        if predicate == "of" or not focus.of:
            return focus.ids[-1:] if predicate in OWNING and focus.kind == "subject" else focus.ids
        if focus.kind == "object":
            return self.after_object(predicate, focus)
        if focus.predicate in OWNING:
            return focus.ids if self.of_owned(predicate, focus) else focus.of
        person = self.entities.animate(focus.of) or predicate not in OWNING
        if focus.predicate == predicate == "on" and not self.entities.heads(focus.ids, w.SURFACES):
            return focus.ids
        if focus.predicate in _RESTING and self.smaller_follows(focus):
            return focus.of
        posture = focus.verb in w.POSTURES and focus.of == self.clause.doer and person
        if focus.predicate in ("of", CONTENTS) or (posture and not self.wears(predicate, focus)):
            return focus.of
        if predicate in ("with", "without", "for"):
            return focus.ids
        dressed = focus.predicate == "inside" and self.entities.heads(focus.ids, w.CLOTHES)
        worn = dressed and self.entities.animate(focus.of)
        return focus.of if worn or self.entities.heads(focus.ids, w.SURFACES) else focus.ids

    def after_object(self, predicate: str, focus: Focus) -> Ids:
        """After the object of a verb: of the object, or of who rides, wears, eats; a pronoun takes no place."""
        before, where = self.chunk(-1), self.chunk(1)
        pronoun = isinstance(before, NounPhrase) and before.pronoun
        shown = focus.verb in w.PUTTING | w.SEEING or focus.verb == "have"
        if self.inner and not shown and self.entities.heads(focus.ids, w.SIGHTS):
            return self.inner[:1]
        if isinstance(where, NounPhrase) and where.pronoun and self.entities.fits(where.noun, focus.of):
            return focus.ids
        clothes = isinstance(where, NounPhrase) and where.head in w.CLOTHES
        if clothes and self.entities.heads(focus.ids, w.CLOTHES):
            return focus.ids
        doer = self.goes_along(focus) or self.taken_from(predicate, focus) or focus.verb in w.OF_THE_DOER
        doer = doer and predicate not in OWNING and not self.own_body()
        return focus.of if doer or pronoun or focus.predicate == CONTENTS else focus.ids

    def goes_along(self, focus: Focus) -> bool:
        """The place here is the way of who carries or pulls something."""
        place = self.chunk(0)
        return isinstance(place, Place) and place.words in w.WAYS and focus.verb in w.CARRYING

    def taken_from(self, predicate: str, focus: Focus) -> bool:
        """The place is where somebody stands who takes a picture."""
        return predicate not in _RESTING and focus.verb == "take" and self.entities.heads(focus.ids, w.PICTURES)

    def of_owned(self, predicate: str, focus: Focus) -> bool:
        """A place after "with ..." is said of what is owned: "a room with a bed under a window"."""
        where = self.chunk(1)
        whole = self.entities.heads(focus.of, w.PLACES) or self.entities.heads(focus.of, w.SURFACES)
        if focus.verb == "have" or whole or not isinstance(where, NounPhrase) or where.pronoun:
            return True
        if self.own_body() or (predicate in ("on", "touching") and self.entities.heads(focus.ids, w.LIMBS)):
            return True
        if focus.verb in w.POSTURES and focus.outer is not None and focus.outer.kind == "subject":
            return False
        return self.entities.animate(focus.ids) and self.entities.animate(focus.of)

    def smaller_follows(self, focus: Focus) -> bool:
        """What follows takes up less room than where the other rests."""
        where, support = self.chunk(1), self.entities.all[focus.ids[0]]
        if not isinstance(where, NounPhrase) or where.pronoun or self.entities.heads(focus.of, w.PERSONS):
            return False
        larger, smaller = _bulk(support.noun), _bulk(where.noun)
        return larger is not None and smaller is not None and larger > smaller

    def own_body(self) -> bool:
        """Whether the next noun phrase is a part of somebody, or has an owner."""
        where = self.chunk(1)
        return isinstance(where, NounPhrase) and (where.head in w.BODY or where.owner is not None)

    def wears(self, predicate: str, focus: Focus) -> bool:
        """ "Next to a man in a suit": the nearest wears it."""
        worn = self.chunk(1)
        clothes = isinstance(worn, NounPhrase) and worn.head in w.CLOTHES
        return predicate in ("inside", "with") and clothes and self.entities.animate(focus.ids)

    def absolute(self) -> bool:
        """ "..., his line cast into the water": about a part of the subject, and no new clause."""
        phrase = self.chunks[self.at]
        owned = isinstance(phrase, NounPhrase) and phrase.owner is not None and phrase.owner.pronoun
        if not owned or self.mark_before() != "," or self.finite_before_mark(self.at):
            return False
        return self.clause.finite or self.resumes()

    def apposition(self) -> bool:
        """ "A dog, a brown terrier, sits": another name or a part of one subject, and no second one."""
        phrase = self.chunks[self.at]
        new = isinstance(phrase, NounPhrase) and phrase.determiner in ("a", "an")
        before = self.clause.finite or self.entities.several(self.clause.subject) or self.finite_before_mark(self.at)
        return new and self.mark_before() == "," and not before and self.resumes()

    def resumes(self) -> bool:
        """After some words on this noun phrase and a comma the clause goes on: "a man, his arms crossed, stands"."""
        end = next((k for k in range(self.at, len(self.chunks)) if self.mark_at(k)), len(self.chunks))
        verb = self.chunks[end + 1] if end + 1 < len(self.chunks) else None
        goes_on = isinstance(verb, Action) and verb.form == "finite" and not verb.plural
        return self.mark_at(end) == "," and goes_on and bool(self.clause.subject)

    def shares_host(self) -> bool:
        """After "and" in a list of what something has, where no new clause begins."""
        if self.absolute():
            return False
        return bool(self.host) and self.mark_before() in ("and", ",") and not self.starts_clause(self.at, "object")


@lru_cache(CACHED_WORDS)
def _bulk(noun: str) -> int | None:
    """How much room a thing takes up, as `words.BULK` tells; None where that is not known."""
    lexicon = default_lexicon()
    return next((size for size, kinds in w.BULK.items() if any(lexicon.names(kind, noun) for kind in kinds)), None)
