"""``python -m tests.baselines [TEMPLATE...]``: a table of cheap answers."""

from __future__ import annotations

import sys
import time

from tests.baselines import baselines


def main(names: list[str]) -> None:
    table = baselines()
    for name in names or table:
        begun = time.perf_counter()
        print(name)
        for what, value in table[name]().items():
            print(f"  {what:<72} {value:8.3f}", flush=True)
        print(f"  ({time.perf_counter() - begun:.0f} s)")


if __name__ == "__main__":
    main(sys.argv[1:])
