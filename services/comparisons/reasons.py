"""Say of each difference why Volitus gives what it gives, in the words of an explanation."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from domain.access.decisions import decide
from domain.access.permissions import Permission
from domain.comparisons.old_access import UNPLACED_TEXTS, Unplaced
from services.access.missing import Situation, missing
from storage.access.many_queries import Subject
from storage.comparisons import situations
from storage.comparisons.differences import Compared
from storage.comparisons.situations import AccountsRead, Bearing
from storage.database import Session


class Why(NamedTuple):
    """A reason: a stable code, and a sentence without personal data."""

    code: str
    text: str


@dataclass(frozen=True, slots=True)
class Difference:
    """What the systems do not agree about, and why Volitus says what it says."""

    compared: Compared
    why: Sequence[Why]
    """Why Volitus gives less, the nearest to more first; else why it gives what it gives."""

    @property
    def lacks(self) -> list[Permission]:
        """What the old system gives and Volitus does not."""
        return sorted(self.compared.old_permissions - self.compared.permissions)

    @property
    def adds(self) -> list[Permission]:
        """What Volitus gives and the old system does not."""
        return sorted(self.compared.permissions - self.compared.old_permissions)


def explained(session: Session, found: Sequence[Compared]) -> Iterator[Difference]:
    """Yield these differences with their reasons, in their order."""
    less = [each for each in found if _is_less(each)]
    asked = [Subject(each.person_id, each.account_id) for each in less if each.account_id]
    of = situations.accounts(session, list({subject.account_id for subject in asked}))
    bearings = iter(situations.bearing(session, asked))
    for each in found:
        if each.unplaced is not None:
            yield Difference(each, [_unplaced(each.unplaced)])
        elif _is_less(each):
            yield Difference(each, _why_less(each, next(bearings), of))
        else:
            yield Difference(each, [Why(*reason) for reason in each.reasons])


def _is_less(each: Compared) -> bool:
    return each.unplaced is None and not each.old_permissions <= each.permissions


def _unplaced(code: Unplaced) -> Why:
    return Why(code, UNPLACED_TEXTS[code])


def _why_less(each: Compared, bearing: Bearing, of: AccountsRead) -> Sequence[Why]:
    situation = _situation(each, bearing, of)
    if situation is None:
        return []
    reasons = [found.reason for found in missing(situation)] or situation.decision.reasons
    unknown = [_unplaced(Unplaced.PERSON_UNKNOWN)] if each.person_id is None else []
    return [*(Why(reason.code, reason.text) for reason in reasons), *unknown]


def _situation(each: Compared, bearing: Bearing, of: AccountsRead) -> Situation | None:
    """The situation about the first permission that is missing, as somebody would ask about it."""
    if each.account_id is None or each.person is None:
        return None
    account = of.accounts[each.account_id]
    wanted = min(each.old_permissions - each.permissions)
    company = account.company_id
    return Situation(
        permission=wanted,
        decision=decide(wanted, bearing.held, each.service_id),
        held=bearing.held,
        past=bearing.ended,
        suspended=bearing.suspended,
        account=account,
        person=each.person,
        own=each.person_id is not None and account.person_id == each.person_id,
        barred_since=bearing.barred_since,
        stated=of.states.get(company) if company else None,
        reading=of.readings.get(company) if company else None,
    )
