"""BuildConfig: how a picture becomes a graph, from models to thresholds; and the presets."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..detect.geometry import GeometrySettings
from ..detect.merge import MergeSettings
from ..detect.vocabulary import OUTDOOR
from ..errors import InputError, SchemaError, message, suggestion
from ..lift import COMMON_SIZES, LiftSettings, SizePriors
from ..lift.gravity import GravitySettings
from ..lift.scale import ScaleSettings
from ..refine.colors import ColorSettings
from ..relate import RelationRules
from ..types import SceneGraph
from . import record

GEOMETRY = "geometry"
COMMON = "common"


@dataclass(frozen=True)
class BuildConfig:
    """Settings of every stage. Every graph that is built keeps them in `source["config"]`.

    Attributes:
        depth: the estimator of depth, as `depth.estimator` takes it; None for pictures that come with depth.
        detector: the detector, as `detect.detector` takes it, or "geometry": class-agnostic objects of the depth.
        refiners: what adds to detections, in order, as `detect.refiner` takes them.
        find: the labels to look for; empty for all that the detector knows.
        fov_rad: field of view over the longer side, instead of what the picture or the estimator says.
        rules: thresholds of the relations.
        lift: how detections become boxes.
        priors: usual sizes by label, to complete what is not seen.
        scale: how estimated metres are scaled so that things have usual sizes; None leaves them alone.
        gravity: how up is estimated.
        geometry: how objects are found in depth alone.
        merge: which detections of a model are one thing.
        colors: how the attributes color and colors are found for what has neither; None leaves them out.
        relative_depth_m: for depth without a unit, the distance that its median is taken to be when the rules ask for
            metres: their lengths are scaled by it, and the graph's scale stays "relative".
    """

    depth: str | None = None
    detector: str = GEOMETRY
    refiners: tuple[str, ...] = ()
    find: tuple[str, ...] = ()
    fov_rad: float | None = None
    rules: RelationRules = field(default_factory=RelationRules)
    lift: LiftSettings = field(default_factory=LiftSettings)
    priors: SizePriors = COMMON_SIZES
    scale: ScaleSettings | None = field(default_factory=ScaleSettings)
    gravity: GravitySettings = field(default_factory=GravitySettings)
    geometry: GeometrySettings = field(default_factory=GeometrySettings)
    merge: MergeSettings = field(default_factory=MergeSettings)
    colors: ColorSettings | None = field(default_factory=ColorSettings)
    relative_depth_m: float = 3.0

    @classmethod
    def preset(cls, name: str) -> "BuildConfig":
        """The preset called `name`.

        Raises:
            InputError: there is none; near names are offered.
        """
        if name not in PRESETS:
            raise InputError(f"unknown preset {name!r}; {suggestion(name, PRESETS)}")
        return PRESETS[name]

    @classmethod
    def of(cls, scene: SceneGraph) -> "BuildConfig":
        """The settings that a graph was built with.

        Raises:
            SchemaError: it was not built from a picture, or by another version.
        """
        if "config" not in scene.source:
            raise SchemaError(message("graph", "one that was built from a picture", "one without settings"))
        return cls.from_document(scene.source["config"])

    def to_document(self) -> dict[str, Any]:
        """As plain JSON values; the size priors of the library as "common"."""
        out: dict[str, Any] = record.document(replace(self, priors=SizePriors({})))
        return {**out, "priors": COMMON if self.priors is COMMON_SIZES else record.document(self.priors)}

    @classmethod
    def from_document(cls, found: Mapping[str, Any]) -> "BuildConfig":
        """The settings in plain JSON values.

        Raises:
            SchemaError: a field that is missing or unknown, or a value of another type.
        """
        if not isinstance(found, Mapping) or found.get("priors") != COMMON:
            config: BuildConfig = record.read(cls, found, "config")
            return config
        empty = record.document(SizePriors({}))
        return replace(record.read(cls, {**found, "priors": empty}, "config"), priors=COMMON_SIZES)


PRESETS: Mapping[str, BuildConfig] = {
    "rooms": BuildConfig(depth="rooms", detector="rooms", scale=None, colors=None),
    "indoor": BuildConfig(
        depth="depth-anything-v2-metric-indoor-small", detector="grounding-dino-tiny", refiners=("sam:sam2.1-tiny",)
    ),
    "outdoor": BuildConfig(
        depth="depth-anything-v2-metric-outdoor-small",
        detector="grounding-dino-tiny",
        refiners=("sam:sam2.1-tiny",),
        find=OUTDOOR,
    ),
    "fast": BuildConfig(depth="depth-anything-v2-metric-indoor-small", detector="rf-detr-nano"),
    "best": BuildConfig(
        depth="depth-pro",
        detector="grounding-dino-base",
        refiners=("sam:sam2.1-large", "attributes:siglip2-base", "embedding:dinov2-small"),
    ),
}
