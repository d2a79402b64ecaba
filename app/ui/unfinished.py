"""What is not wrong but only not finished: a node that waits for a wire while nothing leans on it yet. No Qt."""

from __future__ import annotations

from app.core.document import Document
from app.core.problems import Problem, Severity


def wants_a_wire(problem: Problem) -> bool:
    """Whether all that is wrong is that an input has no wire, or one of many has too few."""
    missing = (problem.expected, problem.came) == ("a wire", "nothing")
    too_few = problem.expected.endswith(" wires") and problem.came.isdigit()
    return bool(problem.path.node) and (missing or too_few)


def is_unfinished(problem: Problem, document: Document) -> bool:
    """Whether a problem is a node that waits for a wire, and that nothing is wired to yet."""
    graph = document.graphs.get(problem.path.graph)
    if graph is None or not wants_a_wire(problem):
        return False
    return all(edge.source.node != problem.path.node for edge in graph.edges)


def severity(problem: Problem, document: Document) -> Severity:
    """How loudly a problem is told: what is only unfinished is a note, though it keeps the code from being written."""
    return Severity.NOTE if is_unfinished(problem, document) else problem.severity
