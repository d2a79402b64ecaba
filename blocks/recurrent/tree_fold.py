"""TreeFold."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.block import Block, Expression, port
from app.core.problems import ShapeError
from app.core.symbolic import differ
from app.core.tensor_type import ModuleType, TensorType
from blocks.rules import floating, same_size, shaped, wrong_dtype


@dataclass(frozen=True, kw_only=True)
class TreeFold(Block):
    """Makes the nodes of trees from the leaves up: a model is called for each, on the states of its children.

    node[L + s] = model(node[children[s]]) for one step s after the other; nodes 0 to L - 1 are the leaves. A batch of
    trees of any form goes through together, since each says by number whose children a step joins.
    Shapes: a model B×K×F → B×F, leaves B×L×F, children B×S×K whole numbers → B×(L + S)×F.
    Source: Socher et al., Parsing natural scenes and natural language with recursive neural networks, 2011.
    """

    inputs = (
        port("model", "What makes a node of its children: states B×K×F, and what else it is given → B×F.", module=True),
        port("leaves", "The first nodes' states, B×L×F."),
        port("children", "The numbers of each further node's children, B×S×K; lower ones than its own."),
        port("given", "More inputs of the model, the same at each step.", variadic=True, least=0),
    )
    outputs = (port("nodes", "All nodes' states, leaves first, B×(L + S)×F."),)
    synonyms = ("recursive", "tree", "composition", "parse", "tree lstm", "bottom up")

    def infer(
        self, model: ModuleType, leaves: TensorType, children: TensorType, given: tuple[TensorType, ...] = ()
    ) -> TensorType:
        shaped(leaves, "B×L×F", "leaves")
        floating(leaves, "leaves")
        shaped(children, "B×S×K", "children")
        if children.dtype != "int64":
            raise wrong_dtype(children, "numbers of nodes (int64)", "int64", "children")
        batch, size = leaves.shape[0], leaves.shape[2]
        same_size(children.shape[0], batch, "batch", "children", "leaves")
        below = leaves.with_shape(batch, children.shape[2], size)
        found = model.call((below, *given))
        node = found[0] if len(found) == 1 else None
        if (
            not isinstance(node, TensorType)
            or node.rank != 2
            or node.dtype != leaves.dtype
            or any(map(differ, node.shape, (batch, size)))
        ):
            came = ", ".join(map(str, found))
            raise ShapeError(
                f"“model” must make one state {batch}×{size} of children {below}; {came} came.",
                expected=f"{batch}×{size}",
                came=came,
                part="model",
            )
        return leaves.with_shape(batch, leaves.shape[1] + children.shape[1], node.shape[1])

    def call(self, model: Any, leaves: TensorType, children: TensorType, given: Any = ()) -> Expression:
        return Expression("tree_fold(model, leaves, children, *given)", source="tree_fold")
