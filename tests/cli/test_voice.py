"""api.9: failures are said in one voice: one whole sentence or more, and no line break."""

import ast
from collections.abc import Iterator
from pathlib import Path

import cli


def failures() -> Iterator[tuple[str, str]]:
    """Where each Failure is raised whose text stands there, and the text; values as `{}`."""
    for file in sorted(Path(cli.__path__[0]).rglob("*.py")):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or getattr(node.func, "id", "") != "Failure":
                continue
            if (said := text(node.args[0])) is not None:
                yield f"{file.name}:{node.lineno}", said


def text(node: ast.expr) -> str | None:
    match node:
        case ast.Constant(value=str(value)):
            return value
        case ast.JoinedStr(values=values):
            return "".join(text(each) or "{}" for each in values)
    return None


def test_api_9_failures_are_sentences_in_one_line() -> None:
    said = dict(failures())

    wrong = {
        where: line
        for where, line in said.items()
        if "\n" in line or not line.rstrip("`").endswith((".", ")", "{}")) or line[:1].islower()
    }
    assert (len(said) > 60, wrong) == (True, {})
