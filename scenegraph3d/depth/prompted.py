"""A sensor's depth, sparse or coarse, completed and sharpened by Prompt Depth Anything: Image + DepthMap -> DepthMap.

The network was trained on the depth of a phone's lidar: coarse (192 x 256) and without holes, as it cannot tell a hole
from depth 0. So the sensor's map is made one of that size: each cell has the mean of its readings, and a cell without a
reading the mean of its 4 nearest cells that have one, weighted by inverse distance, which is how its authors feed it
the sparse depth of a vehicle's lidar. What comes out lies within the range of these cells: nothing can be nearer or
farther than the sensor saw.

References:
    H. Lin et al., Prompting Depth Anything for 4K Resolution Accurate Metric Depth Estimation, CVPR 2025.
"""

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Float32

from ..errors import InputError, message
from ..models.checkpoint import checkpoint
from ..types import Camera, DepthMap, Image
from .families import PROMPTED
from .pretrained import PretrainedDepth


@dataclass(frozen=True)
class PromptSettings:
    """How a sensor's map becomes the prompt.

    Attributes:
        longest: cells along the longer side of the picture, at most.
        neighbours: cells that a cell without a reading is filled from.
        least_range: the farthest reading is at least this share farther than the nearest; a prompt of one depth has no
            scale.
    """

    longest: int = 256
    neighbours: int = 4
    least_range: float = 1e-3


DEFAULT_SETTINGS = PromptSettings()


class PromptedDepth:
    """An estimator that completes a sensor's depth.

    Args:
        spec: a name in checkpoints.json, a hub id `owner/name[@commit]`, or a folder.
        device: "cuda", "mps" or "cpu"; the best one where left out.
        settings: how a sensor's map becomes the prompt.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        InputError: no such device here, or neither a name, a hub id nor a folder.
        ModelError: the files cannot be had, or are no Prompt Depth Anything.
    """

    def __init__(
        self, spec: str = "", device: str | None = None, *, settings: PromptSettings = DEFAULT_SETTINGS
    ) -> None:
        self._network = PretrainedDepth(checkpoint(spec, "depth"), device, only=PROMPTED)
        self._settings = settings

    def estimate(self, image: Image, camera: Camera | None = None) -> DepthMap:
        """Refused: without a sensor its numbers are depth up to a scale and a shift, which is none of the kinds.

        Raises:
            InputError: always.
        """
        del image, camera
        do = "give the sensor's depth with the picture: estimate_from(image, sensor)"
        raise InputError(message(self._network.name, "a sensor's depth", "a picture alone", do))

    def estimate_from(self, image: Image, sensor: DepthMap) -> DepthMap:
        """Metric depth of `image` at its size.

        Args:
            image: the picture.
            sensor: metric depth of the same size, sparse or coarse.

        Raises:
            InputError: sizes that differ, a sensor's depth that is not metric or all at one depth, or a picture too
                small for the model.
            ModelError: the memory is not enough.
        """
        if sensor.kind != "metric":
            raise InputError(message("sensor depth", "kind 'metric'", repr(sensor.kind)))
        if (sensor.width, sensor.height) != (image.width, image.height):
            expected = f"the picture's size, {image.width} x {image.height}"
            do = "register it to the picture, without interpolation"
            raise InputError(message("sensor depth", expected, f"{sensor.width} x {sensor.height}", do))
        prompt = prompt_of(sensor, self._settings)
        inputs = self._network.inputs(image, prompt_depth=prompt, prompt_scale_to_meter=1.0)
        ((_, output),) = self._network.run([inputs])
        values = self._network.at_size(output, inputs, image)
        return DepthMap(values, "metric", values > 0, f"{self._network.source} from {sensor.source}")


def prompt_of(sensor: DepthMap, settings: PromptSettings = DEFAULT_SETTINGS) -> Float32[np.ndarray, "h w"]:
    """A sensor's map as the network wants it: coarse, and without holes. Metres.

    Raises:
        InputError: all readings are at one depth.
    """
    factor = min(settings.longest / max(sensor.width, sensor.height), 1.0)
    height, width = max(round(sensor.height * factor), 1), max(round(sensor.width * factor), 1)
    rows, columns = np.nonzero(sensor.valid)
    cells = (rows * height // sensor.height) * width + columns * width // sensor.width
    counts = np.bincount(cells, minlength=height * width)
    sums = np.bincount(cells, sensor.values[rows, columns], minlength=height * width)
    seen = counts > 0
    means = sums[seen] / counts[seen]
    if means.max() < means.min() * (1 + settings.least_range):
        got = f"all at {means.min():.3g} m"
        raise InputError(message("sensor depth", "readings at different depths", got, "give more of them"))
    full = np.zeros(height * width)
    full[seen] = means
    full[~seen] = _from_nearest(seen.reshape(height, width), means, settings)
    return full.reshape(height, width).astype(np.float32)


def _from_nearest(seen: np.ndarray, means: np.ndarray, settings: PromptSettings) -> Float[np.ndarray, " k"]:
    """Values of the cells that are not seen."""
    from scipy.spatial import cKDTree

    count = min(settings.neighbours, len(means))
    distances, nearest = cKDTree(np.argwhere(seen)).query(np.argwhere(~seen), k=[*range(1, count + 1)])
    weights = 1.0 / distances
    return (weights * means[nearest]).sum(axis=1) / weights.sum(axis=1)
