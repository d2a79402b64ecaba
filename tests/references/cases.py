"""What is compared with what: for each template the reference, how keys correspond, and an input."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor, nn

from tests.references import by_hand, published

State = dict[str, Tensor]
Translate = Callable[[State, nn.Module], State]
"""From one side's names and layouts to those of the module that is given."""


def same_names(state: State, _: nn.Module) -> State:
    return state


def in_order(state: State, other: nn.Module) -> State:
    """For references whose names mean nothing: in order of definition, which is that of the data's way."""
    names = list(other.state_dict())
    if len(names) != len(state):
        raise ValueError(f"{len(state)} tensors meet {len(names)}.")
    return dict(zip(names, state.values(), strict=True))


def transposed(pattern: str) -> Translate:
    """Same names, but the matrices whose names match lie the other way."""

    def translate(state: State, _: nn.Module) -> State:
        return {key: value.T if re.search(pattern, key) else value for key, value in state.items()}

    return translate


def prefixed(pairs: Mapping[str, str]) -> Translate:
    """Names that begin differently on both sides."""
    both_ways = [*pairs.items(), *((theirs, ours) for ours, theirs in pairs.items())]

    def translate(state: State, other: nn.Module) -> State:
        wanted = set(other.state_dict())
        found: State = {}
        for key, value in state.items():
            names = {key} | {there + key[len(here) :] for here, there in both_ways if key.startswith(here)}
            (name,) = names & wanted
            found[name] = value
        return found

    return translate


@dataclass(frozen=True, kw_only=True)
class Case:
    template: str
    reference: str
    build: Callable[[], nn.Module]
    inputs: Callable[[bool], tuple[Tensor, ...]]
    """Of the evaluation (false) and of the training step (true)."""
    models: tuple[str, ...] = ()
    """Builders in the generated file; the template's own name unless said."""
    preset: str = "paper"
    translate: Translate = same_names
    keys: str = "the same"
    explained: Mapping[str, str] = field(default_factory=dict)
    """Beginnings that differ for a reason: pattern of the name, reason."""
    call: Callable[[nn.Module, tuple[Tensor, ...]], Any] = lambda model, inputs: model(*inputs)
    join: Callable[..., nn.Module] | None = None

    @property
    def label(self) -> str:
        name = self.template if self.models in ((), (self.template,)) else f"{self.template} {'+'.join(self.models)}"
        return name if self.preset == "paper" else f"{name} ({self.preset})"


class VaeOfTwo(nn.Module):
    """The template's encoder and decoder as one module, so that one reference meets both."""

    def __init__(self, encoder: nn.Module, decoder: nn.Module) -> None:
        super().__init__()
        self.encoder, self.decoder = encoder, decoder

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        mean, log_variance = self.encoder(x)
        return mean, log_variance, self.decoder(mean)


def image(channels: int, size: int, training_size: int | None = None) -> Callable[[bool], tuple[Tensor, ...]]:
    def draw(training: bool) -> tuple[Tensor, ...]:
        side = training_size if training and training_size else size
        return (torch.randn(2, channels, side, side),)

    return draw


def tokens(vocabulary: int, length: int) -> Callable[[bool], tuple[Tensor, ...]]:
    return lambda _: (torch.randint(vocabulary, (2, length)),)


def sentences(_: bool) -> tuple[Tensor, ...]:
    """Two of different lengths, the shorter one filled up with zeros."""
    source = torch.randint(1, 37_000, (2, 11))
    source[1, 7:] = 0
    return source, torch.randint(1, 37_000, (2, 9))


def citations(_: bool) -> tuple[Tensor, ...]:
    """A graph without direction: each pair of vertices once, both ways."""
    pairs = torch.rand(40, 40).triu(1) > 0.85
    edges = pairs.nonzero().T
    return torch.randn(40, 1433), torch.cat([edges, edges.flip(0)], dim=1)


def columns(*shape: int) -> Callable[[bool], tuple[Tensor, ...]]:
    return lambda _: (torch.rand(*shape),)


def torchvision_case(name: str) -> Case:
    return Case(
        template=name,
        reference=f"torchvision {name}",
        build=lambda: published.torchvision(name),
        inputs=image(3, 224, 64),
    )


BIAS_OF_LINEAR = "torch's Linear starts its bias uniformly; the authors' (tensor2tensor) at zero, as the template does"
BOUNDS_OF_1998 = "the paper starts within 2.4 / fan-in; the template leaves what both forms share to torch"
FAN_IN_OF_UP = (
    "torch counts four inputs of a 2×2 up-convolution's unit for every two that the paper's rule counts, so that the "
    "template starts these four layers smaller by a root of two"
)

