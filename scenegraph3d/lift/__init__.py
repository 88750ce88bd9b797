"""Lift: detections and depth to objects with gravity-aligned boxes."""

from .objects import Lifted, Skipped, lift
from .priors import COMMON_SIZES, SizePrior, SizePriors
from .settings import CompletionSettings, LiftSettings, NoiseModel

__all__ = [
    "COMMON_SIZES",
    "CompletionSettings",
    "LiftSettings",
    "Lifted",
    "NoiseModel",
    "SizePrior",
    "SizePriors",
    "Skipped",
    "lift",
]
