"""Overlay: a scene graph drawn over its picture.

3D boxes in perspective, labels, arrows for the few relations that say most, and a bird's-eye inset in metres.
Input: the picture and a scene whose camera took it. Output: a picture; pictures of fewer than `least_side_px`
pixels come out larger by a whole factor, so that letters can be read.
"""

from dataclasses import dataclass, field
from os import PathLike

import numpy as np

from ..errors import InputError, message
from ..geometry.cameras import project
from ..io.atomic import replacing
from ..types import Image, SceneGraph
from .arrows import Places, draw_arrows
from .bev import draw_bev
from .canvas import Canvas, Rect, gap
from .palette import Color, colors_of
from .place import hidden, label_place, spot_place
from .salience import Quota, chosen
from .table import printable
from .wireframe import BOTTOM, FACES, FACES_OF_EDGE, FRONT, TOP, Wireframes, wireframes

# A box whose edges are this long, in units, gets lines of full width; the thinnest are this part of it.
LARGE_EDGE = 70.0
LEAST_WEIGHT = 0.55
# Letters of more labels than a few shrink, down to a part of the size that is set; those of surfaces are smaller.
FEW_LABELS = 16
SMALLEST = 0.75
SURFACE_LETTER = 0.8
LONGEST_NAME = 28
# Where on a surface its label may be, as parts of its length and width.
SPOTS = np.linspace(0.1, 0.9, 9)


@dataclass(frozen=True)
class OverlaySettings:
    """What is drawn, and how large.

    Attributes:
        least_side_px: pictures whose shorter side is less are enlarged by the whole factor that reaches it.
        most_enlarged: the largest such factor.
        relations: which relations get an arrow, and how many.
        labels: objects that get a label, nearest first; the rest get boxes only.
        bev: draw the bird's-eye inset.
        bev_share: side of the inset, as a share of the picture's shorter side.
        letter: height of the letters of labels, in units of 1/480 of the shorter side.
    """

    least_side_px: int = 720
    most_enlarged: int = 4
    relations: Quota = field(default_factory=Quota)
    labels: int = 40
    bev: bool = True
    bev_share: float = 0.36
    letter: float = 9.5


