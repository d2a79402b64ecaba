"""Writes what templates are checked against, from other sources than the templates.

    python tests/references/derive.py [--torchvision FOLDER]

``counts.json``: learnable parameters of every model of every template, by preset, derived from the papers' tables by
the formulas below. ``keys.json.gz``: the reference implementations' ``state_dict`` keys and shapes, by template. The
modules of torch are asked themselves; torchvision is imported from FOLDER, an unpacked wheel (not installed, since its
compiled operators can be declared without being there).
"""

from __future__ import annotations

import argparse
import gzip
import itertools
import json
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).parent
Keys = dict[str, list[int]]


def linear(inputs: int, outputs: int, bias: bool = True) -> int:
    return inputs * outputs + bias * outputs


def conv(inputs: int, outputs: int, kernel: int, bias: bool = True) -> int:
    return inputs * outputs * kernel**2 + bias * outputs


def norm(channels: int) -> int:
    """Weight and bias of a batch or layer normalisation."""
    return 2 * channels


def mlp(widths: Sequence[int]) -> int:
    return sum(linear(a, b) for a, b in itertools.pairwise(widths))


def lenet5() -> int:
    return conv(1, 6, 5) + conv(6, 16, 5) + conv(16, 120, 5) + mlp([120, 84, 10])


def lenet5_1998() -> int:
    """Table I of the paper: 60 connections from S2's maps to C3's, two numbers for each map of S2 and S4."""
    return conv(1, 6, 5) + 2 * 6 + (60 * 25 + 16) + 2 * 16 + conv(16, 120, 5) + linear(120, 84)


def vgg16(norms: bool = False) -> int:
    stages = ((64, 2), (128, 2), (256, 3), (512, 3), (512, 3))
    widths = [3, *(width for width, layers in stages for _ in range(layers))]
    convolutions = sum(conv(a, b, 3) for a, b in itertools.pairwise(widths))
    return convolutions + norms * sum(map(norm, widths[1:])) + mlp([512 * 7 * 7, 4096, 4096, 1000])


def basic_block(inputs: int, planes: int, projected: bool) -> int:
    branch = conv(inputs, planes, 3, False) + conv(planes, planes, 3, False) + 2 * norm(planes)
    return branch + projected * (conv(inputs, planes, 1, False) + norm(planes))


def bottleneck(inputs: int, planes: int, projected: bool) -> int:
    branch = conv(inputs, planes, 1, False) + conv(planes, planes, 3, False) + conv(planes, 4 * planes, 1, False)
    projection = conv(inputs, 4 * planes, 1, False) + norm(4 * planes)
    return branch + 2 * norm(planes) + norm(4 * planes) + projected * projection


def resnet(layers: Sequence[int], bottlenecks: bool, head: bool = True) -> int:
    block, expansion = (bottleneck, 4) if bottlenecks else (basic_block, 1)
    total, inputs = conv(3, 64, 7, False) + norm(64), 64
    for stage, count in enumerate(layers):
        planes = 64 * 2**stage
        for copy in range(count):
            projected = copy == 0 and (stage > 0 or inputs != planes * expansion)
            total += block(inputs, planes, projected)
            inputs = planes * expansion
    return total + head * linear(inputs, 1000)


def dcgan_generator(noise: int = 100, width: int = 64, channels: int = 3) -> int:
    widths = [noise, 8 * width, 4 * width, 2 * width, width]
    layers = sum(conv(a, b, 4, False) + norm(b) for a, b in itertools.pairwise(widths))
    return layers + conv(width, channels, 4, False)


def dcgan_discriminator(width: int = 64, channels: int = 3) -> int:
    widths = [width, 2 * width, 4 * width, 8 * width]
    layers = sum(conv(a, b, 4, False) + norm(b) for a, b in itertools.pairwise(widths))
    return conv(channels, width, 4, False) + layers + conv(8 * width, 1, 4, False)


def byol_mlp(inputs: int, hidden: int = 4096, outputs: int = 256) -> int:
    return linear(inputs, hidden) + norm(hidden) + linear(hidden, outputs)


def byol(simplicial: bool) -> dict[str, int]:
    """Online and target network and predictor; with simplicial embeddings of 32 × 8 (lucidrains/byol-pytorch)."""
    embedder = linear(2048, 256) + norm(256)
    projector = embedder + byol_mlp(256) if simplicial else byol_mlp(2048)
    online = resnet((3, 4, 6, 3), True, head=False) + projector
    return {"online": online, "predictor": byol_mlp(256), "target": online}


def lstm_layer(inputs: int, hidden: int) -> int:
    """torch's: four gates, two bias vectors."""
    return 4 * hidden * (inputs + hidden + 2)


def lstm(vocabulary: int = 65, embedding: int = 64, hidden: int = 128) -> int:
    return vocabulary * embedding + lstm_layer(embedding, hidden) + linear(hidden, vocabulary)


def ntm(inputs: int = 9, outputs: int = 8, hidden: int = 100, width: int = 20) -> int:
    """Controller with learnt initial state, one head for reading and one for writing (key, strength, gate, three
    shifts, sharpness; erase and add vectors), output from controller and what was read.
    """
    controller = lstm_layer(inputs + width, hidden) + 2 * hidden
    return controller + linear(hidden, width + 6) + linear(hidden, 3 * width + 6) + linear(hidden + width, outputs)


def transformer(width: int, feed_forward: int, layers: int = 6, vocabulary: int = 37_000) -> int:
    attention = 4 * linear(width, width)
    feed = linear(width, feed_forward) + linear(feed_forward, width)
    encoder = attention + feed + 2 * norm(width)
    decoder = 2 * attention + feed + 3 * norm(width)
    return layers * (encoder + decoder) + vocabulary * width


