"""Which names a document may use where they become Python identifiers."""

from __future__ import annotations

import keyword

from app.core.document import Graph, Kind, Node

MODULE_ATTRIBUTES = frozenset(
    """
    T_destination add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval
    extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu load_state_dict modules
    mtia named_buffers named_children named_modules named_parameters parameters register_backward_hook register_buffer
    register_forward_hook register_forward_pre_hook register_full_backward_hook register_full_backward_pre_hook
    register_load_state_dict_post_hook register_load_state_dict_pre_hook register_module register_parameter
    register_state_dict_post_hook register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule
    share_memory state_dict to to_empty train training type xpu zero_grad reset_parameters
    """.split()
)
"""Public names of ``torch.nn.Module`` (and ``reset_parameters``, which generated classes define)."""

LOCALS = frozenset({"self", "torch", "nn", "math", "Tensor", "functional", "F"})
"""Names that generated code itself uses."""


def why_not_identifier(name: str) -> str | None:
    """None for a good Python name, else the end of a sentence that begins with the name."""
    if not name:
        return "is empty; a name starts with a letter and holds letters, digits and “_”"
    if not name.isidentifier() or not name.isascii():
        return "is not a Python name: it starts with a letter and holds letters, digits and “_”"
    if keyword.iskeyword(name):
        return "is a word of the Python language"
    if name.startswith("__"):
        return "begins with “__”, which Python keeps for itself"
    return None


def why_not_attribute(name: str, *, sequential: bool = False) -> str | None:
    """The same for a node's name, which becomes an attribute of an ``nn.Module``. ``sequential``: or a number."""
    if sequential and name.isdigit() and name.isascii():
        return None
    reason = why_not_identifier(name)
    if reason is None and name.startswith("_"):
        return "begins with “_”, as what nn.Module keeps for itself does"
    if reason is None and name in MODULE_ATTRIBUTES:
        return "is an attribute that every nn.Module already has"
    return reason


def may_be_number(graph: Graph, node: Node) -> bool:
    """Whether a node's name may be a number: in a chain, or of a graph that is there once and always."""
    is_plain = node.repeat is None and node.enabled is None and not node.cases and not node.shares
    return graph.sequential or (node.use.kind is Kind.GRAPH and is_plain)


def why_not_variable(name: str) -> str | None:
    """The same for an argument or a port, which becomes a parameter of a function."""
    reason = why_not_identifier(name)
    if reason is None and name in LOCALS:
        return "is a name that the generated code uses itself"
    return reason


def why_not_class(name: str) -> str | None:
    """The same for a graph, which becomes a class."""
    reason = why_not_identifier(name)
    if reason is None and name in LOCALS:
        return "is a name that the generated code uses itself"
    return reason
