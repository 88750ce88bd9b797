"""The JSON form of text graphs, as a language model is asked for it: the request, the grammar, and the reader.

    {"objects": [{"id": 0, "noun": "cup", "attributes": ["red"], "count": 2}, ...],
     "relations": [{"subject": 0, "phrase": "on top of", "object": 1, "negated": false}, ...]}

The grammar allows this form only, with one way to set blanks, ids in their order, and in relations only the ids of
things that are there. A relation of "between" may have "third", the other of its two things. What is named in the
grammar `NAME` is words of letters and digits, so that nothing has to be escaped.
"""

import json
from collections.abc import Iterator
from functools import cache

from ...models.generation import Turn
from ..text_graph import TextGraph
from .draft import Draft

THINGS_MAX = 32
RELATIONS_MAX = 64
ATTRIBUTES_MAX = 8
WORDS_MAX = 6  # of a noun, an attribute or a phrase
LETTERS_MAX = 20  # of a word

_ASKED = (
    "Write down which things a text speaks of and how it says that they are related, as JSON. A thing has a noun in "
    "the singular, attributes, and a count, null for several without a number. A relation has the words of the text "
    'that relate its two things, such as "on top of" or "riding"; it is negated where the text denies it; what is '
    '"between" two things has the second of them as its third. Write nothing that the text does not say.'
)
_EXAMPLES = (
    (
        "Two red cups on a wooden table next to a lamp.",
        {
            "objects": [
                {"id": 0, "noun": "cup", "attributes": ["red"], "count": 2},
                {"id": 1, "noun": "table", "attributes": ["wooden"], "count": 1},
                {"id": 2, "noun": "lamp", "attributes": [], "count": 1},
            ],
            "relations": [
                {"subject": 0, "phrase": "on", "object": 1, "negated": False},
                {"subject": 1, "phrase": "next to", "object": 2, "negated": False},
            ],
        },
    ),
    (
        "A dog lies between a sofa and some boxes. It is not holding the ball.",
        {
            "objects": [
                {"id": 0, "noun": "dog", "attributes": [], "count": 1},
                {"id": 1, "noun": "sofa", "attributes": [], "count": 1},
                {"id": 2, "noun": "box", "attributes": [], "count": None},
                {"id": 3, "noun": "ball", "attributes": [], "count": 1},
            ],
            "relations": [
                {"subject": 0, "phrase": "between", "object": 1, "third": 2, "negated": False},
                {"subject": 0, "phrase": "holding", "object": 3, "negated": True},
            ],
        },
    ),
)


def request(text: str) -> list[Turn]:
    """What a model is asked, with two examples: turns of user and assistant."""
    turns: list[Turn] = []
    for example, graph in _EXAMPLES:
        turns.append({"role": "user", "content": f"Text: {example}"})
        turns.append({"role": "assistant", "content": json.dumps(graph)})
    turns.append({"role": "user", "content": f"Text: {text}"})
    return [{"role": "user", "content": f"{_ASKED}\n\n{turns[0]['content']}"}, *turns[1:]]


@cache
def grammar() -> str:
    """The grammar of the form, in Lark as llguidance reads it."""
    return "\n".join(_rules())


def _rules() -> Iterator[str]:
    word = rf"[\p{{L}}\p{{N}}]{{1,{LETTERS_MAX}}}"
    yield rf'NAME: /"{word}([ \x27-]{word}){{0,{WORDS_MAX - 1}}}"/'
    yield 'COUNT: "null" | /[0-9]|[1-9][0-9]{1,2}/'
    yield 'TRUTH: "true" | "false"'
    yield f'names: (NAME (", " NAME){{0,{ATTRIBUTES_MAX - 1}}})?'
    yield _rule("start", ['{"objects": [', "things_0"])
    for n in range(THINGS_MAX + 1):
        yield _things(n)
        if n:
            yield f"ID_{n}: /{'|'.join(map(str, range(n)))}/"
            yield _relation(n)
            yield f'relations_{n}: (relation_{n} (", " relation_{n}){{0,{RELATIONS_MAX - 1}}})?'


def _things(n: int) -> str:
    """What may come after n things: the end of the list and the relations, or one more thing."""
    end = ['], "relations": [', f"relations_{n}", "]}"] if n else ['], "relations": []}']
    more = [
        *([", "] if n else []),
        *(f'{{"id": {n}, "noun": ', "NAME", ', "attributes": [', "names", '], "count": ', "COUNT", "}"),
        f"things_{n + 1}",
    ]
    return _rule(f"things_{n}", end, *([more] if n < THINGS_MAX else []))


def _relation(n: int) -> str:
    begin = ['{"subject": ', f"ID_{n}", ', "phrase": ']
    said = ["NAME", ', "object": ', f"ID_{n}"]
    third = ['"between"', ', "object": ', f"ID_{n}", ', "third": ', f"ID_{n}"]
    end = [', "negated": ', "TRUTH", "}"]
    return _rule(f"relation_{n}", [*begin, *said, *end], [*begin, *third, *end])


def _rule(name: str, *choices: list[str]) -> str:
    """A rule of choices; parts that are no names of rules are text.

    The lexer takes the longest text that the rules have next, so none may begin with the whole of another that stands
    in its place.
    """
    return f"{name}: " + " | ".join(" ".join(map(_part, choice)) for choice in choices)


def _part(part: str) -> str:
    return part if part.replace("_", "").isalnum() else json.dumps(part)


def read_json(text: str, written: str) -> TextGraph:
    """The graph in the JSON that a model wrote, which the grammar allowed.

    Args:
        text: that it is of.
        written: a whole document of the form.
    """
    document, draft = json.loads(written), Draft(text)
    for row in document["objects"]:
        thing = draft.thing(row["noun"])
        draft.count(thing, row["count"])
        for attribute in row["attributes"]:
            draft.describe(thing, attribute)
    for row in document["relations"]:
        draft.relate(row["subject"], row["phrase"], row["object"], third=row.get("third"), negated=row["negated"])
    return draft.graph()
