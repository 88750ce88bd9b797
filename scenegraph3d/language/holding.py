"""Holding: what lifeless things hold is in or on them, and what things are made of is an attribute of theirs."""

from . import words as w
from .attachment import Attachment
from .chunks import Mark, NounPhrase, Place
from .lexicon import default_lexicon
from .state import LOOKAHEAD, OWNING, Ids, Said

_GRASPING = ("person", "animal", "body part", "toy", "statue")  # kinds of things that hold as people do
_HELD_INSIDE = {"hold": ("container",), "carry": ("bag", "luggage", "basket"), "bear": ()}  # others bear it on them
_WITHIN = ("in_the_middle", "in_the_cent", "in_the_corner", "in_middle", "in_center", "in_corner")
_SPACES = ("room", "landscape", "way", "ground", "body of water", "building")
_OF = frozenset(("of", "out of", "from"))


class Holding(Attachment):
    """Reads verbs of holding and making, and what is owned and placed at once."""

    def held(self, said: Said, objects: Ids) -> None:
        """Make a place of "hold" where what holds is known and lifeless."""
        if self.clause.verb == "cover" and self.entities.animate(said.of):
            said.predicate = "cover"
        holders = objects if said.swapped else said.of
        if said.predicate not in _HELD_INSIDE:
            return
        places = {self.holds(k, _HELD_INSIDE[said.predicate]) for k in holders}
        if len(places) == 1 and "" not in places:
            said.predicate, said.swapped = places.pop(), not said.swapped

    def holds(self, k: int, containers: tuple[str, ...]) -> str:
        """Where a thing has what it holds: "inside" one of these kinds, else "on" it; "" where it may grasp it."""
        entity, lexicon = self.entities.all[k], default_lexicon()
        noun = entity.noun if lexicon.knows(entity.noun) else entity.head
        if entity.animate or not lexicon.knows(noun) or any(lexicon.names(kind, noun) for kind in _GRASPING):
            return ""
        return "inside" if any(lexicon.names(kind, noun) for kind in containers) else "on"

    def settle(self, said: Said, ids: Ids) -> None:
        """What depends on where it is: what surrounds, if many, is near, and the middle of a room is in the room."""
        if said.swapped or said.predicate == "inside":
            if said.phrase.startswith("surround") and self.entities.several(ids):
                said.predicate, said.swapped = "near", False
        elif said.predicate.startswith(_WITHIN):
            nouns = [self.entities.all[k].noun for k in ids]
            spaces = [
                noun in w.PLACES or any(default_lexicon().names(kind, noun) for kind in _SPACES) for noun in nouns
            ]
            if all(spaces):
                said.predicate = "inside"
            elif all(default_lexicon().names("table", noun) for noun in nouns):
                said.predicate = "on"

    def made_of(self, verb: str, place: Place, made: Ids) -> bool:
        """Take "of wood and metal" after "made"."""
        if verb not in w.MAKING or place.words not in _OF or not self.material(1):
            return False
        while self.material(1):
            self.at += 1
            phrase = self.chunks[self.at]
            if isinstance(phrase, NounPhrase) and not self.negated:
                self.entities.describe(made, (*phrase.attributes, phrase.noun))
            if isinstance(self.chunk(1), Mark) and self.mark_at(self.at + 1) == "and" and self.material(2):
                self.at += 1
        self.at += 1
        return True

    def material(self, ahead: int) -> bool:
        """Whether a noun phrase so many chunks from here is a material."""
        phrase = self.chunk(ahead)
        if not isinstance(phrase, NounPhrase) or phrase.pronoun or phrase.owner is not None:
            return False
        return phrase.noun in w.MATERIALS or default_lexicon().kind_of(phrase.noun) == "material"

    def fold(self, said: Said, whole: Ids) -> None:
        """Of "a table with a lamp on it" only the place is stated, denied where the having was."""
        having = whole == self.host and said.of and set(said.of) <= set(self.owned)
        if not having or said.predicate in w.NO_PLACES or any(self.is_room(k) for k in whole):
            return
        begin = max(0, len(self.statements) - LOOKAHEAD)
        recent = self.statements[begin:]
        folded = [row for row in recent if row.predicate in OWNING and row.subject in whole and row.object in said.of]
        self.statements[begin:] = [row for row in recent if row not in folded]
        self.negated = self.negated or any(row.negated for row in folded)

    def is_room(self, k: int) -> bool:
        """What it has is in it, wherever else: "a room with a bed and a desk next to it"."""
        return default_lexicon().names("room", self.entities.all[k].noun)
