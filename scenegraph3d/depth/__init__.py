"""Depth: from an image, a file or a sensor to a DepthMap."""

from .lidar import depth_from_points

__all__ = ["depth_from_points"]
