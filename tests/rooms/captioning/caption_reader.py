"""A reader of English captions, written apart from the grammar that makes them: text and scene to triples."""

import re
from dataclasses import dataclass, field

from scenegraph3d.types import SceneGraph

COLORS = "black|white|grey|red|green|blue|yellow|orange|purple|pink|brown"
MATERIALS = {"wooden": "wood", "metal": "metal", "plastic": "plastic", "wood": "wood"}
COUNTS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
PREPOSITIONS = {
    "on": "on",
    "on top of": "on",
    "in": "inside",
    "inside": "inside",
    "left of": "left_of",
    "to the left of": "left_of",
    "right of": "right_of",
    "to the right of": "right_of",
    "in front of": "in_front_of",
    "behind": "behind",
    "above": "above",
    "below": "below",
    "under": "below",
    "underneath": "below",
    "next to": "next_to",
    "beside": "next_to",
    "near": "near",
    "close to": "near",
}
TAILS = {
    "on it": "on",
    "on top of it": "on",
    "on top": "on",
    "in it": "inside",
    "inside it": "inside",
    "inside": "inside",
    "to its left": "left_of",
    "to its right": "right_of",
    "in front of it": "in_front_of",
    "behind it": "behind",
    "above it": "above",
    "below it": "below",
    "under it": "below",
    "underneath it": "below",
    "next to it": "next_to",
    "beside it": "next_to",
    "near it": "near",
    "close to it": "near",
}
CONTAINERS = ("bowl", "box", "bin", "shelf", "cabinet", "mug", "vase")


def either(words) -> str:
    """The words as one group of a pattern, long ones first."""
    return "(" + "|".join(sorted(words, key=len, reverse=True)) + ")"


P, TAIL = either(PREPOSITIONS), either(TAILS)
T = r"<(\d+)>"
LIST = r"(<\d+>(?:, <\d+>)*(?: and <\d+>)?)"
BE = "(?:is|are)"
VERB = "(?:is|are|stands?|sits?|lies?|rests?)"
SHOWN = "(?:you|we|one) see"  # "can see" is read as "see", since a can is a thing
SCENE = (
    "(?:this is a room with|an indoor scene with|the picture shows|the scene contains|in this room you see|"
    "a room with|we see)"
)
ALONE = "(?:there is|there are|a room with|a picture of|you see)"
PATTERNS = {
    "plain": f"(?:{SHOWN} |there {BE} )?{LIST} (?:{VERB} |that {BE} |standing |sitting |lying |resting )?{P} {T}",
    "both": f"{LIST} {BE} {P} {T} and {P} {T}",
    "first": f"{P} {T} (?:there )?{VERB} {LIST}",
    "tail": f"{T} (?:has|with) {LIST} {TAIL}",
    "holds": f"{T} (supports|carries|contains|holds) {LIST}",
    "it": f"it is {P} {T}",
    "look": rf"{T} is (?:({COLORS})(?: and )?)?(?:made of (\w+))?",
    "place": rf"{T}(?:, which is)? {P} {T},? is ({COLORS})",
    "alike": rf"(?:both|all) {T} are (?:({COLORS})|made of (\w+))",
    "alone": f"(?:(?:{SCENE}|{ALONE}) )?{LIST}",
}
GLUE = ("; ", ", while ", ", and ", " and ")


@dataclass
class Mention:
    """One noun phrase: the rows that it can mean, how many it names, and the place that it names along."""

    rows: list[int]
    count: int
    attributes: list[tuple[str, str]]
    place: tuple[str, int] | None = None


@dataclass
class Read:
    """What a text claims."""

    triples: set[tuple[int, str, int]] = field(default_factory=set)
    attributes: set[tuple[int, str, str]] = field(default_factory=set)
    objects: set[int] = field(default_factory=set)


