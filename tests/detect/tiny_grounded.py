"""Tiny checkpoints of transformers' own open-vocabulary and segment-anything classes, written to disk.

Weights are random; the tokenizers know few words, and spell the others.
"""

import string

import numpy as np
import PIL.Image
import torch
import transformers as tf

from scenegraph3d.types import Image

ROOM_WORDS = ("mug", "chair", "coffee", "table", "book", "lamp", "a", "photo", "of", "detect", "head")
IDS = {"[PAD]": 0, "[UNK]": 100, "[CLS]": 101, "[SEP]": 102, "[MASK]": 103, ".": 1012, "?": 1029}  # those of BERT
SMALL = {"num_hidden_layers": 1, "num_attention_heads": 2, "hidden_size": 16, "intermediate_size": 16}


def picture(width, height, seed=0):
    """Noise over a slope: no two pixels are alike, and no two pictures."""
    noise = np.random.default_rng(seed).integers(0, 128, (height, width, 3))
    return Image((noise + np.linspace(0, 127, width, dtype=int)[None, :, None]).astype(np.uint8))


def pil(image):
    """The picture as transformers' own processors take it."""
    return PIL.Image.fromarray(image.rgb)


def bert_tokenizer():
    """WordPiece: `head` + `##phones` for "headphones", letters for what is not among the words."""
    taken = {identity: word for word, identity in IDS.items()}
    letters = [*string.ascii_lowercase, *(f"##{letter}" for letter in string.ascii_lowercase), "-"]
    words = iter((*ROOM_WORDS, "##phones", *letters))
    vocab = [taken[row] if row in taken else next(words, f"[unused{row}]") for row in range(max(IDS.values()) + 1)]
    return tf.BertTokenizer(vocab={word: row for row, word in enumerate(vocab)})


def clip_tokenizer(length):
    """Byte pairs: one token for each of the words, letters for others; the end of text has the last id."""
    letters = [*string.ascii_lowercase, *string.digits, *string.punctuation]
    vocab = ["!</w>", *letters, *(f"{letter}</w>" for letter in letters)]
    merges = []
    for word in ROOM_WORDS:
        parts = [*word[:-1], f"{word[-1]}</w>"]
        while len(parts) > 1:
            pair, joined = f"{parts[0]} {parts[1]}", parts[0] + parts[1]
            if pair not in merges:
                merges.append(pair)
                vocab.append(joined)
            parts = [joined, *parts[2:]]
    vocab = list(dict.fromkeys([*vocab, "<|startoftext|>", "<|endoftext|>"]))
    return tf.CLIPTokenizer(
        vocab={word: row for row, word in enumerate(vocab)},
        merges=[tuple(pair.split()) for pair in merges],
        model_max_length=length,
        pad_token="!</w>",
    )


def _saved(folder, model, processor):
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if weight.ndim < 2 and "norm" in name and name.endswith("weight"):
                continue
            weight.normal_(std=0.3, generator=torch.Generator().manual_seed(len(name)))
    model.eval().save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def _swin(stages):
    return tf.SwinConfig(
        image_size=64, embed_dim=8, depths=[1] * 4, num_heads=[1] * 4, window_size=4, out_indices=list(stages)
    )


