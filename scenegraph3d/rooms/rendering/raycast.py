"""Ray casting: where rays meet the analytic solids of `parts`, and which way the solids face there.

A ray is o + t d in the part's own frame; o and d are triples of tensors that broadcast against each other. A solid is a
span of t, from where the ray enters it to where it leaves; where the ray misses it, the span is empty or not a number,
and a comparison with it is false. A pot is a frustum less a cavity: two spans.

Masks stay out of the arithmetic (flags are large numbers added, empty spans are not numbers): on a CPU a selection
costs as much as dozens of products.
"""

from dataclasses import dataclass
from typing import Any, TypeAlias

from .packing import Kind, Tensor

Vector: TypeAlias = tuple[Any, Any, Any]
TINY = 1e-20  # added to a divisor, it changes none that is not 0
FAR = 1e6  # beyond every room, metres
STEEP = 1e15  # makes a number's sign a flag


@dataclass(frozen=True)
class Trace:
    """How rings are met.

    Attributes:
        steps: of a ray towards a ring.
        near_m: distance from its surface that counts as met.
    """

    steps: int = 40
    near_m: float = 3e-4


TRACE = Trace()


def dot(a: Vector, b: Vector) -> Tensor:
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


def along(o: Vector, t: Tensor, d: Vector) -> Vector:
    """The point o + t d."""
    return o[0] + t * d[0], o[1] + t * d[1], o[2] + t * d[2]


def unit(a: Vector) -> Vector:
    """A vector of length 1."""
    scale = (dot(a, a) + TINY).rsqrt()
    return a[0] * scale, a[1] * scale, a[2] * scale


def slab(o: Tensor, d: Tensor, half: Tensor | float) -> tuple[Tensor, Tensor]:
    """Span between the planes at -half and half along one axis."""
    inverse = (d + TINY).reciprocal_()
    middle, reach = -o * inverse, inverse.abs_().mul_(half)
    return middle - reach, middle + reach


def box_span(o: Vector, d: Vector, half: Vector) -> tuple[Tensor, Tensor]:
    """Span inside the box of half lengths `half`."""
    import torch

    enter, leave = slab(o[0], d[0], half[0])
    for axis in (1, 2):
        near, far = slab(o[axis], d[axis], half[axis])
        enter, leave = torch.maximum(enter, near), torch.minimum(leave, far)
    return enter, leave


def ellipsoid_span(o: Vector, d: Vector, half: Vector) -> tuple[Tensor, Tensor]:
    """Span inside the ellipsoid of half axes `half`."""
    o = (o[0] / half[0], o[1] / half[1], o[2] / half[2])
    d = (d[0] / half[0], d[1] / half[1], d[2] / half[2])
    speed = dot(d, d)
    closest = -dot(o, d) / speed
    foot = along(o, closest, d)
    reach = ((1 - dot(foot, foot)) / speed).sqrt_()
    return closest - reach, closest + reach


def frustum_spans(o: Vector, d: Vector, form: Tensor, *, hollow: bool) -> list[tuple[Tensor, Tensor]]:
    """Span inside a frustum, and inside its cavity where it is `hollow`.

    Reckoned from the ray's closest point to the part's middle, so that thin and far ones keep their digits.
    """
    import torch

    closest = -dot(o, d) / dot(d, d)
    foot = along(o, closest, d)
    slope = form[1]
    run = slope * d[2]
    bend = d[0] * d[0] + d[1] * d[1] - run * run + TINY
    # Steeper than its side, a ray is inside the cone before the first or after the second crossing, not between.
    steep = (bend * -STEEP).clamp_(0, FAR)
    rising = torch.minimum(steep, (run * STEEP).clamp_(min=0))
    falling = torch.minimum(steep, (run * -STEEP).clamp_(min=0))
    least = (steep * STEEP - 1).clamp_(max=0)  # steep rays meet the cone always, whatever rounding says
    lift = foot[0] * d[0] + foot[1] * d[1]
    flat = foot[0] * foot[0] + foot[1] * foot[1]
    out = []
    for radius, low, high in ((form[0], form[2], form[3]), (form[4], form[5], form[6]))[: 1 + hollow]:
        edge = foot[2] * slope + radius
        turn = lift - edge * run
        root = torch.maximum(turn * turn - bend * (flat - edge * edge), least).sqrt_()
        enter, leave = (-turn - root) / bend - falling, (root - turn) / bend + rising
        near, far = slab(foot[2] - (low + high) / 2, d[2], (high - low) / 2)
        out.append((closest + torch.maximum(enter, near), closest + torch.minimum(leave, far)))
    return out


