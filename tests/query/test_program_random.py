"""Random programs on random scenes, beside an executor that goes through the objects one by one in three truth values.

The other executor knows a relation of a pair from the graph, and what the graph does not hold from `judge`; a set is a
truth for each object, and operations on sets are Kleene's and, or and not.
"""

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scenegraph3d.errors import QueryError
from scenegraph3d.query.execute import execute
from scenegraph3d.query.program import parse_program
from scenegraph3d.relate import RelationRules, judge, relate
from scenegraph3d.types import Camera, Objects, Relation, Relations, SceneGraph

COUNT = 7
LABELS = ("box", "mug", "lamp", "plant")
NOUNS = {"container": ("box", "mug"), "mugs": ("mug",), "houseplant": ("plant",), "thing": LABELS}
COLORS = ("red", "grey", None)
SAID = {"crimson": "red", "gray": "grey"}
DIRECTIONS = ("left_of", "behind")
PREDICATES = (*DIRECTIONS, "near", "far_from", "touching", "next_to", "larger_than", "taller_than", "on", "above")
FRAMES = (None, "viewer", "object")
RULES = {name: RelationRules(predicates=(name,)) for name in PREDICATES}


def boxes(rng):
    """Some apart, some stacked; none in another, so that a pair alone tells what is on what."""
    size = rng.uniform(0.2, 1.0, (COUNT, 3))
    center = rng.uniform([-2.5, 2.5, 0], [2.5, 7.5, 1], (COUNT, 3))
    center[:, 2] = 0.5 * size[:, 2]
    for k in (1, 2, 3):
        center[k, :2] = center[0, :2] + rng.uniform(-0.4, 0.4, 2)
        center[k, 2] = center[k - 1, 2] + 0.5 * (size[k - 1, 2] + size[k, 2]) + rng.uniform(0, 0.15)
    return Objects(
        tuple(rng.choice(LABELS, COUNT).tolist()),
        center,
        size,
        rng.uniform(-3, 3, COUNT),
        attributes=tuple({"color": c} if c else {} for c in rng.choice(np.array(COLORS, dtype=object), COUNT)),
        front_known=rng.random(COUNT) < 0.5,
        id=10 + rng.permutation(COUNT),
    )


def people_say(objects, rng):
    """Relations that no rule gave."""
    rows = [
        Relation(int(i), str(name), int(j), "viewer", float(score), 0.0, {})
        for i, j, name, score in zip(
            rng.integers(0, COUNT, 40),
            rng.integers(0, COUNT, 40),
            rng.choice(["left_of", "near", "on", "holds"], 40),
            rng.random(40),
            strict=True,
        )
    ]
    return SceneGraph(objects, Relations.from_rows(rows, ("taller_than",)), Camera.from_fov(64, 48))


@cache
def scenes():
    out = []
    for seed in range(3):
        rng = np.random.default_rng(seed)
        objects = boxes(rng)
        out.append(relate(objects, Camera.from_fov(64, 48) if seed % 2 else None))
        out.append(people_say(objects, rng))
    return out


def conjunction(values):
    values = list(values)
    return False if False in values else None if None in values else True


def disjunction(values):
    values = list(values)
    return True if True in values else None if None in values else False


def negation(value):
    return None if value is None else not value


class ImpossibleError(Exception):
    """There is nothing that is meant."""


@cache
def held(place, predicate, frame, i, j):
    """Whether row i stands in a relation to row j of a scene, from the graph's rows and `judge`."""
    scene = scenes()[place]
    by_people = "holds" in scene.relations.predicates
    turned = predicate in DIRECTIONS
    rows = [
        row
        for row in scene.relations
        if row.predicate == predicate and (not turned or (row.frame == "object") == (frame == "object"))
    ]
    if i == j:
        return False
    if any((row.subject, row.object) == (i, j) for row in rows):
        return True
    if by_people and rows:
        return False
    seen_from = "object" if turned and frame == "object" else None
    truth = judge(scene.objects, i, predicate, j, camera=scene.camera, frame=seen_from, rules=RULES[predicate]).truth
    asked = predicate in scene.relations.predicates and not (by_people and frame)
    return None if truth is None else truth and not asked


def evaluate(place, node):
    """A list of truths for a set, a number, or a truth."""
    name, *parts = node
    values = [evaluate(place, part) if isinstance(part, tuple) and part[0] in RESULTS else part for part in parts]
    return MEANINGS[name](place, *values)


def only(wanted):
    return [row == wanted for row in range(COUNT)]


def colors(place):
    return [row.get("color") for row in scenes()[place].objects.attributes]


def each(of, fits):
    return [conjunction(pair) for pair in zip(of, fits, strict=True)]


def label(place, of, noun):
    return each(of, [own in NOUNS[noun] for own in scenes()[place].objects.label])


def attribute(place, of, _, color):
    return each(of, [None if own is None else own == SAID.get(color, color) for own in colors(place)])


def same(place, of, _, me):
    mine, row = colors(place)[me.index(True)], me.index(True)
    fits = [None if None in (own, mine) else own == mine for own in colors(place)]
    return each(of, [fit if i != row else False for i, fit in enumerate(fits)])


def related(place, of, predicates, to, frame):
    def stands(i):
        pairs = ((to[j], disjunction(held(place, name, frame, i, j) for name in predicates)) for j in range(COUNT))
        return disjunction(map(conjunction, pairs))

    return each(of, map(stands, range(COUNT)))


