"""Bird's-eye inset: the scene from above, the viewer's heading up, with a grid in metres.

Drawn are the footprints of the boxes, a grid, a scale bar, and the camera with the ground that its picture
spans.
"""

import math
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..geometry.boxes import footprints
from ..types import Camera, SceneGraph
from .canvas import Canvas, Color, Rect
from .palette import Color as LabelColor

GRID: Color = (255, 255, 255, 34)
WEDGE: Color = (255, 255, 255, 26)
BACKGROUND: Color = (14, 18, 26, 222)
RIM: Color = (255, 255, 255, 90)
MARK: Color = (255, 255, 255, 230)

# Free border of the inset, as a share of its side, and the smallest stretch of ground that it shows, metres.
BORDER_SHARE = 0.1
LEAST_SPAN_M = 0.2
# Grid lines across the inset, at most.
GRID_LINES = 6
# Things farther than this many times the middle distance do not widen the inset; it may cut them off.
FAR = 4.0
STEPS = (1.0, 2.0, 5.0, 10.0)


@dataclass(frozen=True, eq=False)
class GroundView:
    """How the ground is laid on a square of pixels.

    Attributes:
        right, ahead: [2] the viewer's axes on the ground of the world.
        middle_m: [2] the point in the middle of the square, along those axes.
        px_per_m: scale.
        center_px: the middle of the square, pixels.
    """

    right: Float[np.ndarray, " 2"]
    ahead: Float[np.ndarray, " 2"]
    middle_m: Float[np.ndarray, " 2"]
    px_per_m: float
    center_px: float

    def px(self, ground_m: Float[np.ndarray, "*n 2"]) -> Float[np.ndarray, "*n 2"]:
        """Pixels of points on the ground of the world."""
        along = np.stack([ground_m @ self.right, ground_m @ self.ahead], axis=-1) - self.middle_m
        return self.center_px + along * self.px_per_m * [1.0, -1.0]


def draw_bev(canvas: Canvas, rect: Rect, scene: SceneGraph, colors: dict[str, LabelColor]) -> None:
    """Draw the inset on `rect`, a square of the canvas."""
    outlines = footprints(scene.objects.boxes)
    with canvas.window(rect) as inset:
        inset.panel(inset.frame, BACKGROUND)
        view = ground_view(scene, outlines, float(inset.width))
        step = _grid(inset, view)
        if scene.camera is not None:
            _camera(inset, view, scene.camera)
        order = np.argsort(-np.prod(scene.objects.size_m[:, :2], axis=1), kind="stable")
        for i in order.tolist():
            _footprint(inset, view.px(outlines[i]), scene, i, colors)
        if scene.camera is not None:
            inset.dot(view.px(scene.camera.center_m[:2]), 3.0 * inset.unit, MARK)
        _scale_bar(inset, view, step, "m" if scene.scale == "metric" else "units")
        inset.panel(inset.frame, (0, 0, 0, 0), RIM)


def ground_view(scene: SceneGraph, outlines_m: Float[np.ndarray, "n 4 2"], side_px: float) -> GroundView:
    """The view that shows the objects and, where there is one, the camera on a square of `side_px` pixels."""
    right, ahead = (axis[:2] for axis in scene.viewer_axes())
    things = np.array([kind == "object" for kind in scene.objects.kind], dtype=bool)
    shown = outlines_m[things] if things.any() else outlines_m
    if len(shown):
        middles = shown.mean(axis=1)
        viewer = np.median(middles, axis=0) if scene.camera is None else scene.camera.center_m[:2]
        away_m = np.linalg.norm(middles - viewer, axis=1)
        shown = shown[away_m <= FAR * max(float(np.median(away_m)), LEAST_SPAN_M)]
    points = shown.reshape(-1, 2)
    if scene.camera is not None:
        points = np.concatenate([points, scene.camera.center_m[None, :2]])
    along = np.stack([points @ right, points @ ahead], axis=-1)
    low, high = (along.min(axis=0), along.max(axis=0)) if len(along) else (np.zeros(2), np.zeros(2))
    span = max(float((high - low).max()), LEAST_SPAN_M)
    px_per_m = side_px * (1 - 2 * BORDER_SHARE) / span
    return GroundView(right, ahead, 0.5 * (low + high), px_per_m, 0.5 * side_px)


def nice_step(span: float, lines: int = GRID_LINES) -> float:
    """The smallest of 1, 2 or 5 times a power of ten that cuts `span` at most `lines` times."""
    least = span / lines
    power = 10.0 ** math.floor(math.log10(least))
    return next(power * step for step in STEPS if power * step >= least * (1 - 1e-9))


def _grid(inset: Canvas, view: GroundView) -> float:
    wide, high = inset.frame[2:]
    side_m = inset.width / view.px_per_m
    step = nice_step(side_m)
    for axis in (0, 1):
        first = math.ceil((view.middle_m[axis] - 0.5 * side_m) / step)
        for k in range(first, first + GRID_LINES + 1):
            shift = (k * step - view.middle_m[axis]) * view.px_per_m
            at = view.center_px + (shift if axis == 0 else -shift)
            ends = [(at, 0.0), (at, high)] if axis == 0 else [(0.0, at), (wide, at)]
            inset.line(ends, GRID, 0.8 * inset.unit)
    return step


def _camera(inset: Canvas, view: GroundView, camera: Camera) -> None:
    """The ground between the left and the right border of the picture."""
    rays = np.array([[(x - camera.cx) / camera.fx, 0.0, 1.0] for x in (0.0, camera.width - 1.0)])
    ground = (rays @ camera.world_from_camera[:3, :3].T)[:, :2]
    reach_m = 3.0 * inset.width / view.px_per_m
    length = np.maximum(np.linalg.norm(ground, axis=1, keepdims=True), 1e-9)
    far = camera.center_m[:2] + reach_m * ground / length
    at, ends = view.px(camera.center_m[:2]), view.px(far)
    inset.polygon([at, *ends], WEDGE)
    for end in ends:
        inset.line([at, end], RIM, 0.8 * inset.unit)


def _footprint(inset: Canvas, outline: np.ndarray, scene: SceneGraph, i: int, colors: dict[str, LabelColor]) -> None:
    color = colors[scene.objects.label[i]]
    closed = [*outline, outline[0]]
    if scene.objects.kind[i] == "surface":
        inset.polygon(outline, (*color, 22))
        inset.line(closed, (*color, 110), 0.8 * inset.unit)
        return
    inset.polygon(outline, (*color, 90))
    inset.line(closed, (*color, 255), 1.3 * inset.unit)
    if scene.objects.front_known[i]:
        middle = outline.mean(axis=0)
        inset.line([middle, 0.5 * (outline[1] + outline[2])], (*color, 255), 1.3 * inset.unit)


def _scale_bar(inset: Canvas, view: GroundView, step: float, unit: str) -> None:
    u = inset.unit
    left, base = 8 * u, inset.height - 8 * u
    right = left + step * view.px_per_m
    inset.line([(left, base), (right, base)], MARK, 1.6 * u)
    for x in (left, right):
        inset.line([(x, base - 3 * u), (x, base + 3 * u)], MARK, 1.6 * u)
    text, size = f"{step:g} {unit}", 9 * u
    width, height = inset.text_size(text, size)
    inset.text(text, (max(0.5 * (left + right), 0.5 * width), base - 0.5 * height - 2 * u), size, MARK)
