"""Groups: coordinated noun phrases, measures and pronouns, taken as the things that they speak of."""

from . import words as w
from .chunks import Action, Chunk, Mark, NounPhrase, Place
from .entities import REACH
from .morphology import word_of
from .state import LOOKAHEAD, Ids, State, is_of
from .text_graph import Statement

LIST_MAX = 24  # things in one enumeration; more make another one
_CONTAINING = frozenset(("in", "inside", "within", "on", "at", "around", "outside"))
_PLURAL = frozenset(("they", "them", "both"))
_COUNTS = {"pair": 2, "couple": 2, "dozen": 12, "trio": 3}


class Groups(State):
    """Takes noun phrases."""

    def group(self, role: str, exclude: Ids) -> Ids:
        """Take the noun phrase here and those that are coordinated with it."""
        ids: list[int] = []
        at = self.at
        while True:
            self.at, self.listing = at, tuple(ids)
            ids.extend(k for k in self.single(exclude) if k not in ids)
            self.of_inner(tuple(ids[-1:]))
            following = self.joint(role) if len(ids) < LIST_MAX else None
            if following is None:
                break
            at = following
        self.listing = ()
        if ids:
            self.entities.groups.append(tuple(ids))
        return tuple(ids)

    def of_inner(self, whole: Ids) -> None:
        """Take "of X" after a noun: X belongs to it, and what follows is said of the noun."""
        self.inner, self.inner_determined = (), False
        while is_of(self.chunk(0)) and isinstance(inner := self.chunk(1), NounPhrase) and whole:
            self.at += 1
            self.inner_determined = bool(inner.determiner)
            part = self.single(whole)
            self.statements.extend(Statement(k, "of", "of", other) for k in whole for other in part)
            if self.entities.animate(part):
                self.entities.groups.append(part)
            whole, self.inner = part, self.inner + part

    def joint(self, role: str) -> int | None:
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
            elif not self.closes(following):
                return None
        elif not (isinstance(mark, Mark) and mark.kind == "and"):
            return None
        if following >= len(chunks) or not isinstance(chunks[following], NounPhrase):
            return None
        if role == "place" and mark.kind == "and" and self.ends_list():
            return None
        third = role == "between" and mark.kind == ","
        return None if (third or role != "between") and self.starts_clause(following, role) else following

    def closes(self, at: int) -> bool:
        """An enumeration without a place inside goes on from here to an "and"."""
        for k in range(at, min(at + 2 * LIST_MAX, len(self.chunks))):
            chunk = self.chunks[k]
            if isinstance(chunk, Mark) and chunk.kind == "and":
                return k + 1 < len(self.chunks) and isinstance(self.chunks[k + 1], NounPhrase)
            if not (isinstance(chunk, NounPhrase) or (isinstance(chunk, Mark) and chunk.kind == ",") or is_of(chunk)):
                return False
        return False

    def ends_list(self) -> bool:
        """No other "and" ends the list that has this place in it: "a cup, a fork on a plate and a lamp"."""
        marks = (self.mark_at(k) for k in range(self.at + 1, len(self.chunks)))
        return bool(self.listed) and self.mark_at(self.listed_from) == "," and "and" not in marks

    def starts_clause(self, at: int, role: str) -> bool:
        """The noun phrase at this place is the subject of what follows, and in no list with what came before."""
        begin = at
        at += 1
        while at + 1 < len(self.chunks) and is_of(self.chunks[at]):
            at += 2
        if at >= len(self.chunks):
            return False
        chunk = self.chunks[at]
        if role == "subject":
            verb = isinstance(chunk, Action) and chunk.form == "finite"
            return self.clause.finite and (verb or (isinstance(chunk, Place) and self.finite_before_mark(at)))
        if isinstance(chunk, Action):
            bare = not self.clause.finite and self.clause.subject and not _determined(self.chunks[begin])
            if role == "object" and chunk.form == "ing" and self.parallel(begin, chunk):
                return True
            finite = chunk.form == "finite" and not bare and self.agrees(begin, at)
            return finite or (role == "place" and chunk.form != "finite")
        if role == "place" and isinstance(chunk, Place):
            return True
        if isinstance(chunk, Mark) and self.mark_at(begin - 1) == "and" and self.clause.finite:
            return self.list_has_verb(begin)
        return self.finite_before_mark(at) and self.agrees(begin, at)

    def agrees(self, begin: int, at: int) -> bool:
        """Not so in "a plate with some chips on it is here"."""
        phrase = self.chunks[begin]
        verbs = (c for c in self.chunks[at : at + LOOKAHEAD] if isinstance(c, Action) and c.form == "finite")
        return not (isinstance(phrase, NounPhrase) and phrase.plural and next(verbs).singular)

    def parallel(self, begin: int, action: Action) -> bool:
        """ "A man holding a bag and a woman holding a hat": somebody else, or something by the same verb."""
        phrase = self.chunks[begin]
        if self.clause.finite or not self.clause.verb or self.mark_at(begin - 1) != "and":
            return False
        lives = isinstance(phrase, NounPhrase) and (phrase.head in w.PERSONS or phrase.head in w.ANIMALS)
        return (_determined(phrase) or lives) and (lives or action.verb == self.clause.verb)

    def list_has_verb(self, begin: int) -> bool:
        """A finite verb stands after the list that begins here: what came before "and" was the end of another.

        No such list goes on after ", and" or, after something new, with something known: there a clause begins.
        """
        first = self.chunks[begin]
        known = isinstance(first, NounPhrase) and first.determiner in w.DEFINITE
        if self.mark_at(begin + 1) == "," and self.mark_at(begin + 2) == "and":
            return False
        for chunk in self.chunks[begin + 1 : begin + 2 * LIST_MAX]:
            if isinstance(chunk, Action):
                return chunk.form == "finite"
            if isinstance(chunk, NounPhrase) and chunk.determiner in w.DEFINITE and not known:
                return False
            joins = isinstance(chunk, Mark) and chunk.kind in (",", "and")
            if not (isinstance(chunk, NounPhrase) or is_of(chunk) or joins):
                return False
        return False

    def single(self, exclude: Ids) -> Ids:
        """Take one noun phrase, with the "of" that belongs to it."""
        phrase, inner = self.chunks[self.at], self.chunk(2)
        if not isinstance(phrase, NounPhrase):
            return ()
        if self.one_of_these(phrase) and isinstance(inner, Mark) and self.focus:
            self.at += 3
            if not phrase.pronoun:
                phrase.attributes = (*phrase.attributes, phrase.head)
            several = self.entities.several(self.focus.ids) or not self.entities.several(self.focus.of)
            kind = self.focus.ids if several else self.focus.of
            return (self.entities.like(kind[0], phrase, _count_of(phrase) if phrase.pronoun else phrase.count),)
        if is_of(self.chunk(1)) and isinstance(inner, NounPhrase):
            special = self.measured(phrase, inner, exclude)
            if special is not None:
                return special
        self.at += 1
        return self.resolve(phrase, exclude)

    def one_of_these(self, phrase: NounPhrase) -> bool:
        """ "One of which", "the tallest of which": some of what was mentioned."""
        picked = phrase.determiner == "the" and word_of(phrase.head).adjective
        return is_of(self.chunk(1)) and (phrase.pronoun or picked)

    def measured(self, phrase: NounPhrase, inner: NounPhrase, exclude: Ids) -> Ids | None:
        """What "a row of bikes", "two of the boxes" speak of; None where it is no such number."""
        if phrase.pronoun:
            self.at += 3
            before = len(self.entities.all)
            whole = self.resolve(inner, exclude)
            self.neither = self.neither or phrase.noun == "neither"
            if not whole or phrase.noun in ("both", "all", "each", "neither"):
                return whole
            if whole[0] >= before and inner.count is None:
                self.entities.all[whole[0]].count = _count_of(phrase)
                return whole
            return (self.entities.like(whole[0], phrase, _count_of(phrase)),)
        if phrase.head in w.PICTURES and phrase.count == 1 and not self.clause.subject and not self.hangs():
            self.at += 2
            return self.single(exclude)
        if (
            phrase.noun in w.COLLECTIVES
            or phrase.noun in w.PARTITIVES
            or (phrase.noun, inner.noun) == ("body", "water")
        ):
            self.at += 2
            inner.count = _COUNTS.get(phrase.head, None if phrase.head in w.COLLECTIVES else phrase.count)
            return self.single(exclude)
        picks = phrase.head in w.POSITIONS or word_of(phrase.head).adjective
        if picks and inner.plural and phrase.determiner == "the":
            self.at += 3
            whole = self.resolve(inner, exclude)
            phrase.attributes = (*phrase.attributes, phrase.head)
            return (self.entities.like(whole[0], phrase, 1),) if whole else ()
        return None

    def hangs(self) -> bool:
        """The picture is itself a thing of the scene."""
        return self.focus is not None or any(
            isinstance(chunk, NounPhrase) and chunk.head == "wall"
            for chunk in self.chunks[self.at : self.at + LOOKAHEAD]
        )

    def resolve(self, phrase: NounPhrase, exclude: Ids) -> Ids:
        """The things that one noun phrase speaks of."""
        if phrase.pronoun:
            return self.pronoun(phrase, exclude)
        if phrase.noun in ("one", "ones", "others") and (self.entities.groups or self.listing):
            several = (k for k in reversed(self.listing) if self.entities.several((k,)))
            kind = next(several, None)
            kind = self.entities.kind_of_one(phrase) if kind is None else kind
            return (self.entities.like(kind, phrase, phrase.count),)
        if phrase.owner is not None:
            return (self.belonging(phrase, phrase.owner, exclude),)
        known = self.entities.definite(phrase, exclude) if phrase.determiner in w.DEFINITE else None
        return (self.entities.add(phrase) if known is None else known,)

    def belonging(self, phrase: NounPhrase, owner: NounPhrase, exclude: Ids) -> int:
        """Take what belongs to an owner, the same as before where the same was said, and state whose it is."""
        if not owner.pronoun:
            k = self.entities.add(phrase)
            owners = self.resolve(owner, ())
            self.entities.groups.append(owners)
            self.owned_by(k, owners)
            return k
        pronoun = w.POSSESSIVES.get(owner.noun, owner.noun)
        if pronoun in w.SPEAKERS:
            return self.entities.add(phrase)
        body = phrase.head in w.BODY
        host = self.listing or (self.host if set(exclude) & set(self.owned) else ()) or self.last_subject(pronoun, ())
        if pronoun == "they" and not host and self.entities.several(self.clause.subject):
            host = self.clause.subject
        owners = self.antecedent(pronoun, (), host, body or pronoun == "who")
        owners = self.with_part(phrase.head, owners) if pronoun == "it" else owners
        known = self.entities.owned.get((owners, phrase.noun)) if owners else None
        if known is not None and set(phrase.attributes) <= set(self.entities.all[known].attributes):
            return known
        k = self.entities.owned[owners, phrase.noun] = self.entities.add(phrase)
        self.owned_by(k, owners)
        return k

    def with_part(self, part: str, owners: Ids) -> Ids:
        """What has such a part, where the owners have none as far as is known: the nearest that does, else these."""
        if any(self.entities.has_part(k, part) for k in owners):
            return owners
        recent = range(len(self.entities.all) - 1, -1, -1)[:REACH]
        return next(((k,) for k in recent if self.entities.has_part(k, part)), owners)

    def owned_by(self, k: int, owners: Ids) -> None:
        """State whose a thing is."""
        for other in owners:
            if other != k:
                self.statements.append(Statement(k, "of", "of", other))

    def pronoun(self, phrase: NounPhrase, exclude: Ids) -> Ids:
        """What a pronoun speaks of."""
        word = phrase.noun
        if word in ("each other", "eachother", "one another", "themselves", "itself"):
            return exclude
        if word in ("another", "other", "one", "ones", "others", "each", "some"):
            known = [ids for ids in self.entities.subjects[:-REACH:-1] if ids and not set(ids) & set(exclude)][:1]
            if phrase.determiner == "the" and exclude and known:
                return known[0]
            last = exclude or self.entities.latest_kind()
            count = None if word in ("others", "ones", "some") else 1
            return (self.entities.like(last[0], phrase, count),) if last else ()
        if word not in w.PLURAL_PRONOUNS | w.PERSON_PRONOUNS | w.THING_PRONOUNS:
            return ()
        place = self.chunk(-2)
        host = self.before or (self.host if set(exclude) & set(self.owned) else ())
        if self.beside_room(host, place):
            beside = self.antecedent(word, exclude + host, (), False)
            return beside or host
        if not host:
            same = isinstance(place, Place) and self.last_place(word, exclude, place.meaning.predicate)
            host = same or self.last_subject(word, exclude)
        found = self.antecedent(word, exclude, host, False)
        if not found and word in _PLURAL:
            return self.pair(exclude)
        if not found and word in ("he", "she", "him", "her", "his"):
            person = NounPhrase("person", "person", start=phrase.start, end=phrase.end)
            return (self.entities.add(person),)
        return found

    def beside_room(self, host: Ids, place: Chunk | None) -> bool:
        """What has it is a room, and the place is not in it: "a room with a bed and a desk next to it"."""
        return isinstance(place, Place) and place.words not in _CONTAINING and self.entities.heads(host, w.ROOMS)

    def owners(self, owner: NounPhrase, exclude: Ids) -> Ids:
        """What an owner speaks of."""
        if not owner.pronoun:
            return self.resolve(owner, exclude)
        pronoun = w.POSSESSIVES.get(owner.noun, owner.noun)
        host = self.host if set(exclude) & set(self.owned) else self.last_subject(pronoun, exclude)
        return self.antecedent(pronoun, exclude, host, False)


def _determined(chunk: Chunk) -> bool:
    return isinstance(chunk, NounPhrase) and bool(chunk.determiner or chunk.owner or chunk.pronoun)


def _count_of(phrase: NounPhrase) -> int | None:
    if phrase.noun in ("one", "another", "either"):
        return 1
    if phrase.noun == "none":
        return 0
    return w.NUMBERS.get(phrase.noun)
