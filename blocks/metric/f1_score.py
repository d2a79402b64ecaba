"""F1Score."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.metric._class_score import ClassScoreBlock


@dataclass(frozen=True, kw_only=True)
class F1Score(ClassScoreBlock):
    """How well a class is both found and kept apart, over a whole split: the mean of precision and recall.

    y = 2 · precision · recall / (precision + recall) = 2 · hits / (2 · hits + false alarms + misses),
    averaged; classes that are nowhere do not count
    Shapes: logits B×C, B×C×H×W or B×T×C (classes last), target the same without C; or two of the same → scalar.
    Source: van Rijsbergen, Information retrieval, 1979; as sklearn.metrics.f1_score.
    """

    score = "f1"
    synonyms = ("f-score", "f measure", "dice coefficient", "class imbalance", "multi-label")
