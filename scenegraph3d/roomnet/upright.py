"""The upright frames in which the network speaks of boxes: from pixels to the world and back, on torch tensors.

The world here is the library's without its origin's height: z up, y the camera's horizontal heading, x right, the
origin at the camera. The upright frame of a pixel turns it about z so that y is the heading of the pixel's ray.
"""

import torch
from torch import Tensor


def world_from_camera(pitch_rad: Tensor, roll_rad: Tensor) -> Tensor:
    """Rotation [..., 3, 3] of a camera that looks down by `pitch_rad` and is turned clockwise by `roll_rad` [...]."""
    sp, cp, sr, cr = pitch_rad.sin(), pitch_rad.cos(), roll_rad.sin(), roll_rad.cos()
    zero = torch.zeros_like(sp)
    right = torch.stack([cr, -sr * sp, -sr * cp], dim=-1)
    down = torch.stack([-sr, -cr * sp, -cr * cp], dim=-1)
    forward = torch.stack([zero, cp, -sp], dim=-1)
    return torch.stack([right, down, forward], dim=-1)


def pitch_and_roll(rotation: Tensor) -> tuple[Tensor, Tensor]:
    """Angles of `world_from_camera` rotations [..., 3, 3], radians."""
    pitch = torch.asin(torch.clamp(-rotation[..., 2, 2], -1, 1))
    return pitch, torch.atan2(-rotation[..., 2, 0], -rotation[..., 2, 1])


def rays(rotation: Tensor, focal: Tensor, height: int, width: int) -> Tensor:
    """Directions [B, H, W, 3] in the world, 1 long along the optical axis, through the middles of a grid of cells.

    Args:
        rotation: [B, 3, 3] world from camera.
        focal: [B] focal length over the picture's longer side.
        height, width: of the grid, which covers the picture.
    """
    longer = max(height, width)
    x = (torch.arange(width, device=focal.device) + 0.5 - width / 2) / longer
    y = (torch.arange(height, device=focal.device) + 0.5 - height / 2) / longer
    plane = torch.stack([x.expand(height, width), y[:, None].expand(height, width)], dim=-1)[None]
    plane = plane / focal[:, None, None, None]
    camera = torch.cat([plane, torch.ones_like(plane[..., :1])], dim=-1)
    return torch.einsum("bij,bhwj->bhwi", rotation, camera)


def bearing(directions: Tensor) -> Tensor:
    """Angle [...] of directions [..., 3] on the ground, from the camera's heading to the right, radians."""
    return torch.atan2(directions[..., 0], directions[..., 1])


def turned_by(vectors: Tensor, angle_rad: Tensor) -> Tensor:
    """Vectors [..., 3] turned about z by `angle_rad` [...], counter-clockwise seen from above.

    By the bearing of a ray: from the world into the upright frame of its pixel; by its negative: back.
    """
    c, s = angle_rad.cos(), angle_rad.sin()
    x, y, z = vectors.unbind(dim=-1)
    return torch.stack([c * x - s * y, s * x + c * y, z], dim=-1)
