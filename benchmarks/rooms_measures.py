"""What a built graph has right of a room: masks, attributes, boxes, camera and relations, measure by measure.

A detection is matched with at most one object of the truth and the other way round, by masks, the best score first, at
an intersection over union of 0.5 or more, as COCO does. Of disjoint masks no other matching is possible. What can
hardly be seen is not in the truth: who finds it is neither praised nor blamed for it, nor for its relations.
"""

from collections.abc import Sequence

import numpy as np

import scenegraph3d as sg3
from scenegraph3d.geometry.boxes import Boxes, iou_3d
from scenegraph3d.geometry.frames import invert, transform_points

PREDICATES = ("left_of", "right_of", "in_front_of", "behind", "on", "above", "below", "inside", "near")
DIRECTIONS = PREDICATES[:4]
SAME_IOU = 0.5
RECALLS = np.linspace(0, 1, 101)
FALSE, IGNORED = -1, -2  # instead of a row of the truth
HITS, SAID, TRUE = range(3)


def match_masks(mask: np.ndarray, score: np.ndarray, instance: np.ndarray, ids: np.ndarray) -> np.ndarray:
    """[D] row of the truth that each detection shows, FALSE for nothing that is there, IGNORED for what is there but
    not in the truth.

    Args:
        mask: [D, H, W] bool.
        score: [D].
        instance: [H, W] number of the thing that each pixel shows; below 0 where it shows none.
        ids: [T] numbers of the things that are in the truth.
    """
    iou = _iou(mask, instance)
    row_of = np.full(iou.shape[1], IGNORED)
    row_of[ids] = np.arange(len(ids))
    out = np.full(len(mask), FALSE)
    for row in np.argsort(-score, kind="stable"):
        likely = np.flatnonzero(iou[row] >= SAME_IOU)
        if len(likely):
            # What is in the truth comes before what is hardly seen, as in COCO.
            best = likely[np.lexsort((-iou[row, likely], row_of[likely] == IGNORED))[0]]
            out[row] = row_of[best]
            iou[:, best] = 0.0
    return out


def _iou(mask: np.ndarray, instance: np.ndarray) -> np.ndarray:
    """[D, things] intersection over union of masks and the things of an instance map."""
    things = int(instance.max(initial=-1)) + 1
    shifted = instance - instance.min(initial=0)
    skip = shifted.max(initial=0) + 1 - things
    both = np.array([np.bincount(shifted[one], minlength=skip + things)[skip:] for one in mask])
    both = both.reshape(len(mask), things)
    area = np.bincount(shifted.ravel(), minlength=skip + things)[skip:]
    either = mask.sum(axis=(1, 2))[:, None] + area - both
    return both / np.maximum(either, 1)


def average_precision(score: np.ndarray, hit: np.ndarray, truths: int) -> float:
    """COCO's average precision of one class: the mean, over 101 recalls, of the best precision at that recall or more.

    Args:
        score: [D] of all detections of all pictures, those that are ignored left out.
        hit: [D] bool, matched with an object of the truth.
        truths: how many objects the truth holds.
    """
    hit = hit[np.argsort(-score, kind="stable")]
    found = np.cumsum(hit)
    precision = found / np.arange(1, len(hit) + 1)
    best = np.maximum.accumulate(precision[::-1])[::-1]
    place = np.searchsorted(found / truths, RECALLS)
    return float(np.where(place < len(best), np.append(best, 0.0)[np.minimum(place, len(best))], 0.0).mean())


def in_world_of(truth: sg3.SceneGraph, built: sg3.SceneGraph) -> Boxes:
    """The built boxes in the world of the truth, by way of the camera, whose frame is the same for both.

    The worlds may differ in their up. Centres move as they must; a box stays upright in the world of the truth, with
    its own lengths, and its x axis turned to where that axis points on the ground there.
    """
    truth_from_built = truth.camera.world_from_camera @ invert(built.camera.world_from_camera)
    boxes = built.objects.boxes
    axis = np.stack([np.cos(boxes.yaw_rad), np.sin(boxes.yaw_rad), np.zeros(len(boxes.yaw_rad))], axis=1)
    turned = axis @ truth_from_built[:3, :3].T
    return Boxes(
        transform_points(truth_from_built, boxes.center_m), boxes.size_m, np.arctan2(turned[:, 1], turned[:, 0])
    )


