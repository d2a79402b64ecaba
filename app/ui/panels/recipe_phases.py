"""Stages and their phases, as cards of the recipe's form: what is learnt, by which models, how."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QVBoxLayout, QWidget

from app.core.block import Argument
from app.core.document import Phase, Schedule, Stage
from app.core.recipe_edits import Part
from app.ui.panels import learning_fields as known
from app.ui.panels.fields import LABEL_WIDTH
from app.ui.panels.recipe_cards import tool
from app.ui.panels.recipe_parts import PartCard, PartForm
from app.ui.panels.recipe_scope import RecipeRow
from app.ui.panels.schedule_sketch import ScheduleSketch
from app.ui.panels.values import shown
from app.ui.style import label

NOTHING = "(nothing)"
"""No output has such a name."""
MINIMISE_HELP = "The output that is made small; nothing where the step itself writes what it finds (Assign)."


class PhaseCard(PartCard):
    """One step graph, what it minimises, the models that it updates, and how."""

    sketch: ScheduleSketch | None = None

    def summary_of(self, item: Phase) -> str:
        if not item.minimise:
            return f"{item.step} → {', '.join(item.models)}; no optimiser"
        rate = item.optimiser.arguments.get("lr")
        told = f" {shown(rate)}" if rate is not None else ""
        return f"{item.step} → {', '.join(item.models)}; {item.optimiser.name}{told}, {item.schedule.name}"

    def key_of(self, item: Phase) -> object:
        held = tuple(item.optimiser.arguments)
        models = tuple((m.name, m.frozen, m.average_of) for m in self.scope.workspace.document.models.values())
        names = (item.step, item.minimise, item.models, item.optimiser.name, item.schedule.name)
        return names, held, models, self.graph_key(item)

    def fill(self, item: Phase, column: QVBoxLayout) -> None:
        self.graph_row(column, "step", item)
        graph = self.graph(item)
        outputs = tuple(port.name for port in graph.outputs) if graph is not None else ()
        told = Argument(kind="choice", choices=(*outputs, NOTHING), label="Minimise", help=MINIMISE_HELP)
        chosen = item.minimise or NOTHING
        self.choice(column, "minimise", told, chosen, lambda name: self.set(minimise="" if name == NOTHING else name))
        column.addWidget(self._models(item))
        self.inputs(item, column)
        self.sketch = None
        if item.minimise:
            self._gradient(item, column)
        self.value(column, "every", known.EVERY_STEP, 1)

    def _gradient(self, item: Phase, column: QVBoxLayout) -> None:
        """How the models follow the gradient of what is minimised."""
        self._learner(column, "optimiser", item.optimiser.name, known.OPTIMISER_HELP, known.optimiser_fields)
        self._optimiser(item, column)
        self._learner(column, "schedule", item.schedule.name, known.SCHEDULE_HELP, known.schedule_fields)
        for name, (argument, default) in known.schedule_fields(item.schedule.name).items():
            self.value(column, f"schedule.{name}", argument, default)
        self.sketch = ScheduleSketch()
        column.addWidget(self.sketch)
        column.addWidget(label("Gradients", "section"))
        self.value(column, "clip_norm", known.CLIP_NORM).set_placeholder("not clipped")
        self.value(column, "clip_value", known.CLIP_VALUE).set_placeholder("not clipped")

    def refresh(self) -> None:
        super().refresh()
        self._sketch()

    def _fill_body(self, column: QVBoxLayout) -> None:
        super()._fill_body(column)
        self._sketch()

    def _sketch(self) -> None:
        """The learning rate as it will be."""
        stage, item = self.stage_item(), self.item
        if not self.is_filled or item is None or stage is None or self.sketch is None:
            return
        told = {key: self.scope.number(value) for key, value in item.schedule.arguments.items()}
        default = known.optimiser_fields(item.optimiser.name).get("lr", (None, None))[1]
        peak = self.scope.number(item.optimiser.arguments.get("lr", default))
        self.sketch.show_schedule(Schedule(item.schedule.name, told), peak, self.scope.number(stage.steps))

    def stage_item(self) -> Stage | None:
        recipe = self.scope.recipe
        stages = recipe.stages if recipe is not None else ()
        return next((stage for stage in stages if stage.name == self.part[1]), None)

    def run(self, field: str, name: str) -> None:
        """Another step graph: what is minimised, its arguments and feeds are kept as far as it has them."""
        graph, item = self.scope.workspace.document.graphs[name], self.item
        outputs = [port.name for port in graph.outputs]
        if not item.minimise:  # nothing then, nothing now
            outputs = []
        loss = item.minimise if item.minimise in outputs else next((o for o in outputs if "loss" in o), "")
        ports = {port.name for port in graph.inputs}
        self.set(
            step=name,
            minimise=loss or (outputs[0] if outputs else item.minimise),
            arguments={key: value for key, value in item.arguments.items() if graph.argument(key) is not None},
            feeds={key: value for key, value in item.feeds.items() if key in ports},
        )

    def _models(self, item: Phase) -> QWidget:
        """Which models are updated: those that learn."""
        made = QWidget()
        row = QHBoxLayout(made)
        row.setContentsMargins(0, 0, 0, 0)
        heading = label("Updates")
        heading.setFixedWidth(LABEL_WIDTH)
        row.addWidget(heading)
        boxes = QVBoxLayout()
        boxes.setSpacing(2)
        row.addLayout(boxes, 1)
        models = self.scope.workspace.document.models
        learning = [m.name for m in models.values() if not m.frozen and not m.average_of]
        self.models: dict[str, QCheckBox] = {}
        for name in dict.fromkeys([*learning, *item.models]):
            box = self._model(name, name if name in learning else f"{name} (cannot learn)")
            box.setChecked(name in item.models)
            boxes.addWidget(box)
        return made

    def _model(self, name: str, text: str) -> QCheckBox:
        box = self.models[name] = QCheckBox(text)
        box.setAccessibleName(f"{self.part[-1]} updates {name}")
        box.clicked.connect(lambda: self._update(name, box.isChecked()))
        return box

    def _update(self, name: str, on: bool) -> None:
        now = self.item.models
        order = [*self.scope.workspace.document.models, *now]
        wanted = {*now, name} if on else {*now} - {name}
        if not wanted:
            self.scope.workspace.said.emit("A phase updates at least one model. Choose another one first.")
            self.models[name].setChecked(True)
            return
        self.set(models=tuple(dict.fromkeys(model for model in order if model in wanted)))

    def _learner(
        self,
        column: QVBoxLayout,
        what: str,
        now: str,
        helps: Mapping[str, str],
        fields: Callable[[str], known.Fields],
    ) -> None:
        """Which optimiser or schedule there is: a value that a preset may hold, with what it takes below."""
        column.addWidget(label(what.capitalize(), "section"))
        path = f"{self.path}.{what}"
        argument = Argument(kind="choice", choices=tuple(helps), label="Kind", help=helps.get(now, ""))
        row = RecipeRow(self.scope, f"{path}.name", argument, takes=lambda name: tuple(fields(name)))
        for position, name in enumerate(helps):
            row.editor.setItemData(position, helps[name], 3)
        self.rows.append(row)
        self.form.rows[row.name] = row
        column.addWidget(row)
        if now in helps:
            column.addWidget(label(helps[now], "muted", wrap=True))

    def _optimiser(self, item: Phase, column: QVBoxLayout) -> None:
        """What is set or nearly always is; the rest behind “More”."""
        fields = known.optimiser_fields(item.optimiser.name)
        first = [name for name in fields if name in known.MAIN or name in item.optimiser.arguments]
        rest = [name for name in fields if name not in first]
        for name in first:
            self.value(column, f"optimiser.{name}", *fields[name])
        more = QWidget()
        inside = QVBoxLayout(more)
        inside.setContentsMargins(0, 0, 0, 0)
        inside.setSpacing(6)
        for name in rest:
            self.value(inside, f"optimiser.{name}", *fields[name])
        told = f"Also: {', '.join(name.replace('_', ' ') for name in rest)}"
        more.setVisible(self.form.shows_more(self.part))
        button = tool("Fewer" if self.form.shows_more(self.part) else "More…", told, lambda: self._show_more(more))
        self.more = button
        row = QHBoxLayout()
        row.addSpacing(LABEL_WIDTH)
        row.addWidget(button)
        row.addStretch()
        line = QWidget()
        line.setLayout(row)
        row.setContentsMargins(0, 0, 0, 0)
        line.setVisible(bool(rest))
        column.addWidget(more)
        column.addWidget(line)

    def _show_more(self, more: QWidget) -> None:
        on = not self.form.shows_more(self.part)
        self.form.show_more(self.part, on)
        more.setVisible(on)
        self.more.setText("Fewer" if on else "More…")


class StageCard(PartCard):
    """Steps, and the phases that take turns in each of them."""

    def __init__(self, form: PartForm, part: Part, *, unfolded: bool) -> None:
        self.phases: dict[str, PhaseCard] = {}
        super().__init__(form, part, unfolded=unfolded, framed=False)
        self.add_tool("+", f"Add a phase to {part[-1]}", self._add_phase)

    def summary_of(self, item: Stage) -> str:
        return f"{shown(item.steps)} steps of {', '.join(phase.name for phase in item.phases)}"

    def key_of(self, item: Stage) -> object:
        return tuple(phase.name for phase in item.phases)

    def fill(self, item: Stage, column: QVBoxLayout) -> None:
        self.value(column, "steps", known.STEPS)
        self.phases = {}
        for position, phase in enumerate(item.phases):
            part = (*self.part, phase.name)
            card = self.phases[phase.name] = PhaseCard(self.form, part, unfolded=self.form.unfolded(part, True))
            card.place(position, len(item.phases))
            column.addWidget(card)

    def refresh(self) -> None:
        super().refresh()
        for card in self.phases.values():
            card.refresh()

    def _add_phase(self) -> None:
        self.form.add(self.part)
