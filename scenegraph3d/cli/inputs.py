"""The options that say what a graph is built from, and what they mean to the library."""

import math
import re
import warnings
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from .options import INPUT_FILE, numbers, value_of

if TYPE_CHECKING:
    from ..builder import BuildConfig, Builder, Given
    from ..depth.calibrate import Known
    from ..types import Camera, DepthMap, Detections, Image, SceneGraph

INDOOR, ROOMS = "indoor", "rooms"
DEPTH_OR_MODEL = "expected --depth (and its --depth-scale) or --depth-model, got both"
DETECTIONS_OR_MODEL = "expected --detections (and its --coco-image) or --detector, got both"

_OPTIONS = (
    click.option("--preset", metavar="NAME", help="Models and settings: indoor, outdoor, fast, best or rooms."),
    click.option("--find", "find", metavar="LABELS", help='What to look for, with commas: "mug, laptop, chair".'),
    click.option("--depth", "depth_path", type=INPUT_FILE, help="Depth of IMAGE: PNG, TIFF, NPY, PFM or EXR."),
    click.option("--depth-scale", type=float, help="Units of a depth file per metre: 1000 for millimetres."),
    click.option("--depth-model", metavar="SPEC", help="Instead: an estimator, such as depth-pro or onnx:depth.json."),
    click.option("--detections", "detections_path", type=INPUT_FILE, help="Boxes or masks: COCO, KITTI or JSON."),
    click.option("--coco-image", metavar="NAME", help="Which picture of a COCO file that has several."),
    click.option("--detector", metavar="SPEC", help="Instead: a detector, such as owlv2-base or onnx:boxes.json."),
    click.option("--refine", "refiners", metavar="SPEC", multiple=True, help="Then: masks or attributes, sam:NAME."),
    click.option("--intrinsics", type=numbers("fx,fy,cx,cy"), metavar="FX,FY,CX,CY", help="Pinhole camera, in pixels."),
    click.option("--fov", "fov_deg", type=float, help="Instead: field of view over the longer side, degrees."),
    click.option("--up", type=numbers("x,y,z"), metavar="X,Y,Z", help="Up in the camera frame; level is 0,-1,0."),
    click.option("--camera-height", "camera_height_m", type=float, help="Metres over the floor: sets the scale."),
    click.option("--length", "length_m", type=float, help="Instead: metres between the two --pixels."),
    click.option("--pixels", type=numbers("x,y,x,y"), metavar="X,Y,X,Y", help="The two ends of --length, in pixels."),
    click.option("--sensor", "sensor_path", type=INPUT_FILE, help="Instead: a sensor's depth file, sparse or coarse."),
    click.option("--device", metavar="NAME", help="Where models run: cuda, mps or cpu; the best one if left out."),
)


def input_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """All of them, in the order in which the help shows them."""
    for option in reversed(_OPTIONS):
        function = option(function)
    return function


