"""What a graph, its arguments and the document's models say, set in the properties panel with real keys and clicks."""

from __future__ import annotations

from itertools import pairwise

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QComboBox, QLineEdit, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.core.document import Argument, Document, Graph, GraphPort, Initial, InputType, Model
from app.ui.main_window import MainWindow
from app.ui.panels.argument_form import ArgumentForm
from app.ui.panels.fields import FieldRow
from app.ui.panels.graph_form import GraphForm
from tests.ui.window.conftest import Answers
from tests.ui.window.example import example

pytest_plugins = ["tests.ui.window.shared"]


@pytest.fixture
def window(shared_window: MainWindow, qtbot: QtBot) -> MainWindow:
    shared_window.workspace.open(example())
    shared_window.activateWindow()
    qtbot.waitUntil(shared_window.isActiveWindow, timeout=5000)
    return shared_window


def form(window: MainWindow) -> GraphForm:
    window.workspace.select([])
    QApplication.processEvents()
    assert isinstance(window.properties.form, GraphForm)
    return window.properties.form


def net(window: MainWindow) -> Graph:
    return window.workspace.document.graphs["Net"]


def click(inside: QWidget, name: str) -> None:
    """Click the small button of a name."""
    button = next(b for b in inside.findChildren(QToolButton) if b.accessibleName() == name and not b.isHidden())
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def line_of(row: FieldRow) -> QLineEdit:
    field = row.editor.line if hasattr(row.editor, "line") else row.editor
    assert isinstance(field, QLineEdit)
    return field


