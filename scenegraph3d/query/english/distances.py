"""Distances: questions of how far things are, and of the room between them."""

from collections.abc import Iterator

from ..program import Call, call
from .form import Form, Read, distance_of
from .units import length_at

SPACE = ("room", "space")
FITTING = ("fit", "put", "place", "push", "park", "move")
PASSING = ("fit", "pass", "go", "move", "drive", "get")
WAYS = ("wide", "broad", "long", "deep", "tall", "high", "big", "large")


class Distances(Form):
    """How far, and whether something fits between."""

    def read(self) -> Read:
        """ "How far is the bin from the door?", "Is there enough room between the bed and the desk for 40 cm?"."""
        yield from self._distance()
        yield from self._space()
        yield from self._room_for()
        yield from self._fitting()

    def _distance(self) -> Read:
        """ "How far is the mug from the lamp?", "How far apart are they?", "What is the distance between ...?"."""
        for start, joints in self._distances():
            for first, end in self._things(start):
                away = self._words.past(end, "away") or end
                if not joints[0] and first.one is not None:
                    yield call("viewer_distance", first.one), away
                for joint in joints:
                    at = self._words.past(away, joint) if joint else None
                    for second, stop in self._things(at) if at is not None else ():
                        distance = distance_of(first, second)
                        if distance is not None:
                            yield distance, stop
        openings = (("how", "far", "apart", "are"), ("what", "is", "the", "distance", "between"))
        for words in (*openings, ("the", "distance", "between"), ("what", "is", "the", "gap", "between")):
            at = self._words.past(0, *words)
            for distance, end in self._apart(at) if at is not None else ():
                yield distance, self._words.past(end, "from", "each", "other") or end

    def _distances(self) -> Iterator[tuple[int, tuple[str, ...]]]:
        """Where the first thing is named, and what stands between the two; "" where the second may be left out."""
        openings = (
            (("how", "far", "is"), ("", "from", "to")),
            (("how", "far", "is", "it", "from"), ("to",)),
            (("how", "far", "away", "is"), ("", "from")),
            (("how", "close", "is"), ("", "to")),
            (("what", "is", "the", "distance", "from"), ("to",)),
            (("what", "is", "the", "distance", "of"), ("", "from", "to")),
        )
        for words, joints in openings:
            start = self._words.past(0, *words)
            if start is not None:
                yield start, joints

    def _space(self) -> Read:
        """ "How much room is there between the bed and the desk?"."""
        for word in SPACE:
            start = self._words.past(0, "how", "much", word, "is")
            at = self._words.past(self._words.past(start, "there") or start, "between") if start is not None else None
            yield from self._apart(at) if at is not None else ()

    def _room_for(self) -> Read:
        """ "Is there enough room between the bed and the desk for a 40 cm wide robot?", or the other way round."""
        start = self._words.past_any(0, (("is", "there", "enough"), ("is", "there")))
        at = self._words.past_one_of(start, SPACE) if start is not None else None
        if at is None:
            return
        between = self._words.past(at, "between")
        for distance, end in self._apart(between) if between is not None else ():
            thing = self._words.past(end, "for")
            found = self._wide(thing) if thing is not None else None
            if found is not None:
                yield call("not", call("less", distance, found[0])), found[1]
        thing = self._words.past(at, "for")
        yield from self._between_after(thing, ("",)) if thing is not None else ()

    def _fitting(self) -> Read:
        """ "Could I put a 30 cm box between the bed and the desk?", "Does a 30 cm box fit between them?"."""
        for modal in ("can", "could", "will", "would", "does"):
            start = self._words.past(0, modal)
            if start is None:
                continue
            yield from self._between_after(start, PASSING)
            after = self._words.past_one_of(start, ("i", "we", "you", "one", "it"))
            at = self._words.past_one_of(after, FITTING) if after is not None else None
            yield from self._between_after(at, ("",)) if at is not None else ()

    def _between_after(self, place: int, verbs: tuple[str, ...]) -> Read:
        """What is as wide as is said, a verb, and between what; "" for no verb."""
        found = self._wide(place)
        if found is None:
            return
        length, end = found
        for verb in verbs:
            at = self._words.past(end, *((verb, "between") if verb else ("between",)))
            for distance, stop in self._apart(at) if at is not None else ():
                yield call("not", call("less", distance, length)), stop

    def _wide(self, place: int) -> tuple[Call, int] | None:
        """ "A 40 cm wide robot", "something 40 cm wide", "40 cm": the length, and the place after the thing."""
        start = self._words.past_one_of(place, ("a", "an", "something", "anything")) or place
        found = length_at(self._words, start) or length_at(self._words, place)
        if found is None:
            return None
        length, end = found
        end = self._words.past_one_of(end, WAYS) or end
        named = self._words.at(end)
        return length, self._words.reached(end + (named.isalpha() and named not in ("between", *PASSING)))
