"""Up from what stands upright: surface normals of the depth and straight edges of the picture, in one vote.

Surfaces (normals) + sightlines of segments -> up in the camera frame, how sure that is and how precisely each direction
of tilt is settled. Radians. Where depth leaves something open, such as the shift of inverse depth, there is one set of
surfaces for each way that it may be, and the one under which right angles are right and edges upright is taken.

Every candidate up is given a score: the share of the normals that it makes level or upright, plus the share of the
segments that it makes upright, plus a little for what nobody explains. The score to a power, times how people and
robots hold cameras, is taken for how likely the candidate is. So a second answer takes from the confidence of the first
by as much as it explains; depth and edges that disagree, too, and a picture of which little is explained is unsure.

The best candidate is then refined: least squares over the normals and segments around it, each kind weighted by how
well it fits.

References:
    S. Gupta, P. Arbelaez, J. Malik, Perceptual Organization and Recognition of Indoor Scenes from RGB-D Images, CVPR
    2013 (level and upright normals); J. M. Coughlan, A. L. Yuille, Manhattan World, Neural Computation 2003 (edges).
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from jaxtyping import Float, Float64

from ..geometry.frames import up_of_pitch_and_roll
from ..geometry.planes import NormalVote, NormalVoteSettings
from ..geometry.vanishing import Sightlines


@dataclass(frozen=True)
class UprightnessSettings:
    """How up is searched.

    Attributes:
        pitch_rad: lowest and highest pitch searched, downwards positive.
        roll_rad: largest roll searched, to either side.
        step_rad: distance between the candidates.
        usual_pitch_rad: mean pitch of cameras, and standard deviations upwards and downwards of it.
        usual_roll_rad: standard deviation of their roll.
        leaning: how likely it is that what looks upright in a picture leans, beside a camera held as it mostly is.
        normals: how normals vote.
        edge_kernel_rad: a segment this far from upright counts exp(-1/2).
        edge_weight: what all segments count beside all normals.
        few_edges_rad: with this much length of segments, as it looks from the camera, they count half.
        unexplained: what is added to every score.
        sharpness: the power to which scores are raised.
        near_rad: the confidence is how likely the candidates are that are this near to the answer.
        refine_rad: the segments used by each round of refinement, by their largest angle from upright.
        edge_noise_rad: least standard deviation of segments around upright.
        edge_bias_rad: standard deviation of what segments have in common: lens distortion, things that lean.
        longest_edge_rad: a longer segment counts as one of this length: a single one may be what it wants.
        edge_piece_rad: segments give one measurement for each such piece.
        prior_precision: of the camera's being held as usual, per square radian.
        half_sure_rad: standard deviation of the less settled direction of tilt at which the confidence is halved.
    """

    pitch_rad: tuple[float, float] = (math.radians(-45.0), math.radians(65.0))
    roll_rad: float = math.radians(25.0)
    step_rad: float = math.radians(3.0)
    usual_pitch_rad: tuple[float, float, float] = (math.radians(8.0), math.radians(16.0), math.radians(22.0))
    usual_roll_rad: float = math.radians(8.0)
    leaning: float = 0.2
    normals: NormalVoteSettings = field(default_factory=NormalVoteSettings)
    edge_kernel_rad: float = math.radians(2.5)
    edge_weight: float = 1.2
    few_edges_rad: float = 0.8
    unexplained: float = 0.1
    sharpness: float = 6.0
    near_rad: float = math.radians(6.0)
    refine_rad: tuple[float, ...] = (math.radians(5.0), math.radians(3.0), math.radians(2.0))
    edge_noise_rad: float = math.radians(0.5)
    edge_bias_rad: float = math.radians(0.5)
    longest_edge_rad: float = math.radians(15.0)
    edge_piece_rad: float = math.radians(5.0)
    prior_precision: float = 10.0
    half_sure_rad: float = math.radians(4.0)


@dataclass(frozen=True, eq=False)
class Surfaces:
    """What depth shows of surfaces.

    Attributes:
        normals: [N, 3] unit normals that face the camera; there may be none.
        share: what they count beside all segments, such as the share of the depth that has a normal.
    """

    normals: Float[np.ndarray, "n 3"]
    share: float = 1.0


@dataclass(frozen=True, eq=False)
class Uprightness:
    """Up, as far as normals and segments settle it.

    Attributes:
        up: [3] unit vector in the camera frame.
        confidence: in [0, 1]: how likely it is that up is right to some degrees.
        from_normals, from_edges: [3, 3] information about up, per square radian; its largest two eigenvalues are those
            of the directions of tilt that it settles.
    """

    up: Float64[np.ndarray, " 3"]
    confidence: float
    from_normals: Float64[np.ndarray, "3 3"]
    from_edges: Float64[np.ndarray, "3 3"]


def find_upright(
    ways: Sequence[Surfaces], lines: Sightlines, settings: UprightnessSettings | None = None
) -> Uprightness:
    """The up that most of the normals and segments agree on; of confidence 0 where there are none of either.

    Args:
        ways: the surfaces, once for each way that they may be; at least one.
        lines: the segments.
        settings: how up is searched.
    """
    settings = settings or UprightnessSettings()
    candidates, prior = _candidates(settings)
    votes = [NormalVote.of(way.normals, settings.normals) for way in ways]
    by_normals = np.stack([way.share * vote.support(candidates) for way, vote in zip(ways, votes, strict=True)])
    by_edges = settings.edge_weight * _edge_support(lines, candidates, settings)
    likely = prior * (settings.unexplained + by_normals + by_edges) ** settings.sharpness
    way, row = np.unravel_index(int(np.argmax(likely)), likely.shape)
    vote = votes[way]
    up = best = candidates[row]
    mass = float(likely[:, candidates @ best > math.cos(settings.near_rad)].sum() / likely.sum())
    held = settings.prior_precision * (np.eye(3) - np.outer(best, best))
    for normal_limit, edge_limit in zip(settings.normals.refine_rad, settings.refine_rad, strict=True):
        of_normals = vote.information(up, normal_limit)
        of_edges = _edge_information(lines, up, edge_limit, settings)
        up = most_upright(of_normals + of_edges + held, up)
    upright = _stands(float(by_normals[way, row]), float(by_edges[row]), float(prior[row]), settings)
    sure = mass * upright * _settled(of_normals + of_edges, up, settings)
    return Uprightness(up, sure, of_normals, of_edges)


def most_upright(information: Float[np.ndarray, "3 3"], near: Float[np.ndarray, " 3"]) -> Float[np.ndarray, " 3"]:
    """The direction that some information speaks least against, on the side of `near`."""
    up = np.linalg.eigh(information)[1][:, 0]
    return np.asarray(up * np.sign(up @ near))


def _candidates(settings: UprightnessSettings) -> tuple[np.ndarray, np.ndarray]:
    """[C, 3] directions, and [C] how usual each is."""
    low, high = settings.pitch_rad
    step = settings.step_rad
    steps = round(settings.roll_rad / step)
    pitch, roll = np.meshgrid(np.arange(low, high + step / 2, step), step * np.arange(-steps, steps + 1))
    pitch, roll = pitch.ravel(), roll.ravel()
    up = up_of_pitch_and_roll(pitch, roll)
    mean, upwards, downwards = settings.usual_pitch_rad
    unusual = (pitch - mean) / np.where(pitch < mean, upwards, downwards)
    return up, np.exp(-0.5 * (unusual**2 + (roll / settings.usual_roll_rad) ** 2))


def _edge_support(lines: Sightlines, candidates: np.ndarray, settings: UprightnessSettings) -> np.ndarray:
    """[C] the share of the segments that is upright, by length, less where there are few."""
    near = np.exp(-0.5 * (lines.off(candidates) / settings.edge_kernel_rad) ** 2)
    length = np.minimum(lines.angle_rad, settings.longest_edge_rad)
    return np.asarray(length @ near / (length.sum() + settings.few_edges_rad))


def _edge_information(lines: Sightlines, up: np.ndarray, limit: float, settings: UprightnessSettings) -> np.ndarray:
    """[3, 3] what the segments that are upright to within `limit` say of up."""
    off = lines.off(up[None])[:, 0]
    used = off < limit
    pieces = np.minimum(lines.angle_rad[used], settings.longest_edge_rad) / settings.edge_piece_rad
    normal = lines.normal[used]
    spread = (pieces @ off[used] ** 2) / max(float(pieces.sum()), 1.0)
    value, axis = np.linalg.eigh((pieces[:, None] * normal).T @ normal / (spread + settings.edge_noise_rad**2))
    return np.asarray(axis * (value / (1 + value * settings.edge_bias_rad**2)) @ axis.T)


def _stands(by_normals: float, by_edges: float, usual: float, settings: UprightnessSettings) -> float:
    """How likely it is that what looks upright is: edges alone cannot tell a leaning bookcase from a camera that is
    held at an angle, while depth shows the floor or the walls that it stands among."""
    on_edges_alone = by_edges / (by_edges + by_normals + settings.unexplained)
    return 1 - on_edges_alone * settings.leaning / (settings.leaning + usual)


def _settled(information: np.ndarray, up: np.ndarray, settings: UprightnessSettings) -> float:
    """From 0, where one direction of tilt is open, to 1, where both are settled."""
    across = np.linalg.svd(up[None])[2][1:]
    least = max(float(np.linalg.eigvalsh(across @ information @ across.T)[0]), 0.0)
    return least / (least + settings.half_sure_rad**-2)
