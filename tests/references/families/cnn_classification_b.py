"""References of the classifiers that were built of many-branched modules: the Inceptions, Xception and NASNet."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F  # noqa: N812

from tests.references.case import Case, image, in_order
from tests.references.counting import linear, norm
from tests.references.families import Counts
from tests.references.installed import require, torchvision_models

TABLE_1 = {
    "3a": (64, 96, 128, 16, 32, 32),
    "3b": (128, 128, 192, 32, 96, 64),
    "4a": (192, 96, 208, 16, 48, 64),
    "4b": (160, 112, 224, 24, 64, 64),
    "4c": (128, 128, 256, 24, 64, 64),
    "4d": (112, 144, 288, 32, 64, 64),
    "4e": (256, 160, 320, 32, 128, 128),
    "5a": (256, 160, 320, 32, 128, 128),
    "5b": (384, 192, 384, 48, 128, 128),
}
"""Of the paper on GoogLeNet: channels of 1×1, before 3×3, of 3×3, before 5×5, of 5×5, and after the pool."""


def normed(inputs: int, outputs: int, places: int) -> int:
    """A convolution without bias that looks at so many places, and its norm."""
    return inputs * outputs * places + norm(outputs)


def biased(inputs: int, outputs: int, places: int) -> int:
    return inputs * outputs * places + outputs


def googlenet(of_2014: bool, sides: bool) -> int:
    conv, large = (biased, 25) if of_2014 else (normed, 9)
    total, inputs = conv(3, 64, 49) + conv(64, 64, 1) + conv(64, 192, 9), 192
    for place, (one, before3, three, before5, five, pooled) in TABLE_1.items():
        total += conv(inputs, one, 1) + conv(inputs, before3, 1) + conv(before3, three, 9)
        total += conv(inputs, before5, 1) + conv(before5, five, large) + conv(inputs, pooled, 1)
        inputs = one + three + five + pooled
        if sides and place in ("4a", "4d"):
            total += conv(inputs, 128, 1) + linear(4 * 4 * 128, 1024) + linear(1024, 1000)
    return total + linear(1024, 1000)


class GoogLeNet2014(nn.Module):
    """The layers of the authors' Caffe configuration, in the order of its data's way. Starts as Caffe's “xavier” does:
    uniform, within the root of three over the number of inputs, biases at 0.2 (0 in the last layers).
    """

    def __init__(self, sides: bool) -> None:
        super().__init__()
        self.sides = sides
        layers: list[nn.Module] = [nn.Conv2d(3, 64, 7, 2, 3), nn.Conv2d(64, 64, 1), nn.Conv2d(64, 192, 3, padding=1)]
        inputs, wide = 192, {}
        for place, (one, before3, three, before5, five, pooled) in TABLE_1.items():
            layers += [nn.Conv2d(inputs, one, 1), nn.Conv2d(inputs, before3, 1)]
            layers += [nn.Conv2d(before3, three, 3, padding=1), nn.Conv2d(inputs, before5, 1)]
            layers += [nn.Conv2d(before5, five, 5, padding=2), nn.Conv2d(inputs, pooled, 1)]
            inputs = wide[place] = one + three + five + pooled
        layers.append(nn.Linear(1024, 1000))
        for place in ("4a", "4d") if sides else ():
            layers += [nn.Conv2d(wide[place], 128, 1), nn.Linear(2048, 1024), nn.Linear(1024, 1000)]
        self.layers = nn.ModuleList(layers)
        for layer in layers:
            fan_in = layer.weight[0].numel()
            nn.init.uniform_(layer.weight, -((3 / fan_in) ** 0.5), (3 / fan_in) ** 0.5)
            nn.init.constant_(layer.bias, 0.0 if isinstance(layer, nn.Linear) and len(layer.weight) == 1000 else 0.2)

    def forward(self, x: Tensor) -> tuple[Tensor, ...]:
        layers = iter(self.layers)

        def step(x: Tensor) -> Tensor:
            return next(layers)(x).clamp(min=0)

        x = F.local_response_norm(F.max_pool2d(step(x), 3, 2, ceil_mode=True), 5, 1e-4, 0.75)
        x = F.max_pool2d(F.local_response_norm(step(step(x)), 5, 1e-4, 0.75), 3, 2, ceil_mode=True)
        kept = {}
        for place in TABLE_1:
            pooled = F.max_pool2d(x, 3, 1, 1)
            x = torch.cat([step(x), step(step(x)), step(step(x)), step(pooled)], dim=1)
            kept[place] = x
            if place in ("3b", "4e"):
                x = F.max_pool2d(x, 3, 2, ceil_mode=True)
        logits = next(layers)(x.mean((2, 3)))
        found = [logits]
        for place in ("4a", "4d") if self.sides else ():
            hidden = step(step(F.avg_pool2d(kept[place], 5, 3)).flatten(1))
            found.append(next(layers)(hidden))
        return tuple(found)


def inception_v3(aux: bool) -> int:
    """Stem, three modules A, B, four C, D, two E; every convolution normed."""
    c = normed
    total = c(3, 32, 9) + c(32, 32, 9) + c(32, 64, 9) + c(64, 80, 1) + c(80, 192, 9)
    for inputs, pooled in ((192, 32), (256, 64), (288, 64)):
        total += c(inputs, 64, 1) + c(inputs, 48, 1) + c(48, 64, 25) + c(inputs, pooled, 1)
        total += c(inputs, 64, 1) + c(64, 96, 9) + c(96, 96, 9)
    total += c(288, 384, 9) + c(288, 64, 1) + c(64, 96, 9) + c(96, 96, 9)
    for wide in (128, 160, 160, 192):
        total += 2 * c(768, 192, 1) + 2 * c(768, wide, 1) + 4 * c(wide, wide, 7) + 2 * c(wide, 192, 7)
    total += 2 * c(768, 192, 1) + c(192, 320, 9) + 2 * c(192, 192, 7) + c(192, 192, 9)
    for inputs in (1280, 2048):
        total += c(inputs, 320, 1) + c(inputs, 384, 1) + c(inputs, 448, 1) + c(inputs, 192, 1)
        total += c(448, 384, 9) + 4 * c(384, 384, 3)
    side = c(768, 128, 1) + c(128, 768, 25) + linear(768, 1000)
    return total + linear(2048, 1000) + aux * side


def inception_v4() -> int:
    """Figures 3 to 9 of the paper."""
    c = normed
    total = c(3, 32, 9) + c(32, 32, 9) + c(32, 64, 9) + c(64, 96, 9)
    total += 2 * c(160, 64, 1) + 2 * c(64, 96, 9) + 2 * c(64, 64, 7) + c(192, 192, 9)
    total += 4 * (2 * c(384, 96, 1) + 2 * c(384, 64, 1) + 2 * c(64, 96, 9) + c(96, 96, 9))
    total += c(384, 384, 9) + c(384, 192, 1) + c(192, 224, 9) + c(224, 256, 9)
    once = c(1024, 192, 1) + c(192, 224, 7) + c(224, 256, 7)
    twice = c(1024, 192, 1) + c(192, 192, 7) + c(192, 224, 7) + c(224, 224, 7) + c(224, 256, 7)
    total += 7 * (c(1024, 384, 1) + c(1024, 128, 1) + once + twice)
    total += c(1024, 192, 1) + c(192, 192, 9)
    total += c(1024, 256, 1) + c(256, 256, 7) + c(256, 320, 7) + c(320, 320, 9)
    forked = c(1536, 384, 1) + 2 * c(384, 256, 3)
    far = c(1536, 384, 1) + c(384, 448, 3) + c(448, 512, 3) + 2 * c(512, 256, 3)
    return total + 3 * (2 * c(1536, 256, 1) + forked + far) + linear(1536, 1000)


def separable(inputs: int, outputs: int) -> int:
    """3×3 for each channel, 1×1 among them, and a norm."""
    return 9 * inputs + inputs * outputs + norm(outputs)


def xception() -> int:
    """Figure 5 of the paper: entry, eight times the middle, exit."""
    total = normed(3, 32, 9) + normed(32, 64, 9) + linear(2048, 1000)
    for inputs, first, last in ((64, 128, 128), (128, 256, 256), (256, 728, 728), (728, 728, 1024)):
        total += separable(inputs, first) + separable(first, last) + normed(inputs, last, 1)
    return total + 24 * separable(728, 728) + separable(1024, 1536) + separable(1536, 2048)


def branch(inputs: int, outputs: int, kernel: int, middle: int) -> int:
    """A separable convolution from ``inputs`` to ``middle`` channels and one from there to ``outputs``, with norms."""
    first = inputs * kernel**2 + inputs * middle + norm(middle)
    return first + middle * kernel**2 + middle * outputs + norm(outputs)


def nasnet(filters: int, stem: int, cells: int) -> int:
    """Figure 4 of the paper: a normal cell has branches of 5×5, 3×3, 5×5, 3×3 and 3×3, a reduction of 5×5, twice 7×7,
    5×5 and 3×3. Sums of four (in a reduction) or five and what came before (in a normal cell) lie side by side.
    """

    def same(channels: int, *kernels: int) -> int:
        return sum(branch(channels, channels, kernel, channels) for kernel in kernels)

    first, second = filters // 4, filters // 2
    total = normed(3, stem, 9) + linear(24 * filters, 1000)
    total += normed(stem, first, 1) + same(first, 5, 3)
    total += sum(branch(stem, first, kernel, first) for kernel in (7, 7, 5))
    total += normed(4 * first, second, 1) + normed(stem, second, 1) + same(second, 5, 7, 7, 5, 3)
    before, now = 4 * first, 4 * second
    for stage in range(3):
        width = filters * 2**stage
        if stage:
            total += normed(before, width, 1) + normed(now, width, 1) + same(width, 5, 7, 7, 5, 3)
            now = 4 * width
        for _ in range(cells):
            total += normed(before, width, 1) + normed(now, width, 1) + same(width, 5, 3, 5, 3, 3)
            before, now = now, 6 * width
        before = 6 * width
    return total


def ends(model: nn.Module, inputs: tuple[Tensor, ...]) -> Any:
    """The logits, and those of the side branches where both models give them: in training."""
    found = model(*inputs)
    if hasattr(found, "aux_logits1"):
        return found.logits, found.aux_logits1, found.aux_logits2
    if isinstance(found, Tensor):
        return found
    return tuple(found) if model.training else found[0]


def end(model: nn.Module, inputs: tuple[Tensor, ...]) -> Tensor:
    """The logits alone."""
    found = model(*inputs)
    return found if isinstance(found, Tensor) else found[0]


def nasnet_mobile() -> nn.Module:
    """Cadene's file alone: the package around it wants a torchvision of its time."""
    require("pretrainedmodels")
    found = find_spec("pretrainedmodels")
    assert found is not None
    assert found.origin is not None
    path = Path(found.origin).parent / "models" / "nasnet_mobile.py"
    spec = spec_from_file_location("nasnet_mobile", path)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    net: nn.Module = module.NASNetAMobile(num_classes=1000)
    return net


