"""Writes ``files.json``: what the published files hold, from the reference implementations, never from our templates.

    PYTHONPATH=. .venv-references/bin/python -m tests.weights.derive

For each template and preset a digest of the names and shapes that the model's state has in the reference. Of Hugging
Face's Conv1D, whose matrices lie the other way than Linear's, the shapes are turned.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from app.weights.published import TABLE, Published

FILE = Path(__file__).parent / "files.json"
VERSIONS = {
    "alexnet": "alexnet", "vgg16": "vgg16", "vgg16_bn": "vgg16_bn", "vgg19": "vgg19", "vgg19_bn": "vgg19_bn",
    **{name: name for name in ("resnet18", "resnet34", "resnet50", "resnet101", "resnet152", "vit_b_16", "vit_l_16")},
    "googlenet": "googlenet", "inception_v3": "inception_v3",
    **{f"efficientnet_b{number}": f"efficientnet_b{number}" for number in range(8)},
}  # fmt: skip
"""The function of torchvision that builds what a file is for, by how the file's name begins."""


def digest(shapes: Mapping[str, Sequence[int]]) -> str:
    lines = [f"{name} {'×'.join(map(str, shapes[name]))}" for name in sorted(shapes)]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()[:16]


def main() -> None:
    """Build each on torch's meta device, so that no weights are made."""
    import torch

    from tests.references.installed import torchvision

    found: dict[str, str] = {}
    for entry in TABLE:
        with torch.device("meta"):
            if entry.template == "deeplabv3":
                model = _segmentation(entry.url)
            elif entry.publisher == "torchvision":
                file = entry.url.rpartition("/")[2].rpartition("-")[0]
                model = torchvision(next(VERSIONS[name] for name in _longest_first() if file.startswith(name)))
            else:
                model = _hugging_face(entry.url)
            if entry.translation is not None and "aux" in entry.translation.ignored.lower():
                _without_sides(model)
        found[key(entry)] = digest(_shapes(model))
        print(key(entry), found[key(entry)], flush=True)
    FILE.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def key(entry: Published) -> str:
    return f"{entry.template} {entry.preset}: {entry.url}"


def _without_sides(model) -> None:  # type: ignore[no-untyped-def]
    """The side classifiers, which help in training alone."""
    for name in ("aux1", "aux2", "AuxLogits"):
        if hasattr(model, name):
            setattr(model, name, None)


def _longest_first() -> list[str]:
    return sorted(VERSIONS, key=len, reverse=True)


def _segmentation(url: str):  # type: ignore[no-untyped-def]
    """Without the side classifier."""
    from tests.references.installed import torchvision_models

    make = getattr(torchvision_models().segmentation, url.rpartition("/")[2].rpartition("_")[0])
    return make(weights=None, weights_backbone=None, aux_loss=False)


def _hugging_face(url: str):  # type: ignore[no-untyped-def]
    from transformers import BertConfig, BertForPreTraining, RobertaConfig, RobertaForMaskedLM

    large = {"hidden_size": 1024, "num_hidden_layers": 24, "num_attention_heads": 16, "intermediate_size": 4096}
    more = large if "large" in url else {}
    if "/roberta-" in url:
        sizes = {"vocab_size": 50265, "max_position_embeddings": 514, "type_vocab_size": 1}
        return RobertaForMaskedLM(RobertaConfig(**sizes, **more))
    return BertForPreTraining(BertConfig(**more)) if "/bert-" in url else _gpt(url)


def _gpt(url: str):  # type: ignore[no-untyped-def]
    from transformers import GPT2Config, GPT2LMHeadModel, OpenAIGPTConfig, OpenAIGPTLMHeadModel

    sizes = {"gpt2-medium": (24, 1024, 16), "gpt2-large": (36, 1280, 20), "gpt2-xl": (48, 1600, 25)}
    repository = url.split("/")[4]
    if repository == "openai-gpt":
        return OpenAIGPTLMHeadModel(OpenAIGPTConfig())
    layers, width, heads = sizes.get(repository, (12, 768, 12))
    return GPT2LMHeadModel(GPT2Config(n_layer=layers, n_embd=width, n_head=heads))


def _shapes(model) -> dict[str, list[int]]:  # type: ignore[no-untyped-def]
    turned = {f"{path}.weight" for path, part in model.named_modules() if type(part).__name__ == "Conv1D"}
    return {
        name: list(value.shape)[::-1] if name in turned else list(value.shape)
        for name, value in model.state_dict().items()
        if ".decoder." not in name  # BERT's head: its embedding and a bias again
    }


if __name__ == "__main__":
    main()
