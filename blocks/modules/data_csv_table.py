"""A CSV file with a line of column names: features, standardised, and the column to
predict from them.
"""

import csv
import math
from functools import lru_cache
from pathlib import Path

import torch
from torch import Tensor
from torch.nn import functional

# Position of a row in its class, after one shuffle, modulo ten: 70 %, 10 % and 20 %,
# stratified.
SPLITS = {"train": range(7), "validation": range(7, 8), "test": range(8, 10)}
MOST_CATEGORIES = 50
SHUFFLE_SEED = 0


class Table:
    """One split, read in whole batches.

    ``labels`` is empty where the target is a number, target * deviation + mean.
    """

    def __init__(
        self,
        features: Tensor,
        target: Tensor,
        labels: tuple[str, ...],
        mean: float,
        deviation: float,
    ) -> None:
        """Keep features (N, columns), and classes (N,) or numbers (N, 1)."""
        self.features = features
        self.target = target
        self.labels = labels
        self.mean = mean
        self.deviation = deviation

    def __len__(self) -> int:
        """Count the rows."""
        return len(self.features)

    def batch(self, indices: Tensor, generator: torch.Generator) -> dict[str, Tensor]:
        """Give features (B, columns), and label (B,) or target (B, 1)."""
        return {
            "features": self.features[indices],
            "label" if self.labels else "target": self.target[indices],
        }


def read(file: Path) -> tuple[dict[str, list[str]], str]:
    """Read the columns' cells by name, and what stands between cells."""
    with file.open(encoding="utf-8-sig", newline="") as opened:
        header = opened.readline()
        delimiter = max(",;\t", key=header.count)
        opened.seek(0)
        names, *rows = [
            [cell.strip() for cell in row]
            for row in csv.reader(opened, delimiter=delimiter)
            if any(row)
        ]
    for line, row in enumerate(rows, start=2):
        if len(row) != len(names):
            raise ValueError(
                f"Expected {len(names)} cells in each row of {file}; "
                f"row {line} has {len(row)}."
            )
    return dict(zip(names, map(list, zip(*rows, strict=True)), strict=True)), delimiter


def number(cell: str, delimiter: str) -> float:
    """Read a number, nan where the cell is empty; ValueError where it is a text."""
    value = float((cell.replace(",", ".") if delimiter == ";" else cell) or "nan")
    if math.isinf(value):
        raise ValueError(f"{cell} is not a finite number")
    return value


def numbers(cells: list[str], delimiter: str) -> Tensor | None:
    """Read a column of numbers (N, 1), None where it holds texts."""
    try:
        values = [number(cell, delimiter) for cell in cells]
    except ValueError:
        return None
    if any(
        cell and math.isnan(value) for cell, value in zip(cells, values, strict=True)
    ):
        return None
    return torch.tensor(values, dtype=torch.float64).unsqueeze(1)


def categories(name: str, cells: list[str]) -> Tensor:
    """Make one column of 0 and 1 for each text (N, texts); none is 1 where the cell is
    empty.
    """
    texts = sorted(set(cells) - {""})
    if len(texts) > MOST_CATEGORIES:
        raise ValueError(
            f"Expected numbers or at most {MOST_CATEGORIES} different texts "
            f"in column {name!r}; it has {len(texts)}."
        )
    places = {text: index for index, text in enumerate(texts)}
    indices = torch.tensor([places.get(cell, len(texts)) for cell in cells])
    return functional.one_hot(indices, len(texts) + 1)[:, :-1].double()


def standardise(values: Tensor, training: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Shift and scale columns (N, columns) by the training rows; what is missing (nan)
    becomes the mean, 0.
    """
    mean = values[training].nanmean(0).nan_to_num()
    deviation = (values[training] - mean).square().nanmean(0).sqrt().nan_to_num()
    deviation = torch.where(deviation > 0, deviation, 1.0)
    return ((values - mean) / deviation).nan_to_num(), mean, deviation


def divide(classes: Tensor) -> dict[str, Tensor]:
    """Mark each split's rows (N,), stratified by class."""
    order = torch.randperm(
        len(classes), generator=torch.Generator().manual_seed(SHUFFLE_SEED)
    )
    shuffled = classes[order]
    position = torch.empty_like(classes)
    position[order] = (
        functional.one_hot(shuffled)
        .cumsum(0)
        .gather(1, shuffled.unsqueeze(1))
        .squeeze(1)
        - 1
    )
    return {
        split: torch.isin(position % 10, torch.tensor(share))
        for split, share in SPLITS.items()
    }


def classes_of(cells: list[str], delimiter: str) -> tuple[Tensor, tuple[str, ...]]:
    """Give each row's class (N,), in the order of the values, and their names."""
    is_numeric = numbers(cells, delimiter) is not None
    labels = sorted(
        set(cells),
        key=lambda cell: (number(cell, delimiter) if is_numeric else 0.0, cell),
    )
    places = {label: index for index, label in enumerate(labels)}
    return torch.tensor([places[cell] for cell in cells]), tuple(labels)


@lru_cache(maxsize=4)
def everything(path: str, target: str, features: str, task: str) -> dict[str, Table]:
    """Read the file and divide its rows."""
    columns, delimiter = read(Path(path).expanduser())
    target = target or list(columns)[-1]
    chosen = [name.strip() for name in features.split(",") if name.strip()]
    for name in (target, *chosen):
        if name not in columns:
            raise ValueError(
                f"Expected a column {name!r} in {path}; it has {', '.join(columns)}."
            )
    mean, deviation = 0.0, 1.0
    labels: tuple[str, ...] = ()
    if task == "classification":
        goal, labels = classes_of(columns[target], delimiter)
        belongs = divide(goal)
    else:
        value = numbers(columns[target], delimiter)
        if value is None or value.isnan().any():
            raise ValueError(f"Expected a number of {target!r} in each row of {path}.")
        belongs = divide(torch.zeros(len(value), dtype=torch.int64))
        scaled, means, deviations = standardise(value, belongs["train"])
        goal, mean, deviation = scaled.float(), means.item(), deviations.item()
    parts = []
    for name in chosen or [name for name in columns if name != target]:
        column = numbers(columns[name], delimiter)
        if column is None:
            parts.append(categories(name, columns[name]))
        else:
            parts.append(standardise(column, belongs["train"])[0])
    values = torch.cat(parts, dim=1).float()
    return {
        split: Table(values[rows], goal[rows], labels, mean, deviation)
        for split, rows in belongs.items()
    }


def load(
    split: str,
    *,
    path: str = "",
    target: str = "",
    features: str = "",
    task: str = "classification",
) -> Table:
    """Load one split of a table."""
    if split not in SPLITS:
        raise ValueError(f"Expected a split of {', '.join(SPLITS)}; {split!r} came.")
    if not path or not Path(path).expanduser().is_file():
        raise FileNotFoundError(
            f"Expected a CSV file with a line of column names; {path!r} is not there."
        )
    table = everything(path, target, features, task)[split]
    if not len(table):
        raise ValueError(
            f"Expected rows for {split} in {path}; there are none. "
            "Ten rows of a class are needed for each."
        )
    return table
