"""What a rule of one line gets on rooms: the floors beside which the figures of a network are told.

Whatever such a rule must know beforehand, it learns from rooms of the validation split.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from rooms_cases import Known
from rooms_measures import PREDICATES, angle_deg, depth_errors, f1, fov_deg, relation_table

from scenegraph3d.geometry.cameras import focal_px_from_fov
from scenegraph3d.rooms.world.room import WALL

CUTS = np.linspace(0, 1, 401)  # of a quantity's values, that are tried as thresholds


@dataclass(frozen=True, eq=False)
class Average:
    """What rooms are like.

    Attributes:
        depth_m: of all pixels, the mean of the logarithm.
        wall_m: the same of pixels that show a wall.
        height_m: of the camera, the mean.
        up: [3] against gravity in the camera's frame, the mean.
        fov_deg: the mean.
        mostly: [9] bool, what is true of most ordered pairs of objects.
        cut: [9] thresholds of `quantities_2d`.
    """

    depth_m: float
    wall_m: float
    height_m: float
    up: np.ndarray
    fov_deg: float
    mostly: np.ndarray
    cut: np.ndarray


def average(known: Sequence[Known]) -> Average:
    """What the given rooms are like on average."""
    logs = [np.log(one.depth_m) for one in known]
    walls = [log[one.instance == WALL] for log, one in zip(logs, known, strict=True)]
    up = np.mean([one.truth.up.camera for one in known], axis=0)
    true = np.concatenate([_pairs(_table(one)) for one in known], axis=1)
    values = np.concatenate([_pairs(quantities_2d(one.truth.objects.seen.xyxy_px)) for one in known], axis=1)
    return Average(
        depth_m=float(np.exp(np.mean([log.mean() for log in logs]))),
        wall_m=float(np.exp(np.mean([wall.mean() for wall in walls if len(wall)]))),
        height_m=float(np.mean([one.truth.camera.center_m[2] for one in known])),
        up=up / np.linalg.norm(up),
        fov_deg=float(np.mean([fov_deg(one.truth.camera) for one in known])),
        mostly=true.mean(axis=1) > 0.5,
        cut=np.array([best_cut(*row) for row in zip(values, true, strict=True)]),
    )


def floor_depth_m(like: Average, width: int, height: int) -> np.ndarray:
    """[H, W] depth of a bare floor under the average camera, as far as the average wall."""
    focal_px = focal_px_from_fov(np.radians(like.fov_deg), max(width, height))
    x, y = (np.arange(side) - (side - 1) / 2 for side in (width, height))
    climb = like.up[0] * x / focal_px + like.up[1] * y[:, None] / focal_px + like.up[2]
    return np.minimum(like.height_m / np.maximum(-climb, 1e-9), like.wall_m)


def quantities_2d(xyxy_px: np.ndarray) -> np.ndarray:
    """[9, N, N] what two boxes in the picture say for each of PREDICATES, the more the surer:

    left_of, right_of: how far the middle is to that side, in widths of the wider.
    in_front_of, behind: how much lower or higher the bottom is, in heights of the higher.
    on: part of the width over the other, if the bottom is between the other's top and bottom and the top is higher.
    above, below: part of the narrower's width that they share, if the bottom of the upper is above the other's top.
    inside: part of the area in the other.
    near: less, the wider the gap, in sides of a square of their mean area.
    """
    left, top, right, bottom = (side[:, None] for side in xyxy_px.T)
    width, height = right - left, bottom - top
    across = np.minimum(right, right.T) - np.maximum(left, left.T)
    down = np.minimum(bottom, bottom.T) - np.maximum(top, top.T)
    shared = np.clip(across, 0, None)
    aside = (left.T + right.T - left - right) / 2 / np.maximum(width, width.T)
    lower = (bottom - bottom.T) / np.maximum(height, height.T)
    rests = (bottom >= top.T) & (bottom <= bottom.T) & (top < top.T)
    above = np.where(bottom <= top.T, shared / np.minimum(width, width.T), 0.0)
    gap = np.hypot(np.clip(-across, 0, None), np.clip(-down, 0, None))
    area = width * height
    said = {
        "left_of": aside,
        "right_of": -aside,
        "in_front_of": lower,
        "behind": -lower,
        "on": np.where(rests, shared / width, 0.0),
        "above": above,
        "below": above.T,
        "inside": shared * np.clip(down, 0, None) / area,
        "near": -gap / np.sqrt((area + area.T) / 2),
    }
    return np.stack([said[name] for name in PREDICATES])


def best_cut(value: np.ndarray, true: np.ndarray) -> float:
    """The threshold from which on `value` tells best, by F1, what is true."""
    cuts = np.quantile(np.unique(value), CUTS)
    said = value >= cuts[:, None]
    counts = np.stack([(said & true).sum(axis=1), said.sum(axis=1), np.full(len(cuts), true.sum())], axis=1)
    return float(cuts[np.nan_to_num(f1(counts)).argmax()])


def relation_floors(known: Sequence[Known], like: Average) -> dict[str, np.ndarray]:
    """[9, 3] right, said and true relations of two rules that are given the true objects of the picture."""
    out = {name: np.zeros((len(PREDICATES), 3), dtype=np.int64) for name in ("majority", "2D boxes")}
    for one in known:
        true, values = _pairs(_table(one)), _pairs(quantities_2d(one.truth.objects.seen.xyxy_px))
        mostly = np.broadcast_to(like.mostly[:, None], true.shape)
        for name, said in (("majority", mostly), ("2D boxes", values >= like.cut[:, None])):
            out[name] += np.stack([(said & true).sum(axis=1), said.sum(axis=1), true.sum(axis=1)], axis=1)
    return out


def picture_floors(known: Sequence[Known], like: Average) -> dict[str, float]:
    """Errors of one depth for every pixel, of a bare floor, and of one camera for every picture."""
    mean = [depth_errors(np.full_like(one.depth_m, like.depth_m), one.depth_m) for one in known]
    floor = [depth_errors(floor_depth_m(like, *one.depth_m.shape[::-1]), one.depth_m) for one in known]
    (mean_rel, mean_delta), (floor_rel, floor_delta) = (np.mean(rows, axis=0) for rows in (mean, floor))
    return {
        "training mean: abs_rel": float(mean_rel),
        "training mean: delta": float(mean_delta),
        "floor plane: abs_rel": float(floor_rel),
        "floor plane: delta": float(floor_delta),
        "constant: up_deg": float(np.median([angle_deg(like.up, one.truth.up.camera) for one in known])),
        "constant: fov_deg": float(np.median([abs(like.fov_deg - fov_deg(one.truth.camera)) for one in known])),
    }


def _table(one: Known) -> np.ndarray:
    return relation_table(one.truth.relations, len(one.truth.objects))


def _pairs(table: np.ndarray) -> np.ndarray:
    """[9, N (N - 1)] of ordered pairs of two different objects."""
    return table[:, ~np.eye(table.shape[1], dtype=bool)]