def gpt2(layers: int, width: int, vocabulary: int = 50_257, context: int = 1024) -> int:
    block = 2 * norm(width) + linear(width, 3 * width) + linear(width, width) + mlp([width, 4 * width, width])
    return (vocabulary + context) * width + layers * block + norm(width)


def unet(width: int = 64, inputs: int = 1, classes: int = 2) -> int:
    widths = [width * 2**level for level in range(5)]
    down = sum(conv(a, b, 3) + conv(b, b, 3) for a, b in zip([inputs, *widths], widths, strict=False))
    up = sum(conv(2 * a, a, 2) + conv(2 * a, a, 3) + conv(a, a, 3) for a in widths[:-1])
    return down + up + conv(width, classes, 1)


def gcn(features: int = 1433, hidden: int = 16, classes: int = 7) -> int:
    return mlp([features, hidden, classes])


def counts() -> dict[str, dict[str, dict[str, int]]]:
    """Template, preset, model."""
    return {
        "mlp_classifier": {"paper": {"mlp_classifier": mlp([64, 128, 64, 10])}},
        "lenet5": {"paper": {"lenet5": lenet5()}, "1998": {"lenet5": lenet5_1998()}},
        "vgg16": {"paper": {"vgg16": vgg16()}},
        "resnet18": {"paper": {"resnet18": resnet((2, 2, 2, 2), False)}},
        "resnet50": {"paper": {"resnet50": resnet((3, 4, 6, 3), True)}},
        "resnet152": {"paper": {"resnet152": resnet((3, 8, 36, 3), True)}},
        "dcgan": {"paper": {"generator": dcgan_generator(), "discriminator": dcgan_discriminator()}},
        "byol": {"paper": byol(simplicial=True), "2020": byol(simplicial=False)},
        "vae": {
            "paper": {
                "encoder": linear(784, 400) + 2 * linear(400, 20),
                "decoder": mlp([20, 400, 784]),
            }
        },
        "lstm": {"paper": {"lstm": lstm()}},
        "ntm": {"paper": {"ntm": ntm()}},
        "transformer": {
            "paper": {"transformer": transformer(512, 2048)},
            "big": {"transformer": transformer(1024, 4096)},
        },
        "gpt2": {
            "paper": {"gpt2": gpt2(12, 768)},
            "medium": {"gpt2": gpt2(24, 1024)},
            "large": {"gpt2": gpt2(36, 1280)},
            "xl": {"gpt2": gpt2(48, 1600)},
        },
        "unet": {"paper": {"unet": unet()}},
        "gcn": {"paper": {"gcn": gcn()}},
    }


def keys_of(module: nn.Module) -> Keys:
    return {key: list(value.shape) for key, value in module.state_dict().items()}


def torchvision_keys(folder: Path) -> Iterator[tuple[str, Keys]]:
    sys.path.insert(0, str(folder))
    operators = torch.library.Library("torchvision", "DEF")
    texts = [path.read_text(encoding="utf-8") for path in (folder / "torchvision").rglob("*.py")]
    for name in sorted({found for text in texts for found in re.findall(r"torchvision(?:::|\.)(\w+)[\"(]", text)}):
        operators.define(f"{name}(Tensor x) -> Tensor")
    from torchvision import models  # type: ignore[import-not-found]

    for name in ("vgg16", "vgg16_bn", "resnet18", "resnet50", "resnet152"):
        yield name, keys_of(getattr(models, name)())


def torch_keys() -> Iterator[tuple[str, Keys]]:
    """torch.nn.Transformer without its two final norms, which the paper does not have."""
    whole = keys_of(nn.Transformer(512, 8, 6, 6, 2048))
    yield "transformer", {key: shape for key, shape in whole.items() if not re.match(r"(en|de)coder\.norm\.", key)}


def gpt2_keys(layers: int = 12, width: int = 768) -> Keys:
    """Hugging Face's GPT2LMHeadModel, its Conv1D weights transposed to Linear's."""
    keys = {"transformer.wte.weight": [50_257, width], "transformer.wpe.weight": [1024, width]}
    for layer in range(layers):
        head = f"transformer.h.{layer}"
        keys |= {f"{head}.ln_{n}.{name}": [width] for n in (1, 2) for name in ("weight", "bias")}
        for name, inputs, outputs in (
            ("attn.c_attn", width, 3 * width),
            ("attn.c_proj", width, width),
            ("mlp.c_fc", width, 4 * width),
            ("mlp.c_proj", 4 * width, width),
        ):
            keys |= {f"{head}.{name}.weight": [outputs, inputs], f"{head}.{name}.bias": [outputs]}
    keys |= {f"transformer.ln_f.{name}": [width] for name in ("weight", "bias")}
    return keys | {"lm_head.weight": [50_257, width]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--torchvision", type=Path, help="folder of an unpacked torchvision wheel")
    arguments = parser.parse_args()
    (HERE / "counts.json").write_text(json.dumps(counts(), indent=1) + "\n", encoding="utf-8")
    store = HERE / "keys.json.gz"
    keys = json.loads(gzip.decompress(store.read_bytes())) if store.exists() else {}
    keys |= dict(torch_keys()) | {"gpt2": gpt2_keys()}
    if arguments.torchvision:
        keys |= dict(torchvision_keys(arguments.torchvision))
    store.write_bytes(gzip.compress(json.dumps(keys).encode(), mtime=0))


if __name__ == "__main__":
    main()