LAYERS_OF_1998 = ("c1", "s2", "c3", "s4", "c5", "f6")
NAMES_OF_GCN = {"lin.weight": "weights", "bias": "biases"}

CASES = (
    Case(
        template="mlp_classifier",
        reference="by hand",
        build=by_hand.Mlp,
        inputs=columns(5, 64),
        translate=in_order,
        keys="in order",
    ),
    Case(
        template="lenet5",
        reference="by hand",
        build=by_hand.LeNet5,
        inputs=image(1, 32),
        translate=in_order,
        keys="in order",
    ),
    Case(
        template="lenet5",
        preset="1998",
        reference="by hand, from the paper's table I",
        build=by_hand.LeNet1998,
        inputs=image(1, 32),
        translate=prefixed(
            {
                **{
                    f"{layer}.{name}": f"numbers.{layer}_{name}"
                    for layer in LAYERS_OF_1998
                    for name in ("weight", "bias")
                },
                "output.weight": "codes",
            }
        ),
        keys="its own",
        explained={r"^numbers\.(c1|c5|f6)_": BOUNDS_OF_1998},
    ),
    *map(torchvision_case, ("vgg16", "resnet18", "resnet50", "resnet152")),
    Case(
        template="dcgan",
        models=("generator",),
        reference="by hand",
        build=by_hand.DcganGenerator,
        inputs=lambda _: (torch.randn(3, 100, 1, 1),),
    ),
    Case(
        template="dcgan",
        models=("discriminator",),
        reference="by hand",
        build=by_hand.DcganDiscriminator,
        inputs=image(3, 64),
    ),
    Case(
        template="byol",
        models=("online",),
        reference="torchvision resnet50, projector by hand",
        build=lambda: published.ByolEncoder(simplicial=True),
        inputs=image(3, 224, 64),
    ),
    Case(
        template="byol",
        models=("online",),
        preset="2020",
        reference="torchvision resnet50, projector by hand",
        build=lambda: published.ByolEncoder(simplicial=False),
        inputs=image(3, 224, 64),
    ),
    Case(
        template="byol",
        models=("predictor",),
        reference="by hand",
        build=lambda: published.byol_mlp(256),
        inputs=columns(4, 256),
        translate=prefixed({"mlp.": ""}),
        keys="“mlp.” before each",
    ),
    Case(
        template="vae",
        models=("encoder", "decoder"),
        reference="by hand, keys of pytorch/examples",
        build=by_hand.Vae,
        inputs=columns(5, 784),
        translate=prefixed({"encoder.": "", "decoder.": ""}),
        keys="two models' for one's",
        join=VaeOfTwo,
    ),
    Case(
        template="lstm",
        reference="by hand, gates written out",
        build=by_hand.CharacterLstm,
        inputs=tokens(65, 20),
    ),
    Case(
        template="ntm",
        reference="by hand, as pytorch-ntm",
        build=by_hand.Ntm,
        inputs=columns(2, 12, 9),
        translate=prefixed({"cell.lstm.": "lstm.", "cell.fc.": "fc.", "cell.read_head.": "", "cell.write_head.": ""}),
        keys="without “cell.”",
    ),
    Case(
        template="transformer",
        reference="torch.nn.Transformer without final norms",
        build=published.Transformer,
        inputs=sentences,
        explained={r"linear[12]\.bias$": BIAS_OF_LINEAR},
    ),
    Case(
        template="gpt2",
        reference="transformers GPT2LMHeadModel",
        build=published.gpt2,
        inputs=tokens(50_257, 24),
        translate=transposed(r"\.(c_attn|c_proj|c_fc)\.weight$"),
        keys="the same, Conv1D transposed",
        call=lambda model, inputs: getattr(found := model(*inputs), "logits", found),
    ),
    Case(
        template="unet",
        reference="by hand",
        build=by_hand.UNet,
        inputs=image(1, 252, 188),
        translate=in_order,
        keys="in order",
        explained={r"^layers\.(10|13|16|19)\.weight$": FAN_IN_OF_UP},
    ),
    Case(
        template="gcn",
        reference="torch_geometric GCNConv, twice",
        build=published.Gcn,
        inputs=citations,
    ),
    Case(
        template="gcn",
        reference="by hand, dense",
        build=by_hand.Gcn,
        inputs=citations,
        translate=prefixed(
            {f"conv{n + 1}.{name}": f"{there}.{n}" for n in (0, 1) for name, there in NAMES_OF_GCN.items()}
        ),
        keys="its own",
    ),
)
