"""Groups: coordinated noun phrases, measures and pronouns, taken as the things that they speak of."""

from . import words as w
from .chunks import Action, Chunk, Mark, NounPhrase, Place
from .entities import REACH
from .state import LOOKAHEAD, Ids, State, is_of
from .text_graph import Statement

LIST_MAX = 24  # things in one enumeration; more make another one
_COUNTS = {"pair": 2, "couple": 2, "dozen": 12, "trio": 3}


class Groups(State):
    """Takes noun phrases."""

    def group(self, role: str, exclude: Ids) -> Ids:
        """Take the noun phrase here and those that are coordinated with it."""
        ids: list[int] = []
        at = self.at
        while True:
            self.at = at
            ids.extend(k for k in self.single(exclude) if k not in ids)
            self.of_inner(tuple(ids[-1:]))
            following = self.joint(role) if len(ids) < LIST_MAX else None
            if following is None:
                break
            at = following
        if ids:
            self.entities.groups.append(tuple(ids))
        return tuple(ids)

    def of_inner(self, whole: Ids) -> None:
        """Take "of X" after a noun: X belongs to it, and what follows is said of the noun."""
        self.inner = ()
        while is_of(self.chunk(0)) and isinstance(self.chunk(1), NounPhrase) and whole:
            self.at += 1
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
        return None if role != "between" and self.starts_clause(following, role) else following

    def closes(self, at: int) -> bool:
        """An enumeration without a place inside goes on from here to an "and"."""
        for k in range(at, min(at + 2 * LIST_MAX, len(self.chunks))):
            chunk = self.chunks[k]
            if isinstance(chunk, Mark) and chunk.kind == "and":
                return k + 1 < len(self.chunks) and isinstance(self.chunks[k + 1], NounPhrase)
            if not (isinstance(chunk, NounPhrase) or (isinstance(chunk, Mark) and chunk.kind == ",") or is_of(chunk)):
                return False
        return False

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
            following = self.chunks[at]
            return self.clause.finite and isinstance(following, Action) and following.form == "finite"
        if isinstance(chunk, Action):
            bare = not self.clause.finite and self.clause.subject and not _determined(self.chunks[begin])
            return (chunk.form == "finite" and not bare) or (role == "place" and chunk.form != "finite")
        if role == "place" and isinstance(chunk, Place):
            return True
        if isinstance(chunk, Mark) and self.mark_at(begin - 1) == "and" and self.clause.finite:
            return self.list_has_verb(at)
        return self.finite_before_mark(at)

    def list_has_verb(self, at: int) -> bool:
        """A finite verb stands after the list that goes on here: what came before "and" was the end of another."""
        for chunk in self.chunks[at : at + 2 * LIST_MAX]:
            if isinstance(chunk, Action):
                return chunk.form == "finite"
            joins = isinstance(chunk, Mark) and chunk.kind in (",", "and")
            if not (isinstance(chunk, NounPhrase) or is_of(chunk) or joins):
                return False
        return False

    def single(self, exclude: Ids) -> Ids:
        """Take one noun phrase, with the "of" that belongs to it."""
        phrase, inner = self.chunks[self.at], self.chunk(2)
        if not isinstance(phrase, NounPhrase):
            return ()
        if phrase.pronoun and is_of(self.chunk(1)) and isinstance(inner, Mark) and self.focus:
            self.at += 3
            return (self.entities.like(self.focus.ids[0], phrase, _count_of(phrase)),)
        if is_of(self.chunk(1)) and isinstance(inner, NounPhrase):
            special = self.measured(phrase, inner, exclude)
            if special is not None:
                return special
        self.at += 1
        return self.resolve(phrase, exclude)

    def measured(self, phrase: NounPhrase, inner: NounPhrase, exclude: Ids) -> Ids | None:
        """What "a row of bikes", "two of the boxes" speak of; None where it is no such number."""
        if phrase.pronoun:
            self.at += 3
            before = len(self.entities.all)
            whole = self.resolve(inner, exclude)
            if not whole or phrase.noun in ("both", "all", "each"):
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
        if phrase.head in w.POSITIONS and inner.plural and phrase.determiner == "the":
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
        if phrase.noun in ("one", "ones") and self.entities.groups:
            return (self.entities.like(self.entities.groups[-1][0], phrase, phrase.count),)
        known = None
        if phrase.determiner in w.DEFINITE and phrase.owner is None:
            known = self.entities.definite(phrase, exclude)
        k = self.entities.add(phrase) if known is None else known
        if phrase.owner is not None:
            self.owned_by(k, phrase, exclude)
        return (k,)

    def owned_by(self, k: int, phrase: NounPhrase, exclude: Ids) -> None:
        """State whose a thing is."""
        owner = phrase.owner
        if owner is None:
            return
        if owner.pronoun:
            body = phrase.head in w.BODY
            host = self.host if set(exclude) & set(self.owned) else ()
            pronoun = w.POSSESSIVES.get(owner.noun, owner.noun)
            owners = self.antecedent(pronoun, (), host or self.last_subject(pronoun, ()), body or pronoun == "who")
        else:
            owners = self.resolve(owner, ())
            self.entities.groups.append(owners)
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
        host = self.host if set(exclude) & set(self.owned) else ()
        if not host:
            placed = isinstance(self.chunk(-2), Place)
            host = self.last_place(word, exclude) if placed else self.last_subject(word, exclude)
        found = self.antecedent(word, exclude, host, False)
        if not found and word in ("he", "she", "him", "her", "his"):
            person = NounPhrase("person", "person", start=phrase.start, end=phrase.end)
            return (self.entities.add(person),)
        return found

    def owners(self, owner: NounPhrase, exclude: Ids) -> Ids:
        """What an owner speaks of."""
        if not owner.pronoun:
            return self.resolve(owner, exclude)
        host = self.host if set(exclude) & set(self.owned) else ()
        return self.antecedent(w.POSSESSIVES.get(owner.noun, owner.noun), exclude, host, False)


def _determined(chunk: Chunk) -> bool:
    return isinstance(chunk, NounPhrase) and bool(chunk.determiner or chunk.owner or chunk.pronoun)


def _count_of(phrase: NounPhrase) -> int | None:
    if phrase.noun in ("one", "another", "either", "neither"):
        return 0 if phrase.noun == "neither" else 1
    if phrase.noun == "none":
        return 0
    return w.NUMBERS.get(phrase.noun)
