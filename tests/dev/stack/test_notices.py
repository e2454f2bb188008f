"""The lines that `make run` prints about a program that ended."""

from io import StringIO

import pytest
from rich.console import Console

from dev.stack.notices import print_plain


@pytest.mark.parametrize(
    "line", ['{"event": "crashed", "text": "' + "words " * 40 + '"}', "[/red] [bold] :smile:"]
)
def test_a_line_of_a_log_is_printed_as_it_is(line: str) -> None:
    printed = StringIO()

    print_plain(Console(file=printed, width=80), f"api ended with code 1:\n{line}")

    assert printed.getvalue() == f"api ended with code 1:\n{line}\n"
