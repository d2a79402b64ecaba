"""What a recipe is made of, each as a card of its form: stages with their phases, evaluations, previews.

Their values are the preset's or the document's, as the scope says. What there is, what each runs, which models it
updates and how the data reach it is the document's alone: presets are numbers.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import QVBoxLayout

from app.core import recipe_edits
from app.core.block import Argument
from app.core.document import Evaluation, Graph, Phase, Preview, Stage, Value
from app.core.recipe_edits import Part
from app.ui.dialogs import Dialogs
from app.ui.panels import learning_fields as known
from app.ui.panels.fields import FieldRow
from app.ui.panels.recipe_cards import Card
from app.ui.panels.recipe_scope import RecipeRow, RecipeScope
from app.ui.panels.values import as_argument, shown

Rows = dict[str, RecipeRow]


class Choice(FieldRow):
    """One of some names: the document's own, without a formula."""

    def __init__(self, name: str, argument: Argument, value: str, choose: Callable[[str], None]) -> None:
        super().__init__(name, argument, plain=True)
        self.set_value(value)
        if value not in argument.choices:
            self.set_problem(f"“{value}” is none of these." if value else "Nothing is chosen yet.")
        self._choose = choose
        self.committed.connect(self._chosen)

    def _chosen(self, _: str, value: Value) -> None:
        self._choose(str(value))