def of_timm(name: str) -> nn.Module:
    require("timm")
    import timm  # type: ignore[import-not-found]

    found: nn.Module = timm.create_model(name)
    return found


def of_torchvision(name: str, **arguments: Any) -> nn.Module:
    """One that starts as its paper says, which torchvision wants to be told."""
    found: nn.Module = getattr(torchvision_models(), name)(init_weights=True, **arguments)
    return found


CAFFE_START = "Caffe's xavier and biases of 0.2; the template starts both forms as torchvision does"

GOOGLENETS: Sequence[tuple[str, bool, bool]] = (
    ("paper", False, False),
    ("aux", False, True),
    ("2014", True, False),
    ("2014_aux", True, True),
)

COUNTS: Counts = {
    "inception_v1": {preset: {"inception_v1": googlenet(of_2014, aux)} for preset, of_2014, aux in GOOGLENETS},
    "inception_v3": {
        "paper": {"inception_v3": inception_v3(aux=True)},
        "no_aux": {"inception_v3": inception_v3(aux=False)},
    },
    "xception": {"paper": {"xception": xception()}},
    "inception_v4": {"paper": {"inception_v4": inception_v4()}},
    "nasnet_mobile": {"paper": {"nasnet_mobile": nasnet(44, 32, 4)}},
    "nasnet_large": {"paper": {"nasnet_large": nasnet(168, 96, 6)}},
}

