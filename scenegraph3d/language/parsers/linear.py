"""The linear form of scene graphs: `( cat , is , black ) , ( cat , v:sit on , table )`, one bracket for each fact.

| fact | what it says |
|---|---|
| `( cat )` | there is a cat |
| `( cats , is , 2 )` | there are two |
| `( people , is , group of )` | there are several |
| `( cat , is , black )` | the cat is black |
| `( cat , on , table )` | a relation; verbs in their base form |
| `( cat , v:sit on , table )` | the same, with the mark of a verb |
| `( car , pv:park by , wall )` | the same, of a passive |
| `( cat:1 , ...` | another cat than `cat` |

References:
    Li et al., FACTUAL: A Benchmark for Faithful and Consistent Textual Scene Graph Parsing, Findings of ACL 2023.
"""

import re

from ...errors import ModelError, message
from ..text_graph import TextGraph
from ..words import NUMBERS
from .draft import Draft

_FACT = re.compile(r"\s*\(([^()]*)\)\s*(,|$)")
_MARK = re.compile(r"p?v:")
_INDEX = re.compile(r":[0-9]+$")
_PAIRS = {"pair of": 2, "couple of": 2}
SHOWN = 120  # characters of what cannot be read


def read_linear(text: str, written: str, subject: str = "linear form") -> TextGraph:
    """The graph that the linear form says.

    Args:
        text: that it is of.
        written: in the linear form.
        subject: who wrote it, for messages.

    Raises:
        ModelError: anything in it is not of the form.
    """
    draft, known = Draft(text), dict[str, int]()

    def thing(name: str) -> int:
        if name not in known:
            known[name] = draft.thing(_INDEX.sub("", name))
        return known[name]

    for parts in _facts(written, subject):
        first = thing(parts[0])
        if len(parts) == 1:
            continue
        _, relation, other = parts
        if relation == "is":
            _describe(draft, first, other)
        else:
            draft.relate(first, relation, thing(other))
    return draft.graph()


def _facts(written: str, subject: str) -> list[list[str]]:
    found: list[list[str]] = []
    at = 0
    while at < len(written) or not found:
        match = _FACT.match(written, at)
        parts = [_MARK.sub("", part, count=1).strip() for part in match[1].split(",")] if match else []
        named = all(_INDEX.sub("", part) for part in parts)
        if match is None or len(parts) not in (1, 3) or not named or (match[2] and match.end() == len(written)):
            expected = "facts such as '( cat , on , table )'"
            raise ModelError(message(subject, expected, repr(written[at : at + SHOWN])))
        found.append(parts)
        at = match.end()
    return found


def _describe(draft: Draft, thing: int, said: str) -> None:
    if said.isascii() and said.isdigit():
        draft.count(thing, int(said))
    elif said in NUMBERS:
        draft.count(thing, NUMBERS[said])
    elif said.endswith(" of"):
        draft.count(thing, _PAIRS.get(said))
    else:
        draft.describe(thing, said)
