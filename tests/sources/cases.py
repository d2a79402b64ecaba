"""Argument values under which each source is tested beside its defaults, and what is random about it."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.block import Source

CASES: dict[str, list[dict[str, Any]]] = {
    "Beeps": [{"length": 7, "shortest": 2.0, "longest": 5.0, "noise": 0.0, "examples": 20, "held_out": 10, "seed": 3}],
    "BetweenMarks": [
        {"vocabulary": 13, "before": 3, "after": 4, "share": 0.5, "length": 9, "examples": 30, "held_out": 7, "seed": 2}
    ],
    "BlockGraph": [
        {"vertices": 61, "classes": 3, "features": 5, "degree": 3, "labelled": 4, "validation": 10, "seed": 2},
        {"vertices": 40, "classes": 2, "degree": 4, "homophily": 1.0, "labelled": 3, "validation": 5},
    ],
    "BracketPairs": [
        {"kinds": 26, "low": 1, "high": 5, "examples": 60, "held_out": 20, "padding": 1, "seed": 1},
        {"kinds": 1, "low": 2, "high": 2, "swapped": 0.0, "examples": 10, "held_out": 5},
    ],
    "CopyTask": [
        {"width": 4, "low": 1, "high": 5, "examples": 100, "held_out": 40},
        {"width": 3, "low": 2, "high": 2, "test_length": 7, "held_out": 9, "seed": 3},
    ],
    "CSVTable": [
        {"path": "table"},
        {"path": "table", "task": "regression", "target": "price"},
        {"path": "table", "features": "colour, width", "target": "kind"},
    ],
    "DigitRows": [{"steps": 20}],
    "Digits": [
        {"flat": True},
        {"size": 28, "channels": 3, "value_range": "-1..1"},
        {"size": 4, "channels": 2, "flat": True},
    ],
    "DigitScenes": [{"size": 40, "cells": 1, "smallest": 9, "window": 8, "noise": 0.0}],
    "Homonyms": [
        {
            "senses": 2,
            "meanings": 1,
            "stems": 2,
            "forms": 1,
            "length": 5,
            "characters": 9,
            "sentences": 20,
            "held_out": 7,
        }
        | {"labelled": 30, "seed": 3},
        {"senses": 7, "meanings": 7, "stems": 9, "forms": 3, "sentences": 30, "held_out": 9, "labelled": 2},
    ],
    "ImageFolder": [
        {"path": "image_folder", "size": 16},
        {"path": "image_folder", "size": 9, "channels": 1, "flip": True, "value_range": "-1..1"},
    ],
    "LitDigits": [{"size": 12, "light": 0.3}],
    "Lookup": [{"length": 3, "width": 8, "examples": 20, "held_out": 6, "seed": 1}],
    "LoneRedGraph": [{"vertices": 40, "colours": 3, "degree": 3, "seed": 1}],
    "LoudGraph": [
        {"vertices": 60, "classes": 2, "features": 5, "loud": 9, "degree": 4, "shouts": 3, "labelled": 3, "seed": 1}
        | {"validation": 10}
    ],
    "MadeLanguage": [
        {"view": "gaps", "stems": 7, "forms": 8, "topics": 3, "sentences": 50, "length": 9, "window": 2},
        {"view": "spelled", "stems": 9, "forms": 4, "sentences": 900, "longest": 4, "buckets": 30},
        {"view": "cells", "stems": 90, "forms": 1, "evenness": 0.0, "sentences": 70, "seed": 3},
    ],
    "MadeMolecules": [
        {"kinds": 11, "bonds": 5, "fewest": 2, "most": 4, "examples": 30, "held_out": 9, "seed": 3},
        {"kinds": 2, "fewest": 3, "most": 3, "examples": 12, "held_out": 7},
    ],
    "MadeTable": [
        {"law": "circuit", "columns": 13, "rows": 90, "noise": 0.0, "seed": 1},
        {"columns": 5, "rows": 50, "gap": 0.0},
    ],
    "MarkedDigits": [{"cells": 3, "mark": 0.2, "value_range": "-1..1"}, {"mark": 0.0}],
    "MovingShapes": [{"frames": 3, "size": 20, "channels": 3, "noise": 0.0, "examples": 30, "held_out": 10, "seed": 1}],
    "NestedBrackets": [
        {"kinds": 26, "deepest": 3, "opening": 0.7, "length": 30, "examples": 60, "held_out": 20, "seed": 1},
        {"kinds": 1, "deepest": 1, "length": 9, "examples": 10, "held_out": 5},
    ],
    "NoisyWaves": [{"length": 5, "ahead": 1, "noise": 0.0, "examples": 20, "held_out": 10, "seed": 3}],
    "PlacedDigits": [
        {"size": 20, "digit_size": 20},
        {"size": 24, "digit_size": 11, "channels": 3, "noise": 0.1, "value_range": "-1..1"},
    ],
    "RatedTrees": [{"shortest": 3, "longest": 4, "modified": 1.0, "examples": 30, "held_out": 10, "seed": 1}],
    "RebelGraph": [{"vertices": 41, "degree": 3, "seed": 1}],
    "ReverseStrings": [
        {"task": "sort", "alphabet": 4, "low": 2, "high": 6, "examples": 900},
        {"task": "copy", "alphabet": 26, "low": 1, "high": 5, "examples": 500, "seed": 1},
    ],
    "RunningSums": [{"modulus": 7, "length": 4, "test_length": 9, "examples": 30, "held_out": 8, "seed": 5}],
    "Shapes": [
        {"size": 32, "channels": 3, "most": 5, "examples": 40},
        {"size": 48, "valid_margin": 10, "noise": 0.0, "examples": 30, "value_range": "-1..1", "seed": 4},
    ],
    "SpelledNumbers": [{"digits": 2, "seed": 4}, {"digits": 1}],
    "TermCounts": [{"vocabulary": 5000, "least": 30}, {"path": "paragraphs", "vocabulary": 9, "least": 7}],
    "TextFile": [{"length": 7, "vocabulary": 20}, {"path": "text_file", "length": 12, "vocabulary": 300}],
    "TextPairs": [
        {"length": 10, "vocabulary": 20, "padding": 1},
        {"path": "text_file", "length": 13, "vocabulary": 300, "swapped": 1.0},
    ],
    "ToneSyllables": [{"most": 2, "noise": 0.0, "examples": 30, "held_out": 10, "seed": 2}],
    "ToyTables": [{"dataset": name} for name in ("breast_cancer", "iris", "diabetes")],
    "TwoFaces": [{"size": 17, "examples": 20, "held_out": 7, "warp": 0.2, "seed": 1}],
    "TwoViews": [{"size": 17, "channels": 3, "cutout": 0.0, "support": 2}, {"size": 16, "placing": "random"}],
}

WITHOUT_DEFAULT_DATA = {"CSVTable", "ImageFolder"}
RANDOM = {
    "CopyTask",
    "LitDigits",
    "MadeLanguage",
    "MarkedDigits",
    "PlacedDigits",
    "TextFile",
    "TextPairs",
    "TwoFaces",
    "TwoViews",
    "DigitScenes",
}
"""Sources whose training batches are drawn anew in each epoch; ImageFolder's are where it flips."""


def arguments_of(source: type[Source]) -> list[dict[str, Any]]:
    """Argument values to test a source with; its defaults first, where they name data."""
    defaults: list[dict[str, Any]] = [] if source.__name__ in WITHOUT_DEFAULT_DATA else [{}]
    return [*defaults, *CASES.get(source.__name__, [])]


def made(source: type[Source], arguments: dict[str, Any], request: pytest.FixtureRequest) -> Source:
    """The source itself, with the name of a fixture as path replaced by what the fixture made."""
    if "path" in arguments:
        arguments = arguments | {"path": str(request.getfixturevalue(arguments["path"]))}
    return source(**arguments)


def is_random(source: Source) -> bool:
    """Whether training batches differ from epoch to epoch."""
    if type(source).__name__ == "MadeLanguage":
        return bool(source.view != "cells")  # type: ignore[attr-defined]
    if type(source).__name__ == "DigitRows":
        return bool(source.steps > 8)  # type: ignore[attr-defined]
    if type(source).__name__ == "PlacedDigits":
        return bool(source.size > source.digit_size or source.noise)  # type: ignore[attr-defined]
    return type(source).__name__ in RANDOM or bool(getattr(source, "flip", False))
