"""The detector that a checkpoint of transformers asks for, told by the architecture in its config.json."""

from ..documents import read_json
from ..errors import InputError, ModelError, message
from ..models.checkpoint import Checkpoint, checkpoint
from ..models.hub import fetch, model_type
from .base import Detector
from .closed import BOX_TYPES, MASK_TYPES, ClosedDetector, ClosedMaskDetector
from .grounded import OpenVocabularyDetector
from .panoptic import PANOPTIC_TYPES, PanopticDetector
from .prompts import FAMILIES
from .sam3 import TYPES as SAM3_TYPES
from .sam3 import Sam3Detector

OPEN_TYPES = tuple(FAMILIES)
SEMANTIC_TYPES = (
    *("beit", "data2vec-vision", "mobilevit", "mobilevitv2", "sapiens2", "segformer", "tipsv2_dpt", "upernet"),
)


def transformers_detector(spec: str = "", device: str | None = None) -> Detector:
    """The detector of a checkpoint; its network is loaded once and kept.

    | architecture | what it gives |
    |---|---|
    | RF-DETR, D-FINE, RT-DETR, DETR, YOLOS and their relatives | boxes of the checkpoint's classes |
    | RF-DETR with masks | the same, and masks |
    | Mask2Former, MaskFormer, OneFormer, EoMT, DETR with masks | things and stuff with masks |
    | Grounding DINO, MM Grounding DINO, OWLv2, OWL-ViT, OmDet-Turbo | boxes of whatever labels are asked for |
    | SAM 3 | boxes and masks of whatever labels are asked for |

    Args:
        spec: the name of a known checkpoint, a local folder, or a hub id, `owner/name[@commit]`.
        device: "cuda", "mps" or "cpu"; the best there is where left out.

    Raises:
        MissingExtraError: torch or transformers is not installed.
        InputError: no such checkpoint or device.
        ModelError: its files cannot be had, or are of another architecture.
    """
    if not spec:
        do = "write it behind a colon, such as transformers:rf-detr-small"
        raise InputError(message("checkpoint", "a known name, a folder, or a hub id owner/name", "none", do))
    card = checkpoint(spec, "detect")
    kind = model_type(card)
    if kind in MASK_TYPES and _says(card, "ForInstanceSegmentation"):
        return ClosedMaskDetector(card, device)
    if kind in BOX_TYPES and not _says(card, "ForSegmentation"):
        return ClosedDetector(card, device)
    if kind in PANOPTIC_TYPES:
        return PanopticDetector(card, device)
    if kind in OPEN_TYPES:
        return OpenVocabularyDetector(card, device)
    if kind in SAM3_TYPES:
        return Sam3Detector(card, device)
    raise ModelError(_unknown(card, kind))


def _says(card: Checkpoint, ending: str) -> bool:
    """Whether the checkpoint was saved by a class of this ending."""
    written = read_json(fetch(card) / "config.json").get("architectures") or ()
    return any(str(name).endswith(ending) for name in written)


def _unknown(card: Checkpoint, kind: str) -> str:
    types = sorted({*BOX_TYPES, *PANOPTIC_TYPES, *OPEN_TYPES, *SAM3_TYPES})
    do = "is it a checkpoint of another stage?"
    if kind in SEMANTIC_TYPES:
        do = "semantic segmentation names pixels, not things; take a panoptic checkpoint, or one of instances"
    return message(card.name, f"a detector, one of {', '.join(types)}", f"architecture {kind!r}", do)
