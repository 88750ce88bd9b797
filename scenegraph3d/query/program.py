"""Programs: questions to a scene graph as typed expressions, `count(relate(label(scene(), "mug"), "on", ...))`.

A program is a `Call` of an operation with its arguments: other calls, text, numbers. It prints as text, and
`parse_program` reads the text back. Types are checked when a call is made, so that a program that exists can run:

- set: any number of objects of the scene; one: a single object, which also stands where a set may.
- number: with its unit; truth: true, false or cannot be told; text; direction.
- outlook: where somebody stands and looks to, of which a frame may be made.

Not handled: variables, quantifiers other than "some", arithmetic beyond comparisons.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ..errors import QueryError, message, near_matches, suggestion

SET, ONE, NUMBER, TRUTH, TEXT, DIRECTION, OUTLOOK = "set", "one", "number", "truth", "text", "direction", "outlook"
WORD, WORDS, WHOLE, FRAME = "word", "words", "whole number", "frame"  # what is written out, not computed
MAX_DEPTH = 64  # calls within calls
MAX_CHARACTERS = 20_000  # of a program's text
_LARGEST = 2**63  # of a number that is written out
_DIGITS = 32  # of a number in a text

REQUIRED = "required"


@dataclass(frozen=True)
class Parameter:
    """What an operation takes: a type, and whether it may be left out."""

    name: str
    type: str
    default: int | str | None = REQUIRED


@dataclass(frozen=True)
class Operation:
    """What an operation takes and gives."""

    parameters: tuple[Parameter, ...]
    result: str


def _operation(result: str, *parameters: tuple[str, str] | tuple[str, str, int | None]) -> Operation:
    return Operation(tuple(Parameter(*parameter) for parameter in parameters), result)


_OF = ("of", SET)
_FRAME = ("frame", FRAME, None)
_NUMBERS = (("first", NUMBER), ("second", NUMBER))
_TRUTHS = (("first", TRUTH), ("second", TRUTH))
_SETS = (("first", SET), ("second", SET))

# What each does stands with the functions of the same names in operations.py, facts.py, lengths.py and texts.py.
OPERATIONS: Mapping[str, Operation] = {
    "scene": _operation(SET),
    "thing": _operation(ONE, ("id", WHOLE)),
    "label": _operation(SET, _OF, ("noun", WORD)),
    "kind": _operation(SET, _OF, ("kind", WORD)),
    "attribute": _operation(SET, _OF, ("key", WORD), ("value", WORD)),
    "size": _operation(SET, _OF, ("size", WORD)),
    "relate": _operation(SET, _OF, ("predicate", WORDS), ("to", SET), _FRAME),
    "between": _operation(SET, _OF, ("first", SET), ("second", SET, None)),
    "side": _operation(SET, _OF, ("side", WORD), _FRAME),
    "within": _operation(SET, _OF, ("distance", NUMBER), ("to", SET, None)),
    "same": _operation(SET, _OF, ("key", WORD), ("as", ONE)),
    "union": _operation(SET, *_SETS),
    "intersect": _operation(SET, *_SETS),
    "difference": _operation(SET, *_SETS),
    "exactly": _operation(SET, _OF, ("count", WHOLE)),
    "some": _operation(SET, _OF),
    "unique": _operation(ONE, _OF),
    "nearest": _operation(ONE, _OF, ("to", SET), ("rank", WHOLE, 1)),
    "farthest": _operation(ONE, _OF, ("to", SET), ("rank", WHOLE, 1)),
    "extreme": _operation(ONE, _OF, ("most", WORD), ("rank", WHOLE, 1)),
    "count": _operation(NUMBER, _OF),
    "distance": _operation(NUMBER, ("first", ONE), ("second", ONE)),
    "viewer_distance": _operation(NUMBER, ("of", ONE)),
    "apart": _operation(NUMBER, _OF),
    "measure": _operation(NUMBER, ("of", ONE), ("what", WORD)),
    "length": _operation(NUMBER, ("value", NUMBER), ("unit", WORD)),
    "convert": _operation(NUMBER, ("of", NUMBER), ("unit", WORD)),
    "minus": _operation(NUMBER, *_NUMBERS),
    "exist": _operation(TRUTH, _OF),
    "equal": _operation(TRUTH, *_NUMBERS),
    "less": _operation(TRUTH, *_NUMBERS),
    "greater": _operation(TRUTH, *_NUMBERS),
    "same_value": _operation(TRUTH, ("first", ONE), ("second", ONE), ("key", WORD)),
    "alike": _operation(TRUTH, _OF, ("key", WORD)),
    "has_value": _operation(TRUTH, ("of", ONE), ("key", WORD), ("value", WORD)),
    "called": _operation(TRUTH, ("of", ONE), ("noun", WORD)),
    "judge": _operation(TRUTH, ("subject", ONE), ("predicate", WORDS), ("object", ONE), _FRAME),
    "judge_between": _operation(TRUTH, ("subject", ONE), ("first", ONE), ("second", ONE)),
    "both": _operation(TRUTH, *_TRUTHS),
    "either": _operation(TRUTH, *_TRUTHS),
    "not": _operation(TRUTH, ("of", TRUTH)),
    "name": _operation(TEXT, ("of", ONE)),
    "value": _operation(TEXT, ("of", ONE), ("key", WORD)),
    "values": _operation(TEXT, _OF, ("key", WORD)),
    "choose": _operation(TEXT, ("names", WORDS), *_TRUTHS, ("third", TRUTH, None)),
    "dimensions": _operation(TEXT, ("of", ONE)),
    "position": _operation(TEXT, ("of", ONE)),
    "describe": _operation(TEXT, ("of", ONE)),
    "direction": _operation(DIRECTION, ("to", ONE), ("from", ONE, None), _FRAME),
    "looking": _operation(OUTLOOK, ("from", ONE), ("to", ONE)),
}


@dataclass(frozen=True)
class Call:
    """An operation with its arguments; `call` makes one.

    Attributes:
        name: one of `OPERATIONS`.
        arguments: one for each of its parameters, in their order.

    Raises:
        QueryError: no such operation, or arguments of other types than it takes.
    """

    name: str
    arguments: tuple[Any, ...] = ()
    depth: int = field(init=False, repr=False, compare=False, default=1)

    def __post_init__(self) -> None:
        operation = _known(self.name)
        if len(self.arguments) != len(operation.parameters):
            got = f"{len(self.arguments)}"
            raise QueryError(message(self.name, f"{len(operation.parameters)} arguments", got, signature(self.name)))
        for parameter, value in zip(operation.parameters, self.arguments, strict=True):
            self._check(parameter, value)
        depth = 1 + max((value.depth for value in self.arguments if isinstance(value, Call)), default=0)
        if depth > MAX_DEPTH:
            raise QueryError(message("program", f"at most {MAX_DEPTH} calls within calls", "more"))
        object.__setattr__(self, "depth", depth)

    @property
    def result(self) -> str:
        """The type of what it gives."""
        return OPERATIONS[self.name].result

    def _check(self, parameter: Parameter, value: Any) -> None:
        if value is None and parameter.default is None:
            return
        if not _fits(parameter.type, value):
            where = f"{self.name}: {parameter.name}"
            expected = f"a {parameter.type}" if parameter.type != ONE else "one object"
            do = "take one of a set with unique(...)" if _gives(value) == SET and parameter.type == ONE else ""
            raise QueryError(message(where, expected, _shown(value), do))

    def __str__(self) -> str:
        parameters = OPERATIONS[self.name].parameters
        shown, named = [], False
        for parameter, value in zip(parameters, self.arguments, strict=True):
            if parameter.default != REQUIRED and value == parameter.default:
                named = True
            else:
                shown.append(f"{parameter.name}={_written(value)}" if named else _written(value))
        return f"{self.name}({', '.join(shown)})"


def call(name: str, *arguments: Any, **named: Any) -> Call:
    """A call with its arguments in order, by name (`from` and `as` through a mapping), or left out where they may be.

    Raises:
        QueryError: no such operation, an argument missing, twice or too many, or of another type.
    """
    parameters = _known(name).parameters
    if len(arguments) > len(parameters):
        raise QueryError(message(name, f"at most {len(parameters)} arguments", f"{len(arguments)}", signature(name)))
    for key in named:
        if key not in [parameter.name for parameter in parameters[len(arguments) :]]:
            raise QueryError(f"{name}: {key!r} is not, or already, given; {signature(name)}")
    values = list(arguments)
    for parameter in parameters[len(arguments) :]:
        value = named.get(parameter.name, parameter.default)
        if value == REQUIRED and parameter.name not in named:
            raise QueryError(message(name, f"a value for {parameter.name}", "none", signature(name)))
        values.append(value)
    return Call(name, tuple(tuple(value) if isinstance(value, list) else value for value in values))


def signature(name: str) -> str:
    """An operation's types in one line: `relate(of: set, predicate: words, to: set, frame: frame = none) -> set`."""
    operation = OPERATIONS[name]
    parts = []
    for parameter in operation.parameters:
        default = "none" if parameter.default is None else str(parameter.default)
        parts.append(f"{parameter.name}: {parameter.type}" + ("" if default == REQUIRED else f" = {default}"))
    return f"{name}({', '.join(parts)}) -> {operation.result}"


