"""Builder: the composer that keeps its models, from a photo to its graph."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import islice
from os import PathLike
from typing import Any

import numpy as np

from ..depth import DepthEstimator, PromptedDepthEstimator, estimate_all, estimator
from ..depth.calibrate import SensorDepth, calibrate, relative_depth
from ..detect import Detector, VocabularyDetector, detect_all, detector
from ..detect.geometry import detect_geometry
from ..detect.given import check_inside
from ..detect.merge import merge_duplicates
from ..detect.vocabulary import with_surfaces
from ..errors import InputError, message
from ..io.images import read_image
from ..lift import Lifted, lift
from ..lift.distance import with_estimated_distance
from ..lift.gravity import Grounded, estimate_up
from ..lift.resting import resting
from ..lift.scale import scale_from_sizes
from ..lift.vanishing import seen_through_edges
from ..refine import Refiner, refiner
from ..refine.colors import with_colors
from ..relate import find_relations
from ..types import Camera, DepthMap, Detections, Image, Objects, SceneGraph
from .config import GEOMETRY, BuildConfig
from .default import STAGES, default_preset
from .given import NOTHING, Given, facts_of

Picture = Image | np.ndarray | str | PathLike[str]


@dataclass(frozen=True)
class _Placed:
    depth: DepthMap
    grounded: Grounded
    lifted: Lifted


class Builder:
    """Builds graphs with models that are loaded once, when they are first needed, and kept.

    Args:
        config: settings of every stage, or the name of a preset; left out, see `default_preset`.
        device: where models run that can choose, "cuda", "mps" or "cpu"; the best one where left out.
        depth: an estimator of your own, instead of the one that the settings name.
        detector: a detector of your own, likewise.

    Raises:
        InputError: no such preset.
    """

    def __init__(
        self,
        config: BuildConfig | str | None = None,
        *,
        device: str | None = None,
        depth: DepthEstimator | None = None,
        detector: Detector | None = None,
    ) -> None:
        if config is None:
            own = {"depth": depth, "detect": detector}
            config = default_preset([stage for stage in STAGES if own[stage] is None])
        self.config = BuildConfig.preset(config) if isinstance(config, str) else config
        self._device = device
        self._own_depth, self._own_detector = depth, detector

    def build(self, image: Picture, given: Given = NOTHING) -> SceneGraph:
        """A graph of one picture.

        Args:
            image: a picture, uint8 RGB of shape [H, W, 3], or the name of an image file.
            given: what is known beside it; the rest is estimated.

        Raises:
            InputError: sizes that differ, depth without a reading, a box outside the picture, an `up` that is no
                direction, an unknown model.
            MissingExtraError: a model needs a library that is not installed.
            ModelError: a model cannot be had, or does not fit into memory.
        """
        return self._build_all([_as_image(image)], given)[0]

    def build_many(self, images: Iterable[Picture], given: Given = NOTHING, *, batch: int = 8) -> Iterator[SceneGraph]:
        """Graphs of many pictures, in order, `batch` of them at a time through each model.

        Args:
            images: pictures or file names; they are read as they are needed, so a folder of any size takes the memory
                of one batch.
            given: what is known of every picture alike: a camera, up, a camera height.
            batch: how many pictures at a time.

        Raises:
            InputError: as for `build`; or a batch below 1.
        """
        if batch < 1:
            raise InputError(message("batch", "at least 1", f"{batch}"))
        waiting = iter(images)
        while chunk := [_as_image(image) for image in islice(waiting, batch)]:
            yield from self._build_all(chunk, given)

    @cached_property
    def depth(self) -> DepthEstimator:
        """The estimator of depth."""
        if self._own_depth is not None:
            return self._own_depth
        if self.config.depth is None:
            do = "pass depth=, or settings that name an estimator, such as the preset 'indoor'"
            raise InputError(message("depth", "a depth map of the picture, or an estimator", "neither", do))
        return estimator(self.config.depth, device=self._device)

    @cached_property
    def detector(self) -> Detector | None:
        """The detector; None where objects are found in the depth alone."""
        own, find = self._own_detector, self.config.find
        if own is None and self.config.detector != GEOMETRY:
            own = detector(self.config.detector, device=self._device)
        if not find:
            return own
        if not isinstance(own, VocabularyDetector):
            got = f"{self.config.detector if own is None or self._own_detector is None else type(own).__name__}"
            do = "choose one such as grounding-dino-tiny"
            raise InputError(message("find", "a detector that can be told what to look for", got, do))
        return own.finding(find)

    @cached_property
    def refiners(self) -> tuple[Refiner, ...]:
        """What adds to detections."""
        return tuple(refiner(spec, device=self._device) for spec in self.config.refiners)

    # --- the road ------------------------------------------------------------------------------------------------

    def _build_all(self, images: Sequence[Image], given: Given) -> list[SceneGraph]:
        cameras = [self._known_camera(image, given.camera) for image in images]
        depths = self._depths(images, cameras, given)
        found = [given.detections] * len(images) if given.detections is not None else self._detected(images)
        return [self._scene(*row, given) for row in zip(images, depths, cameras, found, strict=True)]

    def _known_camera(self, image: Image, given: Camera | None) -> Camera | None:
        if given is not None:
            _check_size("camera", given, image, "give the intrinsics at the picture's size")
            return given
        if self.config.fov_rad is not None:
            return Camera.from_fov(image.width, image.height, self.config.fov_rad, source="given")
        if image.focal_px is not None:
            return Camera.from_focal(image.width, image.height, image.focal_px, source="exif")
        return None

    def _depths(self, images: Sequence[Image], cameras: Sequence[Camera | None], given: Given) -> list[DepthMap]:
        completing = self._prompted(given)
        if given.depth is not None:
            depths = [given.depth if isinstance(given.depth, DepthMap) else DepthMap(given.depth)] * len(images)
        elif completing is not None and isinstance(given.known, SensorDepth):
            depths = [completing.estimate_from(image, given.known.depth) for image in images]
        else:
            depths = estimate_all(self.depth, images, cameras)
        for image, depth in zip(images, depths, strict=True):
            _check_size("depth", depth, image, "register the depth to the picture, without interpolation")
        return depths

    def _detected(self, images: Sequence[Image]) -> list[Detections | None]:
        if self.detector is None:
            return [None] * len(images)
        named = (with_surfaces(one, self.config.find) for one in detect_all(self.detector, images))
        return [
            merge_duplicates(self._refined(image, one), self.config.merge)
            for image, one in zip(images, named, strict=True)
        ]

    def _refined(self, image: Image, found: Detections) -> Detections:
        for one in self.refiners if len(found) else ():
            found = one.refine(image, found)
        return found

    def _scene(
        self, image: Image, depth: DepthMap, camera: Camera | None, found: Detections | None, given: Given
    ) -> SceneGraph:
        if depth.up is not None:
            gravity = self.config.gravity
            guess = camera or _camera_of(depth)
            depth = seen_through_edges(depth, depth.up, image, guess, gravity.segments, gravity.vanishing)
        placed = self._placed(image, depth, camera or _camera_of(depth), found, given)
        metric, config = placed.depth.kind == "metric", self.config
        rules = config.rules if metric else config.rules.scaled(_unit(placed.depth) / config.relative_depth_m)
        return SceneGraph(
            objects=placed.lifted.objects,
            relations=find_relations(placed.lifted.objects, placed.grounded.camera, rules),
            camera=placed.grounded.camera,
            up=placed.grounded.up,
            scale="metric" if metric else "relative",
            source=self._source(image, placed, given),
        )

    def _placed(
        self, image: Image, depth: DepthMap, camera: Camera, found: Detections | None, given: Given
    ) -> "_Placed":
        """Objects in the gravity-aligned world, in metres where something tells."""
        grounded = self._grounded(image, depth, camera, given)
        flat = self._calibrated(depth, camera, grounded, given)
        if flat is not depth:
            depth, grounded = flat, self._grounded(image, flat, camera, given)
        config = self.config
        boxed = detect_geometry(depth, grounded.camera, settings=config.geometry) if found is None else found
        check_inside(boxed, image.width, image.height)
        if config.colors is not None:
            boxed = with_colors(image, boxed, config.colors)
        lifted = lift(boxed, depth, grounded.camera, config.lift, config.priors)
        if config.scale is not None and depth.kind == "metric" and given.depth is None and given.known is None:
            scale = scale_from_sizes(lifted.objects, grounded.camera, config.priors, config.scale)
            if scale is not None:
                depth = scale.of(depth)
                grounded = self._grounded(image, depth, camera, given)
                lifted = lift(boxed, depth, grounded.camera, config.lift, config.priors)
        if given.depth is None:
            lifted = replace(lifted, objects=self._estimated(lifted.objects, grounded.camera, boxed))
        return _Placed(depth, grounded, lifted)

    def _estimated(self, objects: Objects, camera: Camera, boxed: Detections) -> Objects:
        """What lifting leaves open where depth is an estimate: that things rest on others, how sure distances are."""
        if boxed.cuboids is not None:
            objects = resting(objects, camera)
        return with_estimated_distance(objects, camera, self.config.lift.noise.estimated_share)

    def _grounded(self, image: Image, depth: DepthMap, camera: Camera, given: Given) -> Grounded:
        return estimate_up(depth, camera, given.up, image=image, settings=self.config.gravity)

    def _calibrated(self, depth: DepthMap, camera: Camera, grounded: Grounded, given: Given) -> DepthMap:
        up = None if grounded.up.source == "level" else np.array(grounded.up.camera)
        if given.known is not None and self._prompted(given) is None:
            return calibrate(depth, camera, up, given.known)
        return relative_depth(depth, camera, up) if depth.kind == "inverse_relative" else depth

    def _prompted(self, given: Given) -> PromptedDepthEstimator | None:
        """The estimator, where it completes the sensor's depth itself."""
        if given.depth is not None or not isinstance(given.known, SensorDepth):
            return None
        return self.depth if isinstance(self.depth, PromptedDepthEstimator) else None

    def _source(self, image: Image, placed: "_Placed", given: Given) -> dict[str, Any]:
        lifted = placed.lifted
        return {
            "image": image.source,
            "depth": placed.depth.source,
            "detections": self._detected_by(given),
            "skipped": [{"index": one.index, "label": one.label, "reason": one.reason} for one in lifted.skipped],
            "not_found": [label for label in self.config.find if label not in lifted.objects.label],
            "given": facts_of(given),
            "config": self.config.to_document(),
        }

    def _detected_by(self, given: Given) -> str:
        if given.detections is not None:
            return "given"
        return GEOMETRY if self.detector is None else str(getattr(self.detector, "source", "model"))


def _as_image(image: Picture) -> Image:
    if isinstance(image, Image):
        return image
    return Image(image) if isinstance(image, np.ndarray) else read_image(image)


def _camera_of(depth: DepthMap) -> Camera:
    if depth.focal_px is not None:
        return Camera.from_focal(depth.width, depth.height, depth.focal_px, source="estimated")
    return Camera.from_fov(depth.width, depth.height)


def _check_size(subject: str, what: DepthMap | Camera, image: Image, do: str) -> None:
    if (what.width, what.height) != (image.width, image.height):
        expected = f"the picture's size, {image.width} x {image.height}"
        raise InputError(message(subject, expected, f"{what.width} x {what.height}", do))


def _unit(depth: DepthMap) -> float:
    return float(np.median(depth.values[depth.valid]))
