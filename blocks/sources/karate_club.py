"""The karate club source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source
from app.core.tensor_type import TensorType
from blocks.sources._inspect import lacking

VERTICES = 34
EDGES = 156


@dataclass(frozen=True, kw_only=True)
class KarateClub(Source):
    """Friendships in a karate club of 34 members that split in two; whom did each follow?

    The whole graph is one batch. Features are one-hot: each member is only itself. Only the instructor's and the
    officer's sides are given; every fifth other member is for validation, the rest for test.
    Source: W. W. Zachary, An Information Flow Model for Conflict and Fission in Small Groups, 1977.
    """

    synonyms: ClassVar[tuple[str, ...]] = ("social network", "Zachary", "community", "nodes")
    reader: ClassVar[str] = "data_karate_club"
    needs: ClassVar[str] = "networkx"
    licence: ClassVar[str] = "published data; free to use"

    def fields(self) -> tuple[Field, ...]:
        mask = TensorType((VERTICES,), "bool")
        labels = ("Mr. Hi", "Officer")
        return (
            Field(name="features", type=TensorType((VERTICES, VERTICES)), help="One-hot: each member is only itself."),
            Field(name="edge_index", type=TensorType((2, EDGES), "int64"), help="From and to; each edge in both ways."),
            Field(name="label", type=TensorType((VERTICES,), "int64"), labels=labels, help="Whom the member followed."),
            Field(name="train_mask", type=mask, help="The instructor and the officer."),
            Field(name="validation_mask", type=mask, help="Members to choose by."),
            Field(name="test_mask", type=mask, help="Members to measure on."),
        )

    def missing(self) -> str | None:
        return lacking(self.needs)