def _known(name: str) -> Operation:
    if name not in OPERATIONS:
        near = near_matches(name, OPERATIONS)
        raise QueryError(f"unknown operation {name!r}; {suggestion(name, near or OPERATIONS)}")
    return OPERATIONS[name]


def _gives(value: Any) -> str:
    return value.result if isinstance(value, Call) else ""


def _fits(wanted: str, value: Any) -> bool:
    if isinstance(value, Call):
        allowed = {SET: (SET, ONE), FRAME: (ONE, OUTLOOK), WORD: (), WORDS: (), WHOLE: ()}
        return value.result in allowed.get(wanted, (wanted,))
    if wanted in (WORD, FRAME):
        return isinstance(value, str) and bool(value.strip())
    if wanted == WORDS:
        words = (value,) if isinstance(value, str) else value
        return isinstance(words, tuple) and bool(words) and all(isinstance(w, str) and w.strip() for w in words)
    if isinstance(value, bool) or not isinstance(value, int | float):
        return False
    ordinary = -_LARGEST < value < _LARGEST
    return ordinary and (wanted == NUMBER or (wanted == WHOLE and isinstance(value, int)))


def _shown(value: Any) -> str:
    if isinstance(value, Call):
        return f"{value.name}(...), which is a {value.result}" if value.result != ONE else f"{value.name}(...)"
    return "nothing" if value is None else repr(value)[:60]


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return f"[{', '.join(map(_written, value))}]"
    if value is None:
        return "none"
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


