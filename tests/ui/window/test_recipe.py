"""The recipe changed in the window, with mouse and keys: each change is one step, and it says whose value it is."""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QScrollArea, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.codegen.optimisers import OPTIMISERS, SCHEDULES
from app.core.document import Recipe, Schedule
from app.core.recipe import plain_recipe
from app.ui.main_window import MainWindow
from app.ui.panels.learning_fields import OPTIMISER_HELP, SCHEDULE_HELP, optimiser_fields, schedule_fields
from app.ui.panels.recipe_form import RecipeForm
from app.ui.panels.recipe_phases import PhaseCard, StageCard
from app.ui.panels.schedule_sketch import fractions
from tests.ui.window.conftest import Answers


def form(window: MainWindow, template: str, preset: str = "quick") -> RecipeForm:
    """The form of a template's recipe, on the screen."""
    window.storage.open_template(template, preset)
    window.show_panel("training")
    assert window.training is not None
    window.training.show_page("recipe")
    QApplication.processEvents()  # what was put into a layout is on the screen after this
    assert window.training.form.isVisible()
    return window.training.form


def recipe(window: MainWindow, preset: str = "quick") -> Recipe:
    found = plain_recipe(window.workspace.document, preset)
    assert found is not None
    return found


def type_into(form: RecipeForm, path: str, text: str) -> None:
    line = form.rows[path].editor
    line.setFocus()
    line.selectAll()
    QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClicks(line, text)
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()


def choose(box: QComboBox, text: str) -> None:
    """By keyboard, as a person does who does not open the list."""
    box.setFocus()
    assert box.findText(text) >= 0, f"{text} is not offered"
    while box.currentText() != text:
        before = box.currentIndex()
        QTest.keyClick(box, Qt.Key.Key_Down if box.findText(text) > before else Qt.Key.Key_Up)
        assert box.currentIndex() != before


def pick(form: RecipeForm, path: str, text: str) -> None:
    """Another entry of a choice, by one signal as the list gives it."""
    box = (form.rows[path] if path in form.rows else form.parts.choices[path]).editor
    box.setCurrentIndex(box.findText(text))
    box.activated.emit(box.currentIndex())
    QApplication.processEvents()


