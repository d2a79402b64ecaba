"""References of the self-supervised templates."""

from __future__ import annotations

from collections import OrderedDict

from torch import Tensor, nn

from tests.references.case import Case, columns, image, prefixed
from tests.references.counting import linear, norm, resnet
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


COUNTS: Counts = {
    "byol": {"paper": byol(simplicial=True), "2020": byol(simplicial=False)},
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
)
