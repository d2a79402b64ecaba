"""How a node is used, set in the properties panel with real keys and mouse events."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QMenu, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from app.core.document import Argument, Case, Document, InputType, Kind, Model, Node, Repeat, Scan, Use
from app.core.draw import Drawing, choice, graphs, whole
from app.ui.main_window import MainWindow
from app.ui.panels.behaviour import ConditionPart, RepeatPart
from app.ui.panels.cases_part import CasesPart
from app.ui.panels.fields import FieldRow
from app.ui.panels.node_form import NodeForm
from app.ui.panels.scan_part import ScanPart
from app.ui.panels.sections import MenuButton
from app.ui.panels.weight_parts import SharesPart, TiesPart
from blocks import library

pytest_plugins = ["tests.ui.window.shared"]


def language() -> Document:
    """Two embeddings, a step with a state, a head; each behaviour has something here that it fits."""
    step = Drawing("Step", "One step.", arguments=[whole("width", 8), choice("act", "relu", "relu", "tanh")])
    x, state = step.input("x"), step.input("state")
    state = step.add("mix", "Add", step.add("fc", "Linear", x, out_features="=width"), state)
    step.output("state", step.add("act", "ReLU", state))
    step.output("seen", state)

    net = Drawing("Net", arguments=[whole("words", 11), whole("width", 8)])
    left, right = net.input("left"), net.input("right")
    a = net.add("wte", "Embedding", left, num_embeddings="=words", embedding_dim="=width")
    b = net.add("other", "Embedding", right, num_embeddings="=words", embedding_dim="=width")
    start = net.add("start", "Mean", b, dim=(1,), keepdim=False)
    done = net.add("step", "graph:Step", wired={"x": a, "state": start}, scan=Scan(("x",)), width="=width")
    net.output("logits", net.add("head", "Linear", done["seen"], out_features="=words", bias=False))
    inputs = {name: InputType(("B", "T"), "int64") for name in ("left", "right")}
    return Document(
        title="Language",
        arguments=(Argument(name="words", default=11),),
        graphs=graphs(library(), net, step),
        models={"net": Model(name="net", graph="Net", arguments={"words": "=words"}, inputs=inputs)},
    )


@pytest.fixture
def window(shared_window: MainWindow, qtbot: QtBot) -> MainWindow:
    shared_window.workspace.open(language())
    shared_window.activateWindow()
    qtbot.waitUntil(shared_window.isActiveWindow, timeout=5000)
    assert not shared_window.workspace.problems, [problem.message for problem in shared_window.workspace.problems]
    return shared_window


def select(window: MainWindow, name: str, graph: str = "Net") -> NodeForm:
    if window.workspace.graph_name != graph:
        window.workspace.show_graph(graph)
    window.workspace.select([name])
    QApplication.processEvents()
    assert isinstance(window.properties.form, NodeForm)
    return window.properties.form


def node(window: MainWindow, name: str, graph: str = "Net") -> Node:
    return window.workspace.document.graphs[graph].nodes[name]


def choose(button: MenuButton, text: str) -> None:
    """Open a menu with the mouse and click the entry that begins with a text."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    menu = button.menu_shown
    assert menu is not None
    action = next(action for action in menu.actions() if action.text().startswith(text))
    QTest.mouseClick(menu, Qt.MouseButton.LeftButton, pos=menu.actionGeometry(action).center())
    QApplication.processEvents()


def line_of(row: FieldRow) -> QLineEdit:
    field = row.editor.line if hasattr(row.editor, "line") else row.editor
    assert isinstance(field, QLineEdit)
    return field


def type_into(row: FieldRow, text: str, key: Qt.Key = Qt.Key.Key_Return) -> None:
    line = line_of(row)
    QTest.mouseClick(line, Qt.MouseButton.LeftButton)
    line.selectAll()
    QTest.keyClicks(line, text) if text else QTest.keyClick(line, Qt.Key.Key_Delete)
    QTest.keyClick(line, key)
    QApplication.processEvents()


def remove(part: QWidget) -> None:
    button = next(b for b in part.findChildren(QToolButton) if b.accessibleName().startswith("Remove: "))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    QApplication.processEvents()


