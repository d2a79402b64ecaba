"""Published weights in a real window: fetched without a frozen frame, cancelled, refused in words, tried in the end."""

from __future__ import annotations

import hashlib
import threading
import time
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import templates
from app.engine.errors import RequestError
from app.engine.weights import load_weights_file
from app.messages import Answer, Failed, LoadWeights, Request
from app.ui.main_window import MainWindow
from app.ui.panels.results import ResultsPanel
from app.ui.panels.weights import CANCELLED, WeightsDialog
from app.weights import cache, published
from app.weights.published import Published
from tests.ui.window.conftest import Answers
from tests.ui.window.shared import shared_answers, shared_window
from tests.weights.server import File, Server
from tests.weights.test_runs import TEMPLATE, model

__all__ = ["shared_answers", "shared_window"]

SOON = 30_000


class AtOnce:
    """The engine's work in this process, in a later turn of the event loop."""

    def cancel(self) -> bool:
        return True

    def ask(
        self,
        request: Request,
        done: Callable[[Answer], None],
        refused: Callable[[Failed], None],
        **_more: object,
    ) -> AtOnce:
        assert isinstance(request, LoadWeights)

        def work() -> None:
            try:
                answer = load_weights_file(request, lambda _share, _text: None)
            except RequestError as error:
                refused(Failed(kind="problem", message=str(error)))
            else:
                done(answer)

        QTimer.singleShot(0, work)
        return self


@pytest.fixture
def entry(server: Server, monkeypatch: pytest.MonkeyPatch) -> Published:
    from safetensors.torch import save

    data = save({name: value.contiguous() for name, value in model().state_dict().items()})
    made = Published(
        template=TEMPLATE, preset="quick", name="small", publisher="A test", licence="none", size=len(data),
        url=server.put("/small", File(data)), sha256=hashlib.sha256(data).hexdigest()[:8],
    )  # fmt: skip
    monkeypatch.setattr(published, "TABLE", (made, *published.TABLE))
    return made


@pytest.fixture
def opened(shared_window: MainWindow, monkeypatch: pytest.MonkeyPatch, entry: Published) -> WeightsDialog:
    """The dialog on the small template, by the page about it."""
    window = shared_window
    window.workspace.history.mark_saved()
    window.storage.open_template(TEMPLATE)
    window.show_panel("about")
    assert window.training is not None
    monkeypatch.setattr(window.training.engine, "ask", AtOnce().ask)
    QTest.mouseClick(window.about.weights_button, Qt.MouseButton.LeftButton)
    dialog = window.findChild(WeightsDialog)
    assert isinstance(dialog, WeightsDialog)
    assert dialog.isVisible()
    return dialog


def test_weights_come_into_the_results(shared_window: MainWindow, opened: WeightsDialog, qtbot: QtBot) -> None:
    window = shared_window
    assert opened.entries.currentText() == "small (quick, 69 kB)"
    assert "A test, for the preset quick. From 127.0.0.1. Checked by the first 8 digits" in opened.facts.text()
    with qtbot.waitSignal(opened.accepted, timeout=SOON):
        QTest.mouseClick(opened.load_button, Qt.MouseButton.LeftButton)
    assert window.training is not None
    run = window.training.runs.run
    assert run is not None
    assert run.settings.preset == "quick"
    assert [path.name for path in run.checkpoints()] == ["step-00000000"]
    results = window.docks["results"].widget()
    assert isinstance(results, ResultsPanel)
    assert results.isVisible()
    assert results.body.isVisible(), "the weights can be tried at once"
    assert results.way is not None


