"""What a newcomer meets: the page about a document, an empty document, the palette of commands, shortcuts, saving."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor, QDesktopServices, QTextCursor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit, QMessageBox
from pytestqt.qtbot import QtBot

from app.core import files
from app.core.document import Credit
from app.core.edits import set_argument
from app.ui.app import make_settings
from app.ui.dialogs import QtDialogs
from app.ui.main_window import MainWindow
from app.ui.panels.bars import Bars
from app.ui.panels.gallery import GalleryPanel
from app.ui.shortcuts import ShortcutsDialog
from app.ui.taking import CANCEL, WRITE_OVER
from app.ui.theme import LIGATURES
from tests.ui.window.conftest import Answers, MakeWindow
from tests.ui.window.example import example

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What would have been opened outside."""
    urls: list[str] = []

    def open_url(url: QUrl) -> bool:
        urls.append(url.toString())
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    return urls


def link_at(window: MainWindow, text: str) -> str:
    """Click the first link of that text on the page, as a person does; gives where it leads."""
    page = window.about.page
    cursor = page.document().find(text)
    while not cursor.isNull() and not cursor.charFormat().isAnchor():
        cursor = page.document().find(text, cursor)
    assert not cursor.isNull(), f"there is no link “{text}”"
    href = cursor.charFormat().anchorHref()
    middle = QTextCursor(cursor)
    middle.setPosition((cursor.selectionStart() + cursor.selectionEnd()) // 2)
    page.setTextCursor(middle)
    page.ensureCursorVisible()
    QTest.mouseClick(page.viewport(), Qt.MouseButton.LeftButton, pos=page.cursorRect(middle).center())
    return href


# -- the page about a document ----------------------------------------------------------------------------------------


def test_f1_shows_the_lesson_beside_the_canvas(window: MainWindow, qtbot: QtBot, opened: list[str]) -> None:
    window.storage.open_template("vae")
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    QTest.keyClick(window.stage.canvas.viewer, Qt.Key.Key_F1)
    text = window.about.page.toPlainText()
    assert "Variational autoencoder" in text
    assert "Diederik P. Kingma" in text
    assert "z = mu + exp(logvar / 2) ε" in text
    assert "Goal of quick: bound on test at most" in text
    assert "233887" in text, "the seeds that were measured"
    assert window.about.page.hasFocus()
    assert window.stage.canvas.isVisible()
    link_at(window, "Auto-Encoding")
    assert opened == ["https://arxiv.org/abs/1312.6114"]


def test_the_page_says_what_was_changed_since_the_template(
    window: MainWindow, answers: Answers, tmp_path: Path, qtbot: QtBot
) -> None:
    window.storage.open_template("resnet18")
    window.show_panel("about")
    heading = "Changed since the template resnet18"
    assert heading not in window.about.page.toPlainText()
    window.workspace.do(lambda document: set_argument(document, "BasicBlock", "conv1", "kernel_size", 5))
    qtbot.waitUntil(lambda: heading in window.about.page.toPlainText())
    link_at(window, "BasicBlock.conv1: kernel_size 3 → 5.")
    assert window.workspace.graph_name == "BasicBlock"
    assert window.workspace.selection == ("conv1",)
    file = tmp_path / "mine.netloom"
    answers.give(str(file))
    assert window.storage.save_as()
    assert window.storage.open_template("lenet5")
    assert heading not in window.about.page.toPlainText()
    assert window.storage.open_path(file)
    assert heading in window.about.page.toPlainText(), "a file remembers which template it was opened from"


def test_names_in_a_lesson_lead_into_the_drawing(window: MainWindow) -> None:
    window.storage.open_template("mlp_classifier")
    window.show_panel("about")
    link_at(window, "hidden")
    assert set(window.workspace.selection) == {"layer1", "layer2"}, "what “hidden” decides"
    link_at(window, "Layer")
    assert window.workspace.graph_name == "Layer"
    assert "= 128" not in window.about.page.toPlainText()
    assert "128" in window.about.page.toPlainText(), "the value of “hidden” now"
    window.workspace.choose_preset("quick")
    window.about.refresh()
    graph = window.workspace.elaboration.views["MLP"]
    assert str(graph.arguments["hidden"]) in window.about.page.toPlainText()


def test_a_page_is_read_by_keyboard_alone(window: MainWindow, opened: list[str]) -> None:
    window.storage.open_template("resnet18")
    window.show_panel("about")
    page = window.about.page
    QTest.keyClick(page, Qt.Key.Key_Tab)
    QTest.keyClick(page, Qt.Key.Key_Return)
    assert opened == ["https://arxiv.org/abs/1512.03385"]
    before = page.verticalScrollBar().value()
    QTest.keyClick(page, Qt.Key.Key_PageDown)
    assert page.verticalScrollBar().value() > before


def test_a_template_that_nobody_measured_says_so(window: MainWindow, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("app.receipts.receipt", lambda name: None)
    window.storage.open_template("lenet5")
    window.show_panel("about")
    assert "Measured: not yet" in window.about.page.toPlainText()


def test_figures_of_a_template_say_that_this_document_was_changed(window: MainWindow) -> None:
    window.storage.open_template("vae")
    window.show_panel("about")
    assert "is not the template any more" not in window.about.page.toPlainText()
    window.workspace.do(lambda document: set_argument(document, "Encoder", "fc1", "bias", False))
    window.about.refresh()
    assert "is not the template any more" in window.about.page.toPlainText()


def test_a_persons_own_document_is_described(window: MainWindow) -> None:
    window.workspace.open(example())
    window.show_panel("about")
    about = window.about
    assert "says nothing of itself" in about.page.toPlainText()
    QTest.mouseClick(about.edit_button, Qt.MouseButton.LeftButton)
    about.form.title.selectAll()
    QTest.keyClicks(about.form.title, "Mine")
    QTest.keyClicks(about.form.summary, "Small and quick.")
    QTest.keyClicks(about.form.lesson, "The width is `width * 2`.")
    QTest.keyClicks(about.form.link, "file:///etc/passwd")
    QTest.mouseClick(about.form.done_button, Qt.MouseButton.LeftButton)
    assert "begins with https://" in about.form.note.text()
    about.form.link.clear()
    QTest.keyClicks(about.form.link, "https://example.org/a")
    QTest.keyClicks(about.form.year, "2020")
    QTest.mouseClick(about.form.done_button, Qt.MouseButton.LeftButton)
    document = window.workspace.document
    assert (document.title, document.summary) == ("Mine", "Small and quick.")
    assert document.credit == Credit(year=2020, link="https://example.org/a")
    assert "Small and quick." in about.page.toPlainText()
    link_at(window, "width")
    assert set(window.workspace.selection) == {"stem", "body"}
    window.workspace.undo()
    assert window.workspace.document.title == "Small classifier", "one step back"
    window.stage.canvas.setFocus()
    QTest.mouseClick(about.edit_button, Qt.MouseButton.LeftButton)
    window.stage.canvas.viewer.setFocus()
    window.workspace.open(example())
    assert about.page.isVisible(), "another document is read, not written"
    assert not about.page.hasFocus(), "opening one takes the keyboard from nobody"


def test_a_hostile_lesson_is_text(window: MainWindow, opened: list[str]) -> None:
    from msgspec.structs import replace

    hostile = replace(
        example(),
        summary="<img src='file:///etc/passwd'><script>x</script>",
        credit=Credit(title="A paper", link="javascript:alert(1)"),
    )
    window.workspace.open(hostile)
    window.show_panel("about")
    assert "<img src" in window.about.page.toPlainText()
    assert "A paper" in window.about.page.toPlainText()
    window.about._follow(QUrl("file:///etc/passwd"))
    assert opened == []


# -- an empty document ------------------------------------------------------------------------------------------------


def test_an_empty_document_says_what_to_do_and_scolds_nobody(window: MainWindow, qtbot: QtBot) -> None:
    window.storage.open_template("mlp_classifier")
    window.storage.new()
    assert window.status.problems.text() == "Nothing drawn yet"
    assert window.docks["problems"].windowTitle() == "Problems"
    assert not window.status.totals.isVisible()
    assert not window.actions_table["check"].isEnabled()
    tops = [window.palette_panel.tree.topLevelItem(row).text(0) for row in range(3)]
    assert not any("This document" in top for top in tops), "nothing of the document before"
    window.show_panel("problems")
    assert window.problems.entries == []
    QTest.mouseClick(window.problems.first_steps["add"], Qt.MouseButton.LeftButton)
    assert window.stage.chooser.isVisible()
    QTest.keyClick(window.stage.chooser.line, Qt.Key.Key_Escape)
    QTest.mouseClick(window.problems.first_steps["template"], Qt.MouseButton.LeftButton)
    gallery = window.docks["templates"].widget()
    assert isinstance(gallery, GalleryPanel)
    qtbot.waitUntil(gallery.isVisible, timeout=5000)
    window.palette_panel.wanted.emit("block:Linear")
    assert not window.problems.begin.isVisible()


def test_what_is_wrong_in_a_begun_drawing_is_told(window: MainWindow) -> None:
    window.storage.new()
    window.palette_panel.wanted.emit("block:LSTM")
    count = len(window.workspace.problems)
    assert count
    assert window.status.problems.text() in ("1 problem", f"{count} problems")
    assert len(window.problems.entries) == count


# -- the gallery ------------------------------------------------------------------------------------------------------


def test_preset_and_paper_are_told_apart(window: MainWindow, opened: list[str]) -> None:
    window.show_panel("templates")
    gallery = window.docks["templates"].widget()
    assert isinstance(gallery, GalleryPanel)
    QTest.keyClicks(gallery.line, "resnet-18")
    assert gallery.presets.accessibleName() == "Preset to open it with"
    assert gallery.paper.accessibleName() == "Open the paper in the browser"
    assert "paper" in gallery.paper.text().lower()
    assert gallery.paper.text().lower() != gallery.presets.currentText()
    QTest.mouseClick(gallery.paper, Qt.MouseButton.LeftButton)
    assert opened == ["https://arxiv.org/abs/1512.03385"]


def test_the_gallery_shows_which_template_is_open(window: MainWindow) -> None:
    window.show_panel("templates")
    gallery = window.docks["templates"].widget()
    assert isinstance(gallery, GalleryPanel)
    window.storage.open_template("unet")
    assert gallery.current is not None
    assert gallery.current.name == "unet"
    assert gallery.cards.visualRect(gallery.cards.currentIndex()).intersects(gallery.cards.viewport().rect())


# -- commands and keys ------------------------------------------------------------------------------------------------


def type_command(window: MainWindow, text: str) -> None:
    window.show_commands()
    QTest.keyClicks(window.command_palette.line, text)
    QTest.keyClick(window.command_palette.line, Qt.Key.Key_Return)


def test_the_command_palette_finds_templates_panels_graphs_and_files(window: MainWindow, tmp_path: Path) -> None:
    path = tmp_path / "seaside.netloom"
    files.write(path, example())
    window.storage.open_path(path)
    type_command(window, "resnet18")
    assert window.workspace.document.title == "ResNet-18"
    type_command(window, "basicblock")
    assert window.workspace.graph_name == "BasicBlock"
    type_command(window, "show outline")
    assert window.outline.isVisible()
    type_command(window, "seaside")
    assert window.workspace.path == path


def test_panels_have_keys_and_menus_have_mnemonics(window: MainWindow, qtbot: QtBot) -> None:
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow, timeout=5000)
    QTest.keyClick(window.stage.canvas.viewer, Qt.Key.Key_5, Qt.KeyboardModifier.AltModifier)
    assert window.training is not None
    qtbot.waitUntil(window.training.isVisible, timeout=5000)
    names = [action.text() for action in window.menuBar().actions()]
    assert names[0] == "&File"
    assert names[-1] == "&Help", "panels are in View, not behind Help"
    keys = [name[name.index("&") + 1] for name in names]
    assert len(keys) == len(set(keys))


def test_a_shortcut_is_changed_and_kept(window: MainWindow, make_window: MakeWindow, qtbot: QtBot) -> None:
    window.actions_table["shortcuts"].trigger()
    dialog = window.findChild(ShortcutsDialog)
    assert dialog is not None
    QTest.keyClicks(dialog.line, "edit: duplicate")
    dialog.keys.setFocus()
    QTest.keyClick(dialog.keys, Qt.Key.Key_S, CTRL)
    dialog.keys.editingFinished.emit()
    assert "Ctrl+S is “Save”" in dialog.note.text()
    assert window.actions_table.keys("duplicate") == ("Ctrl+D",)
    dialog.keys.clear()
    QTest.keyClick(dialog.keys, Qt.Key.Key_U, CTRL)
    dialog.keys.editingFinished.emit()
    assert window.actions_table.keys("duplicate") == ("Ctrl+U",)
    assert window.actions_table["duplicate"].shortcut().toString() == "Ctrl+U"
    dialog.accept()
    window.settings.sync()
    second = make_window()
    assert second.actions_table["duplicate"].shortcut().toString() == "Ctrl+U"
    second.workspace.open(example())
    second.activateWindow()
    qtbot.waitUntil(second.isActiveWindow, timeout=5000)
    second.workspace.select(["stem"])
    QTest.keyClick(second.stage.canvas.viewer, Qt.Key.Key_U, CTRL)
    assert len(second.workspace.document.graphs["Net"].nodes) == 5
    again = ShortcutsDialog(second.actions_table, make_settings(), second)
    QTest.mouseClick(again.all_button, Qt.MouseButton.LeftButton)
    assert second.actions_table.keys("duplicate") == ("Ctrl+D",)


# -- what is taken away -----------------------------------------------------------------------------------------------


def test_save_code_writes_the_whole_folder_and_says_where(
    window: MainWindow, answers: Answers, tmp_path: Path, opened: list[str]
) -> None:
    window.storage.open_template("mlp_classifier", "quick")
    answers.give(str(tmp_path))
    window.actions_table["save_code"].trigger()
    folder = tmp_path / "mlp_classifier-code"
    assert {"model.py", "steps.py", "train.py", "README.md", "runtime"} <= {path.name for path in folder.iterdir()}
    assert str(folder) in window.status.currentMessage()
    QTest.mouseClick(window.status.place, Qt.MouseButton.LeftButton)
    assert opened == [QUrl.fromLocalFile(str(folder)).toString()]
    window.workspace.said.emit("Something else")
    assert not window.status.place.isVisible()


def test_save_code_writes_over_nothing_unasked(window: MainWindow, answers: Answers, tmp_path: Path) -> None:
    window.storage.open_template("mlp_classifier", "quick")
    model = tmp_path / "mlp_classifier-code" / "model.py"
    model.parent.mkdir()
    model.write_text("mine")
    answers.give(str(tmp_path), CANCEL)
    window.actions_table["save_code"].trigger()
    assert "model.py" in answers.asked[-1]
    assert answers.defaults[-1] == CANCEL, "Enter writes over nothing"
    assert model.read_text() == "mine"
    assert [path.name for path in model.parent.iterdir()] == ["model.py"], "nothing is half written"
    answers.give(str(model.parent), WRITE_OVER)
    window.actions_table["save_code"].trigger()
    assert "class MLP" in model.read_text(), "the folder itself may be chosen"
    answers.give(str(tmp_path))
    window.actions_table["save_code"].trigger()
    assert answers.answers == [], "the same files again are no question"


def test_code_that_there_is_not_is_said(window: MainWindow, answers: Answers) -> None:
    window.storage.new()
    window.actions_table["save_code"].trigger()
    assert "Nothing is drawn yet" in answers.asked[-1]
    assert not window.actions_table["save_weights"].isEnabled()


def test_a_folder_that_cannot_be_written_to_is_said(window: MainWindow, answers: Answers, tmp_path: Path) -> None:
    window.storage.open_template("mlp_classifier", "quick")
    blocker = tmp_path / "mlp_classifier-code"
    blocker.write_text("a file of this name")
    answers.give(str(tmp_path))
    window.actions_table["save_code"].trigger()
    assert "is a file" in answers.asked[-1]
    assert blocker.read_text() == "a file of this name"
    QApplication.processEvents()


# -- opened again -----------------------------------------------------------------------------------------------------


def test_what_was_open_is_open_again(make_window: MakeWindow, tmp_path: Path) -> None:
    first = make_window()
    assert not first.storage.open_last(), "nothing was open before"
    first.storage.open_template("vae")
    assert first.close()
    second = make_window()
    assert second.storage.open_last()
    assert second.workspace.template == "vae"
    path = tmp_path / "mine.netloom"
    files.write(path, example())
    second.storage.open_path(path)
    assert second.close()
    third = make_window()
    assert third.storage.open_last()
    assert third.workspace.path == path
    assert third.close()
    path.unlink()
    assert not make_window().storage.open_last(), "a file that is gone is no reason to ask anything"


def test_what_was_lost_is_offered_by_name(make_window: MakeWindow, answers: Answers, home: Path) -> None:
    from app import paths
    from app.ui.storage import LATER

    paths.recovery().mkdir(parents=True)
    files.write(paths.recovery() / "untitled-1.netloom", example())
    window = make_window()
    answers.give(LATER)
    assert not window.storage.offer_recovery()
    assert "“Small classifier” (7 nodes, changed today at" in answers.asked[-1]


def test_another_documents_code_is_read_from_its_beginning(window: MainWindow, qtbot: QtBot) -> None:
    window.storage.open_template("resnet18")
    window.show_panel("code")
    window.workspace.select(["fc"])
    qtbot.waitUntil(lambda: window.code.view.verticalScrollBar().value() > 0, timeout=5000)
    window.storage.open_template("vgg16")
    qtbot.waitUntil(lambda: "VGG" in window.code.view.toPlainText(), timeout=5000)
    assert window.code.view.verticalScrollBar().value() == 0


# -- questions --------------------------------------------------------------------------------------------------------


def test_a_question_has_a_headline_and_takes_no_markup(window: MainWindow, qtbot: QtBot) -> None:
    from PySide6.QtCore import QTimer

    seen: list[str] = []

    def press() -> None:
        box = QApplication.activeModalWidget()
        assert isinstance(box, QMessageBox)
        seen.append(box.text())
        QTest.mouseClick(next(b for b in box.buttons() if b.text() == "Two"), Qt.MouseButton.LeftButton)

    def escape() -> None:
        box = QApplication.activeModalWidget()
        assert box is not None
        QTest.keyClick(box, Qt.Key.Key_Escape)

    dialogs = QtDialogs(window)
    QTimer.singleShot(0, press)
    assert dialogs.ask("Which <one>?", "A file “<b>x</b>”.\n\nMore.", ["One", "Two", "Cancel"]) == "Two"
    assert "<b>Which &lt;one&gt;?</b>" in seen[0]
    assert "&lt;b&gt;x&lt;/b&gt;" in seen[0]
    QTimer.singleShot(0, escape)
    assert dialogs.ask("Which?", "Text", ["One", "Cancel"]) == "Cancel"


def test_a_long_sentence_takes_the_totals_place_for_a_while(window: MainWindow, qtbot: QtBot) -> None:
    window.storage.open_template("mlp_classifier")
    window.resize(1000, 600)
    assert window.status.totals.isVisible()
    window.workspace.said.emit("A sentence that says at some length what was refused, why it was, and what to do. " * 2)
    assert not window.status.totals.isVisible()
    window.workspace.said.emit("Saved")
    qtbot.waitUntil(window.status.totals.isVisible, timeout=5000)


def test_opening_another_document_asks_what_becomes_of_what_is_being_written(
    window: MainWindow, answers: Answers
) -> None:
    window.storage.open_template("mlp_classifier")
    window.show_panel("about")
    QTest.mouseClick(window.about.edit_button, Qt.MouseButton.LeftButton)
    assert window.storage.open_template("lenet5"), "nothing was written, so nothing is asked"
    QTest.mouseClick(window.about.edit_button, Qt.MouseButton.LeftButton)
    window.about.form.source.setFocus()
    QTest.keyClicks(window.about.form.source, "Mine")
    answers.give("Go on writing")
    assert not window.storage.open_template("vgg16")
    assert "Mine" in window.about.form.source.text()
    answers.give("Keep it", "Cancel")
    assert not window.storage.open_template("vgg16"), "it is an edit now, that is asked about as every other"
    assert "Mine" in window.workspace.document.credit.title
    answers.give("Discard changes")
    assert window.storage.open_template("vgg16")


def test_what_cannot_be_taken_keeps_the_document_open(window: MainWindow, answers: Answers) -> None:
    window.storage.open_template("mlp_classifier")
    window.show_panel("about")
    window.about.edit()
    window.about.form.year.setText("soon")
    answers.give("Keep it")
    assert not window.storage.open_template("vgg16")
    assert "soon" in window.about.form.note.text()
    answers.give("Discard it")
    assert window.storage.open_template("vgg16")


def test_formulas_are_shown_letter_by_letter(window: MainWindow, qtbot: QtBot) -> None:
    line = QLineEdit("=1 if norm == 'batch' else 0")
    qtbot.addWidget(line)
    line.setProperty("formula", True)
    line.show()
    line.ensurePolished()
    assert line.font().family() == "JetBrains Mono"
    assert all(line.font().featureValue(tag) == 0 for tag in LIGATURES)
    assert {tag.toString().data() for tag in line.font().featureTags()} >= {b"calt", b"liga"}


def test_bars_give_short_names_no_more_than_they_need(window: MainWindow) -> None:
    narrow = Bars(window.look, [str(number) for number in range(10)], [0.1] * 10)
    wide = Bars(window.look, ["a rather long name of a class"] * 10, [0.1] * 10)
    for bars in (narrow, wide):
        bars.resize(300, 220)
    assert narrow.name_width() < 20
    assert wide.name_width() == 120
    image = narrow.grab().toImage()
    accent = QColor(window.look.theme.accent)
    assert any(image.pixelColor(x, 11) == accent for x in range(20, 34)), "the bar begins right behind the name"
