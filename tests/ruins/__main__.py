"""``python -m tests.ruins TEMPLATE FOLDER``: the ruin's source folder, under ``quick``."""

from __future__ import annotations

import sys
from pathlib import Path

from app.codegen.training import source_files
from blocks import library
from tests.ruins import ruined


def main(name: str, folder: Path) -> None:
    for path, text in source_files(ruined(name), library(), "quick").items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1], Path(sys.argv[2]))
