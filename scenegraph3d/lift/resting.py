"""resting: boxes that a network saw one by one, moved along their lines of sight to rest on one another.

How large a thing looks says little about how far it is; that it stands on the table does. So a thing whose box ends
near the top of a larger one, and stands over it once it is moved there, is moved there. Not handled: what hangs, what
lies inside a container or on a shelf's inner boards, and the floor, whose height an estimated depth knows no better.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float

from ..geometry.boxes import Boxes
from ..types import Camera, Objects


@dataclass(frozen=True)
class RestingSettings:
    """When a thing is believed to rest on another.

    Attributes:
        most_change: ln of the ratio by which its distance may change. (The network that ships is off by 15 %.)
        least_base: footprint of what carries, in footprints of the thing.
        edge: its middle may be outside that footprint by this share of the half lengths.
        steep_m: height of the camera over its middle, or depth below, from which it is moved along the line of sight;
            else straight up or down.
    """

    most_change: float = 0.25
    least_base: float = 0.8
    edge: float = 0.15
    steep_m: float = 0.15


DEFAULT_RESTING = RestingSettings()


def resting(objects: Objects, camera: Camera, settings: RestingSettings = DEFAULT_RESTING) -> Objects:
    """The same objects, on what they rest on; the largest stay where they are."""
    center = objects.center_m.copy()
    footprint = objects.size_m[:, 0] * objects.size_m[:, 1]
    placed: list[int] = []
    for row in np.argsort(-footprint, kind="stable").tolist():
        if objects.kind[row] != "object":
            continue
        boxes = Boxes(center, objects.size_m, objects.yaw_rad)
        bases = [base for base in placed if footprint[base] >= settings.least_base * footprint[row]]
        found = list(_places(row, bases, boxes, camera.center_m, settings))
        if found:
            center[row] = min(found, key=lambda place: place[0])[1]
        placed.append(row)
    return replace(objects, center_m=center)


def _places(
    row: int, bases: list[int], boxes: Boxes, eye_m: Float[np.ndarray, " 3"], settings: RestingSettings
) -> Iterator[tuple[float, Float[np.ndarray, " 3"]]]:
    """Where the thing may be moved to, with how much that changes its distance."""
    sight = boxes.center_m[row] - eye_m
    for base in bases:
        top = boxes.center_m[base, 2] + boxes.size_m[base, 2] / 2
        height = top + boxes.size_m[row, 2] / 2
        if abs(sight[2]) > settings.steep_m:
            ratio = (height - eye_m[2]) / sight[2]
            place = eye_m + ratio * sight
        else:
            place = np.array([*boxes.center_m[row, :2], height])
            ratio = 1 + abs(height - boxes.center_m[row, 2]) / float(np.linalg.norm(sight))
        change = abs(math.log(ratio)) if ratio > 0 else math.inf
        if change <= settings.most_change and _is_over(place, base, boxes, settings):
            yield change, place


def _is_over(place: Float[np.ndarray, " 3"], base: int, boxes: Boxes, settings: RestingSettings) -> bool:
    offset, yaw = place[:2] - boxes.center_m[base, :2], boxes.yaw_rad[base]
    c, s = math.cos(yaw), math.sin(yaw)
    own = np.abs([c * offset[0] + s * offset[1], c * offset[1] - s * offset[0]])
    return bool((own <= (1 + settings.edge) * boxes.size_m[base, :2] / 2).all())
