"""Maps that say the exact truth of sampled rooms are read as the rooms' things."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from scenegraph3d.geometry.boxes import Boxes, iou_3d
from scenegraph3d.roomnet import upright
from scenegraph3d.roomnet.decode import DecodeSettings, depth_of, things_of
from scenegraph3d.rooms.catalogue import LABELS
from scenegraph3d.rooms.layout.sample import sample_room
from scenegraph3d.rooms.splits import seeds
from training.perception.samples import make_batch
from training.perception.targets import boxes, cells

WIDTH, HEIGHT = 256, 192
LOGIT = 12.0
ENOUGH_PX = 150


def truth_as_maps(batch):
    truth = cells(batch, (0, 0), len(LABELS))
    box = boxes(batch, truth)
    pitch, roll = upright.pitch_and_roll(batch.world_from_camera[:, :3, :3])

    def dense(columns):
        out = torch.zeros(*truth.depth_m.shape, columns.shape[1])
        out[truth.where] = columns
        return out.permute(0, 3, 1, 2)

    def sure(rows, count):
        return LOGIT * torch.nn.functional.one_hot(rows, count).float()

    return {
        "log_depth": truth.depth_m.log()[:, None],
        "category": sure(truth.category, len(LABELS) + 3).permute(0, 3, 1, 2),
        "normal": truth.normal,
        "center": torch.logit(truth.heat.clamp(1e-4, 1 - 1e-4))[:, None],
        "offset": dense(truth.offset),
        "color": dense(sure(truth.of(batch.color), 11)),
        "material": dense(sure(truth.of(batch.material), 3)),
        **{name: dense(getattr(box, name)) for name in ("shift", "log_size", "axis", "square", "front")},
        "camera": torch.stack([pitch, roll, batch.log_focal], dim=-1),
    }


@pytest.fixture(scope="module")
def rooms():
    batch = make_batch([sample_room(seed) for seed in seeds("test")[:12]], (WIDTH, HEIGHT))
    maps = truth_as_maps(batch)
    one_by_one = [{name: value[i : i + 1] for name, value in maps.items()} for i in range(len(batch))]
    return batch, one_by_one


def test_things_come_back(rooms):
    batch, each = rooms
    fronts = tuple(sorted({int(row) for row in batch.label[batch.front_known]}))
    found = []
    for i, maps in enumerate(each):
        things = things_of(maps, HEIGHT, WIDTH, fronts, DecodeSettings())
        for row in range(batch.label.shape[1]):
            mask = batch.instance[i] == row
            if mask.sum() >= ENOUGH_PX:
                found.append(_match(batch, i, row, mask, things))
    overlap, box, right = np.array(found).T
    assert len(found) > 30
    assert (overlap > 0.5).mean() > 0.97
    assert np.median(overlap) > 0.85
    assert (box[overlap > 0.5] > 0.9).mean() > 0.97
    assert right[overlap > 0.5].all()


def _match(batch, i, row, mask, things):
    """Overlap of masks, overlap of boxes, and whether category, colour and material are right."""
    overlaps = (things.mask & mask).flatten(1).sum(1) / (things.mask | mask).flatten(1).sum(1)
    best = int(overlaps.argmax())
    camera = batch.world_from_camera[i, :3, 3]
    both = Boxes(
        torch.stack([batch.center_m[i, row], things.center_m[best] + camera]).double().numpy(),
        torch.stack([batch.size_m[i, row], things.size_m[best]]).double().numpy(),
        torch.stack([batch.yaw_rad[i, row], things.yaw_rad[best]]).double().numpy(),
    )
    right = all(getattr(things, name)[best] == getattr(batch, name)[i, row] for name in ("label", "color", "material"))
    return float(overlaps[best]), float(iou_3d(both, np.array([0]), np.array([1]))[0]), right


def test_depth_is_read_at_the_pictures_size(rooms):
    batch, each = rooms
    depth = depth_of(each[0], HEIGHT, WIDTH)
    assert depth.shape == (HEIGHT, WIDTH)
    assert float(((depth - batch.depth_m[0]).abs() / batch.depth_m[0]).median()) < 0.01


def test_an_empty_picture_has_no_things(rooms):
    _, each = rooms
    nothing = {**each[0], "center": torch.full_like(each[0]["center"], -LOGIT)}
    things = things_of(nothing, HEIGHT, WIDTH, (), DecodeSettings())
    assert len(things.label) == 0
    assert things.mask.shape == (0, HEIGHT, WIDTH)
    assert things.center_m.shape == (0, 3)


def test_a_thing_whose_pixels_vote_for_two_middles_is_one_thing(rooms):
    batch, each = rooms
    settings = DecodeSettings()
    torn = 0
    for i, maps in enumerate(each):
        cells_of = batch.instance[i, ::2, ::2]
        areas = torch.bincount(cells_of[cells_of >= 0].long(), minlength=1)
        row = int(areas.argmax())
        place = torch.nonzero(cells_of == row)
        left = place[place[:, 1] < place[:, 1].float().median()]
        middle = left[(left - left.float().mean(dim=0)).norm(dim=1).argmin()]
        longer = max(cells_of.shape)
        torn_maps = {name: value.clone() for name, value in maps.items()}
        torn_maps["center"][0, 0, middle[0], middle[1]] = LOGIT
        votes = (middle.flip(0) - left.flip(1)).float() / longer
        torn_maps["offset"][0][:, left[:, 0], left[:, 1]] = votes.T
        counts = [
            int(things_of(torn_maps, HEIGHT, WIDTH, (), chosen).mask[:, batch.instance[i] == row].any(dim=1).sum())
            for chosen in (settings, replace(settings, same=0.0))
        ]
        torn += counts[1] > counts[0]
    assert torn >= 10
