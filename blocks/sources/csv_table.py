"""The CSV table source."""

from __future__ import annotations

import csv
import math
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import ClassVar

from app.core.block import Field, Source, choice, path, text
from app.core.tensor_type import TensorType, symbols
from blocks.sources._inspect import inspected

B, F = symbols("B", "F")
MOST_CATEGORIES = 50
MOST_CLASSES = 1000


def _number(cell: str, delimiter: str) -> float:
    """The number in a cell, nan in an empty one; ValueError where it is a text."""
    value = float((cell.replace(",", ".") if delimiter == ";" else cell) or "nan")
    if math.isinf(value):
        raise ValueError(f"{cell} is not a finite number")
    return value


def _is_numeric(cells: list[str], delimiter: str) -> bool:
    try:
        return all(math.isfinite(_number(cell, delimiter)) or not cell for cell in cells)
    except ValueError:
        return False


def _columns(file: Path) -> tuple[dict[str, list[str]], str]:
    with file.open(encoding="utf-8-sig", newline="") as opened:
        header = opened.readline()
        delimiter = max(",;\t", key=header.count)
        opened.seek(0)
        rows = [[cell.strip() for cell in row] for row in csv.reader(opened, delimiter=delimiter) if any(row)]
    if len(rows) < 2:
        raise ValueError(f"Expected a line of column names and at least one row in {file}; it holds {len(rows)} lines.")
    names = rows[0]
    if len(set(names)) < len(names):
        raise ValueError(f"Expected different names in the first line of {file}; some are there twice.")
    for number, row in enumerate(rows[1:], start=2):
        if len(row) != len(names):
            raise ValueError(f"Expected {len(names)} cells in each row of {file}; row {number} has {len(row)}.")
    return dict(zip(names, map(list, zip(*rows[1:], strict=True)), strict=True)), delimiter


def _width(name: str, cells: list[str], delimiter: str) -> int:
    if _is_numeric(cells, delimiter):
        return 1
    categories = len(set(cells) - {""})
    if categories > MOST_CATEGORIES:
        raise ValueError(
            f"Expected numbers or at most {MOST_CATEGORIES} different texts in “{name}”; it has {categories}. "
            "Name the columns to use in “features” and leave this one out."
        )
    return categories


@lru_cache(maxsize=16)
def _look(stamp: tuple[str, int, int], target: str, features: str, task: str) -> tuple[int, tuple[str, ...]]:
    """How many features there are, and the classes' names."""
    columns, delimiter = _columns(Path(stamp[0]))
    target = target or list(columns)[-1]
    chosen = [name.strip() for name in features.split(",") if name.strip()]
    if len(columns) < 2:
        raise ValueError(f"Expected a target and at least one other column in {stamp[0]}; there is one column only.")
    for name in (target, *chosen):
        if name not in columns:
            raise ValueError(f"Expected a column “{name}” in {stamp[0]}; it has {', '.join(columns)}.")
    if target in chosen:
        raise ValueError(f"Expected features other than the target; “{target}” is both.")
    chosen = chosen or [name for name in columns if name != target]
    width = sum(_width(name, columns[name], delimiter) for name in chosen)
    if "" in columns[target]:
        row = columns[target].index("") + 2
        raise ValueError(f"Expected a value of “{target}” in each row; row {row} has none. Fill it in or leave it out.")
    numeric = _is_numeric(columns[target], delimiter)
    if task == "regression":
        if not numeric:
            raise ValueError(f"Expected numbers in “{target}”; it holds texts. Choose classification for it.")
        return width, ()
    labels = sorted(set(columns[target]), key=lambda cell: (_number(cell, delimiter) if numeric else 0.0, cell))
    if not 2 <= len(labels) <= MOST_CLASSES:
        raise ValueError(
            f"Expected 2 to {MOST_CLASSES} classes in “{target}”; it has {len(labels)}. Choose another target, or "
            "regression for a number."
        )
    return width, tuple(labels)


@dataclass(frozen=True, kw_only=True)
class CSVTable(Source):
    """Your own table: a CSV file with a line of column names, to predict one column from the others.

    Columns of numbers are standardised by the training rows' mean and deviation, with empty cells at the mean; columns
    of a few texts become one column of 0 and 1 for each text. Comma, semicolon or tab between cells is found out.
    Shuffled once, 70 % of the rows of each class are for training, 10 % for validation, 20 % for test.
    """

    path: str = path(label="Path", help="The file.")
    target: str = text(label="Target", help="The column to predict; empty for the last one.")
    features: str = text(
        label="Features", help="Names of the columns to predict it from, with commas between; empty for all others."
    )
    task: str = choice(
        "classification", "classification", "regression", label="Task", help="Predict a class or a number."
    )

    synonyms: ClassVar[tuple[str, ...]] = ("table", "spreadsheet", "tabular", "own data", "file")
    reader: ClassVar[str] = "data_csv_table"
    licence: ClassVar[str] = "your own table, as you have it"

    def fields(self) -> tuple[Field, ...]:
        found = inspected(_look, self.path, self.target, self.features, self.task)
        width, labels = (F, ()) if isinstance(found, str) else found
        features = Field(name="features", type=TensorType((B, width)), help="Standardised columns.")
        if self.task == "regression":
            return features, Field(name="target", type=TensorType((B, 1)), help="The number to predict, standardised.")
        return features, Field(name="label", type=TensorType((B,), "int64"), labels=labels, help="The row's class.")

    def missing(self) -> str | None:
        found = inspected(_look, self.path, self.target, self.features, self.task)
        return found if isinstance(found, str) else None
