"""Tiny ONNX networks with known answers, and cards for them, written to disk."""

import json

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

IR_VERSION, OPSET = 9, 17
TYPES = {"float": TensorProto.FLOAT, "float16": TensorProto.FLOAT16, "uint8": TensorProto.UINT8}


def save(path, nodes, outputs, *, shape, kind="float", constants=None, extra_inputs=()):
    """Write a model with the input "images" of `shape`, `outputs` of open shapes, and named constants."""
    inputs = [helper.make_tensor_value_info(name, TYPES[kind], shape) for name in ("images", *extra_inputs)]
    given = [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs]
    known = [numpy_helper.from_array(np.asarray(value), name) for name, value in (constants or {}).items()]
    graph = helper.make_graph(nodes, "tiny", inputs, given, known)
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
    onnx.save(model, path)
    return path


def card(folder, model, stage, **given):
    """Write card.json beside the model; `given["input"]` is laid over a plain resize."""
    document = {"model": model.name, "input": {"fit": "resize", "channels": "rgb", **given.pop("input", {})}}
    path = folder / "card.json"
    path.write_text(json.dumps({**document, **stage, **given}), encoding="utf-8")
    return path


def first_channel(path, *, shape, kind="float", pool=1):
    """A "depth" network: the first of three channels as it comes, averaged over `pool` x `pool` pixels."""
    nodes = [
        helper.make_node("Cast", ["images"], ["real"], to=TensorProto.FLOAT),
        helper.make_node("Slice", ["real", "zero", "one", "channel"], ["first"]),
        helper.make_node("AveragePool", ["first"], ["depth"], kernel_shape=[pool, pool], strides=[pool, pool]),
    ]
    if shape[-1] == 3:
        nodes[0] = helper.make_node("Cast", ["images"], ["last"], to=TensorProto.FLOAT)
        nodes.insert(1, helper.make_node("Transpose", ["last"], ["real"], perm=[0, 3, 1, 2]))
    constants = {"zero": np.array([0]), "one": np.array([1]), "channel": np.array([1])}
    return save(path, nodes, ["depth"], shape=shape, kind=kind, constants=constants)


def constant(path, outputs, *, shape=(1, 3, 32, 32)):
    """A network that says the same of every picture: `outputs` is name -> array."""
    nodes = [helper.make_node("Identity", [f"{name}_kept"], [name]) for name in outputs]
    constants = {f"{name}_kept": np.asarray(value, dtype=np.float32) for name, value in outputs.items()}
    return save(path, nodes, list(outputs), shape=shape, constants=constants)


def bright_box(path, *, width, height, scores, form):
    """A detector that works: the extent of what is brighter than half, as centre, size and then `scores`.

    By `form`, one output, pixels: "columns" [1, 4 + len(scores), 1] or "rows" [1, 1, 4 + len(scores)]; or, in "shares"
    of the input, "pred_boxes" [1, 1, 4] and "logits" [1, 1, len(scores)].
    """
    nodes = [
        helper.make_node("Greater", ["images", "half"], ["bright"]),
        helper.make_node("Cast", ["bright"], ["level"], to=TensorProto.FLOAT),
    ]
    for axis, other in (("x", 2), ("y", 3)):
        nodes += [
            helper.make_node("ReduceMax", ["level"], [f"{axis}_profile"], axes=[0, 1, other], keepdims=0),
            helper.make_node("ArgMax", [f"{axis}_profile"], [f"{axis}_first"], axis=0, keepdims=1),
            helper.make_node("ArgMax", [f"{axis}_profile"], [f"{axis}_last"], axis=0, keepdims=1, select_last_index=1),
            helper.make_node("Add", [f"{axis}_last", "next"], [f"{axis}_end"]),
            helper.make_node("Sub", [f"{axis}_end", f"{axis}_first"], [f"{axis}_whole"]),
            helper.make_node("Cast", [f"{axis}_whole"], [f"{axis}_size"], to=TensorProto.FLOAT),
            helper.make_node("Add", [f"{axis}_end", f"{axis}_first"], [f"{axis}_sum"]),
            helper.make_node("Cast", [f"{axis}_sum"], [f"{axis}_twice"], to=TensorProto.FLOAT),
            helper.make_node("Mul", [f"{axis}_twice", "middle"], [f"{axis}_center"]),
        ]
    parts = ["x_center", "y_center", "x_size", "y_size"]
    constants = {
        "half": np.array([0.5], np.float32),
        "middle": np.array([0.5], np.float32),
        "next": np.array([1]),
        "scores": np.array(scores, np.float32),
        "full": np.array([width, height] * 2, np.float32),
        "as_rows": np.array([1, 1, -1]),
        "as_columns": np.array([1, -1, 1]),
    }
    if form == "shares":
        nodes += [
            helper.make_node("Concat", parts, ["pixels"], axis=0),
            helper.make_node("Div", ["pixels", "full"], ["shares"]),
            helper.make_node("Reshape", ["shares", "as_rows"], ["pred_boxes"]),
            helper.make_node("Reshape", ["scores", "as_rows"], ["logits"]),
        ]
    else:
        nodes += [
            helper.make_node("Concat", [*parts, "scores"], ["row"], axis=0),
            helper.make_node("Reshape", ["row", f"as_{form}"], ["output"]),
        ]
    outputs = ["pred_boxes", "logits"] if form == "shares" else ["output"]
    return save(path, nodes, outputs, shape=(1, 3, height, width), constants=constants)
