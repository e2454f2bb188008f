"""Parts of tables, and tags: components of which a page has hundreds, so they are no macros.

``ui.html`` hands them on as ``ui.row``, ``ui.cell``, ``ui.head_cell`` and ``ui.tag``. Further
arguments by name are HTML attributes, as of macros.
"""

from collections.abc import Callable, Mapping

from markupsafe import Markup, escape

Caller = Callable[[], str]


def attributes(values: Mapping[str, object]) -> Markup:
    """Return HTML attributes, those without a value left out; ``hx_get`` is written ``hx-get``.

    True stands for an attribute without a value.
    """
    # Escaped by hand: rows of a table have hundreds, and Markup.format takes six times as long.
    said = [
        f" {escape(key.replace('_', '-'))}" + ("" if value is True else f'="{escape(value)}"')
        for key, value in values.items()
        if value is not None and value is not False
    ]
    return Markup("".join(said))  # noqa: S704 # every part is escaped above


def row(caller: Caller, **more: object) -> Markup:
    """Return a row of a table with what the caller writes into it."""
    return Markup(f'<tr role="row"{attributes(more)}>{caller()}</tr>')  # noqa: S704 # Jinja escaped it


def head_cell(label: object, caller: Caller, **more: object) -> Markup:
    """Return the cell that names its row. ``label``: of its column, shown on narrow screens."""
    return _cell("th", 'role="rowheader" scope="row"', label, caller(), more)


def cell(label: object, caller: Caller, **more: object) -> Markup:
    """Return a cell. ``label``: of its column, shown on narrow screens."""
    return _cell("td", 'role="cell"', label, f"<div>{caller()}</div>", more)


def tag(text: object, color: str = "neutral") -> Markup:
    """Return a short word with a background."""
    return Markup(  # noqa: S704 # every part is escaped
        f'<span class="ds-tag" data-color="{escape(color)}">{escape(text)}</span>'
    )


def _cell(name: str, role: str, label: object, content: str, more: Mapping[str, object]) -> Markup:
    opening = f'<{name} {role} data-label="{escape(label)}"{attributes(more)}>'
    return Markup(f"{opening}{content}</{name}>")  # noqa: S704 # Jinja escaped it
