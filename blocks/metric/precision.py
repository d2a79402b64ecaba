"""Precision."""

from __future__ import annotations

from dataclasses import dataclass

from blocks.metric._class_score import ClassScoreBlock


@dataclass(frozen=True, kw_only=True)
class Precision(ClassScoreBlock):
    """How many of the answers given for a class are right, over a whole split.

    y = hits / (hits + false alarms), averaged over the classes; classes that are nowhere do not count
    Shapes: logits B×C, B×C×H×W or B×T×C (classes last), target the same without C; or two of the same → scalar.
    Source: van Rijsbergen, Information retrieval, 1979; as sklearn.metrics.precision_score.
    """

    score = "precision"
    synonyms = ("positive predictive value", "false alarms", "classification", "multi-label")
