"""Tiny checkpoints of transformers' real depth classes, with their real image processors, written to a folder.

The weights are random from a fixed seed, and scaled so that the maps have some range.
"""

from pathlib import Path

import numpy as np
import PIL.Image
import torch
import transformers as hf

import scenegraph3d as sg3

torch.set_num_threads(1)
hf.utils.logging.disable_progress_bar()

DINOV2 = {
    "hidden_size": 16,
    "num_hidden_layers": 4,
    "num_attention_heads": 2,
    "image_size": 28,
    "patch_size": 14,
    "out_features": ["stage1", "stage2", "stage3", "stage4"],
    "reshape_hidden_states": False,
}
NECK = {"reassemble_hidden_size": 16, "neck_hidden_sizes": [8, 8, 8, 8], "fusion_hidden_size": 8, "head_hidden_size": 8}
DEPTH_ANYTHING_SIZE = {"size": {"height": 70, "width": 70}, "keep_aspect_ratio": True, "ensure_multiple_of": 14}


def noise(width: int, height: int, seed: int = 0) -> sg3.Image:
    """A picture of large random blots."""
    coarse = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), dtype=np.uint8)
    rows, columns = np.arange(height) * 6 // height, np.arange(width) * 8 // width
    return sg3.Image(coarse[rows][:, columns])


def as_pil(image: sg3.Image) -> PIL.Image.Image:
    """The same picture, for the library's own functions."""
    return PIL.Image.fromarray(image.rgb)


def save(folder: Path, model: torch.nn.Module, processor: object) -> Path:
    """Write both; every parameter that is a matrix is drawn again, larger, so that pictures make a difference."""
    generator = torch.Generator().manual_seed(7)
    with torch.no_grad():
        for parameter in model.parameters():
            if parameter.dim() > 1 and parameter.numel() > 0:
                fan_in = parameter[0].numel()
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * (1.5 / fan_in) ** 0.5)
        for module in model.modules():
            if isinstance(module, torch.nn.Conv2d) and module.out_channels == 1:
                module.weight.abs_().mul_(
                    0.2
                )  # a head that cuts off below 0 gives something, and a sigmoid less than 1
    model.save_pretrained(folder)
    processor.save_pretrained(folder)
    return folder


def depth_anything(folder: Path, **config: object) -> Path:
    """Depth Anything: relative, or metric with depth_estimation_type and max_depth."""
    made = hf.DepthAnythingConfig(backbone_config=hf.Dinov2Config(**DINOV2), patch_size=14, **NECK, **config)
    return save(folder, hf.DepthAnythingForDepthEstimation(made), hf.DPTImageProcessor(**DEPTH_ANYTHING_SIZE))


def prompt_depth_anything(folder: Path) -> Path:
    """Prompt Depth Anything, with a sigmoid at its end as the published one has."""
    made = hf.PromptDepthAnythingConfig(
        backbone_config=hf.Dinov2Config(**DINOV2), patch_size=14, depth_estimation_type="metric", **NECK
    )
    processor = hf.PromptDepthAnythingImageProcessor(**DEPTH_ANYTHING_SIZE)
    return save(folder, hf.PromptDepthAnythingForDepthEstimation(made), processor)


def depth_pro(folder: Path, *, fov: float | None = 50.0) -> Path:
    """Depth Pro; its head sees about `fov` degrees in every picture, and without one it has no such head."""
    part = {key: DINOV2[key] for key in ("hidden_size", "num_hidden_layers", "num_attention_heads")}
    part |= {"image_size": 16, "patch_size": 4}
    made = hf.DepthProConfig(
        patch_size=16,
        fusion_hidden_size=8,
        intermediate_hook_ids=[1, 0],
        intermediate_feature_dims=[8, 8],
        scaled_images_ratios=[0.5, 1],
        scaled_images_overlap_ratios=[0.0, 0.25],
        scaled_images_feature_dims=[8, 8],
        merge_padding_value=1,
        num_fov_head_layers=1,
        use_fov_model=fov is not None,
        image_model_config=hf.Dinov2Config(**part),
        patch_model_config=hf.Dinov2Config(**part),
        fov_model_config=hf.Dinov2Config(**part),
    )
    model = hf.DepthProForDepthEstimation(made)
    if fov is not None:
        model.fov_model.head.layers[-1].bias.data.fill_(fov)
    return save(folder, model, hf.DepthProImageProcessor(size={"height": 32, "width": 32}))


def zoedepth(folder: Path, *, heads: int = 1) -> Path:
    """ZoeDepth with one metric head, or with one for indoors and one for outdoors."""
    backbone = hf.BeitConfig(
        hidden_size=16,
        num_hidden_layers=4,
        num_attention_heads=2,
        intermediate_size=32,
        image_size=64,
        patch_size=16,
        use_relative_position_bias=True,
        reshape_hidden_states=False,
        out_features=["stage1", "stage2", "stage3", "stage4"],
    )
    bins = [
        {"n_bins": 8, "min_depth": 0.001, "max_depth": 10.0, "name": "nyu"},
        {"n_bins": 8, "min_depth": 0.001, "max_depth": 80.0, "name": "kitti"},
    ]
    made = hf.ZoeDepthConfig(
        backbone_config=backbone,
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
        bottleneck_features=8,
        num_relative_features=4,
        bin_embedding_dim=8,
        num_attractors=[4, 2, 2, 1],
        bin_configurations=bins[:heads],
        num_patch_transformer_layers=4,
        patch_transformer_hidden_size=128,
        patch_transformer_intermediate_size=16,
        patch_transformer_num_attention_heads=2,
    )
    processor = hf.ZoeDepthImageProcessor(size={"height": 96, "width": 128}, ensure_multiple_of=32)
    return save(folder, hf.ZoeDepthForDepthEstimation(made), processor)