def draw_overlay(image: Image, scene: SceneGraph, settings: OverlaySettings = OverlaySettings()) -> Image:
    """The picture with the scene's boxes, labels, chosen relations and inset drawn on it.

    Boxes behind the camera are left out of the picture and stay in the inset.

    Raises:
        InputError: the scene has no camera, or the camera is of a picture of another size.
    """
    camera = scene.camera
    if camera is None:
        do = "give the camera of the picture"
        raise InputError(message("overlay", "a scene with a camera", "none", do))
    if (camera.width, camera.height) != (image.width, image.height):
        expected = f"the picture of the scene's camera, {camera.width} x {camera.height} pixels"
        raise InputError(message("overlay", expected, f"{image.width} x {image.height}"))
    enlarge = -(-settings.least_side_px // min(image.width, image.height))
    enlarge = min(max(enlarge, 1), settings.most_enlarged)
    canvas = Canvas.over(image.rgb, enlarge)
    frames = wireframes(scene.objects, camera)
    colors = colors_of(scene.objects.label)
    bounds = _enlarged(frames.bounds_px(image.width, image.height), enlarge)
    _draw_boxes(canvas, frames, scene, colors, enlarge)
    if settings.bev:
        _draw_inset(canvas, scene, colors, bounds, settings)
    labels = _place_labels(canvas, scene, frames, bounds, settings, enlarge=enlarge)
    rows = chosen(scene, settings.relations)
    places = Places(*anchors(frames, bounds, enlarge), _in_sight(scene, bounds))
    draw_arrows(canvas, scene, rows, places, colors)
    for i, rect in labels.items():
        _draw_label(canvas, scene, i, rect, bounds[i], colors)
    return Image(rgb=canvas.finished(), source=image.source)


def save_picture(path: str | PathLike[str], picture: Image) -> None:
    """Write a picture as a PNG.

    Raises:
        OutputError: the file cannot be written; what was there before is untouched.
    """
    from PIL import Image as Picture

    with replacing(path) as temporary:
        Picture.fromarray(picture.rgb).save(temporary, format="PNG")


def anchors(frames: Wireframes, bounds: np.ndarray, enlarge: int) -> tuple[np.ndarray, np.ndarray]:
    """[N, 2] the middle of each box and of its top, in the picture; NaN for boxes out of sight."""
    out = []
    for point in (frames.corners_camera_m.mean(axis=1), frames.corners_camera_m[:, FACES[TOP]].mean(axis=1)):
        ahead = np.maximum(point[:, 2:], frames.near_m)
        px = _enlarged((point @ frames.matrix.T)[:, :2] / ahead, enlarge)
        out.append(np.clip(px, bounds[:, :2], bounds[:, 2:]))
    return out[0], out[1]


def _enlarged(px: np.ndarray, enlarge: int) -> np.ndarray:
    """Pixels of the picture that came in, as pixels of the enlarged one."""
    return (px + 0.5) * enlarge - 0.5


def _draw_boxes(canvas: Canvas, frames: Wireframes, scene: SceneGraph, colors: dict[str, Color], enlarge: int) -> None:
    depth_m = frames.corners_camera_m[..., 2].mean(axis=1)
    surface = np.array([kind == "surface" for kind in scene.objects.kind], dtype=bool)
    for i in np.lexsort((-depth_m, ~surface)).tolist():
        if not frames.drawn[i].any():
            continue
        color = colors[scene.objects.label[i]]
        if surface[i]:
            _draw_surface(canvas, frames, i, color, enlarge)
        else:
            _draw_box(canvas, frames, scene, i, color, enlarge)


def _draw_surface(canvas: Canvas, frames: Wireframes, i: int, color: Color, enlarge: int) -> None:
    """The top of a surface, lightly."""
    outline = _enlarged(frames.face_px(i, TOP), enlarge)
    canvas.polygon(outline, (*color, 20))
    for edge in np.flatnonzero(frames.drawn[i] & (FACES_OF_EDGE == TOP).any(axis=1)).tolist():
        canvas.dashes(_enlarged(frames.edges_px[i, edge], enlarge), (*color, 150), canvas.unit)


def _draw_box(canvas: Canvas, frames: Wireframes, scene: SceneGraph, i: int, color: Color, enlarge: int) -> None:
    """Hidden edges dashed, the bottom tinted, edges in sight in full, the front crossed where it is known."""
    edges = _enlarged(frames.edges_px[i], enlarge)
    u = canvas.unit * line_weight(edges[frames.drawn[i]], canvas.unit)
    canvas.polygon(_enlarged(frames.face_px(i, BOTTOM), enlarge), (*color, 44))
    for face in np.flatnonzero(frames.face_facing[i]).tolist():
        canvas.polygon(_enlarged(frames.face_px(i, face), enlarge), (*color, 14))
    for edge in np.flatnonzero(frames.drawn[i] & ~frames.facing[i]).tolist():
        canvas.dashes(edges[edge], (*color, 130), 0.9 * u)
    for edge in np.flatnonzero(frames.drawn[i] & frames.facing[i]).tolist():
        canvas.line(edges[edge], (*color, 255), 1.8 * u, cased=True)
    if scene.objects.front_known[i] and frames.face_facing[i, FRONT]:
        front = frames.corners_camera_m[i, FACES[FRONT]]
        if (front[:, 2] > frames.near_m).all():
            a, b, c, d = _enlarged(frames.face_px(i, FRONT), enlarge)
            canvas.line((a, c), (*color, 200), u)
            canvas.line((b, d), (*color, 200), u)


def line_weight(edges: np.ndarray, unit: float) -> float:
    """Thinner lines for boxes that are small in the picture, which else would hide what they frame."""
    middle = float(np.median(np.hypot(*(edges[:, 1] - edges[:, 0]).T)))
    return float(np.clip(middle / (LARGE_EDGE * unit), LEAST_WEIGHT, 1.0))


def _draw_inset(
    canvas: Canvas, scene: SceneGraph, colors: dict[str, Color], bounds: np.ndarray, settings: OverlaySettings
) -> None:
    """In the corner where it hides least of the objects."""
    side = float(round(settings.bev_share * min(canvas.width, canvas.height)))
    edge = float(round(6 * canvas.unit))
    right, bottom = canvas.width - edge - side, canvas.height - edge - side
    if side < 1 or min(right, bottom) < 0:
        return
    seen = _in_sight(scene, bounds)
    starts = ((right, edge), (right, bottom), (edge, edge), (edge, bottom))
    corners = [(x, y, x + side, y + side) for x, y in starts]
    rect = min(corners, key=lambda corner: hidden(seen, corner))
    draw_bev(canvas, rect, scene, colors)
    canvas.taken.append(rect)


def _in_sight(scene: SceneGraph, bounds: np.ndarray) -> np.ndarray:
    """[K, 4] where the objects are that the picture shows; surfaces may be covered."""
    things = np.array([kind == "object" for kind in scene.objects.kind], dtype=bool)
    return bounds[things & ~np.isnan(bounds[:, 0])]


def _place_labels(
    canvas: Canvas,
    scene: SceneGraph,
    frames: Wireframes,
    bounds: np.ndarray,
    settings: OverlaySettings,
    *,
    enlarge: int,
) -> dict[int, Rect]:
    """A place for the label of each object in the picture that finds one, nearest first, surfaces last."""
    depth_m = frames.corners_camera_m[..., 2].mean(axis=1)
    surface = np.array([kind == "surface" for kind in scene.objects.kind], dtype=bool)
    order = [i for i in np.lexsort((depth_m, surface)).tolist() if not np.isnan(bounds[i, 0])]
    things = _in_sight(scene, bounds)
    letter = settings.letter * canvas.unit * float(np.clip((FEW_LABELS / max(len(order), 1)) ** 0.5, SMALLEST, 1))
    placed: dict[int, Rect] = {}
    for i in order[: settings.labels]:
        left, top, right, bottom = bounds[i].tolist()
        size = canvas.text_size(_name(scene, i), letter * (SURFACE_LETTER if surface[i] else 1.0))
        if surface[i]:
            rect = spot_place(canvas, surface_spots(frames, i, canvas, enlarge), size, things)
        else:
            rect = label_place(canvas, (left, top, right, bottom), size, things)
        if rect is not None:
            placed[i] = rect
            canvas.taken.append(rect)
    return placed


def surface_spots(frames: Wireframes, i: int, canvas: Canvas, enlarge: int) -> np.ndarray:
    """[K, 2] points of a surface in the picture, the middle first."""
    a, b, _, d = frames.corners_camera_m[i, FACES[TOP]]
    s, t = np.meshgrid(SPOTS, SPOTS)
    order = np.argsort(np.hypot(s - 0.5, t - 0.5), axis=None, kind="stable")
    share = np.stack([s.ravel(), t.ravel()], axis=1)[order]
    points = a + share @ np.stack([b - a, d - a])
    px = _enlarged(project(points[points[:, 2] > frames.near_m], frames.matrix), enlarge)
    return px[((px >= 0) & (px < [canvas.width, canvas.height])).all(axis=1)]


def _name(scene: SceneGraph, i: int) -> str:
    """The label, cut if it is long, with the id where another object has the same one."""
    label = scene.objects.label[i]
    text = printable(label)
    short = text if len(text) <= LONGEST_NAME else f"{text[: LONGEST_NAME - 1]}…"
    return f"{short}#{scene.objects.id[i]}" if scene.objects.label.count(label) > 1 else short


def _draw_label(
    canvas: Canvas, scene: SceneGraph, i: int, rect: Rect, bounds: np.ndarray, colors: dict[str, Color]
) -> None:
    color = colors[scene.objects.label[i]]
    left, top, right, bottom = bounds.tolist()
    if gap(rect, (left, top, right, bottom)) > rect[3] - rect[1]:
        x, y = 0.5 * (rect[0] + rect[2]), 0.5 * (rect[1] + rect[3])
        nearest = (min(max(x, left), right), min(max(y, top), bottom))
        canvas.line(((x, y), nearest), (*color, 220), canvas.unit, cased=True)
    canvas.pill(_name(scene, i), rect, (rect[3] - rect[1]) / 1.35, ink=(*color, 255), edge=(*color, 160))
