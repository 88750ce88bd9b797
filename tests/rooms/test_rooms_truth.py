"""Truth of rooms: boxes, visibility in closed form and by casts of single things, relations against the sampler."""

import math
from collections import Counter

import numpy as np
import pytest

from scenegraph3d.relate import relate
from scenegraph3d.rooms.layout.sample import sample_room
from scenegraph3d.rooms.rendering.render import cast
from scenegraph3d.rooms.splits import SPLITS
from scenegraph3d.rooms.truth import Visibility, truth, truths
from scenegraph3d.rooms.world.finish import Finish
from scenegraph3d.rooms.world.parts import Paint, box
from scenegraph3d.rooms.world.room import FLOOR, Placed, Room, Thing, Walls
from scenegraph3d.types import SceneGraph

SIZE = (128, 128)
EYE_M = 1.0
SEATS = ("chair", "sofa", "bed", "stool")


def crate(side_m: float = 1.0, height_m: float = 1.0, color: str = "red") -> Thing:
    """A plain box that stands on the floor."""
    paint = Paint((0.5, 0.1, 0.1))
    return Thing(
        "box", Finish(color, paint.rgb, "wood"), (box((side_m, side_m, height_m), (0, 0, height_m / 2), paint),)
    )


def plain_room(*things: Placed, pitch_rad: float = 0.0) -> Room:
    """A room of 20 m seen from 1 m up with a view of 90 degrees, ahead or a little down."""
    paint = Paint((0.5, 0.5, 0.5))
    walls = Walls((0.0, 0.0), (10.0, 10.0), 3.0, 0.0, paint, paint, paint)
    down, across = math.sin(pitch_rad), math.cos(pitch_rad)
    pose = np.eye(4)
    pose[:3, :3] = np.array([[1.0, 0, 0], [0, -down, across], [0, -across, -down]])
    pose[2, 3] = EYE_M
    return Room(5, "indoor", things, walls, (), (1.0, 1.0, 1.0), pose, math.pi / 2)


@pytest.fixture(scope="module")
def sampled() -> tuple[list[Room], list[SceneGraph]]:
    """Rooms and their truths."""
    rooms = [sample_room(seed) for seed in range(32)]
    return rooms, [graph for first in range(0, 32, 16) for graph in truths(rooms[first : first + 16], SIZE)]


def test_a_box_ahead_has_the_pixels_of_its_face() -> None:
    graph = truth(plain_room(Placed(crate(), (0.0, 3.0, 0.0), 0.0)), (256, 256))
    (thing,) = graph.objects
    assert thing.center_m == pytest.approx((0, 3, 0.5))
    assert thing.size_m == pytest.approx((1, 1, 1))
    width_px = 128 / 2.5
    (visible,) = graph.objects.seen.n_points
    assert visible == pytest.approx(width_px**2, rel=0.05)
    assert thing.attributes == {"color": "red", "material": "wood", "visibility": 1.0}
    assert graph.objects.seen.xyxy_px[0] == pytest.approx(
        [128 - width_px / 2, 128, 128 + width_px / 2, 128 + width_px], abs=1
    )
    assert not graph.objects.seen.truncated[0]
    assert not graph.objects.seen.occluded[0]


def test_half_behind_a_nearer_box_is_half_seen() -> None:
    behind = Placed(crate(), (0.0, 5.5, 0.0), 0.0)
    wide, far = crate(side_m=1.0), 2.5
    hiding = Placed(wide, (0.5, far, 0.0), 0.0)
    graph = truth(plain_room(behind, hiding), (256, 256))
    shares = [row["visibility"] for row in graph.objects.attributes]
    assert shares[0] == pytest.approx(0.5, abs=0.03)
    assert shares[1] == 1.0
    assert graph.objects.seen.occluded.tolist() == [True, False]
    assert graph.objects.seen.truncated.tolist() == [False, False]


def test_half_beyond_the_border_is_half_seen() -> None:
    # The face at y = 2.5 m is 1 m wide around x = 2.5 m, where the view of 90 degrees ends.
    thin = Thing("box", crate().finish, (box((1.0, 0.02, 1.0), (0, 0, 0.5), Paint((0.5, 0.5, 0.5))),))
    graph = truth(plain_room(Placed(thin, (2.5, 2.51, 0.0), 0.0)), (256, 256))
    assert graph.objects.attributes[0]["visibility"] == pytest.approx(0.5, abs=0.03)
    assert graph.objects.seen.truncated.tolist() == [True]
    assert graph.objects.seen.occluded.tolist() == [False]


