"""Invented companies, and what a register may say of them."""

from datetime import UTC, date, datetime, timedelta

from stdnum.ee.ik import calc_check_digit

from domain.identifiers import CompanyKey, PersonKey
from domain.registry.register import (
    Capacity,
    CompanyStatus,
    Holder,
    RegisterState,
    UnreadableKey,
)

TODAY = date(2026, 8, 1)
NOON = datetime(2026, 8, 1, 12, tzinfo=UTC)


def company(number: int) -> CompanyKey:
    """An Estonian company with a valid code; each number is another one."""
    code = f"1{number:06d}"
    return CompanyKey.of("EE", code + calc_check_digit(code + "0"))


KUUSK, TAMM = company(1), company(2)


def entry(
    holder: PersonKey | None,
    role: str = "JUHL",
    capacity: Capacity = Capacity.BOARD,
    *,
    alone: bool | None = True,
    name: str = "Nimi",
) -> Holder:
    return Holder(holder, name, role, capacity, alone)


def unreadable(
    country: str | None, code: str | None = None, capacity: Capacity = Capacity.BOARD
) -> Holder:
    """A holder whose key cannot be read as a whole."""
    key = UnreadableKey(country, code)
    return Holder(None, "Nimi", "JUHL", capacity, acts_alone=True, unreadable=key)


def sole(holder: PersonKey) -> Holder:
    """A board member with the right to act alone."""
    return entry(holder)


def joint(holder: PersonKey) -> Holder:
    """A board member who may not act alone."""
    return entry(holder, alone=False)


def procurist(holder: PersonKey) -> Holder:
    return entry(holder, "PROK", Capacity.PROCURIST)


def strange(holder: PersonKey) -> Holder:
    """A holder in a role that the product does not know."""
    return entry(holder, "UUS", Capacity.UNKNOWN)


def state(
    *holders: Holder,
    of: CompanyKey = KUUSK,
    status: CompanyStatus = CompanyStatus.ACTIVE,
    groups: tuple[tuple[Holder, ...], ...] = (),
    opaque: bool = False,
    form_confers: bool = True,
    minute: int = 0,
    version: str = "",
) -> RegisterState:
    """Return a register state of a company, ``minute`` minutes after noon."""
    return RegisterState(
        of,
        "Näidis OÜ",
        status,
        "OÜ" if form_confers else "KÜ",
        form_confers,
        holders,
        groups,
        opaque,
        as_of=NOON + timedelta(minutes=minute),
        register_service="test",
        register_version=version,
    )


def together(*holders: PersonKey, of: CompanyKey = KUUSK, minute: int = 0) -> RegisterState:
    """A state in which these people may act only all together."""
    entries = tuple(joint(holder) for holder in holders)
    return state(*entries, of=of, groups=(entries,), minute=minute)
