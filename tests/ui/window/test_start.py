"""Fresh processes: the window opens a template without torch, and nothing heavy stands before its first frame."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

OPEN = """
import sys
from app.ui.app import make_application, make_window
application = make_application()
window = make_window()
window.storage.open_template("mlp_classifier")
before_frame = set(sys.modules)
window.first_frame.connect(lambda: application.exit(0))
window.show()
code = application.exec()
for name in ("torch", "app.engine"):
    assert name not in sys.modules, name
for name in ("pyqtgraph", "app.ui.panels.gallery", "app.ui.panels.training", "app.client", "numpy"):
    assert name not in before_frame, f"{name} is imported before the first frame"
assert window.workspace.elaboration.totals.parameters > 0
print("painted")
import os
os._exit(code)
"""


def test_a_template_opens_without_torch(tmp_path: Path) -> None:
    environment = {**os.environ, "NETLOOM_HOME": str(tmp_path), "QT_QPA_PLATFORM": "offscreen"}
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", OPEN],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.stdout == "painted\n", done.stderr
    assert done.returncode == 0