class PartCard(Card):
    """A stage, phase, evaluation or preview. ``rows`` of the whole form are kept by path."""

    def __init__(self, form: PartForm, part: Part, *, unfolded: bool, framed: bool = True) -> None:
        self.form, self.scope, self.part = form, form.scope, part
        self.path = ".".join(part)
        self.rows: list[RecipeRow] = []
        self._key: object = None
        super().__init__(part[-1], self._fill_body, unfolded=unfolded, framed=framed)
        kind = recipe_edits.kind_of(part)
        self.add_tool("✎", f"Rename the {kind} {part[-1]}", self._rename)
        self.up = self.add_tool("↑", f"Move the {kind} {part[-1]} up", lambda: self._move(-1))
        self.down = self.add_tool("↓", f"Move the {kind} {part[-1]} down", lambda: self._move(1))
        self.add_tool("✕", f"Remove the {kind} {part[-1]}", self._remove)
        self.fold.toggled.connect(lambda on: form.remember(part, on))

    @property
    def item(self) -> Any:
        """The part as the scope has it, or None where it is gone."""
        group: Any = self.scope.recipe
        for key in self.part:
            if isinstance(group, Stage):
                group = group.phases
            group = next((i for i in group if i.name == key), None) if isinstance(group, tuple) else getattr(group, key)
            if group is None:
                return None
        return group

    def place(self, position: int, count: int) -> None:
        """Where it stands among its like."""
        self.up.setVisible(count > 1)
        self.down.setVisible(count > 1)
        self.up.setEnabled(position > 0)
        self.down.setEnabled(position < count - 1)

    def refresh(self) -> None:
        item = self.item
        if item is None:
            return
        self.set_summary(self.summary_of(item))
        if not self.is_filled:
            return
        key = self.key_of(item)
        if key != self._key:
            self._key = key
            self.fill_again()
        for row in self.rows:
            row.refresh()

    def _fill_body(self, column: QVBoxLayout) -> None:
        self.form.remade = True
        for row in self.rows:
            self.form.rows.pop(row.name, None)
        self.rows = []
        item = self.item
        if item is not None:
            self._key = self.key_of(item)
            self.fill(item, column)
            for row in self.rows:
                row.refresh()

    # -- what each kind says --------------------------------------------------------------------------------------

    def summary_of(self, item: Any) -> str:
        raise NotImplementedError

    def key_of(self, item: Any) -> object:
        """What the inside is made for."""
        raise NotImplementedError

    def fill(self, item: Any, column: QVBoxLayout) -> None:
        raise NotImplementedError

    # -- pieces ---------------------------------------------------------------------------------------------------

    def value(self, column: QVBoxLayout, name: str, argument: Argument, default: Value = None) -> RecipeRow:
        row = RecipeRow(self.scope, f"{self.path}.{name}", argument, default=default)
        self.rows.append(row)
        self.form.rows[row.name] = row
        column.addWidget(row)
        return row

    def choice(
        self, column: QVBoxLayout, name: str, argument: Argument, value: str, choose: Callable[[str], None]
    ) -> Choice:
        row = Choice(f"{self.path}.{name}", argument, value, choose)
        self.form.choices[row.name] = row
        column.addWidget(row)
        return row

    def graph_row(self, column: QVBoxLayout, field: str, item: Any) -> None:
        """Which graph is run, with a way to it."""
        names = tuple(self.form.graphs())
        argument = Argument(kind="choice", choices=names, label="Graph", help="The graph that is run.")
        row = self.choice(column, field, argument, getattr(item, field), lambda name: self.run(field, name))
        row.add_tool("→", f"Show {getattr(item, field)} on the canvas", lambda: self.form.show_graph(self.part, field))

    def run(self, field: str, name: str) -> None:
        self.set(**{field: name})

    def set(self, **fields: Any) -> None:
        self.scope.do(lambda document: recipe_edits.set_part(document, self.part, **fields))

    def graph(self, item: Any) -> Graph | None:
        name = item.step if isinstance(item, Phase) else item.graph
        return self.scope.workspace.document.graphs.get(name)

    def inputs(self, item: Any, column: QVBoxLayout) -> None:
        """The graph's arguments, and which field of the data feeds each of its inputs."""
        graph = self.graph(item)
        if graph is None:
            return
        taken = type(item).__struct_fields__
        for declared in graph.arguments:
            if declared.name in taken:  # its path would lead to the part's own field
                row = FieldRow(declared.name, as_argument(declared), default=declared.default)
                row.set_value(item.arguments.get(declared.name, declared.default))
                row.committed.connect(self._set_argument)
                column.addWidget(row)
            else:
                self.value(column, declared.name, _named(as_argument(declared), declared.name), declared.default)
        for port in graph.inputs:
            self._feed(item, port.name, column)

    def _set_argument(self, name: str, value: Value) -> None:
        item = recipe_edits.part_of(self.scope.workspace.document, self.part)
        self.set(arguments={**item.arguments, name: value})

    def _feed(self, item: Any, port: str, column: QVBoxLayout) -> None:
        now, fields = item.feeds.get(port, port), tuple(self.scope.fields)
        text = f"Field of the data that enters the input “{port}”."
        kind = "choice" if fields else "str"
        argument = Argument(kind=kind, choices=fields, label=f"{port} from", help=text)
        self.choice(column, f"feeds.{port}", argument, now, lambda field: self._set_feed(port, field))

    def _set_feed(self, port: str, field: str) -> None:
        item = recipe_edits.part_of(self.scope.workspace.document, self.part)
        left = {key: value for key, value in item.feeds.items() if key != port}
        self.set(feeds=left if field == port else {**left, port: field})

    def graph_key(self, item: Any) -> object:
        graph = self.graph(item)
        ports = () if graph is None else (graph.arguments, graph.inputs, graph.outputs)
        return tuple(self.form.graphs()), ports, tuple(item.feeds.items()), tuple(self.scope.fields), self.scope.preset

    # -- tools ----------------------------------------------------------------------------------------------------

    def _rename(self) -> None:
        kind = recipe_edits.kind_of(self.part)
        new = self.form.dialogs.text(f"Rename the {kind}", "Name", self.part[-1])
        if new and new != self.part[-1]:
            self.form.carry(self.part, (*self.part[:-1], new))
            self.scope.do(lambda document: recipe_edits.rename_part(document, self.part, new))

    def _move(self, by: int) -> None:
        self.scope.do(lambda document: recipe_edits.move_part(document, self.part, by))

    def _remove(self) -> None:
        self.scope.do(lambda document: recipe_edits.remove_part(document, self.part))


def _named(argument: Argument, name: str) -> Argument:
    return argument if argument.label else dataclasses.replace(argument, label=name.replace("_", " ").capitalize())


