"""Tiny checkpoints of the real classes that compare pictures with texts, and of a backbone of timm."""

from pathlib import Path

import timm
import torch
import transformers as hf
from timm.models import save_for_hf
from tokenizers import Tokenizer, models, pre_tokenizers, processors

torch.set_num_threads(1)
hf.utils.logging.disable_progress_bar()

WORDS = (
    *("a", "photo", "of", "made", ".", "cup", "door", "lamp"),
    *("wood", "metal", "glass", "open", "closed"),
)
LENGTH = 16
TEXT = {"hidden_size": 24, "intermediate_size": 24, "num_hidden_layers": 2, "num_attention_heads": 2}
IDS = {"bos_token_id": 1, "eos_token_id": 2, "pad_token_id": 0}
VISION = {**TEXT, "image_size": 32, "patch_size": 8}


def tokenizer(length: int) -> hf.PreTrainedTokenizerFast:
    """A tokenizer that knows a few whole words, and ends each text."""
    vocabulary = {word: number for number, word in enumerate(["<pad>", "<unk>", "<end>", *WORDS])}
    made = Tokenizer(models.WordLevel(vocabulary, unk_token="<unk>"))
    made.pre_tokenizer = pre_tokenizers.Whitespace()
    made.post_processor = processors.TemplateProcessing(single="$A <end>", special_tokens=[("<end>", 2)])
    return hf.PreTrainedTokenizerFast(
        tokenizer_object=made, unk_token="<unk>", pad_token="<pad>", eos_token="<end>", model_max_length=length
    )


def _save(folder: Path, model: torch.nn.Module, processor: hf.ProcessorMixin) -> Path:
    generator = torch.Generator().manual_seed(5)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1:
                fan_in = parameter[0].numel()
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * (2 / fan_in) ** 0.5)
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def clip(folder: Path) -> Path:
    """CLIP; its image processor cuts the middle out."""
    text = {**TEXT, **IDS, "vocab_size": len(WORDS) + 3, "max_position_embeddings": LENGTH}
    config = hf.CLIPConfig(text_config=text, vision_config=VISION, projection_dim=20)
    images = hf.CLIPImageProcessor(size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32})
    return _save(folder, hf.CLIPModel(config), hf.CLIPProcessor(images, tokenizer(LENGTH)))


def siglip(folder: Path) -> Path:
    """SigLIP; its texts are padded to 64 tokens."""
    text = {**TEXT, **IDS, "vocab_size": len(WORDS) + 3, "max_position_embeddings": 64, "projection_size": 24}
    config = hf.SiglipConfig(text_config=text, vision_config=VISION)
    images = hf.SiglipImageProcessor(size={"height": 32, "width": 32})
    return _save(folder, hf.SiglipModel(config), hf.SiglipProcessor(images, tokenizer(64)))


def siglip2(folder: Path) -> Path:
    """SigLIP 2 with pictures of any shape, and its own tokenizer, of single letters."""
    letters = ["<pad>", "<eos>", "<bos>", "<unk>", "<mask>", "▁", ".", *"abcdefghijklmnopqrstuvwxyz"]
    words = hf.Siglip2Tokenizer(vocab={letter: number for number, letter in enumerate(letters)}, merges=[])
    text = {**TEXT, **IDS, "vocab_size": len(letters), "max_position_embeddings": 64, "projection_size": 24}
    vision = {**TEXT, "patch_size": 8, "num_patches": 16}
    config = hf.Siglip2Config(text_config=text, vision_config=vision)
    images = hf.Siglip2ImageProcessor(patch_size=8, max_num_patches=16)
    return _save(folder, hf.Siglip2Model(config), hf.Siglip2Processor(images, words))


def backbone(folder: Path, *, classes: int = 7) -> Path:
    """timm's smallest vision transformer, with a classifier that is of no use here."""
    torch.manual_seed(3)
    model = timm.create_model("test_vit", pretrained=False, num_classes=classes)
    save_for_hf(model, str(folder), safe_serialization=True)
    return folder


def other(folder: Path) -> Path:
    """A checkpoint of another kind: a picture classifier."""
    config = hf.ViTConfig(**TEXT, image_size=32, patch_size=8)
    hf.ViTForImageClassification(config).save_pretrained(folder)
    return folder
