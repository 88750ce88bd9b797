"""execute: a program on a scene."""

from collections.abc import Callable, Mapping

import numpy as np

from ..errors import QueryError, message
from ..language.lexicon import Lexicon, default_lexicon
from ..relate import RelationRules
from ..relate.rules import DEFAULT_RULES
from ..types import SceneGraph
from .answer import Answer
from .columns import columns_of
from .facts import FACTS, undecided
from .lengths import LENGTHS
from .operations import SETS, Context, looking
from .pairs import View
from .program import ONE, Call, parse_program
from .texts import TEXTS
from .values import Found, Things

Value = Things | Found | View  # what a step gives
_FUNCTIONS: Mapping[str, Callable[..., Value]] = {
    **SETS,
    **FACTS,
    **LENGTHS,
    **TEXTS,
    "looking": looking,
}


def execute(
    program: Call | str, scene: SceneGraph, *, lexicon: Lexicon | None = None, rules: RelationRules = DEFAULT_RULES
) -> Answer:
    """Run a program on a scene.

    Args:
        program: a call, or its text.
        scene: the graph to ask.
        lexicon: which nouns name which labels; left out, the one that ships.
        rules: thresholds for what the scene's relations do not say: those that it was made with, if others than the
            default.

    Raises:
        QueryError: text that is no program, or a step that cannot be taken in this scene: nothing or several things
            where one is meant (they are named), an unknown predicate, attribute, size or frame.
    """
    root = parse_program(program) if isinstance(program, str) else program
    return Session(scene, lexicon or default_lexicon(), rules).answer(root)


class Session:
    """Programs on one scene: a step that comes twice, in one program or in several, is taken once.

    Args:
        scene: the graph to ask.
        lexicon: which nouns name which labels.
        rules: as for `execute`.
    """

    def __init__(self, scene: SceneGraph, lexicon: Lexicon, rules: RelationRules = DEFAULT_RULES) -> None:
        self.context = Context(columns_of(scene, lexicon), rules)
        self._done: dict[Call, Value | QueryError] = {}

    def run(self, program: Call) -> Value:
        """What a program gives.

        Raises:
            QueryError: as `execute` says; it names the innermost step.
        """
        if program not in self._done:
            self._done[program] = self._run(program)
        found = self._done[program]
        if isinstance(found, QueryError):
            raise QueryError(str(found)) from found
        return found

    def answer(self, program: Call) -> Answer:
        """The answer of a program.

        Raises:
            QueryError: as `execute` says.
        """
        value = self.run(program)
        if isinstance(value, View):
            raise QueryError(message("program", "a question", "an outlook, which answers none"))
        if isinstance(value, Things):
            return _answer_of_things(self.context, value, program)
        return _answer_of_found(self.context, value, program)

    def _run(self, node: Call) -> Value | QueryError:
        arguments = []
        for value in node.arguments:
            if isinstance(value, Call):
                try:
                    arguments.append(self.run(value))
                except QueryError as error:
                    return error
            else:
                arguments.append(value)
        try:
            return _FUNCTIONS[node.name](self.context, *arguments)
        except QueryError as error:
            return QueryError(f"{error} (in the step {node})")


def _answer_of_things(context: Context, value: Things, root: Call) -> Answer:
    rows = value.rows.tolist()
    names = [context.name(row) for row in rows]
    maybe = int(value.open.sum())
    note = f"{maybe} more cannot be told" + (f": {value.why}" if value.why else "") if maybe else ""
    return Answer(
        names[0] if root.result == ONE else names,
        str(root),
        context.scene,
        None,
        tuple(dict.fromkeys([*rows, *value.used])),
        tuple(_links(context.scene, value)),
        float(min([value.base, *value.score[rows].tolist()])),
        {},
        note,
        undecided(value.why) if value.undefined else "",
    )


def _answer_of_found(context: Context, value: Found, root: Call) -> Answer:
    things, relations = _evidence(value)
    about = [row for one in things for row in one.rows.tolist()]
    return Answer(
        value.value,
        str(root),
        context.scene,
        value.unit,
        tuple(dict.fromkeys([*about, *(row for one in things for row in one.used)])),
        tuple(dict.fromkeys([*relations, *(row for one in things for row in _links(context.scene, one))])),
        float(value.confidence),
        value.evidence,
        value.note,
        undecided(things[0].why) if root.name == "count" and things[0].undefined else "",
    )


def _evidence(value: Found) -> tuple[list[Things], list[int]]:
    """The sets that a value rests on, and its own relations."""
    things, relations = [], list(value.relations)
    for part in value.of:
        if isinstance(part, Things):
            things.append(part)
        else:
            more = _evidence(part)
            things += more[0]
            relations += more[1]
    return things, relations


def _links(scene: SceneGraph, value: Things) -> list[int]:
    """The relations that put the members where they are, and those of what they rest on."""
    links = value.links[value.sure[scene.relations.subject[value.links]]]
    return list(dict.fromkeys(np.concatenate([links, value.facts]).tolist()))
