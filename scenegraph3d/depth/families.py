"""What the numbers of each depth architecture of transformers mean, from its name and configuration.

| `model_type` | kind | farthest value that its head can give |
|---|---|---|
| depth_anything (V1, V2) | "inverse_relative", or "metric" where `depth_estimation_type` is "metric" | `max_depth` |
| depth_pro | "metric"; "relative" where neither it nor the caller has a focal length | 10 km |
| dpt (MiDaS) | "inverse_relative" | - |
| dpt on a DINOv2 backbone (its NYU and KITTI heads) | "metric" | - |
| glpn | "metric"; "relative" where `max_depth` is the default and no card says what it is | `max_depth` |
| prompt_depth_anything | "metric", in the range of the sensor's | - |
| tipsv2_dpt | "metric" | `max_depth` |
| zoedepth | "metric" | - |

GLPN's KITTI checkpoint was published with the NYU checkpoint's `max_depth`, the default, and so gives metres divided by
8: of the two, only the card of checkpoints.json tells, by the hub id.

No other architecture is run: nothing in a checkpoint's files says whether its numbers are metres, depth or inverse
depth, and a wrong guess gives a scene that is inside out.

References:
    L. Yang et al., Depth Anything V2, NeurIPS 2024; A. Bochkovskii et al., Depth Pro, ICLR 2025;
    R. Ranftl et al., Vision Transformers for Dense Prediction, ICCV 2021; M. Oquab et al., DINOv2, TMLR 2024;
    D. Kim et al., Global-Local Path Networks, 2022; H. Lin et al., Prompting Depth Anything, CVPR 2025;
    S. F. Bhat et al., ZoeDepth, 2023.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ..errors import ModelError, message
from ..models.checkpoint import Checkpoint
from ..models.hub import model_type

PROMPTED = "prompt_depth_anything"
DEPTH_PRO_LIMIT = 1e4  # its inverse depth is cut off at 1e-4
GLPN_DEFAULT = 10  # of `max_depth`
MIDAS_BACKBONES = ("beit", "bit", "swinv2")
METRIC_BACKBONES = ("dinov2",)
NO_DEPTH = {"chmv2": "heights of trees seen from above"}
EXPORT = "export it to ONNX and say in a card what kind it gives: onnx:card.json"


@dataclass(frozen=True)
class Family:
    """What an architecture's numbers mean.

    Attributes:
        kind: as `DepthMap.kind`.
        limit: the largest value that its head can give; None where it has no limit.
        alone: pictures in one batch would change each other's depth, so each goes through the network alone.
        by_focal: depth is scaled by the focal length, and without one it is "relative".
    """

    kind: str
    limit: float | None = None
    alone: bool = False
    by_focal: bool = False


def check_architecture(card: Checkpoint, only: str | None = None) -> None:
    """Refuse a checkpoint whose numbers are not known.

    Args:
        card: the checkpoint.
        only: the one architecture that will do; any in the table above where left out.

    Raises:
        ModelError: another architecture; or see `models.hub.fetch`.
    """
    found = model_type(card)
    if found not in _FAMILIES:
        got = f"architecture {found!r}" + (f", which gives {NO_DEPTH[found]}" if found in NO_DEPTH else "")
        raise ModelError(message(card.name, f"a depth model, one of {', '.join(sorted(_FAMILIES))}", got, EXPORT))
    if only not in (None, found):
        raise ModelError(message(card.name, f"architecture {only!r}", repr(found), "estimate depth without a sensor"))


def family(config: Any, card: Checkpoint) -> Family:
    """What the numbers of a model with transformers' `config` mean.

    Args:
        config: of an architecture in the table above.
        card: the checkpoint's.

    Raises:
        ModelError: the configuration leaves the kind open.
    """
    return _FAMILIES[config.model_type](config, card)


def _depth_anything(config: Any, card: Checkpoint) -> Family:
    if config.depth_estimation_type == "relative":
        return Family("inverse_relative")
    if not config.max_depth:
        raise ModelError(message(f"{card.name}: max_depth", "metres above 0 of a metric model", f"{config.max_depth}"))
    return Family("metric", float(config.max_depth))


def _dpt(config: Any, card: Checkpoint) -> Family:
    backbone = None if config.backbone_config is None else config.backbone_config.model_type
    if backbone is None or backbone in MIDAS_BACKBONES:
        return Family("inverse_relative")
    if backbone in METRIC_BACKBONES:
        return Family("metric")
    expected = f"a DPT on one of {', '.join((*MIDAS_BACKBONES, *METRIC_BACKBONES))}"
    raise ModelError(message(card.name, expected, f"one on {backbone!r}, whose kind of depth is not known", EXPORT))


def _glpn(config: Any, card: Checkpoint) -> Family:
    told = "relative" if config.max_depth == GLPN_DEFAULT else "metric"
    return Family(card.depth_kind or told, float(config.max_depth))


_FAMILIES: Mapping[str, Callable[[Any, Checkpoint], Family]] = {
    "depth_anything": _depth_anything,
    "depth_pro": lambda _config, _card: Family("metric", DEPTH_PRO_LIMIT, by_focal=True),
    "dpt": _dpt,
    "glpn": _glpn,
    PROMPTED: lambda _config, _card: Family("metric"),
    "tipsv2_dpt": lambda config, _card: Family("metric", float(config.max_depth)),
    # With several heads, the pictures of a batch vote on one head for all of them.
    "zoedepth": lambda config, _card: Family("metric", alone=len(config.bin_configurations) > 1),
}