class Reader:
    """Reads captions of one scene; a name that fits two things, or a sentence of no known form, is an error."""

    def __init__(self, scene: SceneGraph) -> None:
        self.labels = scene.objects.label
        self.attributes = scene.objects.attributes
        self.ids = scene.objects.id.tolist()
        self.truth = {(r.subject, r.predicate, r.object) for r in scene.relations if r.frame != "object"}
        nouns = {}
        for label in set(self.labels):
            word = "TV" if label == "tv" else label
            nouns[word] = label
            nouns[{"shelf": "shelves", "box": "boxes"}.get(word, word + "s")] = label
        self.nouns = nouns
        self.phrase = re.compile(
            rf"\b(?:(a|an|the|(?:the )?{either(COUNTS)}(?: of the)?) )?(?:({COLORS}) )?(?:(wooden|metal|plastic) )?"
            rf"{either(nouns)}\b"
        )

    def read(self, text: str) -> Read:
        """All claims of a text, things as ids."""
        self.out, self.topic_row = Read(), None
        for part in text.removesuffix(".").split(". "):
            sentence = part[0].lower() + part[1:].replace(" can see ", " see ")
            tokens = self._tokens(sentence)
            assert self._parse(tokens), f"cannot read {sentence!r} as {tokens!r}"
        ids = self.ids
        return Read(
            {(ids[a], p, ids[b]) for a, p, b in self.out.triples},
            {(ids[row], key, value) for row, key, value in self.out.attributes},
            {ids[row] for row in self.out.objects},
        )

    def _tokens(self, sentence: str) -> str:
        self.mentions: list[Mention] = []

        def put(match: re.Match) -> str:
            article, number, color, material, noun = match.groups()
            label = self.nouns[noun]
            attributes = [("color", color)] if color else []
            attributes += [("material", MATERIALS[material])] if material else []
            rows = [
                row
                for row, other in enumerate(self.labels)
                if other == label and all(self.attributes[row][key] == value for key, value in attributes)
            ]
            plural = noun not in (label, "TV")
            assert plural or article is not None, f"no article: {match.group()!r} in {sentence!r}"
            if article in ("a", "an"):
                following = match.group()[len(article) + 1]
                assert article == ("an" if following in "aeiou" else "a"), match.group()
            count = COUNTS.index(number) + 2 if number else len(rows) if plural else 1
            self.mentions.append(Mention(rows, count, attributes))
            return f"<{len(self.mentions) - 1}>"

        tokens = self.phrase.sub(put, sentence)
        for k, mention in enumerate(self.mentions):
            assert mention.rows, sentence
            if mention.count == 1 and len(mention.rows) > 1:
                place = re.search(rf"<{k}> (on|in) {T}", tokens)
                assert place is not None, f"{sentence!r} names one of several"
                holder = int(place.group(2))
                mention.place = PREPOSITIONS[place.group(1)], holder
                tokens = tokens.replace(place.group(), f"<{k}>")
        return tokens

    def _parse(self, tokens: str) -> bool:
        for name, pattern in PATTERNS.items():
            match = re.fullmatch(pattern, tokens)
            if match is not None:
                getattr(self, f"_{name}")(*match.groups())
                return True
        for glue in GLUE:
            for split in re.finditer(re.escape(glue), tokens):
                halves = tokens[: split.start()], tokens[split.end() :]
                if all(self._fits(half) for half in halves):
                    return all(self._parse(half) for half in halves)
        return False

    def _fits(self, tokens: str) -> bool:
        forms = [pattern for name, pattern in PATTERNS.items() if name != "alone"]
        return any(re.fullmatch(pattern, tokens) for pattern in forms)

    def _one(self, token: str) -> int:
        (row,) = self._rows(int(token))
        return row

    def _rows(self, k: int, claim=None) -> list[int]:
        """The rows of a mention; `claim` says of which of them the sentence is true, where there are more."""
        mention = self.mentions[k]
        rows = mention.rows
        if mention.place is not None:
            predicate, holder = mention.place
            other = self._one(str(holder))
            rows = [row for row in rows if (row, predicate, other) in self.truth]
            assert len(rows) == 1, "a place that fits two"
            self.out.triples.add((rows[0], predicate, other))
        if len(rows) != mention.count and claim is not None:
            rows = [row for row in rows if claim(row)]
        assert len(rows) == mention.count, f"{mention.count} of {rows}"
        self.out.objects.update(rows)
        self.out.attributes.update((row, key, value) for row in rows for key, value in mention.attributes)
        return rows

    def _relate(self, subjects: str, predicate: str, token: str) -> None:
        other = self._one(token)
        for k in re.findall(T, subjects):
            rows = self._rows(int(k), lambda row: (row, predicate, other) in self.truth)
            self.out.triples.update((row, predicate, other) for row in rows)

    def _plain(self, subjects: str, preposition: str, token: str) -> None:
        self._relate(subjects, PREPOSITIONS[preposition], token)
        self.topic_row = self._first_row(subjects)

    def _first_row(self, subjects: str) -> int | None:
        tokens = re.findall(T, subjects)
        return self._one(tokens[0]) if len(tokens) == 1 and self.mentions[int(tokens[0])].count == 1 else None

    def _both(self, subjects: str, first: str, one: str, second: str, two: str) -> None:
        self._relate(subjects, PREPOSITIONS[first], one)
        self._relate(subjects, PREPOSITIONS[second], two)
        self.topic_row = self._first_row(subjects)

    def _first(self, preposition: str, token: str, subjects: str) -> None:
        self._relate(subjects, PREPOSITIONS[preposition], token)
        self.topic_row = None

    def _tail(self, token: str, subjects: str, tail: str) -> None:
        self._relate(subjects, TAILS[tail], token)
        self.topic_row = self._one(token)

    def _holds(self, token: str, verb: str, subjects: str) -> None:
        other = self._one(token)
        within = verb == "contains" or (verb == "holds" and self.labels[other] in CONTAINERS[:4])
        if verb == "holds" and self.labels[other] == "cabinet":
            rows = [row for k in re.findall(T, subjects) for row in self.mentions[int(k)].rows]
            within = any((other, "contains", row) in self.truth for row in rows)
        predicate = "contains" if within else "under"
        for k in re.findall(T, subjects):
            rows = self._rows(int(k), lambda row: (other, predicate, row) in self.truth)
            self.out.triples.update((other, predicate, row) for row in rows)
        self.topic_row = other

    def _it(self, preposition: str, token: str) -> None:
        assert self.topic_row is not None, "it is nothing"
        self.out.triples.add((self.topic_row, PREPOSITIONS[preposition], self._one(token)))

    def _look(self, token: str, color: str | None, material: str | None) -> None:
        row = self._one(token)
        self.out.attributes.update([(row, "color", color)] if color else [])
        self.out.attributes.update([(row, "material", material)] if material else [])
        self.topic_row = None

    def _place(self, token: str, preposition: str, other: str, color: str) -> None:
        self._relate(f"<{token}>", PREPOSITIONS[preposition], other)
        self.topic_row = self._one(token)
        self.out.attributes.add((self.topic_row, "color", color))

    def _alike(self, token: str, color: str | None, material: str | None) -> None:
        key, value = ("color", color) if color else ("material", material)
        self.out.attributes.update((row, key, value) for row in self._rows(int(token)))
        self.topic_row = None

    def _alone(self, things: str) -> None:
        for k in re.findall(T, things):
            self._rows(int(k))
        self.topic_row = None
