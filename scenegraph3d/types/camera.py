"""Camera: a pinhole camera with its pose, and how each was obtained."""

import math
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Float64

from ..errors import InputError, message
from ..geometry.cameras import focal_px_from_fov
from ..geometry.frames import LEVEL_WORLD_FROM_CAMERA, ground_axes, is_rigid
from . import _check

INTRINSICS_SOURCES = ("given", "exif", "estimated", "assumed")
POSE_SOURCES = ("given", "estimated", "assumed")
DEFAULT_FOV_RAD = math.radians(60.0)


@_check.at_the_door
@dataclass(frozen=True, eq=False)
class Camera:
    """A pinhole camera without distortion.

    Camera frame (OpenCV): x right, y down, z forward. World frame: right-handed, z up.

    Attributes:
        fx, fy: focal lengths in pixels.
        cx, cy: principal point in pixels, from the centre of the top-left pixel.
        width, height: image size in pixels.
        world_from_camera: [4, 4] float64 rigid transform; left out, a level camera at the origin looking along +y.
        intrinsics_source: how fx, fy, cx, cy are known: given, exif, estimated or assumed.
        pose_source: how `world_from_camera` is known: given, estimated or assumed.

    Raises:
        InputError: focal length not above 0, principal point outside the image, or a transform that is not rigid.
    """

    fx: float
    fy: float
    cx: float
    cy: float
    width: int
    height: int
    world_from_camera: Float64[np.ndarray, "4 4"] = _check.FILLED_IN
    intrinsics_source: str = "given"
    pose_source: str = _check.FILLED_IN

    def __post_init__(self) -> None:
        for name in ("fx", "fy", "cx", "cy"):
            object.__setattr__(self, name, _number(getattr(self, name), name))
        if self.width < 1 or self.height < 1:
            raise InputError(message("camera size", "at least 1 x 1 pixel", f"{self.width} x {self.height}"))
        if self.fx <= 0 or self.fy <= 0:
            raise InputError(message("focal length", "fx and fy above 0 pixels", f"fx={self.fx}, fy={self.fy}"))
        if not (-0.5 <= self.cx <= self.width - 0.5 and -0.5 <= self.cy <= self.height - 0.5):
            raise InputError(
                message(
                    "principal point",
                    f"a point inside the {self.width} x {self.height} image",
                    f"cx={self.cx}, cy={self.cy}",
                    "check the order fx,fy,cx,cy and that the intrinsics belong to this image size",
                )
            )
        _check.choice(self.intrinsics_source, "intrinsics_source", INTRINSICS_SOURCES)
        given = self.world_from_camera is not None
        object.__setattr__(self, "pose_source", self.pose_source or ("given" if given else "assumed"))
        _check.choice(self.pose_source, "pose_source", POSE_SOURCES)
        pose = _check.array(self.world_from_camera if given else LEVEL_WORLD_FROM_CAMERA, "world_from_camera", (4, 4))
        if not is_rigid(pose):
            raise InputError(
                message("world_from_camera", "a rotation and a translation", f"{pose.tolist()}", "check its row order")
            )
        object.__setattr__(self, "world_from_camera", pose)

    @classmethod
    def from_fov(cls, width: int, height: int, fov_rad: float = DEFAULT_FOV_RAD, source: str = "assumed") -> "Camera":
        """A camera with square pixels whose longer image side spans `fov_rad`, principal point in the middle."""
        if not 0 < fov_rad < math.pi:
            raise InputError(message("fov_rad", "an angle between 0 and pi", f"{fov_rad}", "give radians, not degrees"))
        return cls.from_focal(width, height, focal_px_from_fov(fov_rad, max(width, height)), source)

    @classmethod
    def from_focal(cls, width: int, height: int, focal_px: float, source: str = "given") -> "Camera":
        """A camera with square pixels of focal length `focal_px`, principal point in the middle."""
        return cls(focal_px, focal_px, (width - 1) / 2, (height - 1) / 2, width, height, intrinsics_source=source)

    @property
    def matrix(self) -> Float64[np.ndarray, "3 3"]:
        """K, [3, 3]: pixels from camera rays."""
        return np.array([[self.fx, 0, self.cx], [0, self.fy, self.cy], [0, 0, 1]], dtype=np.float64)

    @property
    def center_m(self) -> Float64[np.ndarray, " 3"]:
        """[3] the camera's place in the world, metres."""
        return self.world_from_camera[:3, 3]

    def with_pose(self, world_from_camera: np.ndarray, source: str) -> "Camera":
        """The same camera at another pose."""
        return replace(self, world_from_camera=world_from_camera, pose_source=source)


def viewer_axes(camera: Camera | None) -> tuple[Float64[np.ndarray, " 3"], Float64[np.ndarray, " 3"]]:
    """A viewer's right and heading on the ground, [3] each; the world's +x and +y where there is no camera."""
    if camera is None:
        return np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])
    return ground_axes(camera.world_from_camera)


def _number(value: object, name: str) -> float:
    try:
        number = float(value)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise InputError(message(name, "a finite number of pixels", repr(value)))
    return number