def test_what_is_hardly_seen_is_left_out_and_ids_stay() -> None:
    hidden = Placed(crate(0.5, 0.5), (0.0, 5.0, 0.0), 0.0)
    hiding = Placed(crate(1.5, 1.2), (0.0, 2.5, 0.0), 0.0)
    aside = Placed(crate(0.4, 0.4, "blue"), (-2.5, 4.0, 0.0), 0.3)
    behind_the_eye = Placed(crate(), (0.0, -4.0, 0.0), 0.0)
    graph = truth(plain_room(hidden, hiding, behind_the_eye, aside))
    assert graph.objects.id.tolist() == [1, 3]
    assert [row["color"] for row in graph.objects.attributes] == ["red", "blue"]
    none = truth(plain_room(hidden, hiding, aside), visibility=Visibility(min_px=10**6))
    assert len(none.objects) == 0
    assert len(none.relations) == 0
    assert len(truth(plain_room()).objects) == 0


def test_up_is_the_direction_against_gravity() -> None:
    graph = truth(plain_room(Placed(crate(), (0.0, 3.0, 0.0), 0.0), pitch_rad=0.3))
    assert graph.up.camera == pytest.approx((0.0, -math.cos(0.3), -math.sin(0.3)))
    assert (graph.up.source, graph.up.floor_found, graph.scale) == ("given", True, "metric")
    assert graph.camera.world_from_camera[:3, :3] @ np.array(graph.up.camera) == pytest.approx([0, 0, 1])


def test_a_room_alone_is_as_in_a_batch(sampled: tuple[list[Room], list[SceneGraph]]) -> None:
    rooms, graphs = sampled
    for room, together in list(zip(rooms, graphs, strict=True))[3::15]:
        alone = truth(room, SIZE)
        assert alone.objects.attributes == together.objects.attributes
        assert np.array_equal(alone.objects.seen.n_points, together.objects.seen.n_points)
        assert np.array_equal(alone.objects.seen.xyxy_px, together.objects.seen.xyxy_px)
        assert np.array_equal(alone.relations.code, together.relations.code)


def test_boxes_hold_what_is_seen_of_things(sampled: tuple[list[Room], list[SceneGraph]]) -> None:
    """The box of the seen points lies in the exact box, and reaches most of it where a thing is wholly seen."""
    rooms, graphs = sampled
    filled = []
    for room, graph in zip(rooms, graphs, strict=True):
        objects, seen = graph.objects, graph.objects.seen
        cos, sin = np.cos(objects.yaw_rad), np.sin(objects.yaw_rad)
        offset = seen.center_m - objects.center_m
        own = np.stack([cos * offset[:, 0] + sin * offset[:, 1], cos * offset[:, 1] - sin * offset[:, 0], offset[:, 2]])
        beyond = np.abs(own.T) + seen.size_m / 2 - objects.size_m / 2
        assert beyond.max() < 1.5e-3, (room.seed, beyond.max())
        whole = ~seen.truncated & ~seen.occluded & (seen.n_points > 300)
        filled += list((seen.size_m / objects.size_m)[whole, 2])
    assert len(filled) > 20
    assert np.median(filled) > 0.93


def test_shares_are_those_of_casts_of_single_things() -> None:
    """Each thing alone on a canvas of four times the width, by `cast`, is the whole that shares are counted of."""
    seen_partly = 0
    for seed in range(6):
        room = sample_room(seed)
        graph = truth(room, SIZE)
        shown = cast(room, SIZE).instance[0].numpy()
        wide = room.with_camera(room.world_from_camera, 2 * math.atan(2 * math.tan(room.fov_rad / 2)))
        for row, thing in enumerate(graph.objects.id):
            alone = cast(wide.with_things((room.things[thing],)), (512, 512)).instance[0].numpy()
            visible, whole = int((shown == thing).sum()), int((alone == 0).sum()) / 4
            assert graph.objects.seen.n_points[row] == visible
            if whole > 150:
                share = graph.objects.attributes[row]["visibility"]
                assert share == pytest.approx(visible / whole, abs=0.08), (seed, thing)
                seen_partly += share < 0.9
    assert seen_partly >= 3


def test_labels_colours_and_camera_are_the_rooms_own(sampled: tuple[list[Room], list[SceneGraph]]) -> None:
    rooms, graphs = sampled
    for room, graph in zip(rooms, graphs, strict=True):
        assert len(graph.objects) <= len(room.things)
        for row in graph.objects:
            thing = room.things[row.id].thing
            assert (row.label, row.front_known) == (thing.label, thing.front_known)
            assert (row.attributes["color"], row.attributes["material"]) == (thing.finish.color, thing.finish.material)
            assert 0.05 <= row.attributes["visibility"] <= 1.0
        assert (graph.camera.width, graph.camera.height) == SIZE
        assert np.array_equal(graph.camera.world_from_camera, room.world_from_camera)
        assert graph.source == {"rooms": {"seed": room.seed, "preset": room.preset}}


