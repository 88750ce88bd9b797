"""Tiny checkpoints of transformers' own closed-vocabulary, panoptic and instance classes, written to disk.

Weights are random, from a fixed seed, and wide enough that classes, boxes and masks differ from query to query.
"""

import importlib.resources
import json

import numpy as np
import PIL.Image
import torch
import transformers as tf

from scenegraph3d.types import Image

ROOM = {0: "chair", 1: "table", 2: "mug", 3: "N/A", 4: "lamp"}
QUERIES = 12
CLASS_SPREAD = 2.0  # so that some scores are high
BOX_FAMILIES = ("rf_detr", "d_fine", "rt_detr_v2", "rt_detr", "detr", "yolos", "deformable_detr", "lw_detr")


def labels(names=ROOM):
    return {"id2label": dict(names), "label2id": {name: number for number, name in names.items()}}


def picture(width, height, seed=0):
    """Coarse noise: no two pictures are alike, and resizing leaves something of it."""
    coarse = np.random.default_rng(seed).integers(0, 256, (height // 16 + 1, width // 16 + 1, 3))
    return Image(np.kron(coarse, np.ones((16, 16, 1), dtype=int))[:height, :width].astype(np.uint8))


def saved(folder, model, processor, *, spread=0.15):
    """Write a checkpoint with weights of a normal distribution."""
    draw = torch.Generator().manual_seed(0)
    with torch.no_grad():
        for name, weight in model.named_parameters():
            if "norm" not in name:
                weight.normal_(std=CLASS_SPREAD if "class" in name else spread, generator=draw)
    model.eval().save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def _resnet():
    return tf.ResNetConfig(
        embedding_size=8, hidden_sizes=[8, 8, 16, 16], depths=[1, 1, 1, 1], layer_type="basic", out_indices=[4]
    )


def _swin():
    return tf.SwinConfig(
        image_size=64, embed_dim=8, depths=[1] * 4, num_heads=[1] * 4, window_size=4, out_indices=[1, 2, 3, 4]
    )


def _rf_detr_parts(**more):
    backbone = tf.RfDetrDinov2Config(
        hidden_size=16,
        num_hidden_layers=4,
        num_attention_heads=2,
        image_size=96,
        patch_size=12,
        num_windows=2,
        out_indices=[2, 4],
    )
    config = tf.RfDetrConfig(
        backbone_config=backbone,
        d_model=16,
        decoder_ffn_dim=16,
        decoder_layers=2,
        decoder_self_attention_heads=2,
        decoder_cross_attention_heads=2,
        num_queries=QUERIES,
        group_detr=1,
        c2f_num_blocks=1,
        **labels(),
        **more,
    )
    return config, tf.RfDetrImageProcessor(size={"height": 96, "width": 96})


def rf_detr(folder):
    config, processor = _rf_detr_parts()
    return saved(folder, tf.RfDetrForObjectDetection(config), processor)


def rf_detr_masks(folder):
    config, processor = _rf_detr_parts(intermediate_size=16)
    return saved(folder, tf.RfDetrForInstanceSegmentation(config), processor)


def _rt_detr_backbone():
    return tf.RTDetrResNetConfig(
        embedding_size=8, hidden_sizes=[8, 8, 16, 16], depths=[1, 1, 1, 1], layer_type="basic", out_indices=[2, 3, 4]
    )


def _rt_detr_sizes():
    return {
        "encoder_hidden_dim": 16,
        "encoder_ffn_dim": 16,
        "encoder_attention_heads": 2,
        "d_model": 16,
        "decoder_in_channels": [16, 16, 16],
        "decoder_ffn_dim": 16,
        "decoder_layers": 2,
        "decoder_attention_heads": 2,
        "num_queries": QUERIES,
        "num_denoising": 0,
        **labels(),
    }


def _rt_detr_processor():
    return tf.RTDetrImageProcessor(size={"height": 96, "width": 96})


def d_fine(folder):
    backbone = tf.HGNetV2Config(
        stem_channels=[3, 8, 8],
        stage_in_channels=[8, 8, 8, 16],
        stage_mid_channels=[8, 8, 8, 8],
        stage_out_channels=[8, 8, 16, 16],
        stage_num_blocks=[1, 1, 1, 1],
        stage_numb_of_layers=[1, 1, 1, 1],
        hidden_sizes=[8, 8, 16, 16],
        depths=[1, 1, 1, 1],
        embedding_size=8,
        out_indices=[2, 3, 4],
    )
    sizes = _rt_detr_sizes() | {"encoder_in_channels": [8, 16, 16], "hidden_expansion": 1.0}
    return saved(
        folder, tf.DFineForObjectDetection(tf.DFineConfig(backbone_config=backbone, **sizes)), _rt_detr_processor()
    )


def rt_detr_v2(folder):
    sizes = _rt_detr_sizes() | {"encoder_in_channels": [8, 16, 16]}
    config = tf.RTDetrV2Config(backbone_config=_rt_detr_backbone(), **sizes)
    return saved(folder, tf.RTDetrV2ForObjectDetection(config), _rt_detr_processor())


def rt_detr(folder):
    sizes = _rt_detr_sizes() | {"encoder_in_channels": [8, 16, 16]}
    config = tf.RTDetrConfig(backbone_config=_rt_detr_backbone(), **sizes)
    return saved(folder, tf.RTDetrForObjectDetection(config), _rt_detr_processor())


def _detr_sizes():
    return {
        "use_timm_backbone": False,
        "backbone": None,
        "use_pretrained_backbone": False,
        "d_model": 16,
        "encoder_layers": 1,
        "decoder_layers": 1,
        "encoder_attention_heads": 2,
        "decoder_attention_heads": 2,
        "encoder_ffn_dim": 16,
        "decoder_ffn_dim": 16,
        "num_queries": QUERIES,
    }


def detr_processor(**more):
    return tf.DetrImageProcessor(size={"shortest_edge": 64, "longest_edge": 128}, **more)


def detr(folder, processor=None):
    config = tf.DetrConfig(backbone_config=_resnet(), **_detr_sizes(), **labels())
    return saved(folder, tf.DetrForObjectDetection(config), processor or detr_processor(), spread=0.3)


def detr_masks(folder, names=ROOM):
    backbone = tf.ResNetConfig(
        embedding_size=8,
        hidden_sizes=[8, 8, 16, 16],
        depths=[1, 1, 1, 1],
        layer_type="basic",
        out_indices=[1, 2, 3, 4],
    )
    config = tf.DetrConfig(
        backbone_config=backbone,
        **_detr_sizes() | {"d_model": 32, "encoder_attention_heads": 8, "decoder_attention_heads": 8},
        **labels(names),
    )
    return saved(folder, tf.DetrForSegmentation(config), detr_processor())


def yolos(folder):
    config = tf.YolosConfig(
        hidden_size=16,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=16,
        image_size=(64, 96),
        num_detection_tokens=QUERIES,
        **labels(),
    )
    processor = tf.YolosImageProcessor(size={"shortest_edge": 64, "longest_edge": 128})
    return saved(folder, tf.YolosForObjectDetection(config), processor)


def deformable_detr(folder):
    backbone = tf.ResNetConfig(
        embedding_size=8,
        hidden_sizes=[8, 8, 16, 16],
        depths=[1, 1, 1, 1],
        layer_type="basic",
        out_indices=[2, 3, 4],
    )
    config = tf.DeformableDetrConfig(
        backbone_config=backbone,
        **_detr_sizes() | {"d_model": 32, "decoder_layers": 2},
        num_feature_levels=3,
        disable_custom_kernels=True,
        **labels(),
    )
    processor = tf.DeformableDetrImageProcessor(size={"shortest_edge": 64, "longest_edge": 128})
    return saved(folder, tf.DeformableDetrForObjectDetection(config), processor)


def lw_detr(folder):
    backbone = tf.LwDetrViTConfig(
        hidden_size=16,
        num_hidden_layers=4,
        num_attention_heads=2,
        image_size=64,
        pretrain_image_size=64,
        patch_size=16,
        num_windows=4,
        window_block_indices=[0, 2],
        out_indices=[2, 4],
    )
    config = tf.LwDetrConfig(
        backbone_config=backbone,
        projector_scale_factors=[1.0],
        d_model=16,
        decoder_ffn_dim=16,
        decoder_layers=2,
        decoder_self_attention_heads=2,
        decoder_cross_attention_heads=2,
        num_queries=QUERIES,
        group_detr=1,
        c2f_num_blocks=1,
        **labels(),
    )
    processor = tf.DeformableDetrImageProcessor(size={"height": 64, "width": 64})
    return saved(folder, tf.LwDetrForObjectDetection(config), processor)


def boxes_of(family, folder):
    """The checkpoint of a family that gives boxes."""
    return globals()[family](folder)


def mask2former(folder, names=ROOM, size=None):
    config = tf.Mask2FormerConfig(
        backbone_config=_swin(),
        feature_size=32,
        mask_feature_size=32,
        hidden_dim=32,
        encoder_feedforward_dim=16,
        dim_feedforward=16,
        encoder_layers=1,
        decoder_layers=2,
        num_attention_heads=2,
        num_queries=QUERIES,
        **labels(names),
    )
    processor = tf.Mask2FormerImageProcessor(size=size or {"height": 96, "width": 96}, ignore_index=255)
    return saved(folder, tf.Mask2FormerForUniversalSegmentation(config), processor)


def maskformer(folder, names=ROOM):
    config = tf.MaskFormerConfig(
        fpn_feature_size=32,
        mask_feature_size=32,
        backbone_config=_swin(),
        decoder_config=tf.DetrConfig(**_detr_sizes() | {"d_model": 32}),
        **labels(names),
    )
    processor = tf.MaskFormerImageProcessor(size={"height": 96, "width": 96}, ignore_index=255)
    return saved(folder, tf.MaskFormerForInstanceSegmentation(config), processor)


def eomt(folder, names=ROOM, **more):
    config = tf.EomtConfig(
        hidden_size=16,
        num_hidden_layers=4,
        num_attention_heads=2,
        image_size=96,
        num_blocks=1,
        num_queries=QUERIES,
        num_register_tokens=1,
        **labels(names),
    )
    processor = tf.EomtImageProcessor(**{"size": {"shortest_edge": 96, "longest_edge": 96}, "do_pad": True, **more})
    return saved(folder, tf.EomtForUniversalSegmentation(config), processor)


def eomt_dinov3(folder, names=ROOM):
    config = tf.EomtDinov3Config(
        hidden_size=16,
        intermediate_size=16,
        num_hidden_layers=4,
        num_attention_heads=2,
        image_size=96,
        num_blocks=1,
        num_queries=QUERIES,
        num_register_tokens=1,
        **labels(names),
    )
    processor = tf.EomtImageProcessor(size={"shortest_edge": 96, "longest_edge": 96}, do_pad=True)
    return saved(folder, tf.EomtDinov3ForUniversalSegmentation(config), processor)


def oneformer(folder, names=ROOM, things=(0, 1, 2, 4)):
    config = tf.OneFormerConfig(
        backbone_config=_swin(),
        num_queries=QUERIES,
        text_encoder_width=32,
        text_encoder_context_length=20,
        text_encoder_num_layers=1,
        text_encoder_vocab_size=99,
        text_encoder_n_ctx=4,
        task_seq_len=20,
        conv_dim=32,
        mask_dim=32,
        hidden_dim=32,
        encoder_feedforward_dim=16,
        dim_feedforward=16,
        encoder_layers=1,
        decoder_layers=2,
        num_attention_heads=2,
        **labels(names),
    )
    folder.mkdir(exist_ok=True)
    written = {str(number): {"name": name, "isthing": int(number in things)} for number, name in names.items()}
    (folder / "classes.json").write_text(json.dumps(written))
    pictures = tf.OneFormerImageProcessor(
        size={"height": 96, "width": 96}, repo_path=str(folder), class_info_file="classes.json", num_text=4
    )
    words = (
        "<|startoftext|>",
        "<|endoftext|>",
        *"abcdefghijklmnopqrstuvwxyz",
        *(f"{x}</w>" for x in "abcdefghijklmnopqrstuvwxyz"),
    )
    tokenizer = tf.CLIPTokenizer(vocab={word: row for row, word in enumerate(words)}, merges=[])
    processor = tf.OneFormerProcessor(pictures, tokenizer, max_seq_length=20, task_seq_length=20)
    return saved(folder, tf.OneFormerForUniversalSegmentation(config), processor)


def answering(detector, **fields):
    """Make the detector's network answer with `fields`, whatever it is shown; the rest stays what it says."""
    model = detector._loaded.model
    usual = type(model).forward

    def forward(**tensors):
        outputs = usual(model, **tensors)
        for name, value in fields.items():
            assert name in outputs
            outputs[name] = value.to(torch.float32)
        return outputs

    model.forward = forward
    return detector


def pil(image):
    """The picture as Pillow's, for transformers' pipelines."""
    return PIL.Image.fromarray(np.array(image.rgb))


def rectangle(box, width, height):
    """The mask of a box: pixels whose centre is inside."""
    x, y = np.arange(width) + 0.5, np.arange(height) + 0.5
    return ((y > box[1]) & (y < box[3]))[:, None] & ((x > box[0]) & (x < box[2]))


def slopes(box, cells, share, width, height):
    """[h, w] a map of logits that falls off towards every side of a box and is 0 on its border.

    The picture fills `share` of the map's height and width.
    """
    y = torch.tensor((np.arange(cells[0]) + 0.5) / (cells[0] * share[0]) * height)[:, None]
    x = torch.tensor((np.arange(cells[1]) + 0.5) / (cells[1] * share[1]) * width)[None]
    sides = torch.stack(torch.broadcast_tensors(x - box[0], box[2] - x, y - box[1], box[3] - y))
    return sides.amin(dim=0).float()


def names_of_stuff(data_set):
    """The stuff of a data set that the library has in its table."""
    table = importlib.resources.files("scenegraph3d.detect").joinpath("stuff.json")
    return json.loads(table.read_text())[data_set]
