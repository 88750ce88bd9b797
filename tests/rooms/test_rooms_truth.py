"""Truth of rooms: boxes, visibility in closed form and by casts of single things, relations against the sampler."""

import math

import numpy as np
import pytest

from scenegraph3d.relate import relate
from scenegraph3d.rooms.finish import Finish
from scenegraph3d.rooms.parts import Paint, box
from scenegraph3d.rooms.render import cast
from scenegraph3d.rooms.room import FLOOR, Placed, Room, Thing, Walls
from scenegraph3d.rooms.sample import sample_room
from scenegraph3d.rooms.truth import Visibility, truth, truths
from scenegraph3d.types import SceneGraph

SIZE = (128, 128)
EYE_M = 1.0
# Things lie on these above or within a box that reaches higher: boxes are solid, so what rests there may be `inside`.
SEATS = ("chair", "sofa", "bed")


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


@pytest.mark.parametrize(
    "seeds", [range(40), pytest.param(range(40, 600), marks=pytest.mark.slow)], ids=["few", "many"]
)
def test_supports_come_out_as_relations(seeds: range) -> None:
    """What the sampler puts on a flat top is `on` it; what it puts within a box, wholly enough, is `inside` it."""
    counts = {"flat": 0, "seated": 0, "within": 0}
    for seed in seeds:
        room = sample_room(seed)
        relations = relate(boxes_of(room, list(range(len(room.things))))).relations
        names = [relations.predicates[code] for code in relations.code]
        found = set(zip(relations.subject.tolist(), names, relations.object.tolist(), strict=True))
        for i, item in enumerate(room.things):
            if item.support == FLOOR:
                continue
            holder = room.things[item.support]
            got = tuple(name for name in ("on", "inside") if (i, name, item.support) in found)
            bottom = item.center_m[2] - item.size_m[2] / 2
            top = holder.center_m[2] + holder.size_m[2] / 2
            if item.inside and top - bottom > 0.6 * item.size_m[2]:
                kind, expected = "within", [("inside",)]
            elif holder.thing.label in SEATS:
                kind, expected = "seated", [("on",), ("inside",)]
            elif not item.inside and bottom > top - 0.01:
                kind, expected = "flat", [("on",)]
            else:
                continue
            assert got in expected, (seed, i, kind)
            counts[kind] += 1
    assert counts["flat"] > 1.5 * len(seeds)
    assert counts["seated"] > 0.3 * len(seeds)
    assert counts["within"] > 0.2 * len(seeds)