def boxes_of(room: Room, ids: list[int]) -> list[dict]:
    """The things' boxes, as anyone would give them to `relate`."""
    return [
        {
            "label": room.things[i].thing.label,
            "center_m": room.things[i].center_m,
            "size_m": room.things[i].size_m,
            "yaw_rad": room.things[i].yaw_rad,
            "front_known": room.things[i].thing.front_known,
        }
        for i in ids
    ]


def test_relations_are_those_of_the_boxes(sampled: tuple[list[Room], list[SceneGraph]]) -> None:
    for room, graph in zip(*sampled, strict=True):
        again = relate(boxes_of(room, graph.objects.id.tolist()), room.camera(*SIZE)).relations
        assert np.array_equal(again.subject, graph.relations.subject)
        assert np.array_equal(again.object, graph.relations.object)
        assert np.array_equal(again.code, graph.relations.code)
        assert np.array_equal(again.frame_code, graph.relations.frame_code)


def kind_of(item: Placed, holder: Thing) -> str:
    """How a thing rests."""
    if item.inside:
        return "compartment" if holder.label in ("shelf", "cabinet") else holder.label
    kinds = {"table": "top", "desk": "top", "shelf": "top", "cabinet": "top", "plate": "plate"}
    return "seat" if holder.label in SEATS else kinds.get(holder.label, "stack")


def supports(room: Room) -> list[set[int]]:
    """For each thing all that it rests on or in, through one another."""
    out: list[set[int]] = []
    for item in room.things:
        found, at = set[int](), item.support
        while at != FLOOR:
            found.add(at)
            at = room.things[at].support
        out.append(found)
    return out


@pytest.mark.parametrize("seeds", [range(60), pytest.param(SPLITS["test"][:400], marks=pytest.mark.slow)], ids=len)
def test_supports_come_out_as_relations(seeds: range) -> None:
    """What the sampler puts on a thing is `on` it, what it puts within one is `inside` it; next to nothing else is."""
    rests, right, claims, beyond = Counter[str](), Counter[str](), 0, []
    for seed in seeds:
        room = sample_room(seed)
        relations = relate(boxes_of(room, list(range(len(room.things))))).relations
        held: dict[tuple[int, int], list[str]] = {}
        for a, name, b in zip(relations.subject.tolist(), relations.predicate, relations.object.tolist(), strict=True):
            if name in ("on", "inside"):
                held.setdefault((a, b), []).append(name)
        for i, (item, below) in enumerate(zip(room.things, supports(room), strict=True)):
            claims += len(below)
            beyond += [(seed, i, b) for a, b in held if a == i and b not in below]
            if item.support != FLOOR:
                kind = kind_of(item, room.things[item.support].thing)
                rests[kind] += 1
                right[kind] += held.get((i, item.support)) == ["inside" if item.inside else "on"]
    assert rests.keys() >= {"seat", "top", "stack", "bowl", "box", "compartment", "plate"}
    assert all(right[kind] >= 0.99 * count for kind, count in rests.items()), (rests, right)
    assert len(beyond) <= 0.003 * claims, beyond


def test_what_stands_under_a_table_is_below_it() -> None:
    """It meets the table's box without meeting the table, so it is neither on nor inside."""
    found = Counter[str]()
    for seed in (16, 63, 72, 105, 235, 245, 286, 326, 376, 378, 458, 470, 510, 516):  # something stands under one
        room = sample_room(seed)
        relations = relate(boxes_of(room, list(range(len(room.things))))).relations
        names: dict[tuple[int, int], set[str]] = {}
        for a, name, b in zip(relations.subject.tolist(), relations.predicate, relations.object.tolist(), strict=True):
            names.setdefault((a, b), set()).add(name)
        for i, item in enumerate(room.things):
            for k, table in enumerate(room.things):
                if item.support == FLOOR and table.thing.label in ("table", "desk") and lies_under(item, table):
                    assert "below" in names[i, k], (seed, i, k)
                    assert "above" in names[k, i], (seed, i, k)
                    assert not names[i, k] & {"on", "inside", "contains"}, (seed, i, k)
                    found[table.thing.label] += 1
    assert found == {"table": 12, "desk": 6}


def lies_under(item: Placed, table: Placed) -> bool:
    """All corners of the one's footprint are within the other's, and it is lower by more than a table top."""
    corners = np.array([[x, y] for x in (-0.5, 0.5) for y in (-0.5, 0.5)]) * item.size_m[:2]
    turn = item.yaw_rad - table.yaw_rad
    cos, sin = math.cos(turn), math.sin(turn)
    offset = item.center_m[:2] - table.center_m[:2]
    c, s = math.cos(table.yaw_rad), math.sin(table.yaw_rad)
    own = corners @ np.array([[cos, sin], [-sin, cos]]) + np.array(
        [c * offset[0] + s * offset[1], c * offset[1] - s * offset[0]]
    )
    within = bool((np.abs(own) <= table.size_m[:2] / 2).all())
    return within and item.size_m[2] < table.size_m[2] - 0.03