def torus_hit(o: Vector, d: Vector, form: Tensor, first: float, last: float) -> tuple[Tensor, Tensor]:
    """Where a ray meets a ring between t = `first` and `last`, by steps as long as the ring is far (sphere tracing).

    Returns:
        t and whether the ring is met, each as large as d.
    """
    import torch

    shape = d[0].shape
    reach = form[0] + form[1]
    enter, leave = box_span(o, d, (reach, reach, form[1]))
    enter, leave = enter.clamp_(min=first), leave.clamp_(max=last)
    near = (enter <= leave).reshape(-1).nonzero().squeeze(1)
    o, d = (tuple(x.expand(shape).reshape(-1)[near] for x in ray) for ray in (o, d))
    ring, tube = (form[k].expand(shape).reshape(-1)[near] for k in (0, 1))
    t, end = enter.reshape(-1)[near], leave.reshape(-1)[near]
    pace = dot(d, d).rsqrt_()
    gap = torch.zeros_like(t)
    for _ in range(TRACE.steps):
        x, y, z = along(o, t, d)
        off = (x * x + y * y).sqrt_() - ring
        gap = (off * off + z * z).sqrt_() - tube
        t = t + gap * pace
    met = (gap < TRACE.near_m) & (t <= end)
    at = torch.zeros(shape, device=enter.device)
    hit = torch.zeros(shape, dtype=torch.bool, device=enter.device)
    at.view(-1)[near] = t
    hit.view(-1)[near] = met
    return at, hit


def hits(kind: Kind, o: Vector, d: Vector, half: Vector, form: Tensor) -> list[tuple[Tensor, Tensor]]:
    """Where rays from outside meet solids of one kind first: t, and whether it counts; the least that counts is it."""
    if kind is Kind.TORUS:
        return [torus_hit(o, d, form, 0.0, FAR)]
    if kind is Kind.POT:
        (enter, leave), (dip, rise) = frustum_spans(o, d, form, hollow=True)
        met = (enter <= leave) & (enter > 0)
        mouth = (dip <= enter) & (enter <= rise)
        return [(enter, met & ~mouth), (rise, met & mouth & (rise < leave))]
    enter, leave = _span(kind, o, d, half, form)
    return [(enter, (enter <= leave) & (enter > 0))]


def blocked(kind: Kind, o: Vector, d: Vector, half: Vector, form: Tensor) -> Tensor:
    """Whether something of a solid is on the way from o to o + d."""
    if kind is Kind.TORUS:
        return torus_hit(o, d, form, 0.0, 1.0)[1]
    if kind is Kind.POT:
        (enter, leave), (dip, rise) = frustum_spans(o, d, form, hollow=True)
        enter, leave = enter.clamp_(min=0), leave.clamp_(max=1)
        return (enter < leave) & ~((dip <= enter) & (leave <= rise))
    enter, leave = _span(kind, o, d, half, form)
    return enter.clamp_(min=0) < leave.clamp_(max=1)


def _span(kind: Kind, o: Vector, d: Vector, half: Vector, form: Tensor) -> tuple[Tensor, Tensor]:
    if kind is Kind.BOX:
        return box_span(o, d, half)
    if kind is Kind.ELLIPSOID:
        return ellipsoid_span(o, d, half)
    return frustum_spans(o, d, form, hollow=False)[0]


def normals(kind: Kind, p: Vector, half: Vector, form: Tensor) -> Vector:
    """Unit normals at points of a solid's surface, in its own frame, out of the material."""
    import torch

    if kind is Kind.BOX:
        x, y, z = (a / b for a, b in zip(p, half, strict=True))
        most = torch.maximum(torch.maximum(x.abs(), y.abs()), z.abs())
        first = x.abs() == most
        second = (y.abs() == most) & ~first
        return x.sign() * first, y.sign() * second, z.sign() * ~(first | second)
    if kind is Kind.ELLIPSOID:
        x, y, z = (a / b**2 for a, b in zip(p, half, strict=True))
        return unit((x, y, z))
    around = (p[0] * p[0] + p[1] * p[1]).sqrt_() + TINY
    x, y = p[0] / around, p[1] / around
    if kind is Kind.TORUS:
        off = around - form[0]
        return unit((x * off, y * off, p[2]))
    return _frustum_normals(kind, (x, y, p[2]), around, form)


def _frustum_normals(kind: Kind, p: Vector, around: Tensor, form: Tensor) -> Vector:
    """Normals of the nearest of a frustum's surfaces; p[:2] is the unit direction from its axis."""
    import torch

    x, y, z = p
    tilt = (1 + form[1] * form[1]).rsqrt()
    gaps = [(z - form[2]).abs(), (z - form[3]).abs(), ((around - form[1] * z - form[0]) * tilt).abs()]
    ways = [(0.0, -1.0), (0.0, 1.0), (1.0, 0.0)]  # outwards and upwards
    if kind is Kind.POT:
        gaps += [((around - form[1] * z - form[4]) * tilt).abs(), (z - form[5]).abs()]
        ways += [(-1.0, 0.0), (0.0, 1.0)]
    least, side, lid = gaps[0], torch.zeros_like(z), torch.full_like(z, -1.0)
    for gap, (outwards, upwards) in zip(gaps[1:], ways[1:], strict=True):
        nearer = (gap < least).to(z.dtype)
        least = torch.minimum(least, gap)
        side, lid = side + nearer * (outwards - side), lid + nearer * (upwards - lid)
    return x * tilt * side, y * tilt * side, lid - form[1] * tilt * side
