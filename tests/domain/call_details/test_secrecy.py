"""bill.5: who is shown how much of whose call details."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.access.grants import Grant, Origin
from domain.access.permissions import Permission, Role
from domain.call_details.records import Direction
from domain.call_details.secrecy import (
    ALWAYS,
    Holder,
    Level,
    level_unasked,
    shown_number,
    shows,
)
from domain.reasons import Reason

MINE, THEIRS = UUID(int=1), UUID(int=2)
PROVED = datetime(2026, 11, 1, tzinfo=UTC)
OWN, FULL, MASKED = Level.OWN, Level.FULL, Level.MASKED


def grant(
    role: str, on: UUID | None, origin: Origin, frozen: frozenset[Permission] | None = None
) -> Grant:
    since = PROVED - timedelta(days=99)
    return Grant(UUID(int=9), role, on, origin, since, None, Reason("r", "r"), frozen=frozen)


BY_NUMBER = grant(Role.USER, MINE, Origin.NUMBER_VERIFICATION)
OWNER_BY_NUMBER = grant(Role.ADMINISTRATOR, None, Origin.NUMBER_VERIFICATION)
DELEGATED_USER = grant(Role.USER, MINE, Origin.DELEGATION)
ADMINISTRATOR = grant(Role.ADMINISTRATOR, None, Origin.REGISTER)
ACCOUNTANT = grant(Role.ACCOUNTANT, None, Origin.DELEGATION)
JOINT = grant(Role.JOINT_REPRESENTATIVE, None, Origin.REGISTER)
NAMED = grant("composed", MINE, Origin.DELEGATION, frozenset({Permission.CALL_DETAILS_FULL}))
PROOF = {MINE: PROVED}


@pytest.mark.parametrize(
    ("holder", "mine", "theirs"),
    [
        pytest.param(Holder([BY_NUMBER], PROOF), {OWN, MASKED}, set(), id="the number's user"),
        pytest.param(Holder([BY_NUMBER]), set(), set(), id="somebody else is its user"),
        pytest.param(Holder([DELEGATED_USER], PROOF), {MASKED}, set(), id="user by delegation"),
        pytest.param(
            Holder([OWNER_BY_NUMBER], PROOF), {OWN, MASKED}, {MASKED}, id="owner of the account"
        ),
        pytest.param(Holder([ADMINISTRATOR], PROOF), {MASKED}, {MASKED}, id="the proof has ended"),
        pytest.param(
            Holder([ADMINISTRATOR, BY_NUMBER], PROOF),
            {OWN, MASKED},
            {MASKED},
            id="administrator with a number",
        ),
        pytest.param(Holder([ADMINISTRATOR]), {MASKED}, {MASKED}, id="administrator"),
        pytest.param(Holder([ACCOUNTANT]), set(), set(), id="accountant"),
        pytest.param(Holder([JOINT]), set(), set(), id="joint representative, who looks"),
        pytest.param(Holder([NAMED]), {FULL, MASKED}, set(), id="given by name"),
        pytest.param(
            Holder([NAMED, ADMINISTRATOR]), {FULL, MASKED}, {MASKED}, id="and administrator"
        ),
        pytest.param(Holder([]), set(), set(), id="nobody"),
    ],
)
def test_bill_5_levels(holder: Holder, mine: set[Level], theirs: set[Level]) -> None:
    assert holder.levels(MINE, PROVED) == mine
    assert holder.levels(THEIRS, PROVED) == theirs
    assert holder.levels_of_all([MINE, THEIRS], PROVED) == mine & theirs


def test_bill_5_calls_before_the_number_was_theirs_are_not_their_own() -> None:
    holder = Holder([BY_NUMBER], PROOF)

    assert OWN in holder.levels(MINE, PROVED)
    assert holder.levels(MINE, PROVED - timedelta(microseconds=1)) == frozenset()


def test_bill_5_what_was_before_the_account_got_its_owner_is_nobodys() -> None:
    holder = Holder([ADMINISTRATOR, BY_NUMBER, NAMED], PROOF, owned_since=PROVED)

    assert holder.levels(MINE, PROVED) == {OWN, FULL, MASKED}
    assert holder.levels(MINE, PROVED - timedelta(microseconds=1)) == frozenset()


def test_bill_5_no_service_is_shown_at_no_level() -> None:
    assert Holder([ADMINISTRATOR]).levels_of_all([], PROVED) == frozenset()


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        ({OWN, MASKED}, OWN),
        ({OWN, FULL, MASKED}, OWN),
        ({FULL, MASKED}, MASKED),
        ({FULL}, None),
        (set[Level](), None),
    ],
)
def test_bill_5_whole_numbers_of_others_are_never_shown_unasked(
    levels: set[Level], expected: Level | None
) -> None:
    assert level_unasked(levels) is expected


@pytest.mark.parametrize("level", list(Level))
@pytest.mark.parametrize("direction", list(Direction))
def test_bill_5_what_came_in_is_shown_to_its_own_user_only(
    level: Level, direction: Direction
) -> None:
    assert shows(level, direction) is not (
        direction is Direction.INCOMING and level is not Level.OWN
    )


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("+37251234567", "+3725123••••"),
        ("+372 5123 4567", "+3725123••••"),
        ("0037251234567", "003725123••••"),
        ("51234567", "5123••••"),
        ("6543210", "654••••"),
        ("+3726543210", "+372654••••"),
        ("+4915123456789", "+491512345••••"),
        ("+6834000", "+683••••"),
        ("+683400", "+68••••"),
        ("+29022222", "+2902••••"),
        pytest.param("112", "112", id="emergency"),
        pytest.param("+372112", "112", id="emergency with the country's code"),
        pytest.param("00372 112", "112", id="emergency with the other prefix"),
        pytest.param("116006", "116006", id="European helpline"),
        pytest.param("+372 116 006", "116006", id="European helpline with the country's code"),
        pytest.param("1188", "1188", id="directory"),
        pytest.param("13013", "13013", id="SMS service"),
        pytest.param("+3721902", "1902", id="short number with the country's code"),
        pytest.param("+49112", "+4••••", id="abroad the same digits are no short number"),
        pytest.param("+4915", "••••", id="too short to be a number"),
        pytest.param("123456", "12••••", id="too long to be short"),
        pytest.param("116", "116", id="shortest"),
        pytest.param("12", "••••", id="shorter"),
        pytest.param("90000", "9••••", id="not of the short numbers"),
        pytest.param("911", "••••", id="emergency elsewhere"),
        pytest.param("*100#", "••••", id="a code of the network"),
        pytest.param("OMNIVA", "••••", id="sender's name"),
        pytest.param("mari@example.ee", "••••", id="address"),
        pytest.param("sip:51234567@example.ee", "••••", id="address with a number"),
        pytest.param("٠١٢٣٤٥٦٧٨", "••••", id="digits of another script"),
        pytest.param("1" * 40, "••••", id="absurdly long"),
        pytest.param("+372512\n34567", "+3725123••••", id="broken over lines"),
    ],
)
def test_bill_5_the_end_of_a_number_is_hidden(number: str, masked: str) -> None:
    assert shown_number(number, MASKED, withheld=False) == masked
    assert shown_number(number, FULL, withheld=False) == number
    assert shown_number(number, OWN, withheld=False) == number


@pytest.mark.parametrize("level", list(Level))
def test_bill_5_a_withheld_number_is_shown_to_nobody(level: Level) -> None:
    assert shown_number("+37251234567", level, withheld=True) is None
    assert shown_number(None, level, withheld=False) is None
    assert shown_number("", level, withheld=False) is None


@pytest.mark.parametrize(
    ("holder", "mine", "theirs"),
    [
        pytest.param(Holder([BY_NUMBER], PROOF), PROVED, None, id="the number's user"),
        pytest.param(Holder([BY_NUMBER]), None, None, id="somebody else is its user"),
        pytest.param(Holder([DELEGATED_USER]), ALWAYS, None, id="user by delegation"),
        pytest.param(Holder([DELEGATED_USER, BY_NUMBER]), ALWAYS, None, id="both"),
        pytest.param(Holder([ADMINISTRATOR, BY_NUMBER], PROOF), ALWAYS, ALWAYS, id="administrator"),
        pytest.param(Holder([OWNER_BY_NUMBER], PROOF), ALWAYS, ALWAYS, id="own private account"),
        pytest.param(Holder([ACCOUNTANT], PROOF), None, None, id="accountant"),
        pytest.param(Holder([], PROOF), None, None, id="nobody"),
    ],
)
def test_bill_5_sums_since(holder: Holder, mine: datetime | None, theirs: datetime | None) -> None:
    assert holder.sums_since(MINE, Permission.USAGE_VIEW) == mine
    assert holder.sums_since(THEIRS, Permission.USAGE_VIEW) == theirs


def test_bill_5_a_proved_number_shows_no_more_than_its_role() -> None:
    assert Holder([BY_NUMBER], PROOF).sums_since(MINE, Permission.INVOICE_VIEW) is None
