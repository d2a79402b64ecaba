"""Recall."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.metric._class_score import ClassScoreBlock


@dataclass(frozen=True, kw_only=True)
class Recall(ClassScoreBlock):
    """How many of a class's examples are found, over a whole split; its macro average is the balanced accuracy.

    y = hits / (hits + misses), averaged over the classes; classes that are nowhere do not count
    Shapes: logits B×C, B×C×H×W or B×T×C (classes last), target the same without C; or two of the same → scalar.
    Source: van Rijsbergen, Information retrieval, 1979; as sklearn.metrics.recall_score.
    """

    score = "recall"
    synonyms = ("sensitivity", "true positive rate", "hit rate", "balanced accuracy", "multi-label")
