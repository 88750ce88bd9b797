"""From maps to things: pixels vote for the middle of their thing, things gather what their pixels say."""

import math
from collections.abc import Mapping
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

from . import upright
from .layout import BACKGROUND


@dataclass(frozen=True)
class DecodeSettings:
    """How maps are read.

    Attributes:
        least_center: chance of being the middle of a thing from which a peak counts.
        peak_cells: side of the window of the map in which a peak is the highest.
        most_things: peaks that are followed.
        reach: of a vote, in parts of the picture's longer side: farther votes count less.
        beside: peaks that are nearer to each other, in units of `reach`, do not share a category.
        unlike: a pixel whose chance of a category is less does not look like it.
        least_px: pixels below which a thing is dropped.
        least_score: of things that are kept.
        purity: power of the share of a cell that is a thing's, by which the cell speaks for it.
        elongated: ln of the ratio of a box's horizontal sides above which its longer side has a direction of its own.
        sure: length of a mean direction, in [0, 1], from which it is followed.
        same: pieces of one category whose boxes have their middles this near, in diagonals of the larger, are one.
    """

    least_center: float = 0.2
    peak_cells: int = 5
    most_things: int = 40
    reach: float = 0.015
    beside: float = 2.0
    unlike: float = 0.001
    least_px: int = 8
    least_score: float = 0.05
    purity: float = 2.0
    elongated: float = 0.1
    sure: float = 0.3
    same: float = 0.4


@dataclass(frozen=True, eq=False)
class Things:
    """N things of a picture.

    Attributes:
        mask: bool [N, H, W], disjoint.
        label, color, material: int64 [N], rows of the category, color and material maps.
        score: [N] in [0, 1].
        center_m: [N, 3] middle of the box in the world of `upright`, metres; its origin is the camera.
        size_m: [N, 3] full lengths along the box's x, y, z.
        yaw_rad: [N] turn of its x axis about z, from the world's x.
    """

    mask: Tensor
    label: Tensor
    color: Tensor
    material: Tensor
    score: Tensor
    center_m: Tensor
    size_m: Tensor
    yaw_rad: Tensor


@dataclass(frozen=True, eq=False)
class _Claims:
    mask: Tensor  # bool [C, H, W], disjoint
    peak: Tensor  # int64 [C]


def depth_of(maps: Mapping[str, Tensor], height: int, width: int) -> Tensor:
    """Metres along the optical axis, [H, W], of the one picture that `maps` are of."""
    return _spread(maps["log_depth"], height, width)[0].exp()


def things_of(
    maps: Mapping[str, Tensor], height: int, width: int, fronts: tuple[int, ...], settings: DecodeSettings
) -> Things:
    """The things of the one picture that `maps` are of.

    Args:
        maps: float32, batch of one, see `layout`.
        height, width: of the picture.
        fronts: categories whose box has its x axis at the front.
        settings: see `DecodeSettings`.
    """
    middle, chance = _peaks(maps["center"][0, 0], settings)
    claims = _masks(maps, middle, settings, (height, width))
    kept = claims.mask.flatten(1).sum(dim=1) >= settings.least_px
    mask, chance = claims.mask[kept], chance[claims.peak[kept]]
    category = _spread(maps["category"], height, width).log_softmax(dim=0)
    own = _mean(category[: -len(BACKGROUND)], mask.float()).softmax(dim=1)
    best, label = own.max(dim=1) if len(mask) else (chance, chance.long())
    certain = _mean(category.exp()[: -len(BACKGROUND)].sum(dim=0, keepdim=True), mask.float())[:, 0]
    score = (best * certain * chance.sqrt()).clamp(0, 1)
    order = torch.argsort(score, descending=True)
    order = order[score[order] >= settings.least_score]
    pieces = _gathered(maps, mask[order], label[order], score[order], fronts, settings)
    thing = _thing_of(pieces, settings)
    firsts = torch.tensor([thing.index(k) for k in range(len(set(thing)))], dtype=torch.long)
    if len(firsts) == len(thing):
        return pieces
    whole = torch.zeros(len(firsts), *pieces.mask.shape[1:], dtype=torch.bool)
    for piece, k in enumerate(thing):
        whole[k] |= pieces.mask[piece]
    return _gathered(maps, whole, pieces.label[firsts], pieces.score[firsts], fronts, settings)