def type_into(row: FieldRow, text: str) -> None:
    line = line_of(row)
    line.setFocus()
    line.selectAll()
    QTest.keyClicks(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClick(line, Qt.Key.Key_Return)
    QApplication.processEvents()


def tick(row: FieldRow) -> None:
    QTest.mouseClick(row.editor, Qt.MouseButton.LeftButton, pos=QPoint(8, row.editor.height() // 2))
    QApplication.processEvents()


def pick(row: FieldRow, text: str) -> None:
    """Choose from a box by keyboard: its list opens with Space, letters find the entry."""
    box = row.editor
    assert isinstance(box, QComboBox)
    box.setFocus()
    QTest.keyClick(box, Qt.Key.Key_Space)
    view = box.view()
    view.setCurrentIndex(box.model().index(box.findText(text), 0))
    QTest.keyClick(view, Qt.Key.Key_Return)
    QApplication.processEvents()


def unfolded(window: MainWindow, name: str) -> ArgumentForm:
    argument = form(window).arguments[name]
    click(argument, f"What {name} takes")
    return argument


def undone(window: MainWindow) -> str:
    label = window.workspace.history.undo_label or ""
    window.workspace.undo()
    QApplication.processEvents()
    return label


# --- Arguments ----------------------------------------------------------------------------------------------------


def test_an_argument_is_declared_as_a_choice(window: MainWindow) -> None:
    before = window.workspace.document
    argument = unfolded(window, "classes")
    pick(argument.details["kind"], "choice")
    assert net(window).argument("classes") == Argument(
        name="classes", kind="choice", default="first", choices=("first", "second")
    )
    type_into(argument.details["choices"], "relu, gelu, tanh")
    assert net(window).argument("classes").choices == ("relu", "gelu", "tanh")  # type: ignore[union-attr]
    box = argument.row.editor
    assert [box.itemText(index) for index in range(box.count())] == ["relu", "gelu", "tanh"]
    pick(argument.row, "tanh")
    assert net(window).argument("classes").default == "tanh"  # type: ignore[union-attr]
    type_into(argument.details["choices"], "relu, relu")
    assert "twice" in argument.details["choices"].note
    assert [undone(window) for _ in range(3)] == ["set classes"] * 3
    assert window.workspace.document is before


def test_a_table_is_declared_and_its_rows_are_edited(window: MainWindow) -> None:
    click(form(window), "Add an argument")
    argument = form(window).arguments["width2"]
    assert argument.details["name"].isAncestorOf(QApplication.focusWidget()), "its name is typed at once"
    pick(argument.details["kind"], "table")
    type_into(argument.details["columns"], "depth, width, block")
    table = argument.row.editor.table
    assert [table.horizontalHeaderItem(c).text() for c in range(3)] == ["depth", "width", "block"]
    QTest.mouseClick(argument.row.editor.add, Qt.MouseButton.LeftButton)
    table.setCurrentCell(1, 2)
    table.setFocus()
    for letter in "wide":  # the first opens the cell, which then has the focus
        QTest.keyClicks(QApplication.focusWidget(), letter)
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Return)
    QApplication.processEvents()
    assert net(window).argument("width2").default == ((1, 1, 1), (1, 1, "wide"))  # type: ignore[union-attr]
    table.setFocus()
    QTest.keyClick(table, Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is not table, "Tab leaves a table"


def test_lists_ranges_and_help_of_an_argument(window: MainWindow) -> None:
    argument = unfolded(window, "width")
    type_into(argument.details["low"], "1")
    type_into(argument.details["high"], "8")
    assert "which is above 8" in argument.details["high"].note
    type_into(argument.details["high"], "64")
    type_into(argument.details["help"], "Channels of the first layer.")
    wanted = Argument(name="width", default=16, low=1, high=64, help="Channels of the first layer.")
    assert net(window).argument("width") == wanted
    type_into(argument.row, "100")
    assert "between 1 and 64" in argument.row.note
    pick(argument.details["kind"], "ints")
    type_into(argument.row, "3, 4, 6")
    assert net(window).argument("width").default == (3, 4, 6)  # type: ignore[union-attr]


def test_an_argument_that_must_be_given_is_asked_of_who_uses_the_graph(window: MainWindow) -> None:
    argument = unfolded(window, "width")
    tick(argument.details["given"])
    assert net(window).argument("width").default is None  # type: ignore[union-attr]
    assert window.workspace.problems
    undone(window)
    assert not window.workspace.problems


def test_a_renamed_argument_stays_unfolded_and_formulas_follow(window: MainWindow) -> None:
    argument = unfolded(window, "width")
    type_into(argument.details["name"], "channels")
    assert net(window).nodes["stem"].arguments["out_channels"] == "=channels"
    again = form(window).arguments["channels"]
    assert again.details, "it is still unfolded"
    type_into(again.details["name"], "classes")
    assert "“classes” already" in again.details["name"].note


def test_a_presets_own_value_is_what_is_edited(window: MainWindow) -> None:
    size = form(window).document_arguments["size"]
    assert (line_of(size.row).text(), size.row.note) == ("28", "in preset paper; 8 otherwise")
    type_into(size.row, "32")
    assert window.workspace.document.presets["paper"].arguments["size"] == 32
    assert window.workspace.document.arguments[0].default == 8
    assert undone(window) == "set paper.size"
    classes = form(window).document_arguments["classes"]
    click(classes, "What classes takes")
    tick(classes.details["own"])
    assert window.workspace.document.presets["paper"].arguments["classes"] == 10
    tick(classes.details["own"])
    assert "classes" not in window.workspace.document.presets["paper"].arguments


# --- Ports and the graph ------------------------------------------------------------------------------------------


def test_an_input_says_what_it_is(window: MainWindow) -> None:
    port = form(window).ports[("inputs", "image")]
    assert port.row.label.text() == "B×1×28×28"
    click(port, "What image is")
    type_into(port.details["help"], "Grey images")
    tick(port.details["optional"])
    assert net(window).inputs == (GraphPort("image", "Grey images", optional=True),)
    assert undone(window) == "set input image"
    type_into(port.row, "width")
    assert "already" in port.row.note


def test_ports_are_added_and_ordered(window: MainWindow) -> None:
    click(form(window), "Add an output")
    port = form(window).ports[("outputs", "output")]
    assert "Nothing is wired to the output" in port.row.note, "what is wrong stands under it"
    click(port, "What output is")
    click(port, "Move output up")
    assert [port.name for port in net(window).outputs] == ["output", "logits"]


def test_a_graph_is_made_a_plain_chain(window: MainWindow) -> None:
    window.workspace.show_graph("Block")
    chain = form(window).chain
    tick(chain)
    assert window.workspace.document.graphs["Block"].sequential
    assert undone(window) == "make Block a plain chain"
    assert not chain.editor.isChecked()


# --- Starting values ----------------------------------------------------------------------------------------------


def test_starting_values_are_added_chosen_and_ordered(window: MainWindow) -> None:
    before = window.workspace.document
    starting = form(window).starting
    assert starting is not None
    assert not starting.empty.isHidden(), "it says what it is for"
    click(starting, "Add a rule")
    assert net(window).initial == (Initial(nodes=("BatchNorm2d",), parameter="weight", method="xavier_uniform_"),)
    rule = starting.rules[0]
    type_into(rule.rows["nodes"], "Conv2d")
    QTest.mouseClick(rule.places, Qt.MouseButton.LeftButton)
    menu = rule.places.menu_shown
    assert menu is not None
    assert [action.text() for action in menu.actions() if action.text()] == [
        *("BatchNorm2d", "Conv2d", "Linear"),
        *("stem", "body.conv", "body.norm", "fc"),
    ]
    linear = next(action for action in menu.actions() if action.text() == "Linear")
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(linear).center())
    assert net(window).initial[0].nodes == ("Conv2d", "Linear")
    pick(rule.rows["method"], "kaiming_normal_")
    rule = starting.rules[0]
    pick(rule.arguments["mode"], "fan_out")
    type_into(rule.arguments["a"], "=width ** 0.5")
    assert rule.arguments["a"].note == "= 4"
    wanted = Initial(
        nodes=("Conv2d", "Linear"),
        parameter="weight",
        method="kaiming_normal_",
        arguments={"mode": "fan_out", "a": "=width ** 0.5"},
    )
    assert net(window).initial == (wanted,)
    click(starting, "Add a rule")
    click(starting, "Move rule 2 up")
    assert net(window).initial[1] == wanted
    click(starting, "Remove rule 1")
    assert net(window).initial == (wanted,)
    while net(window).initial:
        assert "start of" in undone(window)
    assert window.workspace.document is before


def test_a_rule_about_nothing_says_so(window: MainWindow) -> None:
    starting = form(window).starting
    assert starting is not None
    click(starting, "Add a rule")
    rule = starting.rules[0]
    type_into(rule.rows["nodes"], "body.gone")
    assert rule.rows["nodes"].note == "Nothing in Net that learns is called body.gone."
    type_into(rule.rows["nodes"], "body.conv")
    assert rule.rows["nodes"].note == ""
    type_into(rule.rows["parameter"], "weigt")
    assert "weight" in rule.rows["parameter"].note
    type_into(rule.rows["nodes"], "")
    assert "nothing came" in rule.rows["nodes"].note
    assert net(window).initial[0].nodes == ("body.conv",)


# --- Models -------------------------------------------------------------------------------------------------------


def with_average(document: Document) -> Document:
    twin = replace(document.models["net"], name="twin")
    return replace(document, models={**document.models, "twin": twin})


def test_a_model_follows_another(window: MainWindow) -> None:
    window.workspace.open(with_average(example()))
    models = form(window).models
    assert models["net"].is_open
    assert not models["twin"].is_open, "the others take one line each"
    QTest.mouseClick(models["twin"].button, Qt.MouseButton.LeftButton)
    twin = models["twin"]
    assert twin.rows["decay"].isHidden()
    pick(twin.rows["average_of"], "net")
    assert window.workspace.document.models["twin"].average_of == "net"
    assert twin.button.text() == "twin: Net, follows net"
    type_into(twin.rows["decay"], "=1 - 1 / size")
    assert window.workspace.document.models["twin"].decay == "=1 - 1 / size"
    assert twin.rows["decay"].note == "= 0.9642857143"
    assert [undone(window) for _ in range(2)] == ["set twin.decay", "set twin.average_of"]


def test_a_models_arguments_weights_and_name(window: MainWindow, shared_answers: Answers) -> None:
    model = form(window).models["net"]
    type_into(model.arguments["width"], "=size // 2")
    assert window.workspace.document.models["net"].arguments == {"classes": "=classes", "width": "=size // 2"}
    assert model.arguments["width"].note == "= 14"
    tick(model.rows["frozen"])
    assert window.workspace.document.models["net"].frozen
    shared_answers.give("/tmp/net.safetensors")
    click(model.rows["weights"], "Choose a file or folder")
    assert window.workspace.document.models["net"].weights == "/tmp/net.safetensors"
    shape, _ = model.inputs["image"]
    type_into(shape, "B × 1 × =sise × 28")
    assert shape.note == "The document has no argument “sise”; it has classes, size."
    assert window.workspace.document.models["net"].inputs["image"].shape == ("B", 1, "=size", "=size")
    type_into(model.rows["name"], "classifier")
    assert list(window.workspace.document.models) == ["classifier"]


def test_a_new_model_is_unfolded_and_its_input_typed(window: MainWindow) -> None:
    window.workspace.show_graph("Block")
    click(form(window), "Add a model of this graph")
    model = form(window).models["net2"]
    assert model.is_open
    assert model.rows["name"].isAncestorOf(QApplication.focusWidget())
    type_into(model.inputs["x"][0], "B × 3 × 8 × 8")
    pick(model.inputs["x"][1], "int64")
    assert window.workspace.document.models["net2"] == Model(
        name="net2", graph="Block", inputs={"x": InputType(("B", 3, 8, 8), "int64")}
    )
    click(model, "Remove the model net2")
    assert list(window.workspace.document.models) == ["net"]


def test_a_model_that_is_needed_says_by_whom(window: MainWindow) -> None:
    twin = replace(example().models["net"], name="twin", average_of="net")
    window.workspace.open(replace(example(), models={**example().models, "twin": twin}))
    model = form(window).models["net"]
    click(model, "Remove the model net")
    assert "is needed by the model twin" in model.rows["name"].note
    box = model.rows["average_of"].editor
    assert [box.itemText(index) for index in range(box.count())] == ["nobody"], "an average is nothing to follow"


def test_a_renamed_model_keeps_its_place_and_the_focus(window: MainWindow) -> None:
    window.workspace.open(with_average(example()))
    QTest.mouseClick(form(window).models["twin"].button, Qt.MouseButton.LeftButton)
    row = form(window).models["twin"].rows["name"]
    type_into(row, "target")
    QApplication.processEvents()
    again = form(window).models["target"]
    assert again.is_open
    assert again.rows["name"].isAncestorOf(QApplication.focusWidget())


def test_what_the_document_says_of_itself_is_written_in_one_place(window: MainWindow) -> None:
    QTest.mouseClick(form(window).about, Qt.MouseButton.LeftButton)
    assert window.about.isVisible()
    QTest.mouseClick(window.about.edit_button, Qt.MouseButton.LeftButton)
    window.about.form.source.setFocus()
    QTest.keyClicks(window.about.form.source, "A Small Net")
    QTest.mouseClick(window.about.form.done_button, Qt.MouseButton.LeftButton)
    assert window.workspace.document.credit.title == "A Small Net"
    window.show_panel("properties")


def test_a_graphs_form_is_no_wider_than_its_panel(window: MainWindow) -> None:
    window.workspace.history.mark_saved()
    window.storage.open_template("mlp_classifier")
    window.resize(1280, 800)
    QApplication.processEvents()
    area = window.properties.area
    assert form(window).minimumSizeHint().width() <= area.viewport().width()
    assert not area.horizontalScrollBar().isVisible()


def test_tab_reads_the_form_from_top_to_bottom(window: MainWindow) -> None:
    made = form(window)
    click(made.arguments["width"], "What width takes")
    assert made.name is not None
    made.name.focus()
    tops: list[int] = []
    while (focused := QApplication.focusWidget()) is not None and made.isAncestorOf(focused) and len(tops) < 80:
        tops.append(focused.mapTo(made, QPoint(0, 0)).y())
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert len(tops) > 15
    assert all(after > before - 12 for before, after in pairwise(tops)), tops


def test_another_document_has_one_new_form_in_which_nothing_is_unfolded(window: MainWindow, monkeypatch) -> None:
    unfolded(window, "width")
    made: list[QWidget] = []
    make = window.properties._made
    monkeypatch.setattr(window.properties, "_made", lambda: made.append(make()) or made[-1])
    window.workspace.open(example())
    QApplication.processEvents()
    assert made == [window.properties.form]
    assert not any(one.details for one in form(window).findChildren(ArgumentForm))