class LookCard(PartCard):
    """An evaluation or a preview: a graph that is run on some split now and then."""

    def summary_of(self, item: Evaluation | Preview) -> str:
        often = f"every {shown(item.every)} steps" if item.every is not None else "at the end"
        return f"{item.graph} on {item.split}, {often}"

    def key_of(self, item: Evaluation | Preview) -> object:
        return item.graph, item.split, getattr(item, "show", ""), self.form.splits(), self.graph_key(item)

    def fill(self, item: Evaluation | Preview, column: QVBoxLayout) -> None:
        self.graph_row(column, "graph", item)
        if isinstance(item, Preview):
            told = Argument(kind="choice", choices=known.SHOWN, label="Show as", help="What the outputs look like.")
            self.choice(column, "show", told, item.show, lambda name: self.set(show=name))
            self.value(column, "count", known.COUNT, 16)
        told = Argument(kind="choice", choices=self.form.splits(), label="Split", help="Which part of the data.")
        self.choice(column, "split", told, item.split, lambda name: self.set(split=name))
        self.value(column, "every", known.EVERY_LOOK).set_placeholder("at the end alone")
        self.inputs(item, column)

    def run(self, field: str, name: str) -> None:
        graph, item = self.scope.workspace.document.graphs[name], self.item
        ports = {port.name for port in graph.inputs}
        self.set(
            graph=name,
            arguments={key: value for key, value in item.arguments.items() if graph.argument(key) is not None},
            feeds={key: value for key, value in item.feeds.items() if key in ports},
        )


class PartForm:
    """What the cards of a form share: rows by path, what is folded, and the way to the document."""

    def __init__(self, scope: RecipeScope, dialogs: Dialogs) -> None:
        self.scope, self.dialogs = scope, dialogs
        self.rows: Rows = {}
        self.choices: dict[str, Choice] = {}
        self.remade = True
        """Whether widgets were made since the order of Tab was last set."""
        self._unfolded: dict[Part, bool] = {}
        self._more: set[Part] = set()

    def graphs(self) -> list[str]:
        """Graphs that a recipe may run: those that are no model's own, in document order."""
        document = self.scope.workspace.document
        models = {model.graph for model in document.models.values()}
        used = set(document.step_graphs())
        called = {use.name for graph in document.graphs.values() for node in graph.nodes.values() for use in node.uses}
        return [name for name in document.graphs if name in used or (name not in models and name not in called)]

    def splits(self) -> tuple[str, ...]:
        kind = self.scope.source(self.scope.recipe.data.block) if self.scope.recipe is not None else None
        return kind.splits if kind is not None else ("train", "validation", "test")

    def show_graph(self, part: Part, field: str) -> None:
        item = recipe_edits.part_of(self.scope.workspace.document, part)
        self.scope.workspace.show_graph(getattr(item, field))

    def unfolded(self, part: Part, otherwise: bool) -> bool:
        return self._unfolded.get(part, otherwise)

    def remember(self, part: Part, on: bool) -> None:
        self._unfolded[part] = on
        if self.remade:  # what was inside has just been made
            self.scope.changed.emit()

    def shows_more(self, part: Part) -> bool:
        return part in self._more

    def show_more(self, part: Part, on: bool) -> None:
        (self._more.add if on else self._more.discard)(part)

    def carry(self, old: Part, new: Part) -> None:
        """A renamed part, and what is in it, stays folded as it was."""
        depth = len(old)
        for part, on in list(self._unfolded.items()):
            if part[:depth] == old:
                self._unfolded[(*new, *part[depth:])] = on

    def add(self, group: Part) -> None:
        """One more stage, phase, evaluation or preview, like the last there is."""
        from app.ui.panels.recipe_new import another

        document = self.scope.workspace.document
        made = another(document, group, self.graphs())
        if isinstance(made, str):
            self.scope.workspace.said.emit(made)
            return
        self._unfolded[(*group, made.name)] = True
        self.scope.do(lambda document: recipe_edits.add_part(document, group, made))
