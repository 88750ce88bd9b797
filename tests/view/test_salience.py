"""Which relations are shown first, and how few are chosen for arrows."""

import numpy as np
import pytest

from scenegraph3d.relate import relate
from scenegraph3d.types import Objects, Relation, Relations, SceneGraph
from scenegraph3d.types.predicates import INVERSES, SYMMETRIC
from scenegraph3d.view import informative
from scenegraph3d.view.palette import COLORS, colors_of
from scenegraph3d.view.salience import Quota, chosen


def thing(label, x, y, z, *size_m, **more):
    return {"label": label, "center_m": [x, y, z], "size_m": list(size_m), **more}


@pytest.fixture(scope="module")
def room():
    return relate(
        [
            thing("table", 0, 3, 0.37, 1.5, 0.8, 0.74),
            thing("bowl", -0.3, 3, 0.79, 0.3, 0.3, 0.1),
            thing("orange", -0.3, 3, 0.79, 0.08, 0.08, 0.08),
            thing("cup", 0.0, 3, 0.79, 0.08, 0.08, 0.1),
            thing("lamp", 0.4, 3, 0.9, 0.1, 0.1, 0.3),
            thing("chair", -1.5, 3, 0.45, 0.5, 0.5, 0.9),
            thing("floor", 0, 3, -0.01, 6, 6, 0.02, kind="surface"),
        ]
    )


def said(scene, rows):
    names = scene.objects.label
    rows = [scene.relations[int(row)] for row in rows]
    return [(names[r.subject], r.predicate, names[r.object]) for r in rows]


def test_support_and_containment_come_first_and_floors_after_things(room):
    first = said(room, informative(room))
    assert first[0] == ("orange", "inside", "bowl")
    assert first.index(("cup", "on", "table")) < first.index(("chair", "on", "floor"))
    directions = [i for i, (_, predicate, _) in enumerate(first) if predicate == "left_of"]
    assert first.index(("chair", "on", "floor")) < min(directions)


def test_of_a_relation_and_its_inverse_one_is_listed(room):
    rows = said(room, informative(room))
    assert not {predicate for _, predicate, _ in rows} & set(INVERSES.values())
    once = {(frozenset((a, b)), p) for a, p, b in rows if p in SYMMETRIC and p != "between"}
    assert len(once) == len([r for r in rows if r[1] in SYMMETRIC and r[1] != "between"])
    every = said(room, range(len(room.relations)))
    assert {r for r in every if r[1] == "left_of"} == {r for r in rows if r[1] == "left_of"}


def test_quotas_are_kept(room):
    quota = Quota(total=5, per_pair=1, per_object=1, per_target=2, per_tier=(3, 9, 9, 9))
    picked = [room.relations[row] for row in chosen(room, quota)]
    assert 0 < len(picked) <= 5
    assert len({frozenset((r.subject, r.object)) for r in picked}) == len(picked)
    assert len({r.subject for r in picked}) == len(picked)
    assert max(np.bincount([r.object for r in picked])) <= 2
    assert sum(r.predicate in ("on", "inside") for r in picked) <= 3
    assert chosen(room, Quota(total=0)) == []


def test_what_is_inside_a_thing_is_left_to_that_thing(room):
    picked = said(room, chosen(room, Quota()))
    assert [row for row in picked if "orange" in row] == [("orange", "inside", "bowl")]


def test_what_follows_from_two_arrows_gets_none():
    row = [thing("a", 0, 3, 0, 0.2, 0.2, 0.2), thing("b", 1, 3, 0, 0.2, 0.2, 0.2), thing("c", 2, 3, 0, 0.2, 0.2, 0.2)]
    scene = relate(row)
    picked = said(scene, chosen(scene, Quota(total=9, per_tier=(0, 9))))
    assert sorted(picked) == [("a", "left_of", "b"), ("b", "left_of", "c")]


def test_unknown_predicates_come_last_and_none_is_no_trouble():
    objects = Objects.from_rows([thing("a", 0, 1, 0, 1, 1, 1), thing("b", 3, 1, 0, 1, 1, 1)])
    rows = [Relation(0, "watches", 1, "world", 1.0, 0.0, {}), Relation(0, "far_from", 1, "world", 0.5, 0.0, {})]
    scene = SceneGraph(objects, Relations.from_rows(rows))
    assert [predicate for _, predicate, _ in said(scene, informative(scene))] == ["far_from", "watches"]
    assert len(informative(scene.with_relations(Relations.empty()))) == 0


def test_colours_differ_and_do_not_depend_on_the_order():
    labels = [f"label {i}" for i in range(len(COLORS))]
    assert len(set(colors_of(labels).values())) == len(COLORS)
    assert colors_of(labels) == colors_of(labels[::-1] * 2)
    assert colors_of(["cup"])["cup"] in COLORS
    assert set(colors_of([f"x{i}" for i in range(100)]).values()) == set(COLORS)
