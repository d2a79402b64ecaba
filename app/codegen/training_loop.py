"""The loop of one stage of train.py, line by line."""

from __future__ import annotations

import ast
from textwrap import dedent

from app.codegen.lines import Lines
from app.codegen.optimisers import FUSED, OPTIMISERS, is_flat, schedule_call
from app.codegen.printer import WIDTH, flat, quoted, statement
from app.codegen.source import GenerationError
from app.codegen.training_parts import Names, Parts, literal, slug
from app.core.document import Evaluation, Phase, Preview, Stage


def expression(text: str) -> ast.expr:
    return ast.parse(text, mode="eval").body


def short(text: str) -> str:
    """A name out of the document as part of a longer one that must leave room on a line."""
    return slug(text)[:18].rstrip("_")


class Constants:
    """The named values at the top of train.py, in the order in which they were asked for."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}

    def name(self, wanted: str, value: object) -> str:
        """The name of a value; another value of the same name gets another."""
        text = value if isinstance(value, str) else flat(literal(value))
        made, number = wanted, 2
        while self.values.setdefault(made, text) != text:
            made, number = f"{wanted}_{number}", number + 1
        return made


class StageWriter:
    """Writes the statements of one stage at an indentation of one."""

    def __init__(self, parts: Parts, constants: Constants, calls: Calls) -> None:
        self._parts = parts
        self._constants = constants
        self._calls = calls
        self._single = len(list(parts.phases())) == 1

    def write(self, stage: Stage, lines: Lines) -> None:
        """Steps, optimisers, and the loop over both."""
        parts = self._parts
        names = Names([*parts.taken, *parts.models.values()])
        label = "" if len(parts.recipe.stages) == 1 else f"{short(stage.name).upper()}_"
        steps = self._constants.name(f"{label}STEPS", stage.steps)
        outputs: dict[str, str] = {}
        phases = [
            PhaseWriter(parts, self._constants, stage, phase, names, outputs, self._single) for phase in stage.phases
        ]
        for phase in phases:
            phase.prepare(lines)
        switched = self._switched()
        inside = switched and len(stage.phases) > 1
        if switched and not inside and phases[0].optimiser:
            phases[0].switch(lines, 1)
        optimisers = [f"{phase.key}={phase.optimiser}" for phase in phases if phase.optimiser]
        given = [quoted(stage.name), steps, 'data["train"]', "BATCH_SIZE", *optimisers]
        loop = f"run.steps({', '.join(given)})"
        body = Lines()
        for phase in phases:
            phase.loop(body, steps, switch=inside)
        self._averages(stage, steps, body)
        for run in parts.looks():
            self._now_and_then(run, steps, body)
        read = {node.id for node in ast.walk(ast.parse(dedent(body.text()))) if isinstance(node, ast.Name)}
        step, batch = (name if name in read else f"_{name}" for name in ("step", "batch"))
        lines.extend(statement(f"for {step}, {batch} in ", expression(loop), 1, ":"))
        lines.append(body)

    def _switched(self) -> bool:
        """Whether some phase leaves alone a model that another updates."""
        trained = set(self._parts.trained)
        return any(set(phase.models) != trained for _, phase in self._parts.phases())

    def _averages(self, stage: Stage, steps: str, lines: Lines) -> None:
        parts = self._parts
        updated = {name for phase in stage.phases for name in phase.models}
        for model in parts.averages:
            if model.average_of in updated:
                average, source = parts.models[model.name], parts.models[model.average_of]
                decay = parts.decay(model, steps)
                if "step" not in decay:
                    decay = self._constants.name(f"{slug(model.name).upper()}_DECAY", decay)
                lines.say("", expression(f"follow({average}, {source}, {decay})"), 2)

    def _now_and_then(self, run: Evaluation | Preview, steps: str, lines: Lines) -> None:
        if run.every is None:
            return
        every = self._constants.name(f"{short(run.name).upper()}_EVERY", run.every)
        lines.extend(statement("if ", expression(f"(step + 1) % {every} == 0 or step + 1 == {steps}"), 2, ":"))
        lines.say("", expression(self._calls.of(run)), 3)


class Calls:
    """The functions of train.py that evaluate and preview: which there are, and how they are called."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self.evaluations = self._functions("evaluate", parts.recipe.evaluations)
        self.previews = self._functions("preview", parts.recipe.previews)

    def _functions(
        self, verb: str, runs: tuple[Evaluation, ...] | tuple[Preview, ...]
    ) -> dict[tuple[str, str], tuple[str, Evaluation | Preview]]:
        """By graph and arguments of its call: the function's name, and a run that it stands for."""
        found: dict[tuple[str, str], tuple[str, Evaluation | Preview]] = {}
        for run in runs:
            found.setdefault(self._key(run), ("", run))
        for key, (_, run) in found.items():
            name = verb if len(found) == 1 else self._parts.names.take(f"{verb}_{slug(run.name)}")
            found[key] = (name, run)
        return found

    def _key(self, run: Evaluation | Preview) -> tuple[str, str]:
        graph = self._parts.graph(run.graph, run.name)
        feeds = self._parts.feeds(graph, run.feeds, run.name)
        if isinstance(run, Preview):
            return run.graph, f"{feeds} {run.name}"
        return run.graph, feeds

    def of(self, run: Evaluation | Preview) -> str:
        """The call that evaluates or previews."""
        graph = self._parts.graph(run.graph, run.name)
        step = self._parts.construct(graph, run.arguments, run.name)
        data = f"data[{quoted(run.split)}]"
        if isinstance(run, Preview):
            return f"{self.previews[self._key(run)][0]}(run, {step}, {data})"
        return f"{self.evaluations[self._key(run)][0]}(run, {quoted(run.name)}, {step}, {data})"


