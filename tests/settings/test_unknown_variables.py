"""Variables that no process reads are named, with what was probably meant."""

import pytest

from settings.unknown_variables import UnknownVariable, unknown_variables


@pytest.mark.parametrize(
    ("name", "similar"),
    [
        ("VOLITUS_LOGLEVEL", "VOLITUS_LOG_LEVEL"),
        ("VOLITUS_REGISTER_PASSWORT", "VOLITUS_REGISTER_PASSWORD"),
        ("VOLITUS_SOMETHING_ELSE_ENTIRELY", None),
    ],
)
def test_a_misspelled_variable_is_named_with_the_nearest(name: str, similar: str | None) -> None:
    assert unknown_variables({name: "x"}) == [UnknownVariable(name, similar)]


@pytest.mark.parametrize(
    "name",
    [
        "VOLITUS_LOG_LEVEL",
        "VOLITUS_PAYLOAD_KEYS_FILE",
        "VOLITUS_SECRETS_DIR",
        "VOLITUS_DEV_API_PORT",
        "DATABASE_URL",
        "PATH",
    ],
)
def test_what_some_process_reads_is_not_named(name: str) -> None:
    assert unknown_variables({name: "x"}) == []
