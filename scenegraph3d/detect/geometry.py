"""Class-agnostic objects of one RGB-D frame: planes are taken off, the rest is clustered. No model, no labels.

DepthMap + Camera with a gravity-aligned pose -> Detections with masks:

- "floor": the lowest level plane, if next to nothing lies under it;
- "surface 1", "surface 2", ...: other level planes that are large enough to carry things, largest first;
- "object 1", "object 2", ...: everything else that holds together in 3D, nearest first.

Walls, ceilings and large panels are taken off and left out, and so are pieces of the background that show mostly past
nearer things, and what rises or measures less than the depth noise at its distance. Attributes say
{"kind": "surface"} or {"kind": "object"}.

What it does not do: things flatter than the depth noise (paper, a knife) stay part of their support; things that
touch are one object (a stack of books, a person on a chair), a low thing close to a tall one on the floor is taken for
its foot, and a wide occluder makes two of what it hides; a seat or bed large enough to carry things is a surface; what
passes a table top close beside it, such as the foot of a bed beside a bench, may be cut at its height; what a black or
shiny surface gave no depth for is not seen.
"""

import numpy as np
from jaxtyping import Int

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

    Returns detections with masks [N, H, W], tight boxes, and scores pixels / (pixels + the least that makes an
    object): how much was seen, not what it is. N may be 0.

    Raises:
        InputError: the depth is of another size than the camera.
    """
    settings = settings or GeometrySettings()
    depth.check_fits(camera)
    z = z_values(depth.values, depth.kind)
    frame = frame_of(z, depth, camera, settings)
    supports, taken = take_supports(frame, settings)
    taken |= take_walls(frame, taken, settings)
    least = settings.least_pixels(depth.height, depth.width)
    objects = clusters(frame, frame.grid.valid & ~taken, supports, least, settings)
    return _detections(z, frame, supports, objects, least)


def _detections(
    z: np.ndarray, frame: Frame, supports: list[Support], objects: Int[np.ndarray, "h w"], least_pixels: float
) -> Detections:
    from scipy.ndimage import find_objects

    labels = np.zeros(objects.shape, dtype=np.int64)
    for number, support in enumerate(supports, 1):
        labels[support.cells] = number
    pixels = _at_pixels(z, frame, np.where(objects > 0, objects + len(supports), labels))
    seen = np.bincount(pixels.ravel(), minlength=len(supports) + 1)
    least = np.where(np.arange(len(seen)) <= len(supports), 1, least_pixels)
    numbers = [int(n) for n in np.flatnonzero(seen >= least) if n > 0]
    carrying = [supports[n - 1].name for n in numbers if n <= len(supports)]
    others = [f"object {i}" for i in range(1, len(numbers) - len(carrying) + 1)]
    windows = find_objects(pixels)
    corners = [(w[1].start, w[0].start, w[1].stop, w[0].stop) for w in (windows[n - 1] for n in numbers)]
    return Detections(
        xyxy_px=np.array(corners, dtype=np.float64).reshape(-1, 4),
        label=(*carrying, *others),
        score=seen[numbers] / (seen[numbers] + least_pixels),
        mask=np.array(numbers, dtype=pixels.dtype)[:, None, None] == pixels,
        attributes=({"kind": "surface"},) * len(carrying) + ({"kind": "object"},) * len(others),
    )


def _at_pixels(z: np.ndarray, frame: Frame, labels: Int[np.ndarray, "h w"]) -> Int[np.ndarray, "H W"]:
    """Labels per pixel: of its own cell or of a neighbour, whichever is nearest to the pixel's depth."""
    cell = frame.grid.cell_px
    height, width = z.shape
    padded, depths = np.pad(labels.astype(np.int32), 1), np.pad(frame.grid.points[..., 2], 1)
    steps = ((0, 0), (0, 1), (0, -1), (1, 0), (-1, 0))
    around = [padded[1 + dy : padded.shape[0] - 1 + dy, 1 + dx : padded.shape[1] - 1 + dx] for dy, dx in steps]
    mixed = np.any([other != around[0] for other in around[1:]], axis=0)
    out = np.repeat(np.repeat(around[0], cell, axis=0), cell, axis=1)[:height, :width].copy()
    rows, columns = np.nonzero(np.repeat(np.repeat(mixed, cell, axis=0), cell, axis=1)[:height, :width])
    own = z[rows, columns]
    best, chosen = np.full(len(own), np.inf), np.zeros(len(own), dtype=out.dtype)
    for dy, dx in steps:
        place = (rows // cell + 1 + dy, columns // cell + 1 + dx)
        near = depths[place]
        off = np.where(near > 0, np.abs(near - own), np.inf)
        nearer = off < best
        chosen, best = np.where(nearer, padded[place], chosen), np.where(nearer, off, best)
    out[rows, columns] = chosen
    out[z <= 0] = 0
    return out