def grounding_dino(folder, *, mm=False, context=32, side=64):
    """Grounding DINO or MM Grounding DINO, whose text holds `context` tokens; shorter side of the input."""
    config_class, model_class = (
        (tf.MMGroundingDinoConfig, tf.MMGroundingDinoForObjectDetection)
        if mm
        else (tf.GroundingDinoConfig, tf.GroundingDinoForObjectDetection)
    )
    tokenizer = bert_tokenizer()
    config = config_class(
        backbone_config=_swin((2, 3, 4)),
        text_config=tf.BertConfig(vocab_size=len(tokenizer), max_position_embeddings=64, **SMALL),
        d_model=32,  # in its norms are 32 groups
        encoder_layers=1,
        encoder_ffn_dim=16,
        encoder_attention_heads=2,
        decoder_layers=2,
        decoder_ffn_dim=16,
        decoder_attention_heads=2,
        num_queries=12,
        max_text_len=context,
    )
    images = tf.GroundingDinoImageProcessor(size={"shortest_edge": side, "longest_edge": side * 5 // 3})
    return _saved(folder, model_class(config), tf.GroundingDinoProcessor(images, tokenizer))


def owl(folder, *, second=True, side=64):
    """OWLv2, or the first OWL-ViT."""
    config_class, model_class, processor_class, image_class = (
        (tf.Owlv2Config, tf.Owlv2ForObjectDetection, tf.Owlv2Processor, tf.Owlv2ImageProcessor)
        if second
        else (tf.OwlViTConfig, tf.OwlViTForObjectDetection, tf.OwlViTProcessor, tf.OwlViTImageProcessor)
    )
    tokenizer = clip_tokenizer(16)
    config = config_class(
        text_config={**SMALL, "vocab_size": len(tokenizer), "max_position_embeddings": 16},
        vision_config={**SMALL, "image_size": 64, "patch_size": 16},
        projection_dim=16,
    )
    size = {"height": side, "width": side}
    return _saved(folder, model_class(config), processor_class(image_class(size=size), tokenizer))


def omdet(folder, *, side=64):
    """OmDet-Turbo."""
    tokenizer = clip_tokenizer(77)
    ends = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    text = tf.CLIPTextConfig(vocab_size=len(tokenizer), max_position_embeddings=77, **SMALL, **ends)
    config = tf.OmDetTurboConfig(
        text_config=text,
        backbone_config=_swin((2, 3, 4)),
        use_timm_backbone=False,
        image_size=64,
        apply_layernorm_after_vision_backbone=False,
        text_projection_in_dim=16,
        text_projection_out_dim=16,
        task_encoder_hidden_dim=8,
        class_embed_dim=16,
        num_queries=12,
        encoder_in_channels=[16, 32, 64],
        encoder_hidden_dim=8,
        encoder_attention_heads=2,
        encoder_dim_feedforward=16,
        vision_features_channels=[8, 8, 8],
        decoder_hidden_dim=8,  # other than that of the text, as in the published one
        decoder_num_heads=2,
        decoder_num_layers=2,
        decoder_dim_feedforward=16,
    )
    images = tf.DetrImageProcessor(size={"height": side, "width": side}, do_pad=False)
    return _saved(folder, tf.OmDetTurboForObjectDetection(config), tf.OmDetTurboProcessor(images, tokenizer))


def sam3(folder, *, video=False, side=56):
    """SAM 3 that is asked by text; with `video` in one file with its tracker, as it is published."""
    tokenizer = clip_tokenizer(32)
    ends = {"bos_token_id": tokenizer.bos_token_id, "eos_token_id": tokenizer.eos_token_id}
    part = {"hidden_size": 16, "num_attention_heads": 2, "intermediate_size": 16, "num_layers": 1}
    config = tf.Sam3Config(
        vision_config=_sam3_vision(),
        text_config={
            **SMALL,
            **ends,
            "model_type": "clip_text_model",
            "vocab_size": len(tokenizer),
            "max_position_embeddings": 32,
            "projection_dim": 16,
        },
        geometry_encoder_config=part,
        detr_encoder_config=part,
        detr_decoder_config={**part, "num_queries": 8},
        mask_decoder_config={"hidden_size": 16, "num_attention_heads": 2},
    )
    images = tf.Sam3ImageProcessor(size={"height": side, "width": side})
    if not video:
        return _saved(folder, tf.Sam3Model(config), tf.Sam3Processor(images, tokenizer))
    vision = {**_sam3_vision(), "model_type": "sam3_vision_model"}
    tracker = {"model_type": "sam3_tracker_video", "vision_config": vision, **_prompts(56, 14), **_memory(56)}
    model = tf.Sam3VideoModel(tf.Sam3VideoConfig(detector_config=config.to_dict(), tracker_config=tracker))
    videos = tf.Sam2VideoVideoProcessor(size={"height": 56, "width": 56})
    return _saved(folder, model, tf.Sam3VideoProcessor(images, videos, tokenizer))


def _sam3_vision():
    backbone = {**SMALL, "model_type": "sam3_vit_model", "image_size": 56, "patch_size": 14, "window_size": 2}
    return {
        "backbone_config": {**backbone, "global_attn_indexes": [0], "pretrain_image_size": 28},
        "fpn_hidden_size": 16,
        "backbone_feature_sizes": [[16, 16], [8, 8], [4, 4]],
    }


def _prompts(side, patch):
    decoder = {"hidden_size": 16, "mlp_dim": 16, "num_attention_heads": 2, "iou_head_hidden_dim": 16}
    return {
        "prompt_encoder_config": {"hidden_size": 16, "image_size": side, "patch_size": patch},
        "mask_decoder_config": decoder,
    }


def _memory(side):
    parts = ("memory_attention_hidden_size", "memory_attention_feed_forward_hidden_size", "memory_encoder_hidden_size")
    parts += ("mask_downsampler_embed_dim", "memory_fuser_embed_dim", "memory_fuser_intermediate_dim")
    sizes = {"memory_attention_num_layers": 1, "memory_encoder_output_channels": 8, "image_size": side}
    return {**dict.fromkeys(parts, 16), **sizes, "memory_attention_rope_feat_sizes": [4, 4]}


def sam3_tracker(folder, *, side=56):
    """SAM 3 that is asked by boxes."""
    config = tf.Sam3TrackerConfig(
        vision_config={**_sam3_vision(), "model_type": "sam3_vision_model"}, **_prompts(56, 14)
    )
    images = tf.Sam3ImageProcessor(size={"height": side, "width": side})
    return _saved(folder, tf.Sam3TrackerModel(config), tf.Sam3TrackerProcessor(images))


def sam2(folder, *, video=False, side=64):
    """SAM 2.1; with `video` in one file with its tracker, as it is published."""
    hiera = {
        "model_type": "sam2_hiera_det_model",
        "hidden_size": 8,
        "image_size": [64, 64],
        "window_positional_embedding_background_size": [4, 4],
        "blocks_per_stage": [1, 1, 2, 1],
        "embed_dim_per_stage": [8, 16, 32, 64],
        "num_attention_heads_per_stage": [1, 1, 1, 1],
        "window_size_per_stage": [8, 4, 4, 4],
        "global_attention_blocks": [3],
    }
    vision = {
        "backbone_config": hiera,
        "backbone_channel_list": [64, 32, 16, 8],
        "backbone_feature_sizes": [[16, 16], [8, 8], [4, 4]],
        "fpn_hidden_size": 16,
    }
    size = {"height": side, "width": side}
    images = tf.Sam2ImageProcessor(size=size)
    if video:
        config = tf.Sam2VideoConfig(vision_config=vision, **_prompts(64, 16), **_memory(64))
        processor = tf.Sam2VideoProcessor(images, tf.Sam2VideoVideoProcessor(size=size))
        return _saved(folder, tf.Sam2VideoModel(config), processor)
    config = tf.Sam2Config(vision_config=vision, **_prompts(64, 16))
    return _saved(folder, tf.Sam2Model(config), tf.Sam2Processor(images))


def sam(folder, *, hq=False, side=64):
    """SAM, or SAM-HQ, whose input is padded to a square."""
    config_class, model_class, processor_class = (
        (tf.SamHQConfig, tf.SamHQModel, tf.SamHQProcessor) if hq else (tf.SamConfig, tf.SamModel, tf.SamProcessor)
    )
    vision = {
        "hidden_size": 16,
        "output_channels": 16,
        "num_hidden_layers": 2,
        "num_attention_heads": 2,
        "image_size": 64,
        "patch_size": 16,
        "global_attn_indexes": [1],
        "num_pos_feats": 8,
        "mlp_dim": 16,
        "window_size": 2,
    }
    prompts = _prompts(64, 16)
    if hq:
        prompts["mask_decoder_config"]["vit_dim"] = 16
    config = config_class(vision_config=vision, **prompts)
    images = tf.SamImageProcessor(size={"longest_edge": side}, pad_size={"height": side, "width": side})
    return _saved(folder, model_class(config), processor_class(images))
