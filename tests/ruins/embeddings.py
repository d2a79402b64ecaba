"""What is taken out of the templates of word vectors."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from app.core.document import Document, Value
from tests.ruins.operations import Ruin, bypassing, standing_in


def one_neighbour(document: Document) -> Document:
    """Only the word just before the gap is heard, of two on each side."""
    for graph in ("TrainStep", "Evaluate"):
        alone = {"dim": 1, "start": 1, "stop": 2}
        document = standing_in(graph, "bag", "Slice", "input", "input", alone)(document)
    return document


def training_with(arguments: Mapping[str, Value]) -> Ruin:
    """Other arguments of the training step; the evaluation keeps its own."""

    def ruined(document: Document) -> Document:
        assert document.recipe is not None
        stages = tuple(
            replace(
                stage,
                phases=tuple(replace(phase, arguments={**phase.arguments, **arguments}) for phase in stage.phases),
            )
            for stage in document.recipe.stages
        )
        return replace(document, recipe=replace(document.recipe, stages=stages))

    return ruined


def without_pieces(document: Document) -> Document:
    """Words are not cut: only rows of whole words are left."""
    assert document.recipe is not None
    data = document.recipe.data
    whole = replace(data, arguments={**data.arguments, "longest": 0})
    return replace(document, recipe=replace(document.recipe, data=whole))


def without_reading(document: Document) -> Document:
    """The language models stay as they were drawn: nothing but the few labels is learnt from."""
    assert document.recipe is not None
    stages = tuple(stage for stage in document.recipe.stages if stage.name != "pretrain")
    presets = {
        key: replace(preset, recipe={k: v for k, v in preset.recipe.items() if not k.startswith("stages.pretrain.")})
        for key, preset in document.presets.items()
    }
    return replace(document, recipe=replace(document.recipe, stages=stages), presets=presets)


RUINS: dict[str, tuple[str, Ruin]] = {
    "word2vec_skipgram": ("no words of chance to be told from", bypassing("TrainStep", "together")),
    "word2vec_cbow": ("only one neighbour is heard", one_neighbour),
    "elmo": ("no text is read before the task", without_reading),
    "fasttext": ("words are not cut into pieces", without_pieces),
    "glove": ("all cells count alike", training_with({"power": 0.0})),
}
