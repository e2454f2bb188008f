"""api.7: who has access by the old system is compared with who has it here, and why not."""

from pathlib import Path
from uuid import UUID

import pytest

from domain.access.permissions import Permission, Role, permissions_of
from services.access import explain
from services.access.explain import Question
from services.parties.people import ensure_person
from storage.database import Database
from tests.builders.days import DAY, today
from tests.builders.delegations import (
    OFFICE,
    OTHER,
    OWN,
    PHONE,
    given,
    revoked,
    set_up_customers,
    terms,
)
from tests.builders.freezes import freeze
from tests.builders.import_files import Row
from tests.builders.old_access import codes, compared, differences, old
from tests.builders.people import ANNA, JAAN, KATI, MARI, PEETER, TIIU, TOOMAS
from tests.builders.register_states import company
from tests.builders.rows import account, put, put_service, rows, service, store_states
from tests.builders.signing_rules import opaque
from tests.clients.cli_runner import Volitus

NEVER_ASKED, IN_WORDS, FROZEN = (account(company(10 + n), 10 + n) for n in range(3))
LINE = service(9, OTHER, phone="+37255500109")


@pytest.fixture(autouse=True)
def customers(database: Database) -> None:
    """Customers of delegations, a company never queried, one with a rule in words, a frozen one."""
    set_up_customers(database)
    put(database, NEVER_ASKED, IN_WORDS, FROZEN)
    put_service(database, LINE)
    store_states(database, opaque(JAAN, TIIU, of=company(11)))
    revoked(database, given(database, MARI, TOOMAS, OFFICE), MARI)
    given(database, PEETER, MARI, OWN)
    freeze(database, OWN)
    for who in (JAAN, KATI):
        ensure_person(database, who)


