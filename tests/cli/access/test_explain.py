"""Support asks at a shell why somebody may or may not; no code is ever an argument."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID, uuid4

import pytest

from domain.identifiers import CompanyKey, PersonKey
from services.parties.people import ensure_person
from storage.database import Database
from tests.builders import rows
from tests.builders.import_files import COMPANY, PERSON
from tests.builders.rows import account
from tests.clients.cli_runner import Volitus

MARI = PersonKey("EE", PERSON)
STRANGER = PersonKey("EE", "60001017716")
OWN = account(MARI, 1, name="Mari Maasikas")
FIRM = account(CompanyKey("EE", COMPANY), 2, name="Firma OÜ")


@pytest.fixture
def mari(database: Database) -> UUID:
    """Has a private account, and nothing of the firm's."""
    rows.put(database, OWN, FIRM)
    return ensure_person(database, MARI)


def _asked(account_id: UUID, *more: object) -> Sequence[object]:
    return ("explain", "--account", account_id, "--permission", "invoice:pay", *more)


def test_a_yes_says_why(volitus: Volitus, mari: UUID) -> None:
    result = volitus(*_asked(OWN.id, "--person", mari))
    explanation = volitus(*_asked(OWN.id, "--person", mari, "--json")).json

    assert (result.code, explanation["allowed"]) == (0, True)
    assert "The account is this person's own" in result.out
    assert "administrator" in result.out
    assert explanation["path"][0]["grant"]["origin"] == "operator"


def test_a_no_says_what_is_missing(volitus: Volitus, mari: UUID) -> None:
    result = volitus(*_asked(FIRM.id, "--person", mari))

    assert result.code == 0
    assert "The register was never queried about this company" in result.out
    assert "A refresh" in result.out


def test_a_code_is_read_from_standard_input_and_never_printed(volitus: Volitus, mari: UUID) -> None:
    words = _asked(OWN.id, "--person-code-stdin", "--json")

    result = volitus(*words, stdin=f"EE{PERSON}\n".encode())

    assert result.json["person"]["id"] == str(mari)
    assert PERSON not in result.out + result.err


def test_access_at_a_past_moment_is_explained(volitus: Volitus, mari: UUID) -> None:
    before = "2020-01-01T00:00:00+02:00"

    explanation = volitus(*_asked(OWN.id, "--person", mari, "--at", before, "--json")).json

    assert explanation["allowed"] is False


@pytest.mark.usefixtures("mari")
@pytest.mark.parametrize(
    ("words", "stdin", "code", "message"),
    [
        pytest.param([], "", 2, "--person-code-stdin", id="nobody-named"),
        pytest.param(
            ["--person", str(uuid4()), "--person-code-stdin"], "", 2, "--person ID", id="two"
        ),
        pytest.param(["--person", str(uuid4())], "", 1, "No person has this id", id="unknown-id"),
        pytest.param(["--person-code-stdin"], "EE60001019907", 2, "not a valid EE", id="no-code"),
        pytest.param(
            ["--person-code-stdin"],
            "EE60001017716",
            1,
            "No person with this code",
            id="unknown-code",
        ),
        pytest.param(["--person", str(uuid4()), "--at", "noon"], "", 2, "--at", id="no-time"),
        pytest.param(
            ["--person", str(uuid4()), "--at", f"{datetime.now(UTC).year + 1}-01-01T00:00:00Z"],
            "",
            2,
            "--at",
            id="in-the-future",
        ),
    ],
)
def test_a_question_that_cannot_be_answered(
    volitus: Volitus, words: list[str], stdin: str, code: int, message: str
) -> None:
    result = volitus(*_asked(OWN.id, *words), stdin=stdin.encode())

    assert result.code == code
    assert message in result.err
    assert len(result.err.splitlines()) == 1
