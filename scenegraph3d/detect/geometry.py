"""Class-agnostic objects of one RGB-D frame: planes are taken off, the rest is clustered. No model, no labels.

DepthMap + Camera with a gravity-aligned pose -> Detections with masks:

- "floor": the lowest level plane, if next to nothing lies under it;
- "surface 1", "surface 2", ...: other level planes that are large enough to carry things, largest first;
- "object 1", "object 2", ...: everything else that holds together in 3D, nearest first.

Walls, ceilings and large panels are taken off and left out. Attributes say {"kind": "surface"} or
{"kind": "object"}.

What it does not do: things flatter than the depth noise (paper, a knife) stay part of their support; things that
touch are one object (a stack of books, a person on a chair), and a wide occluder makes two of what it hides; a seat
or bed large enough to carry things is a surface; what passes a table top close beside it, such as the foot of a bed
beside a bench, may be cut at its height; what a black or shiny surface gave no depth for is not seen.
"""

import numpy as np
from jaxtyping import Bool, Int

from ..errors import InputError, message
from ..geometry.grid import z_values
from ..types import Camera, DepthMap, Detections
from .clusters import clusters
from .planar import Frame, GeometrySettings, Support, frame_of, take_supports, take_walls

__all__ = ["GeometrySettings", "detect_geometry"]


def detect_geometry(depth: DepthMap, camera: Camera, *, settings: GeometrySettings | None = None) -> Detections:
    """The supports and the objects of one depth image.

    Args:
        depth: any kind; dense (a sparse lidar map has no image to cluster).
        camera: with a pose whose world has z up, as `lift.gravity.estimate_up` returns it.

    Returns detections with masks [N, H, W], tight boxes, and scores pixels / (pixels + `min_pixels`): how
    much was seen, not what it is. N may be 0.

    Raises:
        InputError: the depth is of another size than the camera.
    """
    settings = settings or GeometrySettings()
    if (depth.height, depth.width) != (camera.height, camera.width):
        got = f"{depth.height} rows of {depth.width}"
        raise InputError(message("depth", f"the camera's size, {camera.height} rows of {camera.width}", got))
    z = z_values(depth.values, depth.kind)
    frame = frame_of(z, depth, camera, settings)
    supports, taken = take_supports(frame, settings)
    taken |= take_walls(frame, taken, settings)
    objects = clusters(frame, frame.grid.valid & ~taken, supports, settings)
    return _detections(z, frame, supports, objects, settings)


def _detections(
    z: np.ndarray, frame: Frame, supports: list[Support], objects: Int[np.ndarray, "h w"], settings: GeometrySettings
) -> Detections:
    labels = np.zeros(objects.shape, dtype=np.int64)
    for number, support in enumerate(supports, 1):
        labels[support.cells] = number
    pixels = _at_pixels(z, frame, np.where(objects > 0, objects + len(supports), labels))
    seen = np.bincount(pixels.ravel(), minlength=len(supports) + 1)
    least = np.where(np.arange(len(seen)) <= len(supports), 1, settings.min_pixels)
    numbers = [int(n) for n in np.flatnonzero(seen >= least) if n > 0]
    carrying = [supports[n - 1].name for n in numbers if n <= len(supports)]
    others = [f"object {i}" for i in range(1, len(numbers) - len(carrying) + 1)]
    mask = np.array([pixels == n for n in numbers], dtype=bool).reshape(len(numbers), *z.shape)
    return Detections(
        xyxy_px=np.array([_tight(m) for m in mask], dtype=np.float64).reshape(-1, 4),
        label=(*carrying, *others),
        score=seen[numbers] / (seen[numbers] + settings.min_pixels),
        mask=mask,
        attributes=({"kind": "surface"},) * len(carrying) + ({"kind": "object"},) * len(others),
    )


def _tight(mask: Bool[np.ndarray, "H W"]) -> tuple[int, int, int, int]:
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    return int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1


def _at_pixels(z: np.ndarray, frame: Frame, labels: Int[np.ndarray, "h w"]) -> Int[np.ndarray, "H W"]:
    """Labels per pixel: of its own cell or of a neighbour, whichever is nearest to the pixel's depth."""
    cell = frame.grid.cell_px
    padded = np.pad(labels, 1)
    depths = np.pad(frame.grid.points[..., 2], 1)
    rows, columns = np.arange(z.shape[0]) // cell + 1, np.arange(z.shape[1]) // cell + 1
    best = np.full(z.shape, np.inf)
    out = np.zeros(z.shape, dtype=np.int64)
    for dy, dx in ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)):
        place = np.ix_(rows + dy, columns + dx)
        near = depths[place]
        off = np.where(near > 0, np.abs(near - z), np.inf)
        nearer = off < best
        out, best = np.where(nearer, padded[place], out), np.where(nearer, off, best)
    return np.where(z > 0, out, 0)