def by_distance(best):
    def found(place, of, to):
        scene, ids = scenes()[place], scenes()[place].objects.id.tolist()
        keys = {}
        for i in (i for i in range(COUNT) if of[i] and not to[i]):
            found = [scene.distance(ids[i], ids[j]) for j in range(COUNT) if to[j]]
            keys[i] = (min(map(float, found), default=0), min((d.center_m for d in found), default=0))
        if not keys or True not in to:
            raise ImpossibleError
        return only(best(keys, key=keys.get))

    return found


def tallest(place, of, _):
    rows = [row for row in range(COUNT) if of[row]]
    if not rows:
        raise ImpossibleError
    return only(max(rows, key=lambda row: scenes()[place].objects.size_m[row, 2]))


def judged(place, subject, predicates, object_, frame):
    if subject == object_:
        raise ImpossibleError
    return disjunction(held(place, name, frame, subject.index(True), object_.index(True)) for name in predicates)


MEANINGS = {
    "scene": lambda place: [True] * COUNT,
    "thing": lambda place, wanted: only(scenes()[place].objects.id.tolist().index(wanted)),
    "label": label,
    "attribute": attribute,
    "same": same,
    "relate": related,
    "union": lambda place, a, b: [disjunction(pair) for pair in zip(a, b, strict=True)],
    "intersect": lambda place, a, b: each(a, b),
    "difference": lambda place, a, b: each(a, map(negation, b)),
    "nearest": by_distance(min),
    "farthest": by_distance(max),
    "extreme": tallest,
    "count": lambda place, of: of.count(True),
    "exist": lambda place, of: disjunction(of),
    "less": lambda place, a, b: a < b,
    "equal": lambda place, a, b: a == b,
    "judge": judged,
    "both": lambda place, *parts: conjunction(parts),
    "either": lambda place, *parts: disjunction(parts),
    "not": lambda place, part: negation(part),
}
RESULTS = tuple(MEANINGS)


def written(node):
    """The text of a program."""
    name, *parts = node
    out = []
    for part in parts:
        if isinstance(part, tuple) and part[0] in RESULTS:
            out.append(written(part))
        elif isinstance(part, tuple):
            out.append("[" + ", ".join(f'"{word}"' for word in part) + "]")
        else:
            out.append("none" if part is None else str(part) if isinstance(part, int) else f'"{part}"')
    return f"{name}({', '.join(out)})"


one = st.tuples(st.just("thing"), st.integers(10, 9 + COUNT))
names = st.lists(st.sampled_from(PREDICATES), min_size=1, max_size=2, unique=True).map(tuple)
sets = st.recursive(
    st.just(("scene",)) | one,
    lambda inner: st.one_of(
        st.tuples(st.just("label"), inner, st.sampled_from(sorted(NOUNS))),
        st.tuples(st.just("attribute"), inner, st.just("color"), st.sampled_from(["red", "gray", "crimson"])),
        st.tuples(st.just("relate"), inner, names, inner, st.sampled_from(FRAMES)),
        st.tuples(st.just("same"), inner, st.just("color"), one),
        st.tuples(st.sampled_from(["union", "intersect", "difference"]), inner, inner),
        st.tuples(st.sampled_from(["nearest", "farthest"]), inner, inner),
        st.tuples(st.just("extreme"), inner, st.just("tallest")),
    ),
    max_leaves=5,
)
counts = st.tuples(st.just("count"), sets)
questions = st.recursive(
    st.tuples(st.just("exist"), sets)
    | st.tuples(st.sampled_from(["less", "equal"]), counts, counts)
    | st.tuples(st.just("judge"), one, names, one, st.sampled_from(FRAMES)),
    lambda inner: st.tuples(st.sampled_from(["both", "either"]), inner, inner) | st.tuples(st.just("not"), inner),
    max_leaves=3,
)


@settings(max_examples=80)
@given(place=st.integers(0, 5), node=questions | counts)
def test_numbers_and_truths_are_those_of_the_other_executor(place, node):
    compare(place, node)


@settings(max_examples=80)
@given(place=st.integers(0, 5), node=sets)
def test_sets_are_those_of_the_other_executor(place, node):
    compare(place, node)


def compare(place, node):
    scene = scenes()[place]
    text = written(node)
    try:
        expected = evaluate(place, node)
    except ImpossibleError:
        with pytest.raises(QueryError, match=r"in the step"):
            execute(text, scene)
        return
    answer = execute(text, scene)
    assert str(parse_program(text)) == answer.program
    assert execute(answer.program, scene).to_dict() == answer.to_dict()
    assert 0 <= answer.confidence <= 1
    if not isinstance(expected, list):
        assert answer.value is expected if expected is None else answer.value == expected
        assert (answer.confidence == 0) == (answer.value is None) or answer.confidence < 1
        return
    rows = [row for row, value in enumerate(expected) if value]
    assert list(answer.rows[: len(rows)]) == rows
    found = [answer.value] if isinstance(answer.value, str) else answer.value
    assert found == [f"{scene.objects.label[row]}#{scene.objects.id[row]}" for row in rows]
    maybe = sum(value is None for value in expected)
    assert answer.note.startswith(f"{maybe} more") if maybe else not answer.note


def test_the_scenes_try_all_three_truths():
    found = [held(place, name, None, 0, j) for place in range(6) for name in PREDICATES for j in range(1, COUNT)]
    assert min(found.count(True), found.count(False), found.count(None)) > 25
    assert all(not scene.match(predicate="inside") for scene in scenes()[::2])
