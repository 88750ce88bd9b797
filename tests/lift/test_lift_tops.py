"""Tables end at their tops, whatever stands on them and whatever the border of the picture cuts."""

import numpy as np
import pytest

import scenegraph3d as sg3
from scenegraph3d.lift import SizePriors, lift
from scenegraph3d.types import DepthMap, Detections
from tests.geometry.raycast import FLOOR, Box, look, structured_light
from tests.lift.pictures import iou

TOP_M = 0.74
TABLE = (
    Box("table", (0, 2.2, 0.72), (1.4, 0.8, 0.04)),
    *(Box("leg", (x, y, 0.35), (0.05, 0.05, 0.7)) for x in (-0.65, 0.65) for y in (1.85, 2.55)),
)
BOTTLE = Box("bottle", (-0.3, 2.0, TOP_M + 0.125), (0.08, 0.08, 0.25))
UNNAMED = (
    Box("pile", (0.35, 2.3, TOP_M + 0.1), (0.3, 0.25, 0.2)),
    Box("pile", (0.0, 2.45, TOP_M + 0.15), (0.25, 0.1, 0.3)),
)


def outline(view, rows):
    v, u = np.nonzero(np.isin(view.owner, rows))
    return [u.min(), v.min(), u.max() + 1, v.max() + 1]


def photographed(things, *, masks=False, depth=lambda depth: depth, **camera):
    """A table (and a bottle) as a detector would find them: the outline of the table takes in what stands on it."""
    view = look((*TABLE, BOTTLE, *things, FLOOR), **camera)
    parts = list(range(len(TABLE)))
    rows = parts if masks else [*parts, *range(len(TABLE), len(TABLE) + 1 + len(things))]
    found = Detections(
        np.array([outline(view, rows), outline(view, [len(TABLE)])], dtype=np.float64),
        ("dining table", "bottle"),
        mask=np.stack([np.isin(view.owner, parts), view.owner == len(TABLE)]) if masks else None,
    )
    camera = sg3.Camera(*view.intrinsics, view.world_from_camera)
    return found, DepthMap(depth(view.depth)), camera


@pytest.mark.parametrize("masks", [False, True])
@pytest.mark.parametrize("noise", [lambda depth: depth, structured_light])
def test_a_table_under_a_pile_ends_at_its_top_and_the_bottle_is_on_it(masks, noise):
    found, depth, camera = photographed(UNNAMED, masks=masks, depth=noise, height=1.5, pitch_deg=22.0)
    scene = sg3.build(np.zeros((240, 320, 3), dtype=np.uint8), depth=depth, camera=camera, detections=found)
    top = scene.objects.center_m[0, 2] + scene.objects.size_m[0, 2] / 2
    assert top == pytest.approx(TOP_M, abs=0.04)
    assert [(r.predicate, r.frame) for r in scene.relations if (r.subject, r.object) == (1, 0)].count(
        ("on", "world")
    ) == 1
    assert not any(r.predicate in ("inside", "contains") for r in scene.relations)


@pytest.mark.parametrize("masks", [False, True])
@pytest.mark.parametrize("pitch_off_deg", [0.0, 4.0])
def test_a_table_that_fills_the_picture_does_not_rise_above_its_top(masks, pitch_off_deg):
    """Also where up is a little off, so that its far end, which the border of the picture cuts, seems to be higher."""
    top = Box("desk", (0, 0.6, 0.72), (2.4, 1.6, 0.04))
    view = look((top, FLOOR), height=1.1, pitch_deg=50.0)
    mask = (view.owner == 0)[None] if masks else None
    found = Detections(np.array([[0, 0, 320, 240.0]]), ("desk",), mask=mask)
    pose = look((top, FLOOR), height=1.1, pitch_deg=50.0 - pitch_off_deg).world_from_camera
    objects = lift(found, DepthMap(view.depth), sg3.Camera(*view.intrinsics, pose)).objects
    assert objects.seen.truncated[0]
    highest = view.depth.max() * np.sin(np.radians(pitch_off_deg))
    assert objects.center_m[0, 2] + objects.size_m[0, 2] / 2 < TOP_M + 0.02 + highest


def test_what_is_on_things_that_carry_nothing_stays_theirs():
    """The same box by another name keeps its upper part."""
    found, depth, camera = photographed(UNNAMED, height=1.5, pitch_deg=22.0)
    sofa = Detections(found.xyxy_px[:1], ("sofa",))
    objects = lift(sofa, depth, camera).objects
    assert objects.center_m[0, 2] + objects.size_m[0, 2] / 2 > TOP_M + 0.15
    sizes = {"length_m": (1.95, 0.4), "width_m": (0.9, 0.13), "height_m": (0.82, 0.1)}
    own = SizePriors.from_sizes({"sofa": sizes | {"carries": True}})
    carrying = lift(sofa, depth, camera, priors=own).objects
    assert carrying.center_m[0, 2] + carrying.size_m[0, 2] / 2 < TOP_M + 0.05


def test_a_table_seen_at_the_height_of_its_top_keeps_its_front():
    """No level stands out in the front of a counter: nothing is taken off."""
    front = Box("desk", (0, 2.5, 0.37), (1.2, 0.6, 0.74))
    view = look((front, FLOOR), height=0.74, pitch_deg=0.0)
    found = Detections(np.array([outline(view, [0])], dtype=np.float64), ("desk",))
    camera = sg3.Camera(*view.intrinsics, view.world_from_camera)
    objects = lift(found, DepthMap(view.depth), camera).objects
    assert iou(objects, 0, front) > 0.8
