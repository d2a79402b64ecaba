"""What is taken out of the autoencoders."""

from __future__ import annotations

from app.core.document import Document, Kind, Use
from tests.ruins.operations import Ruin, bypassing, standing_in, with_graph, with_node


def without_bends(document: Document) -> Document:
    """Sums of sums, held between black and white at the end: what comes out must still be an image's."""
    found = document.graphs["Layer"]
    kept = tuple(case for case in found.nodes["activation"].cases if case.use.name == "Sigmoid")
    plain = with_node(found, "activation", use=Use(Kind.BLOCK, "Identity"), cases=kept)
    return with_graph(document, plain)


RUINS: dict[str, tuple[str, Ruin]] = {
    "autoencoder": ("no bend between the layers", without_bends),
    "autoencoder_conv": (
        "no bend between the layers",
        lambda document: bypassing("Up", "relu")(bypassing("Down", "relu")(document)),
    ),
    "denoising_autoencoder": ("trained on images without noise", bypassing("TrainStep", "spoil")),
    "vae": (
        "code drawn without looking at the image",
        lambda document: standing_in("Evaluate", "draw", "RandomNormalLike", "mean", "input", {})(
            standing_in("TrainStep", "draw", "RandomNormalLike", "mean", "input", {})(document)
        ),
    ),
}
