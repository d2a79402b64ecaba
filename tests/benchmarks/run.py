"""``make bench``: every bench_*.py beside this file, each in a process of its own; fails where one missed a target."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def main(names: list[str]) -> int:
    """Run the benchmarks of these names (all without one); gives the exit code."""
    files = sorted(Path(__file__).parent.glob("bench_*.py"))
    chosen = [file for file in files if not names or file.stem.removeprefix("bench_") in names]
    if not chosen:
        print(f"There are: {', '.join(file.stem.removeprefix('bench_') for file in files)}", file=sys.stderr)
        return 2
    missed = []
    for file in chosen:
        print(f"== {file.stem}", flush=True)
        if subprocess.run([sys.executable, str(file)], check=False).returncode:
            missed.append(file.stem)
    print(
        f"{len(chosen) - len(missed)} of {len(chosen)} within their targets" + "".join(f"; {m} is not" for m in missed)
    )
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
