"""Straight edges of a picture, as planes through the camera's centre: Image + Camera -> Sightlines."""

import numpy as np

from ..errors import InputError, message
from ..geometry.segments import Segments, SegmentSettings, line_segments
from ..geometry.vanishing import Sightlines, sightlines
from ..types import Camera, Image

LUMA = np.array([0.299, 0.587, 0.114], dtype=np.float32)  # ITU-R BT.601
FRAME_SHARE = 0.03
FRAME_SLOPE = 0.01


def picture_lines(image: Image | None, camera: Camera, settings: SegmentSettings) -> Sightlines:
    """The straight edges of a picture, without those of a frame around it; none where there is no picture.

    Raises:
        InputError: the picture is of another size than the camera.
    """
    none = Segments(np.zeros((0, 2)), np.zeros((0, 2)))
    return sightlines(none if image is None else picture_segments(image, camera, settings), camera.matrix)


def picture_segments(image: Image, camera: Camera, settings: SegmentSettings) -> Segments:
    """The same in the picture.

    Raises:
        InputError: the picture is of another size than the camera.
    """
    if (image.width, image.height) != (camera.width, camera.height):
        expected = f"the camera's size, {camera.width} x {camera.height}"
        do = "give the intrinsics at the picture's size"
        raise InputError(message("image", expected, f"{image.width} x {image.height}", do))
    return _unframed(line_segments(image.rgb @ LUMA, settings), image)


def _unframed(segments: Segments, image: Image) -> Segments:
    """Without the segments along the picture's sides: the frame of a scan, the bars of a film."""
    size = np.array([image.width - 1, image.height - 1])
    middle = (segments.start_px + segments.end_px) / 2
    run = np.abs(segments.end_px - segments.start_px)
    at_side = np.minimum(middle, size - middle) < FRAME_SHARE * size
    frame = (at_side & (run <= FRAME_SLOPE * run[:, ::-1])).any(axis=1)
    return Segments(segments.start_px[~frame], segments.end_px[~frame])