# --- from text -----------------------------------------------------------------------------------------------

_TOKEN = re.compile(
    r"""\s*(?:(?P<name>[a-z_]+)|(?P<text>"(?:[^"\\]|\\.)*")|(?P<number>-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?)|(?P<mark>[()\[\],=]))"""
)


def parse_program(text: str) -> Call:
    """Read the text of a program.

    Raises:
        QueryError: no program, with the place where the reading stopped, or one whose types do not fit.
    """
    if len(text) > MAX_CHARACTERS:
        raise QueryError(message("program", f"at most {MAX_CHARACTERS} characters", f"{len(text)}"))
    reader = _Reader(text)
    out = reader.call(0)
    reader.end()
    return out


class _Reader:
    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(_tokens(text))
        self._at = 0

    def call(self, depth: int) -> Call:
        if depth >= MAX_DEPTH:
            raise QueryError(message("program", f"at most {MAX_DEPTH} calls within calls", "more"))
        name = self._take("name", "the name of an operation")
        _known(name)
        self._take("(", "(")
        ordered: list[Any] = []
        named: dict[str, Any] = {}
        while not self._is(")"):
            if ordered or named:
                self._take(",", ", or )")
            if self._is("name") and self._is("=", 1):
                key = self._take("name", "a name")
                self._take("=", "=")
                if key in named:
                    raise self._wrong(f"{key} once")
                named[key] = self._value(depth)
            elif named:
                raise self._wrong("a named argument after a named one")
            else:
                ordered.append(self._value(depth))
        self._take(")", ")")
        return call(name, *ordered, **named)

    def end(self) -> None:
        if self._at < len(self._tokens):
            raise self._wrong("nothing after the program")

    def _value(self, depth: int) -> Any:
        if self._is("["):
            return self._list()
        if self._is("text"):
            return self._string()
        if self._is("number"):
            written = self._take("number", "a number")
            if len(written) > _DIGITS:
                self._at -= 1
                raise self._wrong(f"a number of at most {_DIGITS} characters")
            return int(written) if re.fullmatch(r"-?\d+", written) else float(written)
        if self._is("name") and not self._is("(", 1) and self._tokens[self._at][1] == "none":
            self._at += 1
            return None
        return self.call(depth + 1)

    def _list(self) -> tuple[str, ...]:
        self._take("[", "[")
        words = [self._string()]
        while not self._is("]"):
            self._take(",", ", or ]")
            words.append(self._string())
        self._take("]", "]")
        return tuple(words)

    def _string(self) -> str:
        start = self._at
        written = self._take("text", "text in double quotes")
        try:
            return str(json.loads(written))
        except ValueError as error:
            self._at = start
            raise self._wrong("text as in JSON") from error

    def _is(self, kind: str, ahead: int = 0) -> bool:
        at = self._at + ahead
        return at < len(self._tokens) and self._tokens[at][0] == kind

    def _take(self, kind: str, expected: str) -> str:
        if not self._is(kind):
            raise self._wrong(expected)
        self._at += 1
        return self._tokens[self._at - 1][1]

    def _wrong(self, expected: str) -> QueryError:
        if self._at >= len(self._tokens):
            return QueryError(message("program", expected, "its end"))
        _, written, place = self._tokens[self._at]
        return QueryError(message(f"program, character {place + 1}", expected, repr(written[:30])))


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    place, end = 0, len(text.rstrip())
    while place < end:
        found = _TOKEN.match(text, place)
        if found is None:
            left = text[place:].lstrip()
            where = f"program, character {len(text) - len(left) + 1}"
            raise QueryError(message(where, "a name, text, a number or a bracket", repr(left[:30])))
        kind = str(found.lastgroup)
        written = found[kind]
        yield (written if kind == "mark" else kind), written, found.start(kind)
        place = found.end()
