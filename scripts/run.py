"""What ``make run`` does: opens the editor on a template; without a display, does the main job without a window."""

from __future__ import annotations

import os
import subprocess
import sys
from itertools import count
from pathlib import Path

TEMPLATE = "mlp_classifier"
NETLOOM = [sys.executable, "-m", "app.cli"]
PROBE = "import sys; from PySide6.QtWidgets import QApplication; QApplication(sys.argv)"


def opens_windows() -> bool:
    """Whether Qt finds a screen here; asked in another process, since Qt ends the one that finds none."""
    named = any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))
    if sys.platform.startswith("linux") and not named:
        return False
    found = subprocess.run([sys.executable, "-c", PROBE], capture_output=True, text=True, check=False)
    if found.returncode != 0 and found.stderr.strip():
        print(found.stderr.strip().splitlines()[0], file=sys.stderr)
    return found.returncode == 0


def netloom(*arguments: str) -> int:
    """One verb, as a user would type it."""
    print(f"\n$ netloom {' '.join(arguments)}", flush=True)
    return subprocess.run([*NETLOOM, *arguments], check=False).returncode


def unused(folder: Path) -> Path:
    """The folder, or the same with a number where it is there already: what was made before stays."""
    numbered = (folder.with_name(f"{folder.name}-{number}") for number in count(2))
    return folder if not folder.exists() else next(path for path in numbered if not path.exists())


def main_job(folder: Path) -> int:
    """Train, and take away code, weights and a picture of the graph; names what it made."""
    run = folder / "run"
    code = netloom("train", TEMPLATE, "--preset", "quick", "--out", str(run))
    if code not in (0, 3):
        return code
    take = [
        netloom("export", TEMPLATE, "--to", "code", "--preset", "quick", "-o", str(folder / "code")),
        netloom("export", TEMPLATE, "--to", "safetensors", "--run", str(run), "-o", str(folder / "weights"), "--force"),
        netloom("export", TEMPLATE, "--to", "svg", "-o", str(folder / f"{TEMPLATE}.svg")),
    ]
    print("\nHere is what was made:")
    for what, path in (
        ("the code, which runs alone", folder / "code"),
        ("the trained weights", folder / "weights"),
        ("a picture of the graph", folder / f"{TEMPLATE}.svg"),
        ("metrics and checkpoints", run),
        ("what the net said of test images", run / "previews"),
    ):
        print(f"  {path}  ({what})")
    return code or max(take)


def main() -> int:
    """Window or no window; gives the exit code."""
    if opens_windows():
        print("Opening the editor; it ends with its window.", flush=True)
        return subprocess.run([*NETLOOM, *(sys.argv[1:] or [TEMPLATE])], check=False).returncode
    print("There is no display here, so the editor cannot open. Doing the main job without a window instead.")
    return main_job(unused(Path("out") / TEMPLATE))


if __name__ == "__main__":
    sys.exit(main())
