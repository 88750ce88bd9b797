"""Ordered pairs: how one box stands on, in, over or under another one, by height and by what the footprints share."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from . import verdict
from .measure import UP, Measured
from .rules import RelationRules
from .verdict import Verdict


@dataclass(frozen=True, eq=False)
class Ordered:
    """P ordered pairs whose footprints meet, and what each family rule says of the subject by the reference.

    Attributes:
        m: the pairs, in either order.
        rules: the thresholds.
        subject, reference: [P] rows.
        is_open: [N] which objects are open: seats, beds, tables.
    """

    m: Measured
    rules: RelationRules
    subject: np.ndarray
    reference: np.ndarray
    is_open: np.ndarray

    @cached_property
    def gap_m(self) -> np.ndarray:
        """[P] from the top of the reference up to the bottom of the subject."""
        return self.m.bottom_m[self.subject] - self.m.top_m[self.reference]

    @cached_property
    def rise_m(self) -> np.ndarray:
        """[P] from the bottom of the reference up to the bottom of the subject."""
        return self.m.bottom_m[self.subject] - self.m.bottom_m[self.reference]

    @cached_property
    def shared(self) -> np.ndarray:
        """[P] part of the subject's footprint that lies in the reference's."""
        return self.m.shared_area_m2 / self.m.area_m2[self.subject]

    @cached_property
    def part_of_height(self) -> np.ndarray:
        """[P] part of the subject's height inside the reference's; a flat thing counts as one millimetre high."""
        top, bottom = self.m.top_m, self.m.bottom_m
        height = self.m.objects.size_m[self.subject, 2]
        pad = 0.5 * np.maximum(1e-3 - height, 0.0)
        high = np.minimum(top[self.subject] + pad, top[self.reference])
        low = np.maximum(bottom[self.subject] - pad, bottom[self.reference])
        return np.clip((high - low) / np.maximum(height, 1e-3), 0.0, 1.0)

    @cached_property
    def enclosed(self) -> Verdict:
        """Inside the reference with most of its height."""
        level = verdict.above(self.part_of_height, *self.rules.inside_height)
        return (self._within & level).but_not(self._solid[self.reference])

    @cached_property
    def inside(self) -> Verdict:
        """Inside the reference, or standing in it and taller."""
        return self.enclosed | (self._within & self._stands_in).but_not(self._solid[self.reference])

    @cached_property
    def on_top(self) -> Verdict:
        """On the top of the reference's box, or sunk into it a little."""
        center = self.m.objects.center_m[:, 2]
        resting = verdict.below(self._off_top_m, *self.rules.on_gap_m, self.m.noise_along_m(UP))
        return (resting & self._carried).but_not(center[self.subject] <= center[self.reference])

    @cached_property
    def on_seat(self) -> Verdict:
        """Above the low part of an open reference, and not above its top."""
        low, high = (share * self._height_m[self.reference] for share in self.rules.open_low)
        noise = self.m.noise_along_m(UP)
        raised = verdict.above(self.rise_m, high, low, noise)
        seated = raised & verdict.below(self.gap_m, *self.rules.on_gap_m, noise)
        return (seated & self._carried).but_not(~self.is_open[self.reference])

    @cached_property
    def above(self) -> Verdict:
        """Clear of the reference's top."""
        higher = verdict.above(self.gap_m, *self.rules.above_gap_m, noise=self.m.noise_along_m(UP))
        return higher & verdict.above(self.m.shared_of_smaller, *self.rules.above_overlap)

    @cached_property
    def below_open(self) -> Verdict:
        """In the low part of an open reference, lower than its top."""
        low, high = (share * self._height_m[self.reference] for share in self.rules.open_low)
        noise = self.m.noise_along_m(UP)
        room = self.m.top_m[self.reference] - self.m.top_m[self.subject]
        lower = verdict.below(self.rise_m, low, high, noise) & verdict.above(room, *self.rules.open_top_m, noise)
        return (lower & self._within).but_not(~self.is_open[self.reference])

    @cached_property
    def _height_m(self) -> np.ndarray:
        height: np.ndarray = self.m.objects.size_m[:, 2]
        return height

    @cached_property
    def _is_surface(self) -> np.ndarray:
        return np.array([kind == "surface" for kind in self.m.objects.kind], dtype=bool)

    @cached_property
    def _solid(self) -> np.ndarray:
        return self._is_surface | self.is_open

    @cached_property
    def _within(self) -> Verdict:
        return verdict.above(self.shared, *self.rules.inside_footprint)

    @cached_property
    def _stands_in(self) -> Verdict:
        """The bottom is deep in the reference, not below its bottom, and a part of the height is in it."""
        noise = self.m.noise_along_m(UP)
        most, least = (share * self._height_m[self.reference] for share in self.rules.inside_bottom)
        deep = verdict.below(self.rise_m, most, least, noise)
        deep &= verdict.below(-self.rise_m, *self.rules.touching_gap_m, noise)
        deep &= verdict.above(self.part_of_height, *self.rules.inside_standing)
        return deep.but_not(self._is_surface[self.subject] | (-self.gap_m <= self.rules.on_rim_m))

    @cached_property
    def _off_top_m(self) -> np.ndarray:
        """[P] distance of the subject's bottom from the reference's top, counted so that how far it may sink and how
        far it may hover are the same."""
        rules, height = self.rules, self._height_m
        true = rules.on_gap_m[0]
        under = np.where(self._is_surface, np.inf, height)[self.reference]  # a floor is thin in its box alone
        sink = 0.1 * true + rules.on_sink * np.minimum(height[self.subject], under)
        sink = np.minimum(np.maximum(sink, np.minimum(rules.on_rim_m, rules.on_rim * under)), true)
        return np.where(self.gap_m < 0, -self.gap_m * true / sink, self.gap_m)

    @cached_property
    def _carried(self) -> Verdict:
        area, rules = self.m.area_m2, self.rules
        balanced = self._center_over & (area[self.subject] <= rules.on_balance * area[self.reference])
        carried = np.where(balanced, np.maximum(self.shared, 2 * rules.on_overlap[0]), self.shared)
        return verdict.above(carried, *rules.on_overlap)

    @cached_property
    def _center_over(self) -> np.ndarray:
        center, reference = self.m.objects.center_m, self.reference
        offset = center[self.subject, :2] - center[reference, :2]
        yaw, half = self.m.objects.yaw_rad[reference], 0.5 * self.m.objects.size_m[reference]
        x = np.cos(yaw) * offset[:, 0] + np.sin(yaw) * offset[:, 1]
        y = np.cos(yaw) * offset[:, 1] - np.sin(yaw) * offset[:, 0]
        return (np.abs(x) <= half[:, 0]) & (np.abs(y) <= half[:, 1])
