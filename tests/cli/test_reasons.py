"""Reasons given on a command line are checked as the API checks its own."""

import pytest

from tests.clients.cli_runner import Volitus

COMMANDS = [
    ("sync", "release", "latest"),
    ("sync", "reject", "latest"),
    ("numbers", "lift", "0123abcd"),
    ("ops", "skip", "0123abcd"),
    ("ops", "targets", "pause", "sms"),
]


@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
@pytest.mark.parametrize(
    "reason", ["", "  ", "no", "x" * 501, "two\nlines", "a bell\a", "turned\u202e"]
)
def test_a_reason_is_one_line_of_3_to_500_characters(
    nowhere: Volitus, command: tuple[str, ...], reason: str
) -> None:
    result = nowhere(*command, "--reason", reason)

    assert result.code == 2
    assert "3 to 500 characters" in " ".join(result.err.replace("│", " ").split())