def box_ious(built: Boxes, truth: Boxes) -> np.ndarray:
    """[N, T] intersection over union in three dimensions."""
    n, t = len(built.yaw_rad), len(truth.yaw_rad)
    names = ("center_m", "size_m", "yaw_rad")
    both = Boxes(*(np.concatenate([getattr(built, name), getattr(truth, name)]) for name in names))
    i, j = np.divmod(np.arange(n * t), max(t, 1))
    return iou_3d(both, i, n + j).reshape(n, t)


def boxes_found(iou: np.ndarray, least: float) -> int:
    """How many boxes of the truth [columns] have a built one [rows] of their own with more than that in common."""
    from scipy.optimize import linear_sum_assignment

    worth = np.where(iou > least, iou, 0.0)
    return int(np.count_nonzero(worth[linear_sum_assignment(worth, maximize=True)]))


def relation_table(relations: sg3.Relations, count: int) -> np.ndarray:
    """[9, N, N] bool: which of PREDICATES are said of which ordered pair; directions as the viewer sees them."""
    table = np.zeros((len(PREDICATES), count, count), dtype=bool)
    for predicate, frame, subject, object_ in zip(
        relations.predicate, relations.frame, relations.subject.tolist(), relations.object.tolist(), strict=True
    ):
        if predicate in PREDICATES and (predicate not in DIRECTIONS or frame == "viewer"):
            table[PREDICATES.index(predicate), subject, object_] = True
    return table


def relation_counts(said: np.ndarray, true: np.ndarray, shows: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """[9, 3] right, said and true relations, strictly and among matched objects alone.

    Strictly, what is said of an object that is not there is wrong, and what is true of one that was not found is
    missing. Relations of what is there but hardly seen are left out.

    Args:
        said: [9, N, N] of the built graph.
        true: [9, T, T].
        shows: [N] row of the truth that each built object is, FALSE or IGNORED.
    """
    judged, found = np.flatnonzero(shows != IGNORED), np.flatnonzero(shows >= 0)
    rows = shows[found]
    among, truth = said[:, found[:, None], found], true[:, rows[:, None], rows]
    hits = (among & truth).sum(axis=(1, 2))
    said_of_all = said[:, judged[:, None], judged].sum(axis=(1, 2))
    strict = np.stack([hits, said_of_all, true.sum(axis=(1, 2))], axis=1)
    return strict, np.stack([hits, among.sum(axis=(1, 2)), truth.sum(axis=(1, 2))], axis=1)


def f1(counts: np.ndarray) -> np.ndarray:
    """F1 of counts [..., 3]; 0 where nothing was right, and where there was nothing to say NaN."""
    both = counts[..., SAID] + counts[..., TRUE]
    return np.divide(2 * counts[..., HITS], both, out=np.full(both.shape, np.nan), where=both > 0)


def depth_errors(depth_m: np.ndarray, true_m: np.ndarray) -> tuple[float, float]:
    """AbsRel, the mean of |error| / truth, and the share of pixels within a factor of 1.25."""
    ratio = depth_m / true_m
    return float(np.abs(ratio - 1).mean()), float((np.maximum(ratio, 1 / ratio) < 1.25).mean())


def angle_deg(a: Sequence[float] | np.ndarray, b: Sequence[float] | np.ndarray) -> float:
    """Degrees between two directions."""
    a, b = np.asarray(a, dtype=np.float64), np.asarray(b, dtype=np.float64)
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))


def fov_deg(camera: sg3.Camera) -> float:
    """Degrees that the longer side of the picture spans."""
    return float(np.degrees(2 * np.arctan(max(camera.width, camera.height) / 2 / camera.fx)))
