"""What is taken out of the autoencoders."""

from __future__ import annotations

from msgspec.structs import replace

from app.core.document import Document, Kind, Use
from tests.ruins.operations import Ruin, bypassing, standing_in, with_graph, with_node


def without_bends(document: Document) -> Document:
    """Sums of sums, held between black and white at the end: what comes out must still be an image's."""
    found = document.graphs["Layer"]
    kept = tuple(case for case in found.nodes["activation"].cases if case.use.name == "Sigmoid")
    plain = with_node(found, "activation", use=Use(Kind.BLOCK, "Identity"), cases=kept)
    return with_graph(document, plain)


def with_two_encoders(document: Document) -> Document:
    """Each person has an encoder of its own, too: the codes need not mean the same."""
    assert document.recipe is not None
    for graph, node in (("LearnB", "encoder"), ("Evaluate", "code_b"), ("Swapped", "code_b")):
        document = with_graph(document, with_node(document.graphs[graph], node, use=Use(Kind.MODEL, "encoder_b")))
    second = replace(document.models["encoder"], name="encoder_b")
    stages = tuple(
        replace(
            stage,
            phases=tuple(
                replace(phase, models=("encoder_b", "decoder_b")) if phase.name == "b" else phase
                for phase in stage.phases
            ),
        )
        for stage in document.recipe.stages
    )
    models = {**document.models, "encoder_b": second}
    return replace(document, models=models, recipe=replace(document.recipe, stages=stages))


RUINS: dict[str, tuple[str, Ruin]] = {
    "autoencoder": ("no bend between the layers", without_bends),
    "autoencoder_conv": (
        "no bend between the layers",
        lambda document: bypassing("Up", "relu")(bypassing("Down", "relu")(document)),
    ),
    "deepfake_ae": ("an encoder for each person", with_two_encoders),
    "denoising_autoencoder": ("trained on images without noise", bypassing("TrainStep", "spoil")),
    "vae": (
        "code drawn without looking at the image",
        lambda document: standing_in("Evaluate", "draw", "RandomNormalLike", "mean", "input", {})(
            standing_in("TrainStep", "draw", "RandomNormalLike", "mean", "input", {})(document)
        ),
    ),
}