class PhaseWriter:
    """Writes one phase: its step and optimiser before the loop, its update inside. Where nothing is minimised there is
    no optimiser, and the step itself updates the models.
    """

    def __init__(
        self,
        parts: Parts,
        constants: Constants,
        stage: Stage,
        phase: Phase,
        names: Names,
        outputs: dict[str, str],
        single: bool,
    ) -> None:
        self._parts = parts
        self._constants = constants
        self._phase = phase
        self._where = f"{stage.name}.{phase.name}"
        self._graph = parts.graph(phase.step, self._where)
        self._alone = len(stage.phases) == 1
        several = len(parts.recipe.stages) > 1
        label = f"{short(stage.name)}_" * several + f"{short(phase.name)}_"
        self._label = "" if single else label.upper()
        twins = [other for other in stage.phases if short(other.name) == short(phase.name)]
        self.key = short(phase.name) + (f"_{twins.index(phase) + 1}" if len(twins) > 1 else "")
        self.step = names.take(slug(phase.step))
        self.optimiser = ""
        if phase.minimise:
            self.optimiser = names.take("optimiser" if self._alone else f"{self.key}_optimiser")
        for port in self._graph.outputs:  # a loss of one phase and of the next are one variable
            if port.name not in outputs:
                outputs[port.name] = names.take(port.name)
        self._outputs = {port.name: outputs[port.name] for port in self._graph.outputs}

    def prepare(self, lines: Lines) -> None:
        """Make step and optimiser."""
        phase = self._phase
        made = self._parts.construct(self._graph, phase.arguments, self._where)
        lines.say(f"{self.step} = ", expression(f"{made}.to(run.device)"), 1)
        if self.optimiser:
            self._prepare_optimiser(lines)

    def _prepare_optimiser(self, lines: Lines) -> None:
        phase = self._phase
        given = [self._parameters()]
        self._rate = self._constants.name(f"{self._label}LEARNING_RATE", float(self._given("lr")))
        given.append(f"lr={self._rate}")
        for name, value in phase.optimiser.arguments.items():
            if name != "lr" and value != OPTIMISERS[phase.optimiser.name][name]:
                given.append(f"{name}={self._constants.name(f'{self._label}{slug(name).upper()}', value)}")
        if phase.optimiser.name in FUSED:
            given.append("fused=True")
        lines.say(f"{self.optimiser} = ", expression(f"torch.optim.{phase.optimiser.name}({', '.join(given)})"), 1)

    def _given(self, name: str) -> float:
        value = self._phase.optimiser.arguments.get(name, OPTIMISERS[self._phase.optimiser.name][name])
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise GenerationError(f"{self._where}: {name} must be a number; it is {value!r}.")
        return value

    def _parameters(self) -> str:
        models = [self._parts.models[name] for name in self._phase.models]
        if len(models) == 1:
            return f"{models[0]}.parameters()"
        return f"[{', '.join(f'*{model}.parameters()' for model in models)}]"

    def switch(self, lines: Lines, indent: int) -> None:
        """Gradients for the models of this phase, none for the others that are trained."""
        for name in self._parts.trained:
            wanted = name in self._phase.models
            lines.put(f"{self._parts.models[name]}.requires_grad_({wanted})", indent)

    def loop(self, lines: Lines, steps: str, *, switch: bool) -> None:
        """The update of one step."""
        phase, indent = self._phase, 2
        if not self._alone:
            lines.put(f"# {' '.join(phase.name.split())}", indent)
        if phase.every != 1:
            every = self._constants.name(f"{self._label}EVERY", phase.every)
            lines.extend(statement("if ", expression(f"step % {every} == 0"), indent, ":"))
            indent += 1
        if self.optimiser:
            self._descend(lines, steps, indent, switch)
        else:
            self._forward(lines, indent)
        told = [f"{name}={variable}" for name, variable in self._outputs.items()]
        label = [] if self._alone else [quoted(phase.name)]
        lines.say("", expression(f"run.log({', '.join([*label, *told])})"), indent)

    def _descend(self, lines: Lines, steps: str, indent: int, switch: bool) -> None:
        """The loss, its gradient and a step of the optimiser, at the schedule's rate."""
        phase = self._phase
        if switch:
            self.switch(lines, indent)
        if not is_flat(phase.schedule):
            scale = schedule_call(phase.schedule, steps)
            if len(f'group["lr"] = {self._rate} * {scale}') + 4 * (indent + 1) > WIDTH:
                lines.say("scale = ", expression(scale), indent)
                scale = "scale"
            lines.put(f"for group in {self.optimiser}.param_groups:", indent)
            lines.say('group["lr"] = ', expression(f"{self._rate} * {scale}"), indent + 1)
        self._forward(lines, indent)
        lines.put(f"{self.optimiser}.zero_grad()", indent)
        lines.put(f"{self._outputs[phase.minimise]}.backward()", indent)
        self._clip(lines, indent)
        lines.put(f"{self.optimiser}.step()", indent)

    def _forward(self, lines: Lines, indent: int) -> None:
        around = [] if self.optimiser else ["torch.no_grad()"]
        if self._parts.recipe.precision != "float32":
            around.append("run.autocast()")
        if around:
            lines.put(f"with {', '.join(around)}:", indent)
            indent += 1
        feeds = self._parts.feeds(self._graph, self._phase.feeds, self._where)
        targets = ", ".join(self._outputs.values())
        lines.say(f"{targets} = ", expression(f"{self.step}({feeds})"), indent)

    def _clip(self, lines: Lines, indent: int) -> None:
        for kind, limit in (("norm", self._phase.clip_norm), ("value", self._phase.clip_value)):
            if limit is not None:
                name = self._constants.name(f"{self._label}CLIP_{kind.upper()}", limit)
                call = f"nn.utils.clip_grad_{kind}_({self._parameters()}, {name})"
                lines.say("", expression(call), indent)
