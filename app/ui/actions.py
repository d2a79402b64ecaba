"""Every command once: menus, tool bar, shortcuts and the command palette are all made from this table."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from msgspec import Struct
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar, QToolBar, QToolButton

from app.ui import fuzzy, own, own_python
from app.ui.chooser import Choice
from app.ui.starter import is_blank

if TYPE_CHECKING:
    from app.ui.main_window import MainWindow

Run = Callable[["MainWindow"], object]
When = Callable[["MainWindow"], bool]
FILE, EDIT, VIEW, GRAPH, TRAIN, HELP = "File", "Edit", "View", "Graph", "Train", "Help"
AT_THE_CURSOR = (
    "add", "", "cut", "copy", "paste", "duplicate", "delete", "delete_heal", "",
    "replace", "join", "swap_inputs", "", "enter", "group", "ungroup", "",
    "rename", "frame", "rename_frame", "remove_frame", "", "bypass", "mute", "", "zoom_to", "fit", "tidy",
)  # fmt: skip
MENUS = (FILE, EDIT, VIEW, GRAPH, "Arrange", TRAIN, HELP)
PANELS = {
    "palette": "Blocks", "outline": "Outline", "templates": "Templates", "properties": "Properties",
    "training": "Training", "results": "Results", "about": "About", "problems": "Problems", "code": "Code",
}  # fmt: skip
SPOKEN = {"about": "the lesson"}
WORDED = {"save_code": "Save code", "add": "Add", "check": "Check", "train": "Train"}
"""Tools that say in a word what they do; the others are known by their picture."""


class Command(Struct, frozen=True, kw_only=True):
    """One thing that a person can do. ``text`` may depend on the moment (“Undo add conv1”)."""

    id: str
    menu: str
    text: str | Callable[[MainWindow], str]
    run: Run
    shortcuts: tuple[str, ...] = ()
    when: When | None = None
    icon: str = ""
    tool: bool = False
    after_separator: bool = False
    words: tuple[str, ...] = ()


def _show_panel(name: str, window: MainWindow) -> None:
    window.show_panel(name)


def _has_selection(window: MainWindow) -> bool:
    return bool(window.workspace.selection)


def _has_graph(window: MainWindow) -> bool:
    return window.workspace.graph is not None


def _is_no_step(window: MainWindow) -> bool:
    return _has_graph(window) and window.workspace.graph_name not in set(window.workspace.document.step_graphs())


def _is_drawn(window: MainWindow) -> bool:
    document = window.workspace.document
    return bool(document.models) and not is_blank(document)


def _enterable(window: MainWindow) -> bool:
    return window.stage.can_enter()


def _in_frame(window: MainWindow) -> bool:
    return window.stage.frame_number is not None


def _undo_text(window: MainWindow) -> str:
    label = window.workspace.history.undo_label
    return f"Undo {label}" if label else "Undo"


def _redo_text(window: MainWindow) -> str:
    label = window.workspace.history.redo_label
    return f"Redo {label}" if label else "Redo"


def _command(
    id: str, menu: str, text: str | Callable[[MainWindow], str], run: Run, *keys: str, **more: object
) -> Command:
    return Command(id=id, menu=menu, text=text, run=run, shortcuts=keys, **more)  # type: ignore[arg-type]


def _file_commands() -> list[Command]:
    return [
        _command("new", FILE, "New", lambda w: w.storage.new(), "Ctrl+N", icon="new"),
        _command("open", FILE, "Open…", lambda w: w.storage.ask_open(), "Ctrl+O", icon="open", tool=True),
        _command("template", FILE, "New from a template…", lambda w: w.show_panel("templates"), icon="template"),
        _command(
            "save", FILE, "Save", lambda w: w.storage.save(), "Ctrl+S", icon="save", tool=True, after_separator=True
        ),
        _command("save_as", FILE, "Save as…", lambda w: w.storage.save_as(), "Ctrl+Shift+S"),
        _command(
            "save_code",
            FILE,
            "Save code…",
            lambda w: w.save_code(),
            "Ctrl+E",
            icon="export",
            tool=True,
            after_separator=True,
            words=("export", "python", "pytorch"),
        ),
        _command(
            "save_weights",
            FILE,
            "Save trained weights…",
            lambda w: w.save_weights(),
            when=lambda w: w.has_weights,
            words=("export", "safetensors", "checkpoint"),
        ),
        _command(
            "load_weights",
            FILE,
            "Load published weights…",
            lambda w: w.load_weights(),
            when=lambda w: w.workspace.document.recipe is not None,
            words=("pretrained", "torchvision", "hugging face", "download", "import", "safetensors", "checkpoint"),
        ),
        _command("picture", FILE, "Save picture of the graph…", lambda w: w.stage.save_picture(), when=_has_graph),
        _command("quit", FILE, "Quit", lambda w: w.close(), "Ctrl+Q", after_separator=True),
    ]


def _edit_commands() -> list[Command]:
    return [
        _command(
            "undo", EDIT, _undo_text, lambda w: w.workspace.undo(), "Ctrl+Z", icon="undo", tool=True,
            when=lambda w: w.workspace.history.undo_label is not None,
        ),
        _command(
            "redo", EDIT, _redo_text, lambda w: w.workspace.redo(), "Ctrl+Shift+Z", "Ctrl+Y", icon="redo", tool=True,
            when=lambda w: w.workspace.history.redo_label is not None,
        ),
        _command("cut", EDIT, "Cut", lambda w: w.stage.cut(), "Ctrl+X", icon="cut", when=_has_selection,
                 after_separator=True),
        _command("copy", EDIT, "Copy", lambda w: w.stage.copy(), "Ctrl+C", icon="copy", when=_has_selection),
        _command("paste", EDIT, "Paste", lambda w: w.stage.paste(), "Ctrl+V", icon="paste"),
        _command("duplicate", EDIT, "Duplicate", lambda w: w.stage.duplicate(), "Ctrl+D", when=_has_selection),
        _command("delete", EDIT, "Delete", lambda w: w.stage.delete(), "Delete", icon="delete", when=_has_selection),
        _command("delete_heal", EDIT, "Delete and heal", lambda w: w.stage.delete(heal=True), "Ctrl+Delete",
                 when=_has_selection),
        _command("select_all", EDIT, "Select all", lambda w: w.stage.select_all(), "Ctrl+A", when=_has_graph),
        _command("find", EDIT, "Find in the document…", lambda w: w.find_in_document(), "Ctrl+F", icon="search",
                 after_separator=True),
        _command("palette", EDIT, "Command palette…", lambda w: w.show_commands(), "Ctrl+Shift+P"),
    ]  # fmt: skip


def _graph_commands() -> list[Command]:
    return [
        _command("add", GRAPH, "Add a block…", lambda w: w.stage.search(), "Shift+A", icon="plus", tool=True),
        _command("group", GRAPH, "Group into a graph", lambda w: w.stage.group(), "Ctrl+G", icon="group",
                 when=_has_selection, after_separator=True),
        _command("ungroup", GRAPH, "Ungroup", lambda w: w.stage.ungroup(), "Ctrl+Shift+G", icon="ungroup",
                 when=_enterable),
        _command("enter", GRAPH, "Enter the graph", lambda w: w.stage.enter(), "Ctrl+Return", icon="enter",
                 when=_enterable),
        _command("leave", GRAPH, "Leave the graph", lambda w: w.workspace.leave(), "Ctrl+Backspace", icon="leave",
                 when=lambda w: len(w.workspace.crumbs) > 1),
        _command("keep_block", GRAPH, "Keep this graph as your block…", own.keep_graph, when=_is_no_step,
                 words=("library", "custom", "reuse", "save")),
        _command("take_block", GRAPH, "Take in a shared block…", own.take_in, words=("library", "custom", "import")),
        _command("new_python", GRAPH, "New Python block…", lambda w: own_python.open_editor(w, ""),
                 words=("code", "custom", "module", "write")),
        _command("edit_python", GRAPH, "Show and edit Python…", own_python.open_selected,
                 when=lambda w: bool(own_python.selected(w)), words=("code", "custom", "module")),
        _command("rename", GRAPH, "Rename", lambda w: w.stage.rename(), "F2",
                 when=lambda w: w.workspace.selected_node is not None),
        _command("frame", GRAPH, "Frame the selection…", lambda w: w.stage.frame(), "Ctrl+J", when=_has_selection,
                 after_separator=True, words=("box", "comment", "region")),
        _command("rename_frame", GRAPH, "Rename the frame…", lambda w: w.stage.rename_frame(), when=_in_frame),
        _command("remove_frame", GRAPH, "Remove the frame", lambda w: w.stage.remove_frame(), "Ctrl+Shift+J",
                 when=_in_frame, words=("delete",)),
        _command("bypass", GRAPH, "Bypass", lambda w: w.stage.bypass(), "Ctrl+B", icon="bypass", when=_has_selection,
                 after_separator=True),
        _command("mute", GRAPH, "Mute", lambda w: w.stage.mute(), "Ctrl+M", icon="mute", when=_has_selection),
        _command("tidy", GRAPH, "Tidy", lambda w: w.stage.tidy(), "Ctrl+L", icon="tidy", tool=True, when=_has_graph,
                 after_separator=True, words=("layout", "arrange")),
    ]  # fmt: skip


def _view_commands() -> list[Command]:
    return [
        _command("fit", VIEW, "Fit the graph", lambda w: w.stage.fit(), "Ctrl+0", icon="fit", tool=True,
                 when=_has_graph, words=("zoom",)),
        _command("zoom_to", VIEW, "Zoom to the selection", lambda w: w.stage.zoom_to(), "Ctrl+2", when=_has_selection),
        *(
            _command(f"panel_{name}", VIEW, f"Show {SPOKEN.get(name, heading.lower())}", partial(_show_panel, name),
                     f"Alt+{number}", after_separator=number == 1, words=("panel",))
            for number, (name, heading) in enumerate(PANELS.items(), 1)
        ),
        _command("arrange", VIEW, "Arrange panels as at first", lambda w: w.arrange_as_at_first(),
                 words=("reset", "layout", "docks")),
        _command("theme", VIEW, lambda w: "Light theme" if w.look.theme.dark else "Dark theme",
                 lambda w: w.toggle_theme(), "Ctrl+T", icon="sun", tool=True, words=("dark", "light", "colours"),
                 after_separator=True),
    ]  # fmt: skip


def _train_commands() -> list[Command]:
    return [
        _command("check", TRAIN, "Build and check in PyTorch", lambda w: w.check(), "F7", icon="check", tool=True,
                 when=_is_drawn, words=("compile", "build")),
        _command("train", TRAIN, "Start training", lambda w: w.start_training(), "F5", icon="play", tool=True,
                 when=lambda w: w.workspace.document.recipe is not None),
        _command("recipe", TRAIN, "Add a training recipe…", lambda w: w.show_panel("training"),
                 when=lambda w: w.workspace.document.recipe is None, words=("data", "train", "loss")),
        _command("pause", TRAIN, "Pause or go on", lambda w: w.pause_training(), "F6", icon="pause",
                 when=lambda w: w.is_training),
        _command("stop", TRAIN, "Stop training", lambda w: w.stop_training(), "Shift+F5", icon="stop",
                 when=lambda w: w.is_training),
    ]  # fmt: skip


def _help_commands() -> list[Command]:
    return [
        _command("lesson", HELP, "About this document", lambda w: w.show_panel("about"), "F1",
                 words=("lesson", "paper", "help", "formula")),
        _command("shortcuts", HELP, "Keyboard shortcuts…", lambda w: w.show_shortcuts(), words=("keys", "remap")),
        _command("about", HELP, "About Netloom", lambda w: w.show_about()),
    ]  # fmt: skip


def commands() -> list[Command]:
    """All of them, menu by menu."""
    from app.ui.drawing_actions import drawing_commands  # it is written in terms of this module

    return [
        *_file_commands(),
        *_edit_commands(),
        *_view_commands(),
        *_graph_commands(),
        *drawing_commands(),
        *_train_commands(),
        *_help_commands(),
    ]


class Actions:
    """The table as Qt actions of one window."""

    def __init__(self, window: MainWindow, table: Iterable[Command]) -> None:
        self._window = window
        self._chosen: dict[str, str] = {}
        self.table = {command.id: command for command in table}
        self.menus: dict[str, QMenu] = {}
        self.actions = {command.id: self._action(command) for command in self.table.values()}

    def _action(self, command: Command) -> QAction:
        action = QAction(self._text(command), self._window)
        action.setObjectName(command.id)
        action.setShortcuts([QKeySequence(keys) for keys in self.keys(command.id)])
        action.setIconText(WORDED.get(command.id, ""))
        action.triggered.connect(lambda: command.run(self._window))
        self._window.addAction(action)
        return action

    @property
    def chosen(self) -> dict[str, str]:
        """Shortcuts that the person chose, by command."""
        return dict(self._chosen)

    def keys(self, id: str) -> tuple[str, ...]:
        """A command's shortcuts: those that the person chose, else its own."""
        chosen = self._chosen.get(id)
        return self.table[id].shortcuts if chosen is None else tuple(key for key in (chosen,) if key)

    def choose_keys(self, chosen: Mapping[str, str]) -> None:
        """Take other shortcuts, by command; nothing for a command that shall have none."""
        self._chosen = {name: keys for name, keys in chosen.items() if name in self.table}
        for name, action in self.actions.items():
            action.setShortcuts([QKeySequence(keys) for keys in self.keys(name)])
        self.refresh()

    def words(self, id: str) -> tuple[str, ...]:
        """What else a command is found by."""
        command = self.table[id]
        return (command.menu, *command.words)

    def title(self, id: str) -> str:
        """What a command is called at the moment."""
        return self._text(self.table[id]).rstrip("…")

    def _text(self, command: Command) -> str:
        return command.text if isinstance(command.text, str) else command.text(self._window)

    def __getitem__(self, id: str) -> QAction:
        return self.actions[id]

    def refresh(self) -> None:
        """Texts and what is possible, as of now."""
        for name, command in self.table.items():
            action = self.actions[name]
            action.setText(self._text(command))
            action.setEnabled(command.when is None or command.when(self._window))
            if command.tool:
                keys = f" ({self.keys(name)[0]})" if self.keys(name) else ""
                action.setToolTip(self._text(command).rstrip("…") + keys)

    def dress(self) -> None:
        """Icons in the theme's colours."""
        look = self._window.look
        for name, command in self.table.items():
            if command.icon:
                self.actions[name].setIcon(look.icon(command.icon))
        self.actions["theme"].setIcon(look.icon("sun" if look.theme.dark else "moon"))

    def fill_menus(self, bar: QMenuBar) -> None:
        for name in MENUS:
            menu = self.menus[name] = bar.addMenu(f"&{name}")
            menu.setObjectName(f"menu{name}")
            for command in self.table.values():
                if command.menu == name:
                    if command.after_separator:
                        menu.addSeparator()
                    menu.addAction(self.actions[command.id])

    def insert_menu(self, before: str, menu: QMenu) -> None:
        """Put a menu that is made elsewhere in front of a command."""
        self.menus[self.table[before].menu].insertMenu(self.actions[before], menu)

    def fill_tools(self, bar: QToolBar) -> None:
        menu = ""
        for command in self.table.values():
            if command.tool:
                if menu and menu != command.menu:
                    bar.addSeparator()
                menu = command.menu
                bar.addAction(self.actions[command.id])
                button = bar.widgetForAction(self.actions[command.id])
                if isinstance(button, QToolButton) and command.id not in WORDED:
                    button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)

    def fill_canvas_menu(self, menu: QMenu) -> None:
        """What can be done at the cursor."""
        for name in AT_THE_CURSOR:
            if name:
                menu.addAction(self.actions[name])
            else:
                menu.addSeparator()

    def search(self, query: str) -> list[Choice]:
        """What the command palette lists: what can be done now, best first."""
        self.refresh()
        possible = [command for name, command in self.table.items() if self.actions[name].isEnabled()]
        found = fuzzy.best(query, possible, lambda c: (self._text(c).rstrip("…"), self.words(c.id), ""))
        return [
            Choice(
                key=command.id,
                name=self._text(command).rstrip("…"),
                hint=command.menu,
                aside=next(iter(self.keys(command.id)), ""),
            )
            for command in found
        ]
