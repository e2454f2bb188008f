"""What happens to a told contract, in tests, and how it stands then."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from domain.accounts import ServiceStatus
from domain.contracts.reasons import EndReason, SuspendReason
from storage.accounts.services import put_services
from storage.contract_orders import end as ends
from storage.contract_orders import suspension
from storage.contracts import ending, outside_ends
from storage.contracts.ending import End
from storage.contracts.rows import StoredContract
from storage.database import Session
from tests.builders import contracts
from tests.builders.days import ZONE
from tests.builders.delegations import PHONE
from tests.builders.rows import BILLING
from tests.builders.told_contracts import ID, PAST, Stands, tell


def locked(session: Session) -> StoredContract:
    return contracts.locked(session, ID)


def lose(session: Session) -> None:
    suspension.suspend(session, locked(session), SuspendReason.LOST, actor=BILLING)


def end_here(session: Session, days: int = 5) -> None:
    at = locked(session).now + timedelta(days=days)
    ending.schedule(session, locked(session), End(at, EndReason.CUSTOMER), actor=BILLING)


def port_out(session: Session) -> None:
    at = locked(session).now + timedelta(days=3)
    outside_ends.set_moment(session, locked(session), ID, at, actor=BILLING)


def call_port_out_off(session: Session) -> None:
    outside_ends.call_off_moment(session, locked(session), ID, actor=BILLING)


def begin_to_end(session: Session) -> None:
    assert ending.ask_for_due(session) == 1


def carry_out(session: Session) -> None:
    begin_to_end(session)
    ends.end(session, locked(session), ZONE, actor=BILLING)


def end_its_service(session: Session) -> None:
    put_services(session, [replace(PHONE, status=ServiceStatus.ENDED)], actor=BILLING)


def tells(state: str) -> Callable[[Session], object]:
    def act(session: Session) -> None:
        assert tell(session, state) is None

    return act


def due(session: Session) -> None:
    assert tell(session, "ending", ends_at=PAST) is None


WAYS: dict[str, tuple[Sequence[Callable[[Session], object]], Stands]] = {
    "told active": ([], Stands("active", "-", "-")),
    "told suspended": ([tells("suspended")], Stands("suspended", "-", "told")),
    "told to end": ([tells("ending")], Stands("ending", "told", "-")),
    "told to have ended": ([tells("ended")], Stands("ended", "told", "-")),
    "lost": ([lose], Stands("suspended", "-", "here")),
    "told suspended, lost": (
        [tells("suspended"), lose],
        Stands("suspended", "-", "both"),
    ),
    "lost, told to end": ([lose, tells("ending")], Stands("ending", "told", "here")),
    "told to end, lost": ([tells("ending"), lose], Stands("ending", "told", "here")),
    "lost, told to have ended": ([lose, tells("ended")], Stands("ended", "told", "here")),
    "ended here": ([end_here], Stands("ending", "here", "-")),
    "lost, ended here": ([lose, end_here], Stands("ending", "here", "here")),
    "ported out": ([port_out], Stands("ending", "outside", "-")),
    "lost, ported out": ([lose, port_out], Stands("ending", "outside", "here")),
    "told to end, ported out": (
        [tells("ending"), port_out],
        Stands("ending", "outside, told", "-"),
    ),
    "ended here, ported out before": ([end_here, port_out], Stands("ending", "outside, here", "-")),
    "ended here, ported out later": (
        [lambda session: end_here(session, 1), port_out],
        Stands("ending", "here, leaving", "-"),
    ),
    "told to end, and not ported out": (
        [tells("ending"), port_out, call_port_out_off],
        Stands("ending", "told", "-"),
    ),
    "ended here, and not ported out": (
        [end_here, port_out, call_port_out_off],
        Stands("ending", "here", "-"),
    ),
    "told end begun": ([due, begin_to_end], Stands("ending", "begun", "-")),
    "told end carried out": ([due, carry_out], Stands("ended", "begun", "-")),
    "lost, told end carried out": ([lose, due, carry_out], Stands("ended", "begun", "here")),
    "end set here carried out": (
        [lambda session: end_here(session, 0), carry_out],
        Stands("ended", "begun", "-"),
    ),
    "its service ended": ([end_its_service], Stands("ended", "told", "-")),
    "ended here, its service ended": (
        [end_here, end_its_service],
        Stands("ended", "here", "-"),
    ),
}
"""How a contract came to be as it stands: what happened after it was told to be active."""
