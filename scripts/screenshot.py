"""``make screenshot``: the README's pictures, taken from the real window (on a virtual screen where there is none).

Four of them: a drawing with its shapes and code; a mistake and what would mend it, in the light theme; a real short
training while it goes on; what the trained net answers to a picture from the test data. Nothing in them is made up:
they show what a person sees who does the same. They are taken at twice the size, so that small text can be read when
one looks closer.
"""

from __future__ import annotations

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

ROOT = Path(__file__).resolve().parents[1]
SCREEN = "-screen 0 3200x2000x24"
SCALE = 2
SIZE = 1440, 900
LONGEST = 240.0
EXAMPLE = 3


def on_a_screen() -> int | None:
    """Start again under Xvfb where there is no display; None where there is one."""
    if not sys.platform.startswith("linux") or os.environ.get("DISPLAY"):
        return None
    if shutil.which("xvfb-run") is None:
        print("There is no display, and xvfb-run was not found: sudo apt-get install xvfb xauth", file=sys.stderr)
        return 2
    return subprocess.run(["xvfb-run", "-a", "-s", SCREEN, sys.executable, *sys.argv], check=False).returncode


def open_window(theme: str) -> MainWindow:
    """A window as a newcomer has it, in a home of its own."""
    from app.ui.app import make_application, make_settings, make_window

    make_application()
    make_settings().setValue("theme", theme)
    window = make_window()
    window.resize(*SIZE)
    painted: list[bool] = []
    window.first_frame.connect(lambda: painted.append(True))
    window.show()
    until(lambda: bool(painted), "the window is painted")
    return window


def until(is_so: Callable[[], bool], what: str) -> None:
    """Let the window work until something has come about."""
    from PySide6.QtCore import QCoreApplication

    end = time.monotonic() + LONGEST
    while not is_so():
        if time.monotonic() > end:
            raise SystemExit(f"It has not come to this within {LONGEST:.0f} s: {what}.")
        QCoreApplication.processEvents()
        time.sleep(0.01)


def settle(seconds: float = 1.0) -> None:
    """Let layouts, fitting and curves come to rest."""
    end = time.monotonic() + seconds
    until(lambda: time.monotonic() > end, "a moment has passed")


def grab(window: MainWindow, file: Path) -> None:
    if not window.grab().save(str(file), "PNG", 0):
        raise SystemExit(f"{file} cannot be written.")
    print(file)


def drawing(window: MainWindow, template: str, node: str, file: Path) -> None:
    """A template's graph, one of its layers chosen, and that layer's line in the code."""
    window.storage.open_template(template)
    window.show_panel("properties")
    window.show_panel("code")
    settle()
    window.stage.canvas.fit()
    window.workspace.select([node])
    until(lambda: bool(window.code.view.marked), "the code of the chosen layer is marked")
    until(lambda: window.training is not None and bool(window.training.engine.devices), "the engine is warm")
    settle()
    grab(window, file)


def mistake(window: MainWindow, template: str, file: Path) -> None:
    """Two shapes that do not go together, where they meet, and what would mend it, with the shape that this gives."""
    from app.core import edits
    from app.core.problems import Path as Place

    window.look.choose("light")
    window.storage.open_template(template)
    window.workspace.show_graph("BasicBlock")
    window.workspace.do(lambda document: edits.set_argument(document, "BasicBlock", "conv2", "out_channels", 128))
    window.show_panel("properties")
    window.show_panel("problems")
    until(lambda: bool(window.problems.entries), "the problem is told")
    window.workspace.go_to(Place("BasicBlock", "add"))
    window.stage.canvas.fit()
    settle()
    grab(window, file)
    window.workspace.history.mark_saved()
    window.look.choose("dark")


def training(window: MainWindow, template: str, share: float, file: Path) -> None:
    """A real run of the quick preset, taken when a share of its steps is done."""
    window.storage.open_template(template, "quick")
    window.show_panel("templates")
    window.show_panel("code")
    window.show_panel("training")
    settle()
    window.stage.canvas.fit()
    window.start_training()
    panel = window.training
    assert panel is not None
    until(lambda: panel.is_running, "the run goes on")
    status = panel.runs
    until(lambda: status.status.steps > 0 and status.status.step >= share * status.status.steps, "the run is under way")
    grab(window, file)
    until(lambda: not panel.is_running, "the run has ended")
    if status.status.state != "finished":
        raise SystemExit(f"The run has {status.status.state}: {status.status.message}")


def answer(window: MainWindow, file: Path) -> None:
    """An example of the test data through the net that was just trained."""
    from app.ui.panels.results import ResultsPanel

    window.show_panel("results")
    panel = window.docks["results"].widget()
    assert isinstance(panel, ResultsPanel)
    panel.index.setValue(EXAMPLE)
    panel.run_example()
    until(lambda: bool(panel.shown) and panel.cancel_button.isHidden(), "the net has answered")
    settle()
    grab(window, file)


def main() -> int:
    code = on_a_screen()
    if code is not None:
        return code
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--theme", default="dark", choices=("dark", "light"))
    parser.add_argument("--drawn", default="resnet18", help="the template whose drawing is shown")
    parser.add_argument("--node", default="conv1", help="the layer that is chosen in it")
    parser.add_argument("--trained", default="mlp_classifier", help="the template that is trained and tried")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "resources", help="folder for the pictures")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="netloom-screenshot-") as home:
        os.environ["NETLOOM_HOME"] = home
        os.environ["QT_SCALE_FACTOR"] = str(SCALE)
        window = open_window(options.theme)
        drawing(window, options.drawn, options.node, options.output / "screenshot.png")
        mistake(window, "resnet18", options.output / "screenshot-problem.png")
        training(window, options.trained, 0.6, options.output / "screenshot-training.png")
        answer(window, options.output / "screenshot-results.png")
        window.workspace.history.mark_saved()
        window.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