def test_the_window_goes_on_while_a_file_comes(
    opened: WeightsDialog, server: Server, qtbot: QtBot, entry: Published
) -> None:
    """Half of the file is here and the rest does not come: no turn of the event loop is late, and cancel is at hand."""
    hold = threading.Event()
    server.files["/small"].hold = hold
    late: list[float] = []
    last = time.monotonic()

    def tick() -> None:
        nonlocal last
        now = time.monotonic()
        late.append(now - last)
        last = now

    timer = QTimer(interval=10)
    timer.timeout.connect(tick)
    timer.start()
    QTest.mouseClick(opened.load_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: opened.progress.value() > 0, timeout=SOON)
    assert opened.message.text().endswith(" kB of 69 kB")
    assert not opened.load_button.isEnabled()
    begun = len(late)
    qtbot.waitUntil(lambda: len(late) > begun + 20, timeout=SOON)
    timer.stop()
    assert sorted(late[begun:])[10] < 0.5, "half of the turns come in time, however busy the machine is"
    QTest.mouseClick(opened.cancel_button, Qt.MouseButton.LeftButton)
    assert opened.message.text() == CANCELLED
    assert opened.load_button.isEnabled()
    assert opened.job is None
    hold.set()
    assert not cache.is_here(entry.wanted)
    server.files["/small"].hold = None
    with qtbot.waitSignal(opened.accepted, timeout=SOON):
        QTest.mouseClick(opened.load_button, Qt.MouseButton.LeftButton)
    assert cache.is_here(entry.wanted)


def test_what_goes_wrong_is_said_and_can_be_tried_again(opened: WeightsDialog, server: Server, qtbot: QtBot) -> None:
    data = server.files["/small"].data
    server.files["/small"].data = b"x" * len(data)
    QTest.mouseClick(opened.load_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "is not the file that was published" in opened.message.text(), timeout=SOON)
    assert opened.message.property("role") == "error"
    server.files["/small"].data = data
    with qtbot.waitSignal(opened.accepted, timeout=SOON):
        QTest.mouseClick(opened.load_button, Qt.MouseButton.LeftButton)


def test_a_file_of_ones_own(
    opened: WeightsDialog, shared_answers: Answers, qtbot: QtBot, tmp_path: Path, shared_window: MainWindow
) -> None:
    import torch

    wrong, right = tmp_path / "wrong.pth", tmp_path / "right.pth"
    state = dict(model().state_dict())
    torch.save(state, right)
    torch.save({**state, "more": torch.ones(2)}, wrong)
    shared_answers.give(str(wrong), "", str(right))
    QTest.mouseClick(opened.file_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "the model has no more." in opened.message.text(), timeout=SOON)
    QTest.mouseClick(opened.file_button, Qt.MouseButton.LeftButton)
    assert opened.job is None, "nothing was chosen"
    with qtbot.waitSignal(opened.accepted, timeout=SOON):
        QTest.mouseClick(opened.file_button, Qt.MouseButton.LeftButton)
    assert shared_window.training is not None
    run = shared_window.training.runs.run
    assert run is not None
    assert run.status().message == "Holds the file right.pth; nothing was trained here yet."


def test_a_document_that_nothing_is_published_for(shared_window: MainWindow, qtbot: QtBot) -> None:
    window = shared_window
    window.workspace.history.mark_saved()
    window.storage.open_template("dcgan")
    window.actions_table["load_weights"].trigger()
    dialog = window.findChild(WeightsDialog)
    assert isinstance(dialog, WeightsDialog)
    assert dialog.load_button.isHidden()
    assert dialog.facts.text().startswith("No published weights are known")
    assert [dialog.models.itemText(row) for row in range(dialog.models.count())] == [
        "all models",
        "generator",
        "discriminator",
    ]
    assert dialog.model_row.isVisible()
    window.workspace.history.mark_saved()
    window.storage.open_template("resnet50")
    assert [dialog.entries.itemText(row) for row in range(dialog.entries.count())] == [
        "resnet50 IMAGENET1K_V2 (paper, 103 MB)",
        "resnet50 IMAGENET1K_V1 (paper, 103 MB)",
    ], "it follows the document that is open"
    assert templates.load("resnet50").title == dialog.heading.text()
    dialog.close()
    qtbot.waitUntil(lambda: window.findChild(WeightsDialog) is None, timeout=SOON)
    found = window.actions_table.search("pretrained")
    assert [choice.key for choice in found][:1] == ["load_weights"]


def test_an_entry_is_a_plain_value(entry: Published) -> None:
    assert msgspec.json.decode(msgspec.json.encode(entry), type=Published) == entry