def _thing_of(pieces: Things, settings: DecodeSettings) -> list[int]:
    """Which thing each piece is of, in the order of their surest pieces: large things fall apart where several of
    their pixels pass for the middle, but all speak of the same box."""
    diagonal = pieces.size_m.norm(dim=1)
    apart = torch.cdist(pieces.center_m, pieces.center_m)
    near = apart < settings.same * torch.maximum(diagonal[:, None], diagonal)
    same = near & (pieces.label[:, None] == pieces.label)
    thing: list[int] = []
    for piece in range(len(diagonal)):
        earlier = [k for k in range(piece) if same[piece, k]]
        thing.append(thing[earlier[0]] if earlier else max(thing, default=-1) + 1)
    return thing


def _peaks(logit: Tensor, settings: DecodeSettings) -> tuple[Tensor, Tensor]:
    """Places [K, 2] in parts of the longer side, and chances [K], of the middles of things."""
    chance = logit.sigmoid()
    side = settings.peak_cells
    highest = functional.max_pool2d(chance[None, None], side, stride=1, padding=side // 2)[0, 0]
    rows, columns = torch.nonzero((chance == highest) & (chance >= settings.least_center), as_tuple=True)
    order = torch.argsort(chance[rows, columns], descending=True)[: settings.most_things]
    rows, columns = rows[order], columns[order]
    place = torch.stack([columns, rows], dim=-1) + 0.5
    tied = torch.cdist(place, place, p=torch.inf).tril(-1).add(torch.ones(len(place), len(place)).triu() * side)
    first = (tied > side // 2).all(dim=1)
    return place[first] / max(logit.shape), chance[rows, columns][first]


def _masks(maps: Mapping[str, Tensor], middle: Tensor, settings: DecodeSettings, size: tuple[int, int]) -> _Claims:
    """Each pixel of a thing goes to the middle that its vote is near, of things of the category that it looks like."""
    height, width = size
    category = _spread(maps["category"], height, width).log_softmax(dim=0)
    offset = functional.interpolate(maps["offset"], size, mode="nearest")[0]
    rows, columns = torch.nonzero(category.argmax(dim=0) < len(category) - len(BACKGROUND), as_tuple=True)
    place = (torch.stack([columns, rows], dim=-1) + 0.5) / max(height, width)
    away = torch.cdist(place + offset[:, rows, columns].T, middle) / settings.reach
    looks = category[: -len(BACKGROUND), rows, columns].T
    peak, label = _candidates(away, looks, middle, settings)
    mask = torch.zeros(len(peak), height, width, dtype=torch.bool)
    if len(peak) and len(rows):
        mask[(away[:, peak] - looks[:, label]).argmin(dim=1), rows, columns] = True
    return _Claims(mask, peak)


def _candidates(away: Tensor, looks: Tensor, middle: Tensor, settings: DecodeSettings) -> tuple[Tensor, Tensor]:
    """Peaks and categories [C] of the things that may be there: of each peak what most of its votes look like, and
    what some of them look like that do not look like that (an apple in the middle of a bowl).

    Args:
        away: [P, K] how far each pixel's vote is from each peak, in units of `reach`.
        looks: [P, L] ln of the chance that it is of each category.
        middle: [K, 2] the peaks.
        settings: see `DecodeSettings`.
    """
    nearest = away.argmin(dim=1) if away.shape[1] else away.new_zeros(len(away), dtype=torch.long)
    votes = [looks[(nearest == peak) & (away[:, peak] < 1)] for peak in range(len(middle))]
    main = torch.tensor([int(_count(own).argmax()) for own in votes], dtype=torch.long)
    near = torch.cdist(middle, middle) < settings.reach * settings.beside
    peaks, labels = [torch.arange(len(middle))], [main]
    for peak, own in enumerate(votes):
        unlike = _count(own[own[:, main[peak]].exp() < settings.unlike])
        unlike[main[near[peak]]] = 0
        others = torch.nonzero(unlike >= settings.least_px)[:, 0]
        peaks.append(torch.full_like(others, peak))
        labels.append(others)
    return torch.cat(peaks), torch.cat(labels)


def _count(looks: Tensor) -> Tensor:
    return torch.bincount(looks.argmax(dim=1), minlength=looks.shape[1])


def _gathered(
    maps: Mapping[str, Tensor],
    mask: Tensor,
    label: Tensor,
    score: Tensor,
    fronts: tuple[int, ...],
    settings: DecodeSettings,
) -> Things:
    grid = maps["shift"].shape[-2:]
    share = functional.interpolate(mask[None].float(), grid, mode="area")[0] if len(mask) else torch.zeros(0, *grid)
    share = share**settings.purity
    pitch, roll, log_focal = maps["camera"].T
    rays = upright.rays(upright.world_from_camera(pitch, roll), log_focal.exp(), *grid)[0]
    bearing = upright.bearing(rays)
    seen = (rays * maps["log_depth"][0, 0].exp()[..., None]).permute(2, 0, 1)
    shift = upright.turned_by(maps["shift"][0].permute(1, 2, 0), -bearing).permute(2, 0, 1)
    color = _mean(maps["color"][0].log_softmax(dim=0), share)
    material = _mean(maps["material"][0].log_softmax(dim=0), share)
    size = _mean(maps["log_size"][0], share).exp()
    axis = _mean(_turned_back(maps["axis"][0], 2 * bearing), share)
    square = _mean(_turned_back(maps["square"][0], 4 * bearing), share)
    front = _mean(_turned_back(maps["front"][0], bearing), share)
    has_front = torch.isin(label, torch.tensor(fronts, dtype=label.dtype))
    yaw, size = _axes(size, axis, square, front, has_front, settings)
    return Things(
        mask=mask,
        label=label,
        score=score,
        color=color.argmax(dim=1),
        material=material.argmax(dim=1),
        center_m=_mean(seen + shift, share),
        size_m=size,
        yaw_rad=yaw,
    )


def _axes(
    size: Tensor, axis: Tensor, square: Tensor, front: Tensor, has_front: Tensor, settings: DecodeSettings
) -> tuple[Tensor, Tensor]:
    """Yaw [N] and full lengths along x, y, z [N, 3] from lengths that begin with the longer horizontal one."""
    quarter = math.pi / 2
    longer = torch.atan2(axis[:, 1], axis[:, 0]) / 2
    by_square = torch.atan2(square[:, 1], square[:, 0]) / 4
    near = by_square + ((longer - by_square) / quarter).round() * quarter
    elongated = (size[:, 0] / size[:, 1]).log() > settings.elongated
    longer = torch.where((square.norm(dim=1) > settings.sure) | ~elongated, near, longer)
    ahead = torch.atan2(front[:, 1], front[:, 0])
    turns = ((ahead - longer) / quarter).round()
    turns = torch.where(has_front & (front.norm(dim=1) > settings.sure), turns, torch.zeros_like(turns))
    swapped = turns.long() % 2 == 1
    lengths = torch.where(swapped[:, None], size[:, [1, 0, 2]], size)
    return longer + turns * quarter, lengths


def _turned_back(circle: Tensor, angle: Tensor) -> Tensor:
    """A map of directions [2, h, w] turned by minus `angle` [h, w]."""
    c, s = angle.cos(), angle.sin()
    return torch.stack([c * circle[0] + s * circle[1], c * circle[1] - s * circle[0]])


def _mean(maps: Tensor, share: Tensor) -> Tensor:
    """Means [N, C] of maps [C, h, w] over the cells of each thing, by their share [N, h, w]."""
    flat = share.flatten(1)
    return flat @ maps.flatten(1).T / flat.sum(dim=1, keepdim=True).clamp(min=1e-9)


def _spread(maps: Tensor, height: int, width: int) -> Tensor:
    """Maps [1, C, h, w] at the picture's size, [C, H, W]."""
    return functional.interpolate(maps, (height, width), mode="bilinear", align_corners=False)[0]
