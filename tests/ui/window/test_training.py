"""Training from the panel: a real run of a real template, to its end."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from app.core.document import DataSource
from app.core.edits import set_argument
from app.runs import Status
from app.ui.first_recipe import Fit
from app.ui.main_window import MainWindow
from app.ui.panels.results import ResultsPanel
from app.ui.panels.run_words import duration, progress, speed, title_of
from app.ui.panels.training import TrainingPanel
from tests.ui.window.conftest import MakeWindow


def panel(window: MainWindow) -> TrainingPanel:
    assert window.training is not None
    return window.training


def type_value(panel: TrainingPanel, path: str, text: str) -> None:
    panel.show_page("recipe")
    line = panel.form.rows[path].editor
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)


def test_a_template_trains_to_its_end_and_can_be_tried(window: MainWindow, qtbot: QtBot) -> None:
    window.storage.open_template("mlp_classifier", "quick")
    window.show_panel("training")
    training = panel(window)
    type_value(training, "stages.train.steps", "40")
    assert window.workspace.document.presets["quick"].recipe["stages.train.steps"] == 40
    QTest.mouseClick(training.start_button, Qt.MouseButton.LeftButton)
    assert training.is_running, training.view.message.text()
    assert not training.start_button.isEnabled()
    qtbot.waitUntil(lambda: not training.is_running, timeout=90_000)
    assert training.runs.status.state == "finished", training.view.message.text()
    assert training.view.bar.value() == training.view.bar.maximum() == 40
    losses = training.view.curves.series["loss"]
    assert losses.steps[-1] == 40
    assert losses.values[-1] < losses.values[0]
    assert training.view.previews.boxes, "the preview of predictions is shown"
    assert training.start_button.isEnabled()
    assert training.view.known.count() == 1
    check_results(window, qtbot)
    check_building(window, qtbot)


def check_results(window: MainWindow, qtbot: QtBot) -> None:
    """An example through the checkpoint that the run has left; the engine is started for it."""
    window.show_panel("results")
    results = window.docks["results"].widget()
    assert isinstance(results, ResultsPanel)
    assert results.way is not None
    results.index.setValue(3)
    QTest.mouseClick(results.example_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(results.shown) or results.message.property("role") == "error", timeout=90_000)
    assert results.shown, results.message.text()
    assert results.message.text().startswith("Step 40")


def check_building(window: MainWindow, qtbot: QtBot) -> None:
    window.actions_table["check"].trigger()
    qtbot.waitUntil(lambda: "PyTorch built it as drawn" in window.status.currentMessage(), timeout=90_000)
    assert f"{window.workspace.elaboration.totals.parameters:,} parameters" in window.status.currentMessage()


def test_a_recipe_is_made_from_nothing(window: MainWindow) -> None:
    """New, a chain of blocks from the palette, a recipe from the panel: sound, and one undo takes it back."""
    window.storage.new()
    for block in ("Flatten", "Linear"):
        window.palette_panel.wanted.emit(f"block:{block}")
    graph = window.workspace.document.graphs["Net"]
    assert [(str(edge.source), str(edge.target)) for edge in graph.edges] == [
        ("@.x", "flatten.input"), ("flatten.output", "linear.input"), ("linear.output", "@.output"),
    ]  # fmt: skip
    before = window.workspace.document
    window.show_panel("training")
    start = panel(window).empty
    assert start.sources.currentText() == "Digits"
    assert isinstance(start.found, Fit)
    QTest.mouseClick(start.add_button, Qt.MouseButton.LeftButton)
    assert window.workspace.elaboration.is_sound, window.workspace.problems
    assert window.workspace.document.recipe is not None
    assert set(window.workspace.document.graphs) == {"Net", "TrainStep", "Evaluate", "Predict"}
    assert not isinstance(window.workspace.source("train.py"), str)
    assert panel(window).body.isVisible()
    window.workspace.undo()
    assert window.workspace.document == before


def test_data_that_do_not_fit_say_why(window: MainWindow) -> None:
    window.storage.new()
    for block in ("Flatten", "Linear"):
        window.palette_panel.wanted.emit(f"block:{block}")
    window.workspace.do(lambda document: set_argument(document, "Net", "linear", "out_features", 5))
    window.show_panel("training")
    start = panel(window).empty
    start.sources.setCurrentText("Digits")
    start.sources.activated.emit(start.sources.currentIndex())
    assert "10 wide" in start.verdict.text()
    assert not start.add_button.isEnabled()


def test_a_document_without_a_recipe_says_so(window: MainWindow) -> None:
    window.storage.new()
    window.show_panel("training")
    assert panel(window).empty.isVisible()
    assert not panel(window).body.isVisible()
    results = window.docks["results"].widget()
    window.show_panel("results")
    assert isinstance(results, ResultsPanel)
    assert results.empty.isVisible()
    assert not window.actions_table["train"].isEnabled()


def test_missing_data_stand_in_the_way_in_a_sentence(window: MainWindow) -> None:
    window.storage.open_template("resnet18", "paper")
    window.show_panel("training")
    training = panel(window)
    QTest.mouseClick(training.start_button, Qt.MouseButton.LeftButton)
    assert "folder" in training.refused.text()
    assert training.runs.run is None
    assert training.form.isVisible(), "where the data are chosen"
    assert training.refused.text() == f"The data are not here. {training.form.missing.text()}"
    window.workspace.choose_preset("quick")
    assert not training.refused.text(), "what was said of the other preset is gone"


def test_choosing_a_source_keeps_what_it_shares(window: MainWindow) -> None:
    window.storage.open_template("mlp_classifier", "quick")
    window.show_panel("training")
    panel(window).show_page("recipe")
    form = panel(window).form
    assert form.source.currentText() == "PlacedDigits"
    form.source.setCurrentText("Digits")
    form.source.activated.emit(form.source.currentIndex())
    recipe = form.recipe
    assert recipe is not None
    assert recipe.data == DataSource("Digits", {"size": 8})
    assert window.workspace.document.recipe is not None
    assert window.workspace.document.recipe.data.block == "PlacedDigits", "the other preset keeps its data"
    assert set(form.data_rows) == set(window.workspace.library.get("Digits").arguments())
    window.workspace.undo()
    assert form.recipe is not None
    assert form.recipe.data.block == "PlacedDigits"


def test_words_for_a_run() -> None:
    running = Status(state="running", step=50, steps=150, rate=0.5)
    assert title_of(running) == "Training"
    assert progress(running) == "Step 50 of 150 · 2.0 s a step · 3 min left"
    assert speed(1234.5) == "1,234 steps/s"
    assert duration(40) == "40 s"
    assert duration(7500) == "2 h 5 min"


def test_a_run_outlives_the_window_and_is_found_again(make_window: MakeWindow, qtbot: QtBot) -> None:
    first = make_window()
    first.storage.open_template("mlp_classifier", "quick")
    first.show_panel("training")
    type_value(panel(first), "stages.train.steps", "1000000")
    panel(first).start()
    qtbot.waitUntil(lambda: panel(first).runs.status.step > 0, timeout=90_000)
    first.workspace.history.mark_saved()
    first.close()
    second = make_window()
    second.storage.open_template("mlp_classifier", "quick")
    second.show_panel("training")
    training = panel(second)
    assert training.is_running, "it shows the run that still goes on"
    QTest.mouseClick(training.pause_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: training.runs.status.state == "paused", timeout=30_000)
    assert training.pause_button.text() == "Resume"
    assert second.focusWidget() is training.pause_button
    QTest.mouseClick(training.stop_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not training.is_running, timeout=30_000)
    assert second.focusWidget() is training.start_button, "the focus stays among what starts and stops"
    stopped = training.runs.status.step
    assert training.runs.status.state == "stopped"
    QTest.mouseClick(training.view.resume_button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: training.runs.status.step > stopped, timeout=90_000)
    run = training.runs.run
    assert run is not None
    run.kill()
    qtbot.waitUntil(lambda: training.runs.status.state == "gone", timeout=30_000)
    assert "resumed from" in training.view.message.text()


def test_a_forecast_tells_time_and_memory_and_can_be_cancelled(window: MainWindow, qtbot: QtBot) -> None:
    window.storage.open_template("mlp_classifier", "quick")
    window.show_panel("training")
    training = panel(window)
    QTest.mouseClick(training.forecast.button, Qt.MouseButton.LeftButton)
    assert training.forecast.button.text() == "Cancel"
    QTest.mouseClick(training.forecast.button, Qt.MouseButton.LeftButton)
    assert training.forecast.button.text() == "Forecast"
    assert not training.forecast.said.text()
    QTest.mouseClick(training.forecast.button, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: training.forecast.button.text() == "Forecast", timeout=120_000)
    told = training.forecast.said.text()
    assert told.startswith("4,000 steps will take about"), told
    assert "of memory" in told
    type_value(training, "batch_size", "8")
    assert not training.forecast.said.text(), "it was of another recipe"


def test_a_run_that_diverges_says_since_when_and_what_to_do(window: MainWindow, qtbot: QtBot) -> None:
    window.storage.open_template("mlp_classifier", "quick")
    window.show_panel("training")
    training = panel(window)
    type_value(training, "stages.train.steps", "400")
    type_value(training, "stages.train.learn.optimiser.lr", "1e10")
    QTest.mouseClick(training.start_button, Qt.MouseButton.LeftButton)
    assert training.pages.currentIndex() == 0, "it is watched"
    qtbot.waitUntil(lambda: "has diverged" in training.view.message.text(), timeout=90_000)
    lost = training.view.curves.series["loss"].lost
    assert lost is not None
    assert f"since step {lost:,}" in training.view.message.text()
    qtbot.waitUntil(lambda: not training.is_running, timeout=90_000)
    assert "not a number" in training.view.curves.latest.text()


def test_a_chosen_device_is_the_runs_and_the_recipes_is_the_default(window: MainWindow) -> None:
    window.storage.open_template("mlp_classifier", "quick")
    window.show_panel("training")
    training = panel(window)
    assert training.devices.currentData() == "auto"
    type_value(training, "device", "cpu")
    assert training.devices.currentText() == "As the recipe says: cpu"
    assert training.devices.currentData() is None
