"""The toy tables source."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from app.core.block import Field, Source, choice
from app.core.tensor_type import TensorType, symbols
from blocks.sources._inspect import lacking

B = symbols("B")
FEATURES = {"wine": 13, "breast_cancer": 30, "iris": 4, "diabetes": 10}
CLASSES = {
    "wine": ("class_0", "class_1", "class_2"),
    "breast_cancer": ("malignant", "benign"),
    "iris": ("setosa", "versicolor", "virginica"),
}


@dataclass(frozen=True, kw_only=True)
class ToyTables(Source):
    """Small, well-known tables from scikit-learn: three to classify, and one (diabetes) to predict a number.

    wine: 178 rows, 13 features, 3 classes. breast_cancer: 569, 30, 2. iris: 150, 4, 3. diabetes: 442 rows, 10
    features, a measure of the disease a year later. Features, and diabetes' target, are standardised by the mean and
    deviation of the training rows. Every tenth row of a class decides the split: 70 %, 10 %, 20 %.
    """

    dataset: str = choice(
        "wine", "wine", "breast_cancer", "iris", "diabetes", label="Dataset", help="Which of the tables."
    )

    synonyms: ClassVar[tuple[str, ...]] = ("wine", "iris", "breast cancer", "diabetes", "regression", "tabular")
    reader: ClassVar[str] = "data_toy_tables"
    needs: ClassVar[str] = "scikit-learn"
    licence: ClassVar[str] = "CC BY 4.0; diabetes: Efron et al., 2004, free for research"

    def fields(self) -> tuple[Field, ...]:
        features = Field(name="features", type=TensorType((B, FEATURES[self.dataset])), help="Standardised columns.")
        if self.dataset == "diabetes":
            target = TensorType((B, 1))
            return features, Field(name="target", type=target, help="Progression of the disease, standardised.")
        label = TensorType((B,), "int64")
        return features, Field(name="label", type=label, labels=CLASSES[self.dataset], help="The row's class.")

    def missing(self) -> str | None:
        return lacking(self.needs)