CASES: dict[str, tuple[Row, str, list[str]]] = {
    "the-register-names-nobody-such": (old(JAAN, "K1"), "only_old", ["not_in_register"]),
    "nobody-is-known-by-this-code": (
        old(ANNA, "K1"),
        "only_old",
        ["not_in_register", "person_unknown"],
    ),
    "acts-only-together": (
        old(TIIU, "K3"),
        "different",
        ["permission_not_in_role", "joint_representation"],
    ),
    "delegation-ended": (
        old(TOOMAS, "K1", "accountant"),
        "only_old",
        ["access_ended", "not_in_register"],
    ),
    "company-never-queried": (old(JAAN, "K10"), "only_old", ["register_never_asked"]),
    "rule-in-words": (old(JAAN, "K11"), "only_old", ["signing_rule_opaque"]),
    "account-frozen": (
        old(MARI, "K2", "user"),
        "only_old",
        ["access_frozen", "private_account_of_another"],
    ),
    "another-persons-account": (
        old(KATI, "K2", "user"),
        "only_old",
        ["access_frozen", "private_account_of_another"],
    ),
    "account-unknown": (old(MARI, "K99"), "only_old", ["account_unknown"]),
    "service-unknown": (
        old(MARI, "K1", service_id=str(UUID(int=5))),
        "only_old",
        ["service_unknown"],
    ),
    "service-of-another-account": (
        old(MARI, "K1", number="+37255500109"),
        "only_old",
        ["service_unknown"],
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_api_7_what_only_the_old_system_gives_says_why(
    case: str, volitus: Volitus, tmp_path: Path
) -> None:
    line, finding, reasons = CASES[case]

    result = compared(volitus, tmp_path, [line])

    found = differences(result)[2]
    assert result.code == 0
    assert (found["finding"], codes(found)) == (finding, reasons)


@pytest.mark.parametrize("case", CASES)
def test_api_7_the_reasons_are_those_of_an_explanation(
    case: str, volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    found = differences(compared(volitus, tmp_path, [CASES[case][0]]))[2]
    if found["person_id"] is None or found["account_id"] is None or "service" in case:
        return
    asked = Question(
        UUID(found["person_id"]), UUID(found["account_id"]), Permission(found["lacks"][0])
    )

    missing = explain.explain(database, asked).missing

    said = [{"code": each.reason.code, "text": each.reason.text} for each in missing]
    assert found["reasons"] == said


def test_api_7_the_same_access_is_counted_and_not_listed(volitus: Volitus, tmp_path: Path) -> None:
    result = compared(volitus, tmp_path, [old(MARI, "K1")])

    assert result.json["findings"] == {"same": 1, "only_old": 0, "different": 0, "only_volitus": 0}
    assert result.json["differences"] == []


def test_api_7_lines_about_the_same_add_up(volitus: Volitus, tmp_path: Path) -> None:
    every = permissions_of(Role.ADMINISTRATOR)
    half = sorted(every)[:9]
    lines = [
        old(MARI, "K1", permissions=" ".join(half)),
        old(MARI, "K1", permissions=" ".join(every - set(half))),
    ]

    assert compared(volitus, tmp_path, lines).json["findings"]["same"] == 1


def test_api_7_what_only_volitus_gives_says_by_which_origin(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    """On accounts that the file names; on all where that is asked for."""
    given(database, MARI, KATI, OFFICE)
    line = [old(JAAN, "K1")]

    named = compared(volitus, tmp_path, line).json
    every = compared(volitus, tmp_path, line, "--every-account").json

    only = [each for each in named["differences"] if each["finding"] == "only_volitus"]
    assert sorted(each["origins"][0] for each in only) == ["delegation", "register"]
    assert {code for each in only for code in codes(each)} >= {"sole_representation"}
    assert {each["account_reference"] for each in only} == {"K1"}
    assert every["findings"]["only_volitus"] == 4  # and Tiiu and Jaan, who represent Tamm


def test_api_7_what_is_given_on_the_account_covers_its_services(
    volitus: Volitus, tmp_path: Path
) -> None:
    line = old(MARI, "K1", service_id=str(PHONE.id))

    found = compared(volitus, tmp_path, [line]).json

    assert found["findings"] == {"same": 1, "only_old": 0, "different": 0, "only_volitus": 1}
    assert found["differences"][0]["service_id"] is None


def test_api_7_access_to_one_service_is_not_access_to_the_account(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    given(database, MARI, KATI, OFFICE, terms("usage:view", on=[PHONE.id]))
    wide = old(KATI, "K1", permissions="usage:view")

    found = compared(volitus, tmp_path, [wide, old(MARI, "K1")]).json

    assert found["findings"] == {"same": 2, "only_old": 1, "different": 0, "only_volitus": 0}
    assert codes(found["differences"][0])[0] == "other_service"


def test_api_7_a_service_is_named_by_its_number(volitus: Volitus, tmp_path: Path) -> None:
    found = differences(compared(volitus, tmp_path, [old(TIIU, "K3", number="+37255500109")]))

    assert (found[2]["service_id"], found[2]["finding"]) == (str(LINE.id), "different")
    assert found[2]["roles"] == ["joint_representative"]


def test_api_7_access_whose_last_day_has_passed_is_none(volitus: Volitus, tmp_path: Path) -> None:
    over, last = (str(today() + days * DAY) for days in (-1, 0))
    lines = [old(JAAN, "K1", through_day=over), old(KATI, "K1", through_day=last)]

    found = compared(volitus, tmp_path, lines)

    assert found.json["ended"] == 1
    assert [line for line in differences(found) if line] == [3]


def test_api_7_nothing_is_changed_but_that_somebody_compared_is_an_event(
    volitus: Volitus, database: Database, tmp_path: Path
) -> None:
    before = _contents(database)

    compared(volitus, tmp_path, [old(ANNA, "K1"), old(MARI, "K99"), old(MARI, "K1")])

    assert _contents(database) == before
    (event,) = rows(database, "SELECT * FROM event WHERE kind = 'access:compared'")
    assert event.actor["kind"] == "ops"
    assert event.after == {
        "lines": 3,
        "accounts": 1,
        "people": 1,
        "same": 1,
        "only_old": 2,
        "different": 0,
        "only_volitus": 0,
    }


def _contents(database: Database) -> dict[str, str]:
    """A digest of each table, but those of the history and of who has acted."""
    names = rows(
        database,
        "SELECT relname AS tablename FROM pg_class"
        " WHERE relnamespace = CAST('public' AS regnamespace) AND relkind = 'r'"
        " AND relname NOT LIKE 'event%' AND relname NOT LIKE '%staff%'"
        " AND has_table_privilege(oid, 'SELECT')",
    )
    return {
        row.tablename: rows(
            database,
            f"SELECT md5(string_agg(CAST(t AS text), '|' ORDER BY CAST(t AS text))) AS digest"
            f" FROM {row.tablename} t",
        )[0].digest
        for row in names
    }
