"""The main window: puts stage, panels, menus and status bar together. What they do lives in them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path as FilePath
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QSettings, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QDragEnterEvent, QDropEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QDockWidget, QMainWindow, QMenu, QTabBar, QTabWidget, QToolBar, QWidget

from app import paths
from app.core.block import Library
from app.ui import everything, own_python, shortcuts
from app.ui.actions import PANELS, Actions, commands
from app.ui.chooser import Chooser
from app.ui.dialogs import Dialogs
from app.ui.stage import Stage
from app.ui.status import StatusLine
from app.ui.storage import SUFFIX, Storage
from app.ui.style import Style
from app.ui.workspace import Workspace

if TYPE_CHECKING:
    from app.ui.panels.about import AboutPanel
    from app.ui.panels.code import CodePanel
    from app.ui.panels.outline import OutlinePanel
    from app.ui.panels.palette import PalettePanel
    from app.ui.panels.problems import ProblemsPanel
    from app.ui.panels.properties import PropertiesPanel
    from app.ui.panels.training import TrainingPanel

LAYOUT_VERSION = 2
LEFT, RIGHT, BOTTOM = (
    Qt.DockWidgetArea.LeftDockWidgetArea,
    Qt.DockWidgetArea.RightDockWidgetArea,
    Qt.DockWidgetArea.BottomDockWidgetArea,
)
NARROWEST = {LEFT: 236, RIGHT: 336}
SMALLEST = QSize(900, 540)
"""Below this the panels at the sides run into each other."""
AREAS = {
    **dict.fromkeys(("palette", "outline", "templates"), LEFT),
    **dict.fromkeys(("properties", "training", "results", "about"), RIGHT),
    **dict.fromkeys(("problems", "code"), BOTTOM),
}
DOCKS = tuple((name, heading, AREAS[name]) for name, heading in PANELS.items())


class MainWindow(QMainWindow):
    """``first_frame`` is sent once, when the window has been painted and the rest may load."""

    first_frame = Signal()

    def __init__(self, library: Library, look: Style, settings: QSettings, dialogs: Dialogs) -> None:
        super().__init__()
        self.look, self.dialogs, self.settings = look, dialogs, settings
        self.workspace = Workspace(library, parent=self)
        self.storage = Storage(self.workspace, dialogs, settings)
        self.stage = Stage(self.workspace, look, dialogs)
        self.command_palette = Chooser(self, "Commands")
        self.training: TrainingPanel | None = None
        self.docks: dict[str, QDockWidget] = {}
        self._painted = False
        self._makers: dict[str, Callable[[], QWidget]] = {}
        self.setObjectName("netloom")
        self.setMinimumSize(SMALLEST.boundedTo(self.screen().availableSize()))
        self.setAcceptDrops(True)
        self.setDockNestingEnabled(True)
        self.setCentralWidget(self.stage)
        self._make_docks()
        self.actions_table = Actions(self, commands())
        shortcuts.restore(self.actions_table, settings)
        self._make_bars()
        self._listen()
        self._restore()
        self._refresh()

    # -- assembling -----------------------------------------------------------------------------------------------

    def _make_docks(self) -> None:
        """The docks are there at once, so that the window has its shape; panels fill them after the first frame."""
        for corner, area in (
            (Qt.Corner.TopLeftCorner, LEFT),
            (Qt.Corner.BottomLeftCorner, LEFT),
            (Qt.Corner.TopRightCorner, RIGHT),
            (Qt.Corner.BottomRightCorner, RIGHT),
        ):
            self.setCorner(corner, area)
        for area in (LEFT, RIGHT, BOTTOM):
            self.setTabPosition(area, QTabWidget.TabPosition.North)
        for name, heading, area in DOCKS:
            self.docks[name] = self._dock(name, heading, area)
        self._arrange()

    def _dock(self, name: str, heading: str, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(heading, self)
        dock.setObjectName(f"dock-{name}")
        dock.setFeatures(
            QDockWidget.DockWidgetFeature.DockWidgetMovable | QDockWidget.DockWidgetFeature.DockWidgetClosable
        )
        dock.setTitleBarWidget(QWidget(dock))  # its tab says what it is
        dock.setWidget(_framed(QWidget(), area))
        return dock

    def _arrange(self) -> None:
        """One group of tabs on each side. A dock joins its group at once: moved later, Qt leaves its tabs behind."""
        first: dict[Qt.DockWidgetArea, QDockWidget] = {}
        for name, _, area in DOCKS:
            if area in first:
                self.tabifyDockWidget(first[area], self.docks[name])
            else:
                first[area] = self.docks[name]
                self.addDockWidget(area, self.docks[name])
        for name in ("palette", "properties", "code"):
            self.docks[name].raise_()
        self._size_docks()

    def _hide_leftover_tabs(self) -> None:
        """Qt leaves tab bars of the arrangements on the way on the screen: those that stand over no dock."""
        docks = [dock.geometry() for dock in self.docks.values() if dock.isVisible()]
        for bar in self.findChildren(QTabBar, options=Qt.FindChildOption.FindDirectChildrenOnly):
            own = bar.geometry()
            if not any(dock.left() == own.left() and abs(dock.top() - own.bottom()) <= 4 for dock in docks):
                bar.hide()

    def _size_docks(self) -> None:
        sides = [self.docks["palette"], self.docks["properties"]]
        self.resizeDocks(sides, [NARROWEST[LEFT], NARROWEST[RIGHT] + 4], Qt.Orientation.Horizontal)
        self.resizeDocks([self.docks["code"]], [240], Qt.Orientation.Vertical)

    def _make_bars(self) -> None:
        self.actions_table.fill_menus(self.menuBar())
        panels = QMenu("Hide or show panels", self)
        for dock in self.docks.values():
            panels.addAction(dock.toggleViewAction())
        self.actions_table.insert_menu("arrange", panels)
        self.recent_menu = QMenu("Open recent", self)
        self.recent_menu.aboutToShow.connect(self._fill_recent)
        self.actions_table.insert_menu("template", self.recent_menu)
        self.actions_table.fill_canvas_menu(self.stage.menu)
        tools = QToolBar("Tools", self)
        tools.setObjectName("tools")
        tools.setMovable(False)
        tools.setIconSize(QSize(18, 18))
        tools.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self.actions_table.fill_tools(tools)
        self.addToolBar(tools)
        self.status = StatusLine(self.workspace, self.look)
        self.status.problems.clicked.connect(lambda: self.show_panel("problems"))
        self.setStatusBar(self.status)

    def _listen(self) -> None:
        workspace = self.workspace
        for signal in (workspace.selection_changed, workspace.graph_changed, workspace.elaboration_changed):
            signal.connect(lambda _: self._refresh())
        workspace.saved_changed.connect(self._refresh)
        workspace.said.connect(self.status.say)
        workspace.code_wanted.connect(lambda name: own_python.open_editor(self, name))
        self.look.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self.actions_table.dress()
        self.actions_table.refresh()
        self.setWindowIcon(self.look.icon("netloom"))

    def _refresh(self) -> None:
        title, modified = f"{self.workspace.title}[*] – Netloom", not self.workspace.is_saved
        if (self.windowTitle(), self.isWindowModified()) != (title, modified):  # each asks the window system
            self.setWindowTitle(title)
            self.setWindowModified(modified)
        self.actions_table.refresh()

    def _count_problems(self, count: int) -> None:
        self.docks["problems"].setWindowTitle(f"Problems ({count})" if count else "Problems")

    # -- first frame ----------------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self._finish)

    def _finish(self) -> None:
        """What the first frame does not need: the panels, those in sight first, and the engine.

        One panel at a time, so that a click that comes meanwhile is answered in between.
        """
        self._makers = {
            "properties": self._make_properties,
            "palette": self._make_palette,
            "code": self._make_code,
            "problems": self._make_problems,
            "outline": self._make_outline,
            "templates": self._make_gallery,
            "training": self._make_training,
            "results": self._make_results,
            "about": self._make_about,
        }
        QTimer.singleShot(0, self, self._make_next)

    def _make_next(self) -> None:
        if self._makers:
            self._make_panel(next(iter(self._makers)))
            QTimer.singleShot(0, self, self._make_next)
        else:
            self._all_made()

    def _make_panel(self, name: str) -> None:
        """Fill a dock with its panel, if it is not yet there."""
        make = self._makers.pop(name, None)
        if make is not None:
            dock = self.docks[name]
            dock.setWidget(_framed(make(), self.dockWidgetArea(dock)))

    def _all_made(self) -> None:
        if not isinstance(self.settings.value("state"), QByteArray):
            self._size_docks()
        QTimer.singleShot(0, self._hide_leftover_tabs)
        self.first_frame.emit()

    def _make_properties(self) -> QWidget:
        from app.ui.panels.properties import PropertiesPanel

        self.properties: PropertiesPanel = PropertiesPanel(self.workspace, self.dialogs)
        self.properties.about_wanted.connect(lambda: self.show_panel("about"))
        return self.properties

    def _make_palette(self) -> QWidget:
        from app.ui.panels.palette import PalettePanel

        self.palette_panel: PalettePanel = PalettePanel(self.workspace, self.look)
        self.palette_panel.wanted.connect(self.stage.gestures.add_after)
        self.palette_panel.unwanted.connect(self._forget)
        self.palette_panel.load()
        return self.palette_panel

    def _forget(self, payload: str) -> None:
        """Take away what the palette no longer should hold."""
        from app.ui import own

        kind, _, name = payload.partition(":")
        if kind == "block":
            own_python.remove(self, name)
        else:
            own.forget(self, payload)

    def _make_code(self) -> QWidget:
        from app.ui.panels.code import CodePanel

        self.code: CodePanel = CodePanel(self.workspace, self.look, self.dialogs)
        self.code.saved.connect(self.status.say_place)
        return self.code

    def _make_problems(self) -> QWidget:
        from app.ui.panels.problems import ProblemsPanel

        self.problems: ProblemsPanel = ProblemsPanel(self.workspace)
        self.problems.counted.connect(self._count_problems)
        self.problems.wanted.connect(lambda command: self.actions_table[command].trigger())
        self._count_problems(len(self.problems.entries))
        return self.problems

    def _make_outline(self) -> QWidget:
        from app.ui.panels.outline import OutlinePanel

        self.outline: OutlinePanel = OutlinePanel(self.workspace)
        return self.outline

    def _make_gallery(self) -> QWidget:
        from app.ui.panels.gallery import GalleryPanel

        gallery = GalleryPanel(self.look, self.workspace.library)
        gallery.wanted.connect(self.storage.open_template)
        gallery.show_open(self.workspace.template)
        self.workspace.opened.connect(lambda: gallery.show_open(self.workspace.template))
        return gallery

    def _make_training(self) -> QWidget:
        from app.ui.code_runner import CodeRunner
        from app.ui.panels.training import TrainingPanel

        self.training = TrainingPanel(self.workspace, self.look, self.dialogs)
        self.code_runner = CodeRunner(self.workspace, self.training.engine)
        self.training.running_changed.connect(self.actions_table.refresh)
        self.training.engine_said.connect(self.status.say_engine)
        self.training.wanted.connect(lambda command: self.actions_table[command].trigger())
        return self.training

    def _make_results(self) -> QWidget:
        from app.ui.panels.results import ResultsPanel

        self._make_panel("training")
        assert self.training is not None
        results = ResultsPanel(self.workspace, self.look, self.dialogs, self.training.engine, self.training.runs)
        results.wanted.connect(lambda command: self.actions_table[command].trigger())
        return results

    def _make_about(self) -> QWidget:
        from app.ui.panels.about import AboutPanel

        self.about: AboutPanel = AboutPanel(self.workspace, self.look, self.dialogs)
        self.storage.writer = self.about
        self.about.wanted.connect(lambda command: self.actions_table[command].trigger())
        return self.about

    # -- commands -------------------------------------------------------------------------------------------------

    def show_panel(self, name: str) -> None:
        self._make_panel(name)
        dock = self.docks[name]
        dock.show()
        dock.raise_()
        inner = dock.widget()
        if inner is not None:
            (inner.focusProxy() or inner).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def arrange_as_at_first(self) -> None:
        for dock in self.docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        self._arrange()
        for dock in self.docks.values():
            dock.show()
        for name in ("palette", "properties", "code"):
            self.docks[name].raise_()
        QTimer.singleShot(0, self._hide_leftover_tabs)

    def find_in_document(self) -> None:
        self.show_panel("outline")
        self.outline.line.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.outline.line.selectAll()

    def show_commands(self) -> None:
        place = self.mapToGlobal(self.rect().center())
        place.setX(place.x() - self.command_palette.width() // 2)
        place.setY(self.mapToGlobal(self.rect().topLeft()).y() + 90)
        self.command_palette.show_at(
            place,
            lambda query: everything.search(self, query),
            lambda key: everything.choose(self, key),
            hint="A command, template, graph or recent file",
        )

    def save_code(self) -> None:
        from app.ui.taking import save_code

        save_code(self)

    def save_weights(self) -> None:
        from app.ui.taking import save_weights

        save_weights(self)

    def load_weights(self) -> None:
        from app.ui.panels.weights import open_weights

        open_weights(self)

    @property
    def has_weights(self) -> bool:
        run = self.training.runs.run if self.training is not None else None
        return run is not None and bool(run.checkpoints())

    def toggle_theme(self) -> None:
        self.look.choose("light" if self.look.theme.dark else "dark")
        self.settings.setValue("theme", self.look.theme.name)

    @property
    def is_training(self) -> bool:
        return self.training is not None and self.training.is_running

    def check(self) -> None:
        if self.training is not None:
            self.training.check()

    def start_training(self) -> None:
        self.show_panel("training")
        if self.training is not None:
            self.training.start()

    def pause_training(self) -> None:
        if self.training is not None:
            self.training.pause()

    def stop_training(self) -> None:
        if self.training is not None:
            self.training.stop()

    def show_about(self) -> None:
        from importlib.metadata import version

        text = (
            f"Netloom {version('netloom')}\n\n"
            "Draw neural networks as graphs, watch every shape live, train them, and take away readable PyTorch code."
            f"\n\nMIT licence. Settings are kept in {paths.settings()}."
        )
        self.dialogs.tell("About Netloom", text)

    def show_shortcuts(self) -> None:
        shortcuts.ShortcutsDialog(self.actions_table, self.settings, self).open()

    def _fill_recent(self) -> None:
        self.recent_menu.clear()
        for path in self.storage.recent():
            self.recent_menu.addAction(everything.spoken(path)).triggered.connect(partial(self._open_recent, path))
        if self.recent_menu.isEmpty():
            self.recent_menu.addAction("Nothing opened yet").setEnabled(False)

    def _open_recent(self, path: FilePath) -> None:
        self.storage.open_path(path)

    # -- files dropped on the window ------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if any(url.toLocalFile().endswith(SUFFIX) for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        for url in event.mimeData().urls():
            if url.toLocalFile().endswith(SUFFIX):
                event.acceptProposedAction()
                self.storage.open_path(FilePath(url.toLocalFile()))
                return

    # -- as it was left -------------------------------------------------------------------------------------------

    def _restore(self) -> None:
        geometry, state = self.settings.value("geometry"), self.settings.value("state")
        if not isinstance(geometry, QByteArray) or not self.restoreGeometry(geometry):
            self.resize(1280, 800)
        if isinstance(state, QByteArray):
            self.restoreState(state, LAYOUT_VERSION)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.stage.canvas.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if not self.storage.close():
            event.ignore()
            return
        self.settings.setValue("geometry", self.saveGeometry())
        self.settings.setValue("state", self.saveState(LAYOUT_VERSION))
        self.settings.sync()
        self.workspace.close()
        if self.training is not None:
            self.training.close_engine()
        super().closeEvent(event)


def _framed(panel: QWidget, area: Qt.DockWidgetArea) -> QWidget:
    """The panel on the colour of panels, as wide as its forms need."""
    panel.setObjectName(panel.objectName() or "panel")
    panel.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
    panel.setMinimumWidth(NARROWEST.get(area, 0))
    return panel