CASES = (
    *(
        Case(
            template="inception_v1",
            preset=preset,
            reference=f"torchvision googlenet, aux_logits={aux}",
            build=partial(of_torchvision, "googlenet", aux_logits=aux),
            inputs=image(3, 224, 64),
            call=ends if aux else end,
        )
        for preset, of_2014, aux in GOOGLENETS
        if not of_2014
    ),
    *(
        Case(
            template="inception_v1",
            preset=preset,
            reference="by hand, from the authors' prototxt",
            build=partial(GoogLeNet2014, aux),
            inputs=image(3, 224),
            translate=in_order,
            keys="in order",
            call=(lambda model, inputs: model(*inputs)) if aux else end,
            explained={r".": CAFFE_START},
        )
        for preset, of_2014, aux in GOOGLENETS
        if of_2014
    ),
    *(
        Case(
            template="inception_v3",
            preset=preset,
            reference=f"torchvision inception_v3, aux_logits={aux}",
            build=partial(of_torchvision, "inception_v3", aux_logits=aux),
            inputs=image(3, 299),
            call=ends if aux else end,
        )
        for preset, aux in (("paper", True), ("no_aux", False))
    ),
    Case(
        template="xception",
        reference="timm legacy_xception",
        build=partial(of_timm, "legacy_xception"),
        inputs=image(3, 149),
    ),
    Case(
        template="inception_v4",
        reference="timm inception_v4",
        build=partial(of_timm, "inception_v4"),
        inputs=image(3, 149),
    ),
    Case(
        template="nasnet_mobile",
        reference="pretrainedmodels NASNetAMobile",
        build=nasnet_mobile,
        inputs=image(3, 224),
    ),
    Case(
        template="nasnet_large",
        reference="timm nasnetalarge",
        build=partial(of_timm, "nasnetalarge"),
        inputs=image(3, 75),  # sizes are even and odd where those of 331 are
    ),
)
