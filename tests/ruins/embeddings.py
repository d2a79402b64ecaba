"""What is taken out of the templates of word vectors."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from app.core.document import Document, Edge, End, Kind, Node, Use, Value
from tests.ruins.operations import Ruin, bypassing, standing_in, with_graph


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
    presets = {
        key: replace(preset, recipe={path: value for path, value in preset.recipe.items() if path != "data.longest"})
        for key, preset in document.presets.items()
    }
    return replace(document, recipe=replace(document.recipe, data=whole), presets=presets)


def without_reading(document: Document) -> Document:
    """The language models stay as they were drawn: nothing but the few labels is learnt from."""
    assert document.recipe is not None
    stages = tuple(stage for stage in document.recipe.stages if stage.name != "pretrain")
    presets = {
        key: replace(preset, recipe={k: v for k, v in preset.recipe.items() if not k.startswith("stages.pretrain.")})
        for key, preset in document.presets.items()
    }
    return replace(document, recipe=replace(document.recipe, stages=stages), presets=presets)


def dealt_out(document: Document) -> Document:
    """Each word's weights are dealt out among the documents anew, so that words keep no company."""
    graph = document.graphs["Decompose"]
    found, taken = End("tf_idf", "x"), End("svd", "input")
    nodes = {
        name: Node(id=name, name=name, use=Use(Kind.BLOCK, block), arguments=arguments)
        for name, block, arguments in (
            ("lots", "RandomNormalLike", {}),
            ("order", "ArgSort", {"dim": 0}),
            ("dealt", "TakeAlongDim", {"dim": 0}),
        )
    }
    edges = [edge for edge in graph.edges if edge.target != taken]
    edges += [
        Edge(found, End("lots", "input")),
        Edge(End("lots", "output"), End("order", "input")),
        Edge(found, End("dealt", "input")),
        Edge(End("order", "output"), End("dealt", "index")),
        Edge(End("dealt", "output"), taken),
    ]
    return with_graph(document, replace(graph, nodes={**graph.nodes, **nodes}, edges=tuple(edges)))


RUINS: dict[str, tuple[str, Ruin]] = {
    "lsa": ("each word is dealt out among the documents anew", dealt_out),
    "word2vec_skipgram": ("no words of chance to be told from", bypassing("TrainStep", "together")),
    "word2vec_cbow": ("only one neighbour is heard", one_neighbour),
    "elmo": ("no text is read before the task", without_reading),
    "fasttext": ("words are not cut into pieces", without_pieces),
    "glove": ("all cells count alike", training_with({"power": 0.0})),
}
