"""Which texts pages use, read from their templates and modules."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

_FUNCTIONS = frozenset({"_", "_n"})


@cache
def used() -> frozenset[str]:
    """Return the ids of messages that templates and modules of ``web`` name."""
    return frozenset(
        {id_ for path in Path("web").rglob("templates/**/*.html") for id_ in in_template(path)}
        | {
            id_
            for path in Path("web").rglob("*.py")
            for id_ in re.findall(r'"(page\.[a-z_.]+[a-z])"', path.read_text())
        }
    )


def in_template(path: Path) -> Iterator[str]:
    """Yield the ids that a template names; what it puts together of parts is not among them."""
    for call in Environment(autoescape=True).parse(path.read_text()).find_all(nodes.Call):
        named = isinstance(call.node, nodes.Name) and call.node.name in _FUNCTIONS
        if named and isinstance(call.args[0], nodes.Const):
            yield str(call.args[0].value)
