"""Writes what templates are checked against, from other sources than the templates.

    python -m tests.references.derive     (in .venv-references, to ask torchvision, too)

``counts.json``: learnable parameters of every model of every template, by preset, derived from the papers' tables by
the formulas in ``families``. ``keys.json.gz``: the reference implementations' ``state_dict`` keys and shapes, by
template; those of torchvision stay as they are where it is not installed.
"""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import torch
from torch import nn

from tests.references.families import cases, counts

HERE = Path(__file__).parent
Keys = dict[str, list[int]]


def keys_of(module: nn.Module) -> Keys:
    return {key: list(value.shape) for key, value in module.state_dict().items()}


def torchvision_keys() -> Iterator[tuple[str, Keys]]:
    """Of every template that follows torchvision by name; nothing where that is not installed."""
    if find_spec("torchvision") is None:
        return
    for case in cases():
        if case.reference == f"torchvision {case.template}":
            with torch.device("meta"):
                yield case.template, keys_of(case.build())


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
    (HERE / "counts.json").write_text(json.dumps(dict(sorted(counts().items())), indent=1) + "\n", encoding="utf-8")
    store = HERE / "keys.json.gz"
    kept = json.loads(gzip.decompress(store.read_bytes())) if store.exists() else {}
    kept |= dict(torch_keys()) | {"gpt2": gpt2_keys()} | dict(torchvision_keys())
    store.write_bytes(gzip.compress(json.dumps(kept, sort_keys=True).encode(), mtime=0))


if __name__ == "__main__":
    main()
