"""The preset that the document is looked through: its name, its line of summary, and the goal that it is to reach."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from app.core import settings
from app.core.block import Argument
from app.core.changes import fresh
from app.core.document import Goal, Preset, Value
from app.ui.dialogs import Dialogs
from app.ui.panels.fields import FieldRow
from app.ui.panels.recipe_cards import tool
from app.ui.panels.recipe_scope import RecipeScope
from app.ui.style import clear, label

SUMMARY = Argument(kind="str", label="Summary", help="One line that says what these numbers are for.")
VALUE = Argument(kind="float", label="Value", help="What the metric must reach on the whole split.")
BOUND = Argument(kind="choice", choices=("at least", "at most"), label="Is to be", help="Is large or small good.")
BASELINE = Argument(kind="str", label="Baseline", help="What the strongest simple method reaches: less than the goal.")
RUIN = Argument(kind="str", label="Ruin", help="What is reached with the idea taken out: less than the goal, too.")
NONE = "No preset: the recipe has the document’s values alone. A preset gives some of them, and of the document’s " \
    "arguments, other values under a name."  # fmt: skip


class PresetForm(QWidget):
    """Made anew where another preset is looked through or its goal comes or goes."""

    def __init__(self, scope: RecipeScope, dialogs: Dialogs) -> None:
        super().__init__()
        self.scope, self._dialogs = scope, dialogs
        self.rows: dict[str, FieldRow] = {}
        self._key: object = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(6)
        self.goal_button = QPushButton()

    @property
    def preset(self) -> Preset | None:
        workspace = self.scope.workspace
        return workspace.document.presets.get(workspace.preset)

    def refresh(self) -> None:
        key = self._wanted()
        if key != self._key:
            self._key = key
            self._make()
        preset = self.preset
        if preset is None:
            return
        self.rows["summary"].set_value(preset.summary)
        if preset.goal is not None:
            self._show_goal(preset.goal)

    def _wanted(self) -> object:
        preset, recipe = self.preset, self.scope.workspace.document.recipe
        evaluations = tuple(e.name for e in recipe.evaluations) if recipe is not None else ()
        goal = preset.goal if preset is not None else None
        metrics = self._metrics(goal.evaluation) if goal is not None else ()
        return (
            preset and preset.name,
            goal is not None,
            evaluations,
            metrics,
            len(self.scope.workspace.document.presets),
        )

    def _metrics(self, evaluation: str) -> tuple[str, ...]:
        document = self.scope.workspace.document
        found = (
            next((e for e in document.recipe.evaluations if e.name == evaluation), None) if document.recipe else None
        )
        graph = document.graphs.get(found.graph) if found is not None else None
        return tuple(port.name for port in graph.outputs) if graph is not None else ()

    # -- parts ----------------------------------------------------------------------------------------------------

    def _make(self) -> None:
        self.rows = {}
        clear(self._column)
        self._column.addWidget(self._head())
        preset = self.preset
        if preset is None:
            self._column.addWidget(label(NONE, "muted", wrap=True))
            return
        self._row("summary", SUMMARY, lambda value: self._set(summary=str(value)))
        self._column.addWidget(label("Goal", "section"))
        goal, recipe = preset.goal, self.scope.workspace.document.recipe
        evaluations = tuple(e.name for e in recipe.evaluations) if recipe is not None else ()
        self.goal_button = QPushButton("Remove the goal" if goal is not None else "Set a goal")
        self.goal_button.clicked.connect(lambda _=False: self._toggle_goal())
        if goal is None:
            told = "None. A goal is a value that one of the evaluations is to reach; a run then says whether it has."
            if not evaluations:
                told = "A goal needs an evaluation: add one above."
            self._column.addWidget(label(told, "muted", wrap=True))
            self.goal_button.setEnabled(bool(evaluations))
        else:
            self._goal_rows(evaluations, self._metrics(goal.evaluation))
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.goal_button)
        row.addStretch()
        self._column.addWidget(line)

    def _head(self) -> QWidget:
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 8, 0, 0)
        row.setSpacing(0)
        preset = self.preset
        row.addWidget(label(f"Preset {preset.name}" if preset is not None else "Presets", "section"))
        row.addStretch()
        if preset is not None:
            row.addWidget(tool("✎", f"Rename the preset {preset.name}", self._rename))
        row.addWidget(tool("+", "Add a preset that begins as this one", self._add))
        if preset is not None:
            row.addWidget(tool("✕", f"Remove the preset {preset.name}", self._remove))
        return made

    def _goal_rows(self, evaluations: tuple[str, ...], metrics: tuple[str, ...]) -> None:
        told = Argument(kind="choice", choices=evaluations, label="Evaluation", help="Whose metric is meant.")
        self._row("evaluation", told, lambda value: self._aim(evaluation=str(value)))
        told = Argument(kind="choice", choices=metrics, label="Metric", help="Which of its values.")
        self._row("metric", told, lambda value: self._aim(metric=str(value)))
        self._row("bound", BOUND, lambda value: self._bound(str(value), None))
        self._row("value", VALUE, lambda value: self._bound("", value))
        self._row("baseline", BASELINE, lambda value: self._aim(baseline=str(value)))
        self._row("ruin", RUIN, lambda value: self._aim(ruin=str(value)))

    def _row(self, name: str, argument: Argument, commit: Callable[[Value], None]) -> None:
        row = FieldRow(name, argument, plain=True)

        def committed(_: str, value: Value) -> None:
            commit(value)

        row.committed.connect(committed)
        self.rows[name] = row
        self._column.addWidget(row)

    def _show_goal(self, goal: Goal) -> None:
        least = goal.at_least is not None
        shown = {
            "evaluation": goal.evaluation,
            "metric": goal.metric,
            "bound": "at least" if least else "at most",
            "value": goal.at_least if least else goal.at_most,
            "baseline": goal.baseline,
            "ruin": goal.ruin,
        }
        for name, value in shown.items():
            self.rows[name].set_value(value)
        known = self._metrics(goal.evaluation)
        lost = "" if goal.metric in known else f"“{goal.evaluation}” has no metric “{goal.metric}”."
        self.rows["metric"].set_problem(lost)

    # -- edits ----------------------------------------------------------------------------------------------------

    def _set(self, **fields: Value | Goal) -> None:
        preset = self.preset
        if preset is not None:
            self.scope.do(lambda document: settings.set_preset(document, preset.name, **fields))

    def _aim(self, **fields: str) -> None:
        preset = self.preset
        if preset is None or preset.goal is None:
            return
        goal = replace(preset.goal, **fields)
        metrics = self._metrics(goal.evaluation)
        if goal.metric not in metrics and metrics:
            goal = replace(goal, metric=metrics[0])
        self._set(goal=goal)

    def _bound(self, kind: str, value: Value) -> None:
        preset = self.preset
        if preset is None or preset.goal is None:
            return
        goal = preset.goal
        least = kind == "at least" if kind else goal.at_least is not None
        wanted = value if value is not None else goal.at_least if goal.at_least is not None else goal.at_most
        wanted = None if wanted is None else float(wanted)
        self._set(goal=replace(goal, at_least=wanted if least else None, at_most=None if least else wanted))

    def _toggle_goal(self) -> None:
        preset, recipe = self.preset, self.scope.workspace.document.recipe
        if preset is None or recipe is None:
            return
        if preset.goal is not None:
            self._set(goal=None)
            return
        evaluations = [evaluation.name for evaluation in recipe.evaluations]
        chosen = next((name for name in evaluations if name == "test"), evaluations[-1])
        metric = next(iter(self._metrics(chosen)), "")
        small = any(word in metric for word in ("loss", "error", "perplexity", "distance"))
        most, least = (1.0, None) if small else (None, 0.9)
        self._set(goal=Goal(evaluation=chosen, metric=metric, at_most=most, at_least=least))

    def _rename(self) -> None:
        preset = self.preset
        assert preset is not None
        new = self._dialogs.text("Rename the preset", "Name", preset.name)
        if (
            new
            and new != preset.name
            and self.scope.do(lambda document: settings.rename_preset(document, preset.name, new))
        ):
            self.scope.workspace.choose_preset(new)

    def _add(self) -> None:
        """A preset with the numbers of this one; its goal is not claimed for it."""
        workspace = self.scope.workspace
        name = self._dialogs.text("Add a preset", "Name", fresh("mine", workspace.document.presets))
        if not name:
            return
        before = self.preset or Preset(name=name)
        made = replace(before, name=name, goal=None, summary="")
        if self.scope.do(lambda document: settings.add_preset(document, made)):
            workspace.choose_preset(name)

    def _remove(self) -> None:
        preset = self.preset
        assert preset is not None
        self.scope.do(lambda document: settings.remove_preset(document, preset.name))
