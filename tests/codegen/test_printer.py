"""Any statement is written as the formatter ``ruff`` writes it, however long and wherever it has to be broken."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.codegen.classes import definition
from app.codegen.printer import WIDTH, flat, statement

RUFF = Path(sys.executable).parent / "ruff"

WORDS = ("x", "y", "self", "torch", "hidden", "weights", "attention_mask", "channels", "layer_norm_output")
LITERALS = (0, 2, 64, 0.5, 1e-5, None, True, "mean", "none of these")
BINARY = (ast.Add, ast.Sub, ast.Mult, ast.Div, ast.FloorDiv, ast.Mod, ast.MatMult, ast.Pow, ast.BitAnd, ast.BitOr)
COMPARE = (ast.Eq, ast.NotEq, ast.Lt, ast.GtE, ast.IsNot, ast.In, ast.NotIn)
PREFIXES = ("x = ", "errors: Tensor = ", "self.layer: nn.Module = ", "return ", "if ", "elif ", "for i in ", "")
TARGETS = ("write, keep_left, keep_right, show, new = ", "a, b = ", 'group["lr"] = ')
LONGEST = 700
LOAD = ast.Load()


class Drawn:
    """Expressions of every kind that is generated, in every place, drawn by chance."""

    def __init__(self, random: Random) -> None:
        self.random = random

    def word(self) -> str:
        return self.random.choice(WORDS)

    def statement(self) -> tuple[str, ast.expr]:
        """A prefix and what follows it."""
        while True:
            prefix = self.random.choice(PREFIXES + TARGETS)
            tree = self.expression(self.random.choice((2, 3, 3, 4, 4, 5)))
            if (prefix or isinstance(tree, ast.Call)) and len(flat(tree)) < LONGEST:
                return prefix, tree

    def expression(self, depth: int) -> ast.expr:
        if depth <= 0 or self.random.random() < 0.1:
            return self._atom()
        kinds = (self._call, self._call, self._method, self._binary, self._binary, self._boolean, self._boolean)
        more = (self._compare, self._unary, self._conditional, self._index, self._list, self._tuple, self._dict)
        return self.random.choice((*kinds, *more, self._comprehension, self._generator))(depth - 1)

    def some(self, depth: int, low: int = 0, most: int = 4) -> list[ast.expr]:
        return [self.expression(depth - self.random.randrange(2)) for _ in range(self.random.randint(low, most))]

    def _atom(self) -> ast.expr:
        kind = self.random.random()
        if kind < 0.3:
            return ast.Constant(self.random.choice(LITERALS))
        label = ast.Name(self.word(), LOAD)
        return label if kind < 0.8 else ast.Attribute(ast.Name("self", LOAD), label.id, LOAD)

    def _call(self, depth: int) -> ast.expr:
        owner = ast.Name(self.random.choice(("self", "torch", "module")), LOAD)
        function = self.random.choice((ast.Attribute(owner, self.word(), LOAD), ast.Name(self.word(), LOAD)))
        return self._called(function, depth)

    def _method(self, depth: int) -> ast.expr:
        return self._called(ast.Attribute(self.expression(depth), self.word(), LOAD), depth)

    def _called(self, function: ast.expr, depth: int) -> ast.expr:
        labels = self.random.sample(("dim", "keepdim"), self.random.choice((0, 0, 0, 1, 2)))
        return ast.Call(function, self.some(depth), [ast.keyword(label, self.expression(depth)) for label in labels])

    def _binary(self, depth: int) -> ast.expr:
        left, right = self.some(depth, 2, 2)
        return ast.BinOp(left, self.random.choice(BINARY)(), right)

    def _compare(self, depth: int) -> ast.expr:
        left, right = self.some(depth, 2, 2)
        return ast.Compare(left, [self.random.choice(COMPARE)()], [right])

    def _boolean(self, depth: int) -> ast.expr:
        return ast.BoolOp(self.random.choice((ast.And, ast.Or))(), self.some(depth, 2, 3))

    def _unary(self, depth: int) -> ast.expr:
        return ast.UnaryOp(self.random.choice((ast.USub, ast.Not, ast.Invert))(), self.expression(depth))

    def _conditional(self, depth: int) -> ast.expr:
        body, test, other = self.some(depth, 3, 3)
        return ast.IfExp(test, body, other)

    def _index(self, depth: int) -> ast.expr:
        bounds = [self.expression(depth - 1) if self.random.random() < 0.5 else None for _ in range(3)]
        cut = ast.Slice(lower=bounds[0], upper=bounds[1], step=bounds[2])
        inside = self.random.choice((cut, self.expression(depth), ast.Tuple([cut, *self.some(depth, 1, 2)], LOAD)))
        return ast.Subscript(self.expression(depth), inside, LOAD)

    def _list(self, depth: int) -> ast.expr:
        return ast.List([self._starred(item) for item in self.some(depth)], LOAD)

    def _starred(self, tree: ast.expr) -> ast.expr:
        return ast.Starred(tree, LOAD) if self.random.random() < 0.2 else tree

    def _tuple(self, depth: int) -> ast.expr:
        return ast.Tuple(self.some(depth), LOAD)

    def _dict(self, depth: int) -> ast.expr:
        items = self.some(depth, 0, 3)
        return ast.Dict([self.expression(depth - 1) for _ in items], items)

    def _comprehension(self, depth: int) -> ast.expr:
        return ast.ListComp(self.expression(depth), [self._clause(depth)])

    def _generator(self, depth: int) -> ast.expr:
        """The only argument, or one of several."""
        made = ast.GeneratorExp(self.expression(depth), [self._clause(depth)])
        others = self.some(depth, 1, 2) if self.random.random() < 0.4 else []
        return ast.Call(ast.Name(self.word(), LOAD), [self._starred(made) if others else made, *others], [])

    def _clause(self, depth: int) -> ast.comprehension:
        single, pair = ast.Name("i", LOAD), ast.Tuple([ast.Name("a", LOAD), ast.Name("b", LOAD)], LOAD)
        return ast.comprehension(self.random.choice((single, pair)), self.expression(depth), self.some(depth, 0, 1), 0)


def formatted(blocks: list[list[str]]) -> list[list[str]]:
    """What ruff makes of the same, in one run."""
    text = "".join(f"# {at}\n" + "\n".join(["if x:", *lines]) + "\n" for at, lines in enumerate(blocks))
    command = [str(RUFF), "format", "--isolated", "--no-cache", "-"]
    done = subprocess.run(command, input=text, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr + text
    found: list[list[str]] = []
    for line in done.stdout.splitlines():
        if line.startswith("# "):
            found.append([])
        elif line.strip() and line != "if x:":
            found[-1].append(line)
    return found


def block(prefix: str, lines: list[str]) -> list[str]:
    """A statement with what it needs around it."""
    before = ["    if x:", "        pass"] if prefix == "elif " else []
    return [*before, *lines, *(["        pass"] if suffix(prefix) else [])]


def suffix(prefix: str) -> str:
    return ":" if prefix in ("if ", "elif ", "for i in ") else ""


seeds = st.integers(0, 2**32)


@given(seeds)
@settings(max_examples=6, deadline=None)
def test_statements_are_as_ruff_formats_them(seed: int) -> None:
    """What is written is stable, and what ruff makes of the same on one line."""
    drawn = Drawn(Random(seed))
    tried = [drawn.statement() for _ in range(300)]
    ours = [block(prefix, statement(prefix, tree, 1, suffix(prefix))) for prefix, tree in tried]
    for mine, other in zip(ours, formatted(ours), strict=True):
        assert mine == other
    # a tuple that is returned has brackets only where it is broken, and ruff keeps what there is
    kept = [at for at, (prefix, tree) in enumerate(tried) if prefix != "return " or not isinstance(tree, ast.Tuple)]
    plain = [(prefix, f"    {prefix}{flat(tree)}{suffix(prefix)}") for prefix, tree in (tried[at] for at in kept)]
    lines = [block(prefix, [line]) for prefix, line in plain]
    for at, other in zip(kept, formatted(lines), strict=True):
        assert ours[at] == other


@given(seeds)
@settings(max_examples=4, deadline=None)
def test_nothing_else_is_said(seed: int) -> None:
    drawn = Drawn(Random(seed))
    for _ in range(100):
        _, tree = drawn.statement()
        wanted = ast.dump(ast.parse(f"x = {ast.unparse(tree)}"))
        assert ast.dump(ast.parse(f"x = {flat(tree)}")) == wanted
        assert ast.dump(ast.parse("\n".join(statement("x = ", tree, 0)))) == wanted


@given(seeds)
@settings(max_examples=4, deadline=None)
def test_definitions_are_as_ruff_formats_them(seed: int) -> None:
    drawn, blocks = Drawn(Random(seed)), []
    for _ in range(40):
        defaults = drawn.some(2, 0, 6)
        parameters = [f"{drawn.word()}_{at}: int = {flat(default)}" for at, default in enumerate(defaults)]
        blocks.append([*definition("def forward", ["self", *parameters], "tuple[Tensor, Tensor]", 1), "        pass"])
    assert formatted(blocks) == blocks


def test_what_has_no_break_stays_as_it_is() -> None:
    long = ast.Name("x" * WIDTH, LOAD)
    assert statement("x = ", long, 1) == [f"    x = {'x' * WIDTH}"]
