"""Splits of rooms: no seed in two, no held-out combination where it must not be, one in every room where it must."""

import math

import pytest

from scenegraph3d.errors import InputError
from scenegraph3d.rooms.catalogue import CATALOGUE
from scenegraph3d.rooms.layout.sample import sample_room
from scenegraph3d.rooms.splits import HELD_OUT_COLORS, HELD_OUT_RELATIONS, SPLITS, held_out_in, seeds, split_of
from scenegraph3d.rooms.world.finish import COLORS, Finish
from scenegraph3d.rooms.world.room import FLOOR, Placed, Room, Thing

PRESETS = ("indoor", "tabletop")


def shown(room: Room) -> set[tuple[str, ...]]:
    """Every pair and triple that a room shows, by the height of things over one another and what they say of it."""
    out: set[tuple[str, ...]] = {(item.thing.finish.color, item.thing.label) for item in room.things}
    for item in room.things:
        chain, at, inside = [], item.support, item.inside
        while at != FLOOR:
            chain.append((inside, room.things[at]))
            at, inside = room.things[at].support, room.things[at].inside
        if chain and not chain[0][0]:
            out.add((item.thing.label, "on", chain[0][1].thing.label))
        out |= {(item.thing.label, "inside", holder.thing.label) for within, holder in chain if within}
    return out


def test_splits_share_no_seed_and_leave_none_out() -> None:
    ranges = sorted(SPLITS.values(), key=lambda r: r.start)
    assert ranges[0].start == 0
    assert ranges[-1].stop == 2**63
    assert [r.stop for r in ranges[:-1]] == [r.start for r in ranges[1:]]


@pytest.mark.parametrize("split", list(SPLITS))
def test_a_seed_knows_its_split(split: str) -> None:
    assert split_of(seeds(split)[0]) == split
    assert split_of(seeds(split)[-1]) == split


def test_a_wrong_split_is_told_with_what_is_near() -> None:
    with pytest.raises(InputError, match=r"split: expected .* did you mean 'validation'"):
        seeds("valid")


def test_held_out_combinations_could_be() -> None:
    for color, label in HELD_OUT_COLORS:
        assert color in CATALOGUE[label].colors
        assert color in COLORS
    for label, how, holder in HELD_OUT_RELATIONS:
        assert CATALOGUE[label].make_top is not None
        assert how in ("on", "inside")
        assert holder in CATALOGUE


@pytest.mark.parametrize("preset", PRESETS)
@pytest.mark.parametrize("split", ["demo", "validation", "test", "spare", "train"])
def test_held_out_combinations_are_in_no_other_split(split: str, preset: str) -> None:
    for seed in seeds(split)[:20]:
        room = sample_room(seed, preset)
        assert not shown(room) & (HELD_OUT_COLORS | HELD_OUT_RELATIONS)
        assert held_out_in(room) == []


@pytest.mark.parametrize("preset", PRESETS)
def test_every_held_out_room_has_one_in_the_picture(preset: str) -> None:
    found: set[tuple[str, ...]] = set()
    for seed in seeds("heldout")[:70]:
        room = sample_room(seed, preset)
        assert held_out_in(room) == sorted(shown(room) & (HELD_OUT_COLORS | HELD_OUT_RELATIONS))
        assert any(in_picture(room, item) for item in room.things if concerned(room, item))
        found |= set(held_out_in(room))
    assert len(found & HELD_OUT_COLORS) > 8
    assert len(found & HELD_OUT_RELATIONS) > (4 if preset == "indoor" else 1)


def concerned(room: Room, item: Placed) -> bool:
    return (item.thing.finish.color, item.thing.label) in HELD_OUT_COLORS or item.support != FLOOR


def in_picture(room: Room, item: Placed) -> bool:
    pose = room.world_from_camera
    x, y, z = pose[:3, :3].T @ (item.center_m - pose[:3, 3])
    return bool(z > 0 and max(abs(x), abs(y)) < z * math.tan(room.fov_rad / 2))


def test_what_is_in_a_container_in_a_container_is_in_both() -> None:
    def placed(label: str, support: int, inside: bool) -> Placed:
        return Placed(Thing(label, Finish("grey", (0.2, 0.2, 0.2), "wood"), ()), (0, 0, 0), 0.0, support, inside)

    room = sample_room(0)
    nested = (placed("box", FLOOR, False), placed("plate", 0, True), placed("apple", 1, False))
    assert held_out_in(room.with_things(nested)) == [("apple", "inside", "box")]
    beside = (placed("box", FLOOR, False), placed("plate", 0, False), placed("apple", 1, False))
    assert held_out_in(room.with_things(beside)) == []
    stacked = (placed("desk", FLOOR, False), placed("book", 0, False), placed("mug", 1, False))
    assert held_out_in(room.with_things(stacked)) == []
    direct = (placed("desk", FLOOR, False), placed("mug", 0, False))
    assert held_out_in(room.with_things(direct)) == [("mug", "on", "desk")]
    colored = Placed(Thing("mug", Finish("purple", (0.2, 0.0, 0.4), "metal"), ()), (0, 0, 0), 0.0)
    assert held_out_in(room.with_things((colored,))) == [("purple", "mug")]