@dataclass(frozen=True)
class Inputs:
    """The values of those options, as they were given."""

    preset: str | None = None
    find: str | None = None
    depth_path: Path | None = None
    depth_scale: float | None = None
    depth_model: str | None = None
    detections_path: Path | None = None
    coco_image: str | None = None
    detector: str | None = None
    refiners: tuple[str, ...] = ()
    intrinsics: tuple[float, ...] | None = None
    fov_deg: float | None = None
    up: tuple[float, ...] | None = None
    camera_height_m: float | None = None
    length_m: float | None = None
    pixels: tuple[float, ...] | None = None
    sensor_path: Path | None = None
    device: str | None = None

    def __post_init__(self) -> None:
        if self.depth_model is not None and (self.depth_path is not None or self._scale_of_depth):
            raise click.UsageError(DEPTH_OR_MODEL)
        if self.detector is not None and (self.detections_path is not None or self.coco_image is not None):
            raise click.UsageError(DETECTIONS_OR_MODEL)
        if self.find is not None and self.detections_path is not None:
            raise click.UsageError("expected --detections or --find, got both")
        if self.intrinsics is not None and self.fov_deg is not None:
            raise click.UsageError("expected --intrinsics or --fov, got both")
        if sum(value is not None for value in (self.camera_height_m, self.length_m, self.sensor_path)) > 1:
            raise click.UsageError("expected one of --camera-height, --length and --sensor, got several")
        if (self.length_m is None) != (self.pixels is None):
            raise click.UsageError("expected --length and --pixels together, got one of them")
        self._check_ranges()

    @property
    def _scale_of_depth(self) -> bool:
        return self.depth_scale is not None and self.sensor_path is None

    def _check_ranges(self) -> None:
        positive = {"depth-scale": self.depth_scale, "camera-height": self.camera_height_m, "length": self.length_m}
        for option, value in positive.items():
            if value is not None and not 0 < value < math.inf:
                raise click.BadParameter("expected a number above 0", param_hint=f"'--{option}'")
        if self.fov_deg is not None and not 0 < self.fov_deg < 180:
            text = f"expected degrees between 0 and 180, got {self.fov_deg:g}"
            raise click.BadParameter(text, param_hint="'--fov'")
        if self.device is not None and not re.fullmatch(r"cpu|mps|cuda(:\d+)?", self.device):
            text = f"expected cuda, cuda:N, mps or cpu, got {self.device!r}"
            raise click.BadParameter(text, param_hint="'--device'")
        if self.up is not None and not any(self.up):
            raise click.BadParameter("expected a direction, got 0,0,0", param_hint="'--up'")

    def files(self) -> tuple[Path | None, ...]:
        """What is read beside the picture."""
        return self.depth_path, self.detections_path, self.sensor_path

    def builder(self) -> "Builder":
        """The builder of these settings; models of one's own are opened at once, so that a wrong name is told first."""
        from ..builder import Builder

        own = Builder(self.config(), device=self.device)
        if self.depth_model is not None:
            with value_of("--depth-model"):
                _ = own.depth
        asked = {"--detector": self.detector, "--find": self.find}
        if given := [option for option, value in asked.items() if value is not None]:
            with value_of(" or ".join(given)):
                _ = own.detector
        if self.refiners:
            with value_of("--refine"):
                _ = own.refiners
        if self.preset is None and self._needs_models and self._default_preset() == ROOMS:
            return Builder(self.config(ROOMS), device=self.device)
        return own

    @property
    def _needs_models(self) -> bool:
        return self.depth_path is None or self.find is not None

    def _default_preset(self) -> str:
        """The preset that can be had, with its warning on the error stream."""
        from ..builder.default import default_preset

        stages = {"depth": self.depth_model or self.depth_path, "detect": self.detector or self.detections_path}
        with warnings.catch_warnings(record=True) as said:
            warnings.simplefilter("always")
            name = default_preset([stage for stage, own in stages.items() if own is None])
        for one in said:
            click.echo(f"warning: {one.message}", err=True)
        return name

    def config(self, default: str = INDOOR) -> "BuildConfig":
        """The preset, or for a picture with depth the plain settings, with what the other options replace."""
        from ..builder import BuildConfig

        with value_of("--preset"):
            name = self.preset or (default if self._needs_models else None)
            config = BuildConfig() if name is None else BuildConfig.preset(name)
        changes: dict[str, Any] = {}
        if self.depth_model is not None:
            changes["depth"] = self.depth_model
        if self.detector is not None:
            changes |= {"detector": self.detector, "refiners": ()}
        if self.refiners:
            changes["refiners"] = self.refiners
        if self.find is not None:
            changes["find"] = tuple(label for part in self.find.split(",") if (label := " ".join(part.split())))
            if not changes["find"]:
                raise click.BadParameter("expected labels with commas between", param_hint="'--find'")
        if self.fov_deg is not None:
            changes["fov_rad"] = math.radians(self.fov_deg)
        return replace(config, **changes)

    def given(self, image: "Image") -> "Given":
        """What is known of `image`."""
        from ..builder import Given

        return Given(
            depth=None if self.depth_path is None else _read_depth(self.depth_path, self.depth_scale),
            camera=self._camera(image),
            detections=self._detections(image),
            up=self.up,
            known=self._known(),
        )

    def _camera(self, image: "Image") -> "Camera | None":
        from ..types import Camera

        if self.intrinsics is None:
            return None
        with value_of("--intrinsics"):
            fx, fy, cx, cy = self.intrinsics
            return Camera(fx, fy, cx, cy, image.width, image.height)

    def _detections(self, image: "Image") -> "Detections | None":
        from ..detect.given import read_detections

        if self.detections_path is None:
            return None
        return read_detections(self.detections_path, image.width, image.height, image=self.coco_image)

    def _known(self) -> "Known | None":
        from ..depth.calibrate import CameraHeight, KnownLength, SensorDepth

        if self.camera_height_m is not None:
            return CameraHeight(self.camera_height_m)
        if self.sensor_path is not None:
            return SensorDepth(_read_depth(self.sensor_path, self.depth_scale))
        if self.length_m is not None and self.pixels is not None:
            left, top, right, bottom = self.pixels
            return KnownLength(self.length_m, ((left, top), (right, bottom)))
        return None

    def recorded(self, scene: "SceneGraph") -> "SceneGraph":
        """The graph, with the names of the files that it was built from."""
        paths = {"depth": self.depth_path, "detections": self.detections_path, "sensor": self.sensor_path}
        named: dict[str, Any] = {name: path and str(path) for name, path in paths.items()}
        named |= {"depth_scale": self.depth_scale, "coco_image": self.coco_image}
        files = {name: value for name, value in named.items() if value is not None}
        return replace(scene, source={**scene.source, "files": files}) if files else scene


def _read_depth(path: Path, scale: float | None) -> "DepthMap":
    from ..depth.files import read_depth

    return read_depth(path, scale)
