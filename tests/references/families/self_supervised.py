"""References of the self-supervised templates."""

from __future__ import annotations

from collections import OrderedDict

from torch import Tensor, nn

from tests.references.case import Case, columns, image, in_order, prefixed
from tests.references.counting import conv, linear, norm, resnet
from tests.references.families import Counts
from tests.references.installed import torchvision


def count_mlp(inputs: int, hidden: int = 4096, outputs: int = 256) -> int:
    return linear(inputs, hidden) + norm(hidden) + linear(hidden, outputs)


def byol(simplicial: bool) -> dict[str, int]:
    """Online and target network and predictor; with simplicial embeddings of 32 × 8 (lucidrains/byol-pytorch)."""
    embedder = linear(2048, 256) + norm(256)
    projector = embedder + count_mlp(256) if simplicial else count_mlp(2048)
    online = resnet((3, 4, 6, 3), True, head=False) + projector
    return {"online": online, "predictor": count_mlp(256), "target": online}


def byol_mlp(features: int) -> nn.Sequential:
    """Projector and predictor of BYOL: one hidden layer of 4096, normalised."""
    return nn.Sequential(nn.Linear(features, 4096), nn.BatchNorm1d(4096), nn.ReLU(), nn.Linear(4096, 256))


class Simplices(nn.Module):
    """Simplicial embedding: 32 groups of 8, each a softmax at temperature 0.1."""

    def forward(self, x: Tensor) -> Tensor:
        return (x.reshape(len(x), 32, 8) / 0.1).softmax(-1).reshape(len(x), 256)


class ByolEncoder(nn.Module):
    """torchvision's ResNet-50 without its classifier, and the projector; returns projection and representation."""

    def __init__(self, simplicial: bool) -> None:
        super().__init__()
        self.net = torchvision("resnet50")
        self.net.fc = nn.Identity()
        embedder = nn.Sequential(nn.Linear(2048, 256), nn.BatchNorm1d(256))
        if simplicial:
            self.projector: nn.Module = nn.Sequential(embedder, Simplices(), byol_mlp(256))
        else:
            self.projector = nn.Sequential(OrderedDict({"2": byol_mlp(2048)}))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        representation = self.net(image)
        return self.projector(representation), representation


def simclr(layers: tuple[int, ...], bottlenecks: bool) -> int:
    """ResNet, and instead of its classifier a hidden layer as wide as what enters and 128 numbers."""
    seen = 2048 if bottlenecks else 512
    return resnet(layers, bottlenecks, head=False) + linear(seen, seen) + linear(seen, 128)


class SimclrNet(nn.Module):
    """torchvision's ResNet with the head in its classifier's place; returns projection and representation."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.backbone = torchvision(name)
        seen = self.backbone.fc.in_features
        self.backbone.fc = nn.Sequential(nn.Linear(seen, seen), nn.ReLU(), nn.Linear(seen, 128))

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        seen: list[Tensor] = []
        handle = self.backbone.avgpool.register_forward_hook(lambda *given: seen.append(given[2].flatten(1)))
        projection = self.backbone(image)
        handle.remove()
        return projection, seen[0]


WIDE = (192, 192, 192)


def rotnet(blocks: int) -> int:
    """Convolutions without bias, each normalised, in blocks of three, and four answers."""
    total, inputs = linear(192, 4), 3
    for kernel, widths in ((5, (192, 160, 96)), (5, WIDE), *((3, WIDE) for _ in range(blocks - 2))):
        for place, width in enumerate(widths):
            total += conv(inputs, width, kernel if place == 0 else 1, False) + norm(width)
            inputs = width
    return total


class RotNet(nn.Module):
    """Network in Network as the paper's section 4.1 has it; the feature maps of the second block, in 4×4 parts."""

    def __init__(self, blocks: int) -> None:
        super().__init__()
        self.first = nn.Sequential(*self.block(3, 5, (192, 160, 96)), nn.MaxPool2d(3, 2, 1))
        self.second = nn.Sequential(*self.block(96, 5, WIDE))
        deeper = [layer for _ in range(blocks - 2) for layer in self.block(192, 3, WIDE)]
        self.rest = nn.Sequential(nn.AvgPool2d(3, 2, 1), *deeper)
        self.classifier = nn.Linear(192, 4)
        nn.init.zeros_(self.classifier.bias)

    @staticmethod
    def block(inputs: int, kernel: int, widths: tuple[int, ...]) -> list[nn.Module]:
        layers: list[nn.Module] = []
        for place, width in enumerate(widths):
            size = kernel if place == 0 else 1
            conv_ = nn.Conv2d(inputs, width, size, padding=size // 2, bias=False)
            nn.init.normal_(conv_.weight, std=(2 / (size**2 * width)) ** 0.5)
            layers += [conv_, nn.BatchNorm2d(width), nn.ReLU()]
            inputs = width
        return layers

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        seen = self.second(self.first(image))
        parts = nn.functional.avg_pool2d(seen, seen.shape[-1] // 4)
        return self.classifier(self.rest(seen).mean(dim=(2, 3))), parts.flatten(1)


COUNTS: Counts = {
    "byol": {"paper": byol(simplicial=True), "2020": byol(simplicial=False)},
    "pretext_ssl": {
        "paper": {"pretext_ssl": rotnet(4)},
        "three": {"pretext_ssl": rotnet(3)},
        "five": {"pretext_ssl": rotnet(5)},
    },
    "simclr": {
        "paper": {"simclr": simclr((3, 4, 6, 3), bottlenecks=True)},
        "resnet18": {"simclr": simclr((2, 2, 2, 2), bottlenecks=False)},
    },
}


CASES = (
    Case(
        template="byol",
        models=("online",),
        reference="torchvision resnet50, projector by hand",
        build=lambda: ByolEncoder(simplicial=True),
        inputs=image(3, 224, 64),
    ),
    Case(
        template="byol",
        models=("online",),
        preset="2020",
        reference="torchvision resnet50, projector by hand",
        build=lambda: ByolEncoder(simplicial=False),
        inputs=image(3, 224, 64),
    ),
    Case(
        template="byol",
        models=("predictor",),
        reference="by hand",
        build=lambda: byol_mlp(256),
        inputs=columns(4, 256),
        translate=prefixed({"mlp.": ""}),
        keys="“mlp.” before each",
    ),
    Case(
        template="simclr",
        reference="torchvision resnet50, head by hand",
        build=lambda: SimclrNet("resnet50"),
        inputs=image(3, 224, 64),
    ),
    Case(
        template="simclr",
        preset="resnet18",
        reference="torchvision resnet18, head by hand",
        build=lambda: SimclrNet("resnet18"),
        inputs=image(3, 224, 64),
    ),
    Case(
        template="pretext_ssl",
        reference="by hand",
        build=lambda: RotNet(4),
        inputs=image(3, 32),
        translate=in_order,
        keys="its own",
    ),
    Case(
        template="pretext_ssl",
        preset="five",
        reference="by hand",
        build=lambda: RotNet(5),
        inputs=image(3, 32),
        translate=in_order,
        keys="its own",
    ),
)
