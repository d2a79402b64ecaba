"""What templates that learn from two views of an image share: the data, the encoder, the probe, what is looked at."""

from __future__ import annotations

from typing import Any

from app.core.document import DataSource, Initial, InputType, Preview
from app.core.draw import Drawing, ints, real, whole
from templates.cnn_classification._resnet import basic_block, bottleneck

LAYERS = ints("layers", (3, 4, 6, 3), low=1, help="Residual blocks in each of the encoder's four stages.")
WIDTH = whole("width", 64, low=1, help="Channels of the encoder's stem; its last stage has 32 times as many.")
BRANCH = real("branch", 1.0, low=0, help="What each residual branch is scaled by at the start; 1 is the usual start.")
CHANNELS = whole("channels", 3, low=1, help="Channels of an image: 3 for colour, 1 for grey.")
SIZE = whole("size", 224, low=32, help="Height and width of an image.")

IMAGE = {"image": InputType(("B", "=channels", "=size", "=size"))}
VIEWS = Preview(name="views", graph="Views", show="images", every=5000)


def two_views(**changes: Any) -> DataSource:
    """Two views of each image; ``changes`` says how far they are from it."""
    return DataSource("TwoViews", {"size": "=size", "channels": "=channels", **changes})


def digit_views() -> DataSource:
    """The bundled digits, in views that pixels alone do not tell apart."""
    return two_views(shift=0.1, zoom=0.15, contrast=0.1)


def faint_bottleneck() -> Drawing:
    """In a short training each branch starts faint. Else what tells images apart drowns in a net of random weights, and
    there is nothing to bootstrap from.
    """
    return _faint(bottleneck(), "bn3")


def faint_basic_block() -> Drawing:
    """The same start for the block of the smaller nets."""
    return _faint(basic_block(), "bn2")


def _faint(block: Drawing, last: str) -> Drawing:
    block.arguments += (BRANCH,)
    block.initial = (Initial(nodes=(last,), parameter="weight", method="constant_", arguments={"val": "=branch"}),)
    return block


def probe(model: str) -> Drawing:
    """The evaluation: what a linear classifier makes of the output ``representation`` of a model."""
    step = Drawing("Probe", "What a linear classifier reads off a view's representation, from one label of each class.")
    view, label = step.input("view_a", "As changed as those that are trained on"), step.input("label")
    features = step.add(model, f"model:{model}", view)["representation"]
    step.output("accuracy", step.add("probe", "LinearProbe", features, label, per_class=1, repeats=30))
    return step


def views() -> Drawing:
    step = Drawing("Views", "The two views of each image that are to mean the same.")
    for name in ("view_a", "view_b"):
        step.output(name, step.input(name))
    return step