def dpt(folder: Path) -> Path:
    """DPT on its own vision transformer, as DPT-Large."""
    made = hf.DPTConfig(
        hidden_size=16,
        num_hidden_layers=4,
        num_attention_heads=2,
        intermediate_size=32,
        image_size=64,
        patch_size=16,
        backbone_out_indices=[0, 1, 2, 3],
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
    )
    return save(folder, hf.DPTForDepthEstimation(made), hf.DPTImageProcessor(size={"height": 64, "width": 64}))


def dpt_hybrid(folder: Path) -> Path:
    """DPT-Hybrid: a convolutional backbone below the transformer."""
    backbone = {
        "global_padding": "same",
        "layer_type": "bottleneck",
        "depths": [1, 1, 1],
        "hidden_sizes": [8, 16, 16],
        "embedding_size": 8,
        "num_groups": 2,
        "out_features": ["stage1", "stage2", "stage3"],
        "embedding_dynamic_padding": True,
    }
    made = hf.DPTConfig(
        is_hybrid=True,
        backbone_config=backbone,
        backbone_featmap_shape=[1, 16, 4, 4],
        hidden_size=16,
        num_hidden_layers=4,
        num_attention_heads=2,
        intermediate_size=32,
        image_size=64,
        patch_size=16,
        backbone_out_indices=[0, 1, 2, 3],
        neck_hidden_sizes=[8, 16, 8, 8],
        fusion_hidden_size=8,
    )
    return save(folder, hf.DPTForDepthEstimation(made), hf.DPTImageProcessor(size={"height": 64, "width": 64}))


def dpt_swinv2(folder: Path) -> Path:
    """DPT on SwinV2, as MiDaS 3.1."""
    backbone = hf.Swinv2Config(
        embed_dim=8,
        depths=[1, 1, 1, 1],
        num_heads=[1, 1, 2, 2],
        window_size=2,
        image_size=64,
        patch_size=4,
        out_features=["stage1", "stage2", "stage3", "stage4"],
    )
    made = hf.DPTConfig(
        backbone_config=backbone,
        hidden_size=8,
        neck_hidden_sizes=[8, 16, 32, 64],
        fusion_hidden_size=8,
        reassemble_factors=[1, 1, 1, 1],
        use_bias_in_fusion_residual=True,
    )
    return save(folder, hf.DPTForDepthEstimation(made), hf.DPTImageProcessor(size={"height": 64, "width": 64}))


def dpt_dinov2(folder: Path) -> Path:
    """DPT on DINOv2: metric; its processor pads to whole patches instead of resizing."""
    made = hf.DPTConfig(
        backbone_config=hf.Dinov2Config(**DINOV2),
        hidden_size=16,
        neck_hidden_sizes=[8, 8, 8, 8],
        fusion_hidden_size=8,
    )
    processor = hf.DPTImageProcessor(do_resize=False, do_pad=True, size_divisor=14)
    return save(folder, hf.DPTForDepthEstimation(made), processor)


def glpn(folder: Path, *, max_depth: int = 80) -> Path:
    """GLPN."""
    made = hf.GLPNConfig(
        depths=[1, 1, 1, 1],
        hidden_sizes=[8, 8, 16, 16],
        num_attention_heads=[1, 1, 2, 2],
        decoder_hidden_size=8,
        max_depth=max_depth,
    )
    return save(folder, hf.GLPNForDepthEstimation(made), hf.GLPNImageProcessor())


def detector(folder: Path) -> Path:
    """A checkpoint of another stage: YOLOS."""
    made = hf.YolosConfig(
        hidden_size=16,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=16,
        image_size=[32, 32],
        num_detection_tokens=2,
    )
    return save(folder, hf.YolosForObjectDetection(made), hf.YolosImageProcessor())


METRIC = {"depth_estimation_type": "metric"}
DEPTH_MODELS = {
    "depth_anything": (depth_anything, "inverse_relative"),
    "depth_anything_indoor": (lambda to: depth_anything(to, **METRIC, max_depth=20), "metric"),
    "depth_anything_outdoor": (lambda to: depth_anything(to, **METRIC, max_depth=80), "metric"),
    "depth_pro": (depth_pro, "metric"),
    "depth_pro_without_fov": (lambda to: depth_pro(to, fov=None), "relative"),
    "zoedepth": (zoedepth, "metric"),
    "zoedepth_two_heads": (lambda to: zoedepth(to, heads=2), "metric"),
    "dpt": (dpt, "inverse_relative"),
    "dpt_hybrid": (dpt_hybrid, "inverse_relative"),
    "dpt_swinv2": (dpt_swinv2, "inverse_relative"),
    "dpt_dinov2": (dpt_dinov2, "metric"),
    "glpn": (glpn, "metric"),
    "glpn_default": (lambda to: glpn(to, max_depth=10), "relative"),
    "prompt_depth_anything": (prompt_depth_anything, "metric"),
}