def undone(window: MainWindow) -> str:
    label = window.workspace.history.undo_label or ""
    window.workspace.undo()
    return label


# --- Tab ----------------------------------------------------------------------------------------------------------


def test_tab_goes_from_field_to_field(window: MainWindow) -> None:
    form = select(window, "wte")
    form.name.focus()
    seen: list[str] = []
    for _ in range(len(form.rows) + 4):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
        focused = QApplication.focusWidget()
        assert isinstance(focused, MenuButton) or not isinstance(focused, QToolButton)
        seen.append(focused.accessibleName() or focused.text())  # type: ignore[attr-defined]
    labels = [row.label.text() for row in form.rows.values()]
    assert seen == [*labels, "Add behaviour", "Bypass", "Mute", "Note"]


def test_tab_goes_through_a_part_that_was_added_where_it_stands(window: MainWindow) -> None:
    form = select(window, "head")
    choose(form.behaviours.add, "Repeat")
    part = form.behaviours.parts["repeat"]
    assert isinstance(part, RepeatPart)
    assert QApplication.focusWidget() is part.count.editor, "what was added is ready to be typed in"
    QTest.keyClick(part.count.editor, Qt.Key.Key_Tab)
    assert part.keys.isAncestorOf(QApplication.focusWidget())
    QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is form.note


def test_what_the_small_buttons_do_is_in_the_fields_menu(window: MainWindow) -> None:
    form = select(window, "head")
    row = form.rows["bias"]
    assert [text for text, _ in row.tools()] == ["Use a formula", "Back to the default"]
    row.focus()
    row.editor.customContextMenuRequested.emit(QPoint(2, 2))
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Down)
    QTest.keyClick(menu, Qt.Key.Key_Return)
    assert "bias" not in node(window, "head").arguments
    assert undone(window) == "reset head.bias"


def test_an_equals_sign_begins_a_formula_where_nothing_else_is_typed(window: MainWindow) -> None:
    form = select(window, "head")
    row = form.rows["bias"]
    row.focus()
    QTest.keyClick(row.editor, "=")
    line = QApplication.focusWidget()
    assert line is row.formula_line
    line.selectAll()  # type: ignore[attr-defined]
    QTest.keyClicks(line, "=words > 20")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert node(window, "head").arguments["bias"] == "=words > 20"
    assert row.note == "= false"


# --- Behaviours ---------------------------------------------------------------------------------------------------


def test_a_plain_node_says_so_and_offers_the_rest(window: MainWindow) -> None:
    form = select(window, "head")
    assert not form.behaviours.plain.isHidden()
    assert form.behaviours.parts == {}, "what is not used takes no room"
    form = select(window, "step")
    assert form.behaviours.plain.isHidden()
    assert set(form.behaviours.parts) == {"scan"}
    QTest.mouseClick(form.behaviours.add, Qt.MouseButton.LeftButton)
    menu = form.behaviours.add.menu_shown
    assert menu is not None
    entries = {action.data(): action for action in menu.actions()}
    assert entries["scan"].isChecked()
    assert not entries["repeat"].isEnabled()
    assert "it is scanned" in entries["repeat"].text()
    menu.close()


def test_a_repeat_is_added_counted_named_and_taken_away(window: MainWindow, qtbot: QtBot) -> None:
    before = window.workspace.document
    form = select(window, "head")
    choose(form.behaviours.add, "Repeat")
    part = form.behaviours.parts["repeat"]
    assert isinstance(part, RepeatPart)
    assert node(window, "head").repeat == Repeat(2)
    assert "input goes from one to the next" in part.told.text()
    type_into(part.count, "=words // 2")
    assert node(window, "head").repeat == Repeat("=words // 2")
    assert part.count.note == "= 5"
    type_into(part.keys, "{name}{i + 1}")
    assert node(window, "head").repeat == Repeat("=words // 2", "{name}{i + 1}")
    assert part.keys.note == "head1, head2, head3, head4, …"
    type_into(part.keys, "layer")
    assert "the same name" in part.keys.note
    note = part.keys.findChildren(QLabel)[-1]
    qtbot.waitUntil(lambda: note.height() >= note.heightForWidth(note.width()) > 0, timeout=5000)
    assert node(window, "head").repeat == Repeat("=words // 2", "{name}{i + 1}"), "what cannot be is not taken"
    QTest.keyClick(line_of(part.keys), Qt.Key.Key_Escape)
    assert part.keys.note == "head1, head2, head3, head4, …"
    remove(part)
    assert node(window, "head").repeat is None
    assert part.isHidden()
    labels = [undone(window) for _ in range(4)]
    assert labels == ["repeat head", "name copies of head", "repeat head", "repeat head"]
    assert window.workspace.document is before


