"""What the nodes of a graph receive along its edges."""

from torch import Tensor


def aggregate(
    messages: Tensor,
    target: Tensor,
    nodes: int,
    reduce: str = "sum",
) -> Tensor:
    """Reduce messages (E, F) by the node (E) that each goes to: (nodes, F).

    ``reduce`` is sum, mean or amax; a node without messages gets 0.
    """
    index = target.unsqueeze(1).expand_as(messages)
    empty = messages.new_zeros(nodes, messages.shape[1])
    return empty.scatter_reduce(0, index, messages, reduce, include_self=False)
