"""Depiction: words for a picture, a scene or whoever looks at it, where they name no thing of what is described.

"The picture shows a cup", "a scene with a cup" and "you can see a cup" say that there is a cup, "in the photo" says no
place. A picture that hangs on a wall, has a frame, or was spoken of as a thing before stays one.
"""

from . import words as w
from .chunks import Action, NounPhrase, Place
from .groups import Groups
from .state import Clause, Said

_WITHIN = frozenset(("in", "within", "inside"))
_NOT_WITHIN = frozenset(("in_front_of", "behind"))


class Depiction(Groups):
    """Passes over such words."""

    def passes_over(self) -> bool:
        """Take "the picture shows", "a scene with" or "you", before the subject that follows."""
        if self.views():
            self.at += 1
            reduced = self.mark_at(self.at - 2) == "which" or isinstance(self.chunk(-2), NounPhrase)
        elif self.introduces():
            self.at += 2
            reduced = False
        else:
            return False
        if not reduced:
            self.clause, self.focus = Clause(), None
            self.outer.clear()
            self.own((), (), "with")
        return True

    def views(self) -> bool:
        """The pronoun here only looks: "you can see", "one sees"."""
        phrase, following = self.chunk(0), self.chunk(1)
        if not isinstance(phrase, NounPhrase) or not phrase.pronoun or phrase.determiner not in w.VIEWERS:
            return False
        return isinstance(following, Action) and following.verb in w.SEEING and not following.passive

    def introduces(self) -> bool:
        """A word for the depiction and what says that it shows what follows."""
        phrase, following = self.chunk(0), self.chunk(1)
        if not isinstance(phrase, NounPhrase) or not self.depicts(phrase) or not isinstance(self.chunk(2), NounPhrase):
            return False
        if isinstance(following, Action):
            return following.verb in w.DEPICTING and following.form in ("finite", "ing") and not following.passive
        verb_later = self.finite_before_mark(self.at + 1)
        thing = phrase.head != "scene" and (self.hangs() or self.clause.verb == "be" or verb_later)
        return isinstance(following, Place) and following.words == "with" and not thing

    def within_depiction(self, said: Said) -> bool:
        """Take "the picture" after "in"."""
        phrase, third = self.chunk(0), self.chunk(2)
        within = said.phrase.split()[0] in _WITHIN and said.predicate not in _NOT_WITHIN
        if not within or not isinstance(phrase, NounPhrase) or not self.depicts(phrase):
            return False
        if isinstance(self.chunk(1), Place) and isinstance(third, NounPhrase) and third.head == "wall":
            return False
        self.at += 1
        self.negated = False
        return True

    def dressed_in(self, said: Said) -> bool:
        """Take the colours of "a man in black and white", which are no things."""
        if said.phrase != "in" or not self.entities.animate(said.of) or not self.colour(0):
            return False
        while self.colour(0):
            phrase = self.chunks[self.at]
            if isinstance(phrase, NounPhrase):
                self.entities.describe(said.of, (*phrase.attributes, phrase.noun))
            self.at += 1
            if self.mark_at(self.at) == "and" and self.colour(1):
                self.at += 1
        return True

    def colour(self, ahead: int) -> bool:
        """Whether the noun phrase so many chunks from here is a colour and no more."""
        phrase = self.chunk(ahead)
        return (
            isinstance(phrase, NounPhrase) and phrase.noun in w.COLOURS and not phrase.determiner and not phrase.owner
        )

    def depicts(self, phrase: NounPhrase) -> bool:
        """It is a word for the depiction, and no picture that was spoken of as a thing."""
        if phrase.head not in w.DEPICTIONS or phrase.owner is not None or phrase.count != 1:
            return False
        return phrase.determiner not in w.DEFINITE or self.entities.definite(phrase, ()) is None