def test_a_pattern_is_picked_from_the_list_by_keyboard(window: MainWindow) -> None:
    form = select(window, "head")
    choose(form.behaviours.add, "Repeat")
    part = form.behaviours.parts["repeat"]
    assert isinstance(part, RepeatPart)
    line = line_of(part.keys)
    line.setFocus()
    QTest.keyClick(line, Qt.Key.Key_Down)
    view = part.keys.editor.view()
    assert view.isVisible()
    QTest.keyClick(view, Qt.Key.Key_Down)
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert node(window, "head").repeat == Repeat(2, "{name}{i}")


def test_what_a_scan_slices_is_ticked(window: MainWindow) -> None:
    form = select(window, "step")
    part = form.behaviours.parts["scan"]
    assert isinstance(part, ScanPart)
    assert part.outcome.text() == (
        "T steps along dimension 1 of x. Comes out last: state. Stacked along dimension 1: seen."
    )
    assert part.count.isHidden()
    QTest.mouseClick(part.boxes["x"], Qt.MouseButton.LeftButton, pos=QPoint(8, part.boxes["x"].height() // 2))
    assert node(window, "step").scan == Scan(count=2)
    assert not part.count.isHidden(), "with nothing sliced a count says how often"
    assert undone(window) == "give step.x whole"
    part.boxes["x"].setFocus()
    QTest.keyClick(part.boxes["x"], Qt.Key.Key_Tab)
    assert QApplication.focusWidget() is part.boxes["state"]
    type_into(part.dim, "7")
    assert "steps along dimension 7" in part.problem.text()
    type_into(part.dim, "1")
    assert part.problem.isHidden()
    QTest.mouseClick(part.reverse.editor, Qt.MouseButton.LeftButton, pos=QPoint(8, part.reverse.editor.height() // 2))
    assert node(window, "step").scan == Scan(("x",), reverse=True)
    assert not window.workspace.problems


def test_a_scan_is_added_along_what_is_not_carried(window: MainWindow) -> None:
    form = select(window, "step")
    part = form.behaviours.parts["scan"]
    remove(part)
    assert node(window, "step").scan is None
    choose(form.behaviours.add, "Scan")
    assert node(window, "step").scan == Scan(("x",))
    assert undone(window) == "scan step"


def test_a_condition_waits_for_its_formula(window: MainWindow) -> None:
    before = window.workspace.document
    form = select(window, "act", "Step")
    choose(form.behaviours.add, "Condition")
    assert window.workspace.document is before, "nothing is said yet"
    part = form.behaviours.parts["enabled"]
    assert isinstance(part, ConditionPart)
    type_into(part.row, "act = 'tanh'")
    assert part.row.note
    assert node(window, "act", "Step").enabled is None
    type_into(part.row, "act == 'tanh'")
    assert node(window, "act", "Step").enabled == "act == 'tanh'"
    assert part.row.note == "= false"
    assert undone(window) == "condition of act"


def test_alternatives_are_offered_from_the_graphs_choices(window: MainWindow) -> None:
    form = select(window, "act", "Step")
    choose(form.behaviours.add, "Alternatives")
    part = form.behaviours.parts["cases"]
    assert isinstance(part, CasesPart)
    assert node(window, "act", "Step").cases == (Case("=act == 'tanh'", Use(Kind.BLOCK, "ReLU")),)
    what = part.cases[0].what
    assert what is not None
    assert what.isAncestorOf(QApplication.focusWidget()), "what it is, is typed at once"
    type_into(what, "LeakyReLU")
    assert node(window, "act", "Step").cases == (Case("=act == 'tanh'", Use(Kind.BLOCK, "LeakyReLU")),)
    type_into(part.cases[0].rows["negative_slope"], "0.2")
    assert node(window, "act", "Step").cases[0].arguments == {"negative_slope": 0.2}
    assert part.cases[0].button.text().startswith("act == 'tanh' → Leaky")
    what = part.cases[0].what
    assert what is not None
    type_into(what, "LeakyRELLU")
    assert "no block or graph “LeakyRELLU”" in what.note
    assert not window.workspace.problems
    remove(part)
    assert node(window, "act", "Step").cases == ()


def test_where_there_is_nothing_to_choose_alternatives_say_what_they_need(window: MainWindow) -> None:
    form = select(window, "head")
    choose(form.behaviours.add, "Alternatives")
    part = form.behaviours.parts["cases"]
    assert isinstance(part, CasesPart)
    assert "an argument of the kind choice or bool first" in part.problem.text()
    assert node(window, "head").cases == ()


def test_a_module_is_called_again_with_its_arguments(window: MainWindow) -> None:
    form = select(window, "other")
    choose(form.behaviours.add, "Share")
    part = form.behaviours.parts["shares"]
    assert isinstance(part, SharesPart)
    type_into(part.row, "head")
    assert "no node “head”" in part.row.note or "same kind" in part.row.note
    type_into(part.row, "wte")
    assert node(window, "other").shares == "wte"
    assert window.workspace.elaboration.totals.parameters == 11 * 8 * 2 + 8 * 8 + 8
    type_into(form.rows["num_embeddings"], "20")
    assert [node(window, name).arguments["num_embeddings"] for name in ("wte", "other")] == [20, 20]
    assert undone(window) == "set other.num_embeddings"
    remove(part)
    assert node(window, "other").shares is None
    assert undone(window) == "own weights of other"


def test_where_nothing_can_be_shared_it_is_said(window: MainWindow) -> None:
    form = select(window, "head")
    choose(form.behaviours.add, "Share")
    part = form.behaviours.parts["shares"]
    assert isinstance(part, SharesPart)
    assert part.hint.text() == "No other node here is a Linear with weights of its own."


def test_a_head_is_tied_to_its_embedding(window: MainWindow) -> None:
    form = select(window, "head")
    before = window.workspace.elaboration.totals.parameters
    choose(form.behaviours.add, "Tie")
    part = form.behaviours.parts["ties"]
    assert isinstance(part, TiesPart)
    tie = part.ties[0]
    assert line_of(tie.own).text() == "weight", "the parameter that it has"
    line = line_of(tie.path)
    assert QApplication.focusWidget() in (line, tie.path.editor)
    QTest.keyClick(line, Qt.Key.Key_Down)
    offered = [tie.path.editor.itemText(index) for index in range(tie.path.editor.count())]
    assert offered == ["wte.weight", "other.weight"], "those of the same shape"
    QTest.keyClick(tie.path.editor.view(), Qt.Key.Key_Return)
    assert node(window, "head").ties == {"weight": "wte.weight"}
    assert window.workspace.elaboration.totals.parameters == before - 11 * 8
    type_into(part.ties[0].path, "wte.wait")
    assert "which Net does not have" in part.ties[0].path.note
    assert undone(window) == "tie head.weight to wte.wait"
    remove(part)
    assert node(window, "head").ties == {}


def test_a_name_that_is_taken_is_refused_where_it_is_typed(window: MainWindow) -> None:
    form = select(window, "head")
    type_into(form.name, "wte")
    assert "has a node “wte” already" in form.name.note
    assert line_of(form.name).text() == "wte", "it stays to be mended"
    QTest.keyClick(line_of(form.name), Qt.Key.Key_Escape)
    assert (form.name.note, line_of(form.name).text()) == ("", "head")


def test_what_no_field_is_about_stands_under_the_name(window: MainWindow) -> None:
    form = select(window, "head")
    assert form.problem.isHidden()
    edges = window.workspace.document.graphs["Net"].edges_into("head")
    from app.core.edits import disconnect

    window.workspace.do(lambda document: disconnect(document, "Net", edges))
    assert "nothing wired to its input" in form.problem.text()
