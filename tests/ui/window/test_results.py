"""A trained net is tried: what it is given, what it answers, what takes long, and its weights taken away."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDropEvent, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.core.settings import set_preset_recipe
from app.messages import Tensor
from app.runs import Run
from app.ui.main_window import MainWindow
from app.ui.panels.bars import Bars
from app.ui.panels.giving import alphabet, noise
from app.ui.panels.previews import Picture
from app.ui.panels.results import CANCELLED, LOADING, RUNNING, ResultsPanel
from tests.ui.window.conftest import Answers


def trained(window: MainWindow, qtbot: QtBot, template: str, steps: int) -> ResultsPanel:
    """The results panel of a short real run."""
    window.storage.open_template(template, "quick")
    window.workspace.do(lambda document: set_preset_recipe(document, "quick", "stages.train.steps", steps))
    window.show_panel("results")
    results = window.docks["results"].widget()
    assert isinstance(results, ResultsPanel)
    QTest.mouseClick(results.start_button, Qt.MouseButton.LeftButton)
    training = window.training
    assert training is not None
    assert training.isVisible(), "an empty panel leads to training"
    training.start()
    assert training.is_running
    window.show_panel("results")
    qtbot.waitUntil(lambda: not training.is_running and results.body.isVisible(), timeout=90_000)
    assert training.runs.status.state == "finished", training.runs.status.message
    window.show_panel("training")
    QTest.mouseClick(training.view.try_button, Qt.MouseButton.LeftButton)
    assert results.isVisible(), "a finished run leads to trying it"
    return results


def answered(results: ResultsPanel, qtbot: QtBot) -> None:
    qtbot.waitUntil(results.cancel_button.isHidden, timeout=90_000)
    assert results.message.text().startswith("Step"), results.message.text()


def said(results: ResultsPanel) -> list[str]:
    return [widget.text() for widget in results.shown if isinstance(widget, QLabel) and widget.text()]


def drop_image(results: ResultsPanel, path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path))])
    none = Qt.KeyboardModifier.NoModifier
    event = QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, mime, Qt.MouseButton.LeftButton, none)
    results.drop.dropEvent(event)


def test_a_classifier_is_tried_on_examples_and_pictures(
    window: MainWindow, qtbot: QtBot, answers: Answers, tmp_path: Path
) -> None:
    results = trained(window, qtbot, "mlp_classifier", 40)
    QTest.mouseClick(results.example_button, Qt.MouseButton.LeftButton)
    assert results.cancel_button.isVisible()
    assert window.focusWidget() is results.example_button, "the focus, and what is in sight, stay where one clicked"
    qtbot.waitUntil(
        lambda: results.message.text() in (LOADING, RUNNING) or results.cancel_button.isHidden(), timeout=5000
    )
    QTest.mouseClick(results.cancel_button, Qt.MouseButton.LeftButton)
    assert results.message.text() == CANCELLED
    assert window.focusWidget() is results.example_button
    assert results.shown == []

    results.index.setFocus()
    QTest.keyClick(results.index, Qt.Key.Key_Up)
    QTest.keyClick(results.index, Qt.Key.Key_Return)
    answered(results, qtbot)
    words = said(results)
    assert "Given: image" in words
    assert words[words.index("The data say: label") + 1].isdigit(), "what is right stands beside what it answers"
    assert any(isinstance(widget, Bars) for widget in results.shown)
    pictures = [widget for widget in results.shown if isinstance(widget, Picture)]
    assert len(pictures) == 1, "a preview that gives its input back does not show it twice"

    assert results.body.verticalScrollBar().value() == 0, "what was asked with is still in sight"
    place = results.invert.y()
    picture = QImage(40, 40, QImage.Format.Format_RGB32)
    picture.fill(QColor("white"))
    assert picture.save(str(tmp_path / "white.png"))
    drop_image(results, tmp_path / "white.png")
    answered(results, qtbot)
    assert "The data say: label" not in said(results)
    assert results.invert.y() == place, "nothing moves away from under the mouse"
    before = results.shown
    results.invert.setFocus()
    QTest.keyClick(results.invert, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: results.shown is not before, timeout=30_000)
    answered(results, qtbot)
    assert not results.drop.picture.isHidden()
    results.run_example()
    assert results.drop.picture.isHidden(), "the example is not the picture that lay there"
    answered(results, qtbot)

    answers.give(str(tmp_path))
    QTest.mouseClick(results.weights_button, Qt.MouseButton.LeftButton)
    weights = tmp_path / "mlp_classifier-weights" / "mlp_classifier.safetensors"
    assert weights.stat().st_size > 1000
    assert str(weights.parent) in window.status.currentMessage()


def test_a_generator_starts_from_random_numbers(window: MainWindow, qtbot: QtBot) -> None:
    results = trained(window, qtbot, "vae", 20)
    titles = [results.ways.itemText(row) for row in range(results.ways.count())]
    row = next(row for row, title in enumerate(titles) if title.startswith("decoder"))
    results.ways.setCurrentIndex(row)
    results.ways.activated.emit(row)
    assert results.example_button.text() == "Run on random numbers"
    assert not results.splits.isVisible()
    QTest.mouseClick(results.example_button, Qt.MouseButton.LeftButton)
    answered(results, qtbot)
    assert results.shown


def test_the_newest_checkpoint_is_followed_until_another_is_chosen(window: MainWindow, tmp_path: Path) -> None:
    window.show_panel("results")
    results = window.docks["results"].widget()
    assert isinstance(results, ResultsPanel)
    run = Run(tmp_path)
    results._show_checkpoints(run, ["step-00000100"])
    results._show_checkpoints(run, ["step-00000100", "step-00000200"])
    assert results.checkpoints.currentText() == "Step 200"
    results.checkpoints.setCurrentIndex(1)
    results._show_checkpoints(run, ["step-00000100", "step-00000200", "step-00000300"])
    assert results.checkpoints.currentText() == "Step 100"


def test_noise_is_of_its_seed() -> None:
    wanted = Tensor("z", (None, 2, 3))
    first, again, other = noise(wanted, 1), noise(wanted, 1), noise(wanted, 2)
    assert first == again
    assert first != other
    values = first.values
    assert isinstance(values, list)
    assert [len(values), len(values[0]), len(values[0][0])] == [1, 2, 3]


def test_a_small_alphabet_is_said() -> None:
    assert alphabet(("(", ")")) == "Type with () and press Enter"
    assert alphabet(tuple(map(chr, range(32, 127)))) == "Type a text and press Enter"
    assert alphabet(("cat", "dog")) == "Type a text and press Enter"
