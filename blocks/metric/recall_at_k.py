"""RecallAtK."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.block import Metric, port, whole
from app.core.tensor_type import TensorType
from blocks.metric._groups import embedded
from blocks.metric._metric import NUMBER, MetricBlock


@dataclass(frozen=True, kw_only=True)
class RecallAtK(MetricBlock):
    """How often one of an embedding's nearest neighbours, of a whole split, has its class: retrieval, metric learning.

    y = share of examples with one of their own class among the k others of the highest cosine similarity
    Shapes: features B×F, classes B → scalar.
    Source: Jégou et al., Product quantization for nearest neighbor search, 2011.
    """

    source = "recall_at_k"
    inputs = (port("features", "Embeddings, B×F."), port("target", "The class of each."))
    synonyms = ("retrieval", "nearest neighbour", "knn accuracy", "metric learning", "r@1", "siamese", "triplet")

    k: int = whole(1, low=1, label="Neighbours", help="How many of the nearest others are looked at.")

    def infer(self, features: TensorType, target: TensorType) -> TensorType:
        embedded(features, target)
        return NUMBER

    def call(self, features: TensorType, target: TensorType) -> Metric:
        return self.module({"k": self.k}, {"k": 1})

    def detail(self) -> str:
        return f"k = {self.k}"
