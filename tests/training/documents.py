"""Documents with recipes of several kinds, and hand-written models and steps of the form that the generator gives.

What is tested here is the loop around them, so nothing of it depends on the generator of models.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from app.codegen.training import runtime_files, train_source
from app.core.document import (
    Argument,
    DataSource,
    Document,
    Evaluation,
    Goal,
    Graph,
    GraphPort,
    Kind,
    Model,
    Node,
    Optimiser,
    Phase,
    Preset,
    Preview,
    Recipe,
    Schedule,
    Stage,
    Use,
)
from blocks import library


def step_graph(name: str, models: tuple[str, ...], inputs: tuple[str, ...], outputs: tuple[str, ...]) -> Graph:
    """The outside of a step graph: which models it calls, what goes in and comes out."""
    nodes = {model: Node(id=model, name=model, use=Use(Kind.MODEL, model)) for model in models}
    return Graph(
        name=name,
        summary=f"What {name} does.",
        inputs=tuple(GraphPort(port) for port in inputs),
        outputs=tuple(GraphPort(port) for port in outputs),
        nodes=nodes,
    )


def document(recipe: Recipe, models: tuple[Model, ...], *graphs: Graph, **more: Any) -> Document:
    return Document(
        title="Hand-made",
        graphs={graph.name: graph for graph in graphs},
        models={model.name: model for model in models},
        recipe=recipe,
        **more,
    )


def classifier(**changes: Any) -> Document:
    """Dropout, batch normalisation, AdamW, cosine, augmentation (moving windows are the reader's; noise the step's)."""
    learn = Phase(
        name="learn",
        step="TrainStep",
        models=("net",),
        optimiser=Optimiser("AdamW", {"lr": "=rate", "weight_decay": 0.05}),
        schedule=Schedule("cosine", {"warmup": 5, "final": 0.1}),
        clip_norm=1.0,
    )
    recipe = Recipe(
        data=DataSource("PlacedDigits", {"size": 20}),
        stages=(Stage(name="train", steps=changes.pop("steps", 40), phases=(changes.pop("phase", learn),)),),
        evaluations=(
            Evaluation(name="validation", graph="Evaluate", every=10),
            Evaluation(name="test", graph="Evaluate", split="test"),
        ),
        previews=(Preview(name="predictions", graph="Predict", show="images", count=9, every=20),),
        batch_size=32,
        seed=3,
        **changes,
    )
    return document(
        recipe,
        (Model(name="net", graph="Net"),),
        step_graph("TrainStep", ("net",), ("image", "label"), ("loss", "accuracy")),
        step_graph("Evaluate", ("net",), ("image", "label"), ("accuracy",)),
        step_graph("Predict", ("net",), ("image",), ("image", "label")),
        arguments=(Argument(name="rate", kind="float", default=1e-3),),
        presets={
            "quick": Preset(
                name="quick",
                arguments={"rate": 0.002},
                goal=Goal(evaluation="test", metric="accuracy", at_least=0.5),
            )
        },
        preset="quick",
    )


MODEL = '''\
"""A small net with everything that makes exact resuming hard."""

import torch
from torch import Tensor, nn


class Net(nn.Module):
    """Dropout and batch normalisation."""

    def __init__(self) -> None:
        """Make the layers."""
        super().__init__()
        self.fc1 = nn.Linear(400, 32)
        self.bn = nn.BatchNorm1d(32)
        self.dropout = nn.Dropout(0.3)
        self.fc2 = nn.Linear(32, 10)

    def forward(self, x: Tensor) -> Tensor:
        """From (B, 1, 20, 20) to (B, 10)."""
        x = torch.relu(self.bn(self.fc1(x.flatten(1))))
        x = self.fc2(self.dropout(x))
        return x


def net() -> Net:
    """Build the net."""
    return Net()
'''

STEPS = '''\
"""What is done with a batch."""

from torch import Tensor, nn
from torch.nn import functional


class Accuracy(nn.Module):
    """Share of right answers."""

    def __init__(self) -> None:
        """Begin at nothing."""
        super().__init__()
        self.reset()

    def reset(self) -> None:
        """Forget."""
        self.right = self.count = 0

    def update(self, logits: Tensor, label: Tensor) -> None:
        """Count."""
        self.right += int((logits.argmax(1) == label).sum())
        self.count += len(label)

    def compute(self) -> Tensor:
        """Divide."""
        return Tensor([self.right / max(1, self.count)])

    def forward(self, logits: Tensor, label: Tensor) -> Tensor:
        """Of one batch."""
        return (logits.argmax(1) == label).float().mean()


class TrainStep(nn.Module):
    """Loss and accuracy."""

    def __init__(self, net: nn.Module) -> None:
        """Take the net."""
        super().__init__()
        self.net = net
        self.accuracy = Accuracy()

    def forward(self, image: Tensor, label: Tensor) -> tuple[Tensor, Tensor]:
        """Of one batch."""
        logits = self.net(image)
        return functional.cross_entropy(logits, label), self.accuracy(logits, label)


class Evaluate(nn.Module):
    """Accuracy over a split."""

    def __init__(self, net: nn.Module) -> None:
        """Take the net."""
        super().__init__()
        self.net = net
        self.accuracy = Accuracy()

    def reset(self) -> None:
        """Forget."""
        self.accuracy.reset()

    def forward(self, image: Tensor, label: Tensor) -> None:
        """Take in one batch."""
        self.accuracy.update(self.net(image), label)

    def compute(self) -> dict[str, Tensor]:
        """Give the metrics."""
        return {"accuracy": self.accuracy.compute()}


class Predict(nn.Module):
    """What it takes each image for."""

    def __init__(self, net: nn.Module) -> None:
        """Take the net."""
        super().__init__()
        self.net = net

    def forward(self, image: Tensor) -> tuple[Tensor, Tensor]:
        """Of one batch."""
        return image, self.net(image).argmax(1)
'''


READER = '''\
"""Ten made patterns with noise that is drawn anew for each batch."""

import torch
from torch import Tensor


class Patterns:
    """One split."""

    labels = tuple("0123456789")

    def __init__(self, split: str, size: int) -> None:
        """Draw the patterns."""
        self.size = size
        self.count = {"train": 320, "validation": 50, "test": 50}[split]
        generator = torch.Generator().manual_seed(0)
        self.patterns = torch.rand(10, 1, size, size, generator=generator)

    def __len__(self) -> int:
        """Count the examples."""
        return self.count

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give image (B, 1, size, size) and label (B,)."""
        shape = (len(indices), 1, self.size, self.size)
        noise = torch.randn(shape, generator=generator)
        return {"image": self.patterns[indices % 10] + noise, "label": indices % 10}


def load(split: str, *, size: int = 40) -> Patterns:
    """Load one split."""
    return Patterns(split, size)
'''


def files_of(made: Document, model: str = MODEL, steps: str = STEPS) -> dict[str, str]:
    """A whole source folder."""
    assert made.recipe is not None
    source = library().get(made.recipe.data.block)
    reader: str = source.reader  # type: ignore[attr-defined]
    return {
        "model.py": model,
        "steps.py": steps,
        "train.py": train_source(made, library()).text,
        f"{reader}.py": READER,  # loads in no time, which the real one cannot
        **runtime_files(),
    }


def write(folder: Path, files: dict[str, str]) -> Path:
    for path, text in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")
    return folder
