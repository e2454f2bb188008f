"""Which texts pages use, read from their templates and modules."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from jinja2 import Environment, nodes

from runtime.texts import Language, messages, plurals

_FUNCTIONS = frozenset({"_", "_n"})


@cache
def used() -> frozenset[str]:
    """Return the ids of messages that templates and modules of ``web`` name.

    Where an id is put together of a beginning and a name, ``"page.nav." ~ name``, every message
    with that beginning counts.
    """
    named = set(_named())
    known = [*messages(Language.ENGLISH), *plurals(Language.ENGLISH)]
    beginnings = tuple(each for each in named if each.endswith((".", "_")))
    return frozenset(
        {each for each in named if not each.endswith((".", "_"))}
        | {each for each in known if each.startswith(beginnings)}
    )


def _named() -> Iterator[str]:
    for path in Path("web").rglob("templates/**/*.html"):
        yield from in_template(path)
    for path in Path("web").rglob("*.py"):
        yield from re.findall(r'"(page\.[a-z_.]*[a-z._])[{"]', path.read_text())


def in_template(path: Path) -> Iterator[str]:
    """Yield the ids that a template names, and the beginnings of those it puts together."""
    for call in Environment(autoescape=True).parse(path.read_text()).find_all(nodes.Call):
        if isinstance(call.node, nodes.Getattr) and call.node.attr == "word":
            group = call.args[0]
            if isinstance(group, nodes.Const) and str(group.value).startswith("page."):
                yield f"{group.value}."
        named = isinstance(call.node, nodes.Name) and call.node.name in _FUNCTIONS
        if not named:
            continue
        said = call.args[0]
        first = said.nodes[0] if isinstance(said, nodes.Concat) else said
        if isinstance(first, nodes.Const) and str(first.value).startswith("page."):
            yield str(first.value)
