"""``make screenshot``: the README's picture, taken from the real window (on a virtual screen where there is none)."""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SCREEN = "-screen 0 1920x1200x24"


def on_a_screen() -> int | None:
    """Start again under Xvfb where there is no display; None where there is one."""
    if not sys.platform.startswith("linux") or os.environ.get("DISPLAY"):
        return None
    if shutil.which("xvfb-run") is None:
        print("There is no display, and xvfb-run was not found: sudo apt-get install xvfb xauth", file=sys.stderr)
        return 2
    return subprocess.run(["xvfb-run", "-a", "-s", SCREEN, sys.executable, *sys.argv], check=False).returncode


def take(template: str, graph: str | None, node: str | None, file: Path, theme: str) -> None:
    """Open the window on the template, look into a graph, choose a node, wait until all is painted, grab it."""
    os.environ["NETLOOM_HOME"] = tempfile.mkdtemp(prefix="netloom-screenshot-")
    from app.ui.app import make_application, make_settings, make_window

    make_application()
    make_settings().setValue("theme", theme)
    window = make_window()
    window.storage.open_template(template)
    window.resize(1440, 900)
    window.show()
    settle()
    if graph is not None:
        window.workspace.show_graph(graph)
    settle()
    window.stage.canvas.fit()
    if node is not None:
        window.workspace.select([node])
    settle(8.0)  # the engine warms up meanwhile
    if not window.grab().save(str(file)):
        raise SystemExit(f"{file} cannot be written.")
    window.workspace.history.mark_saved()
    window.close()


def settle(seconds: float = 2.0) -> None:
    """Let the window work for a while: panels, layout and engine come after the first frame."""
    from PySide6.QtCore import QCoreApplication

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        QCoreApplication.processEvents()
        time.sleep(0.01)


def main() -> int:
    code = on_a_screen()
    if code is not None:
        return code
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--template", default="resnet18")
    parser.add_argument("--graph", default=None)
    parser.add_argument("--node", default="conv1")
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "resources" / "screenshot.png")
    options = parser.parse_args()
    take(options.template, options.graph, options.node, options.output, options.theme)
    print(options.output)
    return 0


if __name__ == "__main__":
    sys.exit(main())