def click(parent: QWidget, name: str) -> None:
    """The visible button of that accessible name."""
    found = [button for button in parent.findChildren(QToolButton) if button.accessibleName() == name]
    buttons = [button for button in found if button.isVisible()]
    assert len(buttons) == 1, f"{name}: {len(buttons)} of {len(found)}"
    QTest.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def tick(box: QCheckBox) -> None:
    QTest.mouseClick(box, Qt.MouseButton.LeftButton, pos=QPoint(8, box.height() // 2))
    QApplication.processEvents()


def undo_label(window: MainWindow) -> str:
    return window.workspace.history.undo_label or ""


def test_what_optimisers_and_schedules_take_has_a_field() -> None:
    assert list(OPTIMISER_HELP) == list(OPTIMISERS)
    assert list(SCHEDULE_HELP) == list(SCHEDULES)
    for fields, table in ((optimiser_fields, OPTIMISERS), (schedule_fields, SCHEDULES)):
        for name, known in table.items():
            made = fields(name)
            assert set(known) - set(made) <= {"eps"}, name
            for key, (argument, default) in made.items():
                assert argument.accepts(default) is None, (name, key)
                assert argument.label
                assert argument.help


def test_a_value_says_whose_it_is(window: MainWindow) -> None:
    made = form(window, "dcgan")
    steps = made.rows["stages.train.steps"]
    assert steps.chip.isVisible()
    assert "quick" in steps.chip.text()
    assert not made.rows["seed"].chip.isVisible()
    type_into(made, "seed", "7")
    assert window.workspace.document.presets["quick"].recipe["seed"] == 7
    assert window.workspace.document.recipe.seed == 0  # type: ignore[union-attr]
    assert made.rows["seed"].chip.isVisible()
    assert "for preset quick alone" in window.status.currentMessage()
    QTest.mouseClick(made.rows["seed"].chip, Qt.MouseButton.LeftButton)
    assert "seed" not in window.workspace.document.presets["quick"].recipe
    assert made.rows["seed"].value == 0
    assert not made.rows["seed"].chip.isVisible()


def test_the_documents_values_are_changed_for_all(window: MainWindow) -> None:
    made = form(window, "dcgan")
    before = window.workspace.document
    choose(made.of, "The document")
    assert not made.rows["stages.train.steps"].chip.isVisible()
    steps = before.presets["quick"].recipe["stages.train.steps"]
    assert f"quick: {steps}" in made.rows["stages.train.steps"].note
    assert made.rows["stages.train.steps"].value == before.recipe.stages[0].steps  # type: ignore[union-attr]
    type_into(made, "stages.train.steps", "123")
    assert window.workspace.document.recipe.stages[0].steps == 123  # type: ignore[union-attr]
    assert window.workspace.document.presets is before.presets
    assert "in the document" in window.status.currentMessage()
    assert undo_label(window) == "set stages.train.steps"
    window.workspace.undo()
    assert window.workspace.document == before


def test_typing_the_documents_value_gives_the_presets_up(window: MainWindow) -> None:
    made = form(window, "dcgan")
    said = window.workspace.document.recipe.stages[0].steps  # type: ignore[union-attr]
    type_into(made, "stages.train.steps", str(said))
    assert "stages.train.steps" not in window.workspace.document.presets["quick"].recipe


def test_another_optimiser_and_its_fields(window: MainWindow) -> None:
    made = form(window, "lenet5")
    path = "stages.train.learn.optimiser"
    paper = recipe(window, "paper")
    pick(made, f"{path}.name", "SGD")
    assert "choose SGD" in undo_label(window)
    type_into(made, f"{path}.momentum", "0.9")
    learner = recipe(window).stages[0].phases[0].optimiser
    assert (learner.name, learner.arguments["momentum"]) == ("SGD", 0.9)
    assert set(learner.arguments) <= set(OPTIMISERS["SGD"])
    assert recipe(window, "paper") == paper, "the other preset is as it was"
    pick(made, "stages.train.learn.schedule.name", "one_cycle")
    type_into(made, "stages.train.learn.schedule.peak", "0.2")
    assert recipe(window).stages[0].phases[0].schedule.arguments["peak"] == 0.2
    source = window.workspace.source("train.py")
    assert not isinstance(source, str), source
    assert "one_cycle(step" in source.text
    assert "optim.SGD(" in source.text


def test_every_optimiser_and_schedule_becomes_code(window: MainWindow) -> None:
    made = form(window, "mlp_classifier")
    for name in OPTIMISERS:
        pick(made, "stages.train.learn.optimiser.name", name)
        source = window.workspace.source("train.py")
        assert not isinstance(source, str), source
        assert f"optim.{name}(" in source.text
    for name in SCHEDULES:
        pick(made, "stages.train.learn.schedule.name", name)
        assert not isinstance(window.workspace.source("train.py"), str), name


def test_the_learning_rate_is_drawn_as_it_will_be(window: MainWindow) -> None:
    made = form(window, "mlp_classifier")
    pick(made, "stages.train.learn.schedule.name", "linear")
    type_into(made, "stages.train.learn.schedule.warmup", "1000")
    type_into(made, "stages.train.learn.optimiser.lr", "0.5")
    sketch = _stage(made).phases["learn"].sketch
    assert sketch.isVisible()
    assert sketch.told == "from 0.0005 over at most 0.5 to 0.000167"
    type_into(made, "stages.train.steps", "=1 // 0")
    assert not _stage(made).phases["learn"].sketch.isVisible(), "what is not known is not drawn"


def test_tab_goes_through_the_form_as_it_is_read(window: MainWindow) -> None:
    made = form(window, "mlp_classifier")
    card = made.cards[("evaluations", "validation")]
    QTest.mouseClick(card.fold, Qt.MouseButton.LeftButton)
    QApplication.processEvents()
    made.rows["stages.train.learn.optimiser.lr"].editor.setFocus()
    wanted = ["stages.train.learn.optimiser.weight_decay", "evaluations.validation.every", "batch_size", "seed"]
    for path in wanted:
        for _ in range(40):
            QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
            if window.focusWidget() is made.rows[path].editor:
                break
        assert window.focusWidget() is made.rows[path].editor, f"{path} is not reached in its turn"


def test_every_schedule_can_be_drawn() -> None:
    for name, arguments in SCHEDULES.items():
        points = fractions(Schedule(name, dict(arguments)), 500)
        assert (points[0][0], points[-1][0]) == (0, 499)
        assert all(0 <= fraction <= 1 for _, fraction in points), name
    assert fractions(Schedule("constant"), 1) == [(0, 1.0)]
    assert fractions(Schedule("noam", {"warmup": 0}), 9) == []
    assert fractions(Schedule("none"), 9) == []


def test_more_fields_are_a_click_away(window: MainWindow) -> None:
    made = form(window, "mlp_classifier")
    row = made.rows["stages.train.learn.optimiser.eps"]
    assert not row.isVisible()
    stage = made.cards[("stages", "train")]
    assert isinstance(stage, StageCard)
    phase = stage.phases["learn"]
    assert isinstance(phase, PhaseCard)
    QTest.mouseClick(phase.more, Qt.MouseButton.LeftButton)
    assert row.isVisible()
    type_into(made, "stages.train.learn.optimiser.eps", "1e-6")
    assert recipe(window).stages[0].phases[0].optimiser.arguments["eps"] == 1e-6
    assert made.rows["stages.train.learn.optimiser.eps"].isVisible(), "it stays in sight"


def test_phases_of_a_gan_renamed_moved_and_removed(window: MainWindow, answers: Answers) -> None:
    made = form(window, "dcgan")
    before = recipe(window)
    answers.give("judge")
    click(made, "Rename the phase discriminate")
    assert undo_label(window) == "rename phase discriminate to judge"
    renamed = recipe(window)
    assert [phase.name for phase in renamed.stages[0].phases] == ["judge", "generate"]
    assert renamed.stages[0].phases[0].optimiser == before.stages[0].phases[0].optimiser
    assert window.workspace.elaboration.is_sound, window.workspace.problems
    click(made, "Move the phase judge down")
    assert [phase.name for phase in recipe(window).stages[0].phases] == ["generate", "judge"]
    click(made, "Remove the phase judge")
    assert [phase.name for phase in recipe(window).stages[0].phases] == ["generate"]
    click(made, "Remove the phase generate")
    assert "the only phase" in window.status.currentMessage()
    for _ in range(3):
        window.workspace.undo()
    assert recipe(window) == before
    assert {"discriminate", "generate"} == set(_stage(made).phases)


def _stage(made: RecipeForm) -> StageCard:
    card = made.cards[("stages", "train")]
    assert isinstance(card, StageCard)
    return card


def test_a_second_stage_and_a_renamed_one(window: MainWindow, answers: Answers) -> None:
    made = form(window, "mlp_classifier")
    click(made, "Add a stage")
    assert [stage.name for stage in recipe(window).stages] == ["train", "train2"]
    answers.give("tune")
    click(made, "Rename the stage train2")
    type_into(made, "stages.tune.steps", "50")
    assert [(stage.name, stage.steps) for stage in recipe(window).stages] == [("train", 4000), ("tune", 50)]
    click(made, "Move the stage tune up")
    assert [stage.name for stage in recipe(window).stages] == ["tune", "train"]
    source = window.workspace.source("train.py")
    assert not isinstance(source, str), source
    assert "TUNE_STEPS = 50" in source.text


def test_which_models_a_phase_updates(window: MainWindow) -> None:
    made = form(window, "dcgan")
    tick(_stage(made).phases["discriminate"].models["generator"])
    assert recipe(window).stages[0].phases[0].models == ("generator", "discriminator")
    for name in ("generator", "discriminator"):
        tick(_stage(made).phases["discriminate"].models[name])
    assert recipe(window).stages[0].phases[0].models == ("discriminator",), "the last one stays"
    assert "at least one model" in window.status.currentMessage()


def test_another_step_graph_keeps_what_fits(window: MainWindow) -> None:
    made = form(window, "dcgan")
    given = set(recipe(window).stages[0].phases[1].arguments)
    assert given
    pick(made, "stages.train.generate.step", "DiscriminatorStep")
    phase = recipe(window).stages[0].phases[1]
    assert (phase.step, phase.minimise, set(phase.arguments)) == ("DiscriminatorStep", "loss", given)
    pick(made, "stages.train.generate.minimise", "real")
    assert recipe(window).stages[0].phases[1].minimise == "real"
    click(_stage(made).phases["generate"], "Show DiscriminatorStep on the canvas")
    assert window.workspace.graph_name == "DiscriminatorStep"


def test_a_phase_that_minimises_nothing_shows_no_optimiser(window: MainWindow) -> None:
    made = form(window, "mlp_classifier")
    before = recipe(window).stages[0].phases[0]
    pick(made, "stages.train.learn.minimise", "(nothing)")
    assert recipe(window).stages[0].phases[0] == replace(before, minimise="")
    assert window.workspace.elaboration.is_sound, window.workspace.problems
    shown = [name for name in made.rows if name.startswith("stages.train.learn.")]
    assert "stages.train.learn.every" in shown
    assert not [name for name in shown if "optimiser" in name or "schedule" in name or "clip" in name]
    source = window.workspace.source("train.py")
    assert not isinstance(source, str), source
    assert "backward" not in source.text
    pick(made, "stages.train.learn.step", "TrainStep")
    assert recipe(window).stages[0].phases[0].minimise == "", "another graph does not begin to learn by itself"
    pick(made, "stages.train.learn.minimise", before.minimise)
    assert recipe(window).stages[0].phases[0] == before
    assert "stages.train.learn.optimiser.lr" in made.rows


def test_feeds_name_the_field_of_the_data(window: MainWindow) -> None:
    made = form(window, "mlp_classifier")
    pick(made, "stages.train.learn.feeds.image", "label")
    phase = recipe(window).stages[0].phases[0]
    assert phase.feeds == {"image": "label"}
    assert not window.workspace.elaboration.is_sound, "labels are no images"
    pick(made, "stages.train.learn.feeds.image", "image")
    assert recipe(window).stages[0].phases[0].feeds == {}
    assert window.workspace.elaboration.is_sound


def test_evaluations_and_previews(window: MainWindow, answers: Answers) -> None:
    made = form(window, "mlp_classifier")
    card = made.cards[("evaluations", "validation")]
    assert "Evaluate on validation" in card.summary.text()
    QTest.mouseClick(card.fold, Qt.MouseButton.LeftButton)
    type_into(made, "evaluations.validation.every", "77")
    assert recipe(window).evaluations[0].every == 77
    type_into(made, "evaluations.validation.every", "")
    assert recipe(window).evaluations[0].every is None
    answers.give("exam")
    click(made, "Rename the evaluation test")
    goal = window.workspace.document.presets["quick"].goal
    assert goal is not None
    assert goal.evaluation == "exam"
    click(made, "Remove the evaluation exam")
    assert "The goal of quick" in window.status.currentMessage()
    click(made, "Add a preview")
    added = made.cards[("previews", "predictions2")]
    assert added.fold.isChecked(), "what was added is unfolded"
    pick(made, "previews.predictions2.show", "table")
    pick(made, "previews.predictions2.split", "train")
    shown = recipe(window).previews[1]
    assert (shown.show, shown.split) == ("table", "train")


def test_a_goal_is_set_changed_and_removed(window: MainWindow) -> None:
    made = form(window, "mlp_classifier", "paper")
    presets = made.presets
    assert window.workspace.document.presets["paper"].goal is None
    QTest.mouseClick(presets.goal_button, Qt.MouseButton.LeftButton)
    goal = window.workspace.document.presets["paper"].goal
    assert goal is not None
    assert (goal.evaluation, goal.metric, goal.at_least) == ("test", "accuracy", 0.9)
    line = presets.rows["value"].editor
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, "0.75")
    QTest.keyClick(line, Qt.Key.Key_Return)
    bound = presets.rows["bound"].editor
    bound.setCurrentIndex(bound.findText("at most"))
    bound.activated.emit(bound.currentIndex())
    goal = window.workspace.document.presets["paper"].goal
    assert goal is not None
    assert (goal.at_least, goal.at_most) == (None, 0.75)
    assert undo_label(window) == "set paper.goal"
    assert window.training is not None
    assert "at most 0.75" in window.training.view.goal.text()
    QTest.mouseClick(presets.goal_button, Qt.MouseButton.LeftButton)
    assert window.workspace.document.presets["paper"].goal is None


def test_presets_are_added_renamed_and_removed(window: MainWindow, answers: Answers) -> None:
    made = form(window, "mlp_classifier")
    answers.give("mine", "tiny")
    click(made, "Add a preset that begins as this one")
    assert window.workspace.preset == "mine"
    assert recipe(window, "mine") == recipe(window)
    assert window.workspace.document.presets["mine"].goal is None
    type_into(made, "batch_size", "5")
    assert (recipe(window, "mine").batch_size, recipe(window).batch_size) == (5, 128)
    click(made, "Rename the preset mine")
    assert window.workspace.preset == "tiny"
    click(made, "Remove the preset tiny")
    assert list(window.workspace.document.presets) == ["paper", "quick"]


def test_data_of_the_preset_alone_and_given_back(window: MainWindow) -> None:
    made = form(window, "dcgan")
    assert made.release.isVisible(), "quick has data of its own"
    type_into(made, "data.size", "32")
    data = window.workspace.document.presets["quick"].data
    assert data is not None
    assert data.arguments["size"] == 32
    QTest.mouseClick(made.release, Qt.MouseButton.LeftButton)
    assert window.workspace.document.presets["quick"].data is None
    assert not made.release.isVisible()
    window.workspace.undo()
    assert made.source.currentText() == "Digits"


def fits(inner: QWidget, area: QScrollArea) -> bool:
    return inner.minimumSizeHint().width() <= area.viewport().width()


def test_every_recipe_fits_the_panel(window: MainWindow, qtbot: QtBot) -> None:
    """Everything unfolded, nothing is wider than the panel at its narrowest."""
    for template in ("byol", "gpt2", "gcn", "vae"):
        made = form(window, template)
        for card in list(made.cards.values()):
            if not card.fold.isChecked():
                QTest.mouseClick(card.fold, Qt.MouseButton.LeftButton)
        assert window.training is not None
        area = window.training.areas[1]
        inner = area.widget()
        assert inner is not None
        qtbot.waitUntil(partial(fits, inner, area), timeout=2000)
        for stage in recipe(window).stages:
            assert made.rows[f"stages.{stage.name}.steps"].value is not None
        for row in made.rows.values():
            assert row.label.text() != row.name, f"{row.name} has a label of its own"
