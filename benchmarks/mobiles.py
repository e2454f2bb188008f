"""A customer with many mobiles, and the people who hold them."""

import re
from itertools import count, islice
from uuid import uuid4

from dev.stack.number_limits import number_limits
from domain.accounts import ServiceKind
from domain.audit import Actor, ActorKind
from domain.identifiers import CompanyKey, PersonKey
from simulators.register.people import People
from storage.accounts.accounts import AccountFacts, put_accounts
from storage.accounts.services import ServiceFacts, put_services
from storage.database import Database

_ACTOR = Actor(ActorKind.SYSTEM, "benchmarks")
WIDE = number_limits("1000000/P1D") | {"VOLITUS_VERIFICATION_WAIT": "PT0S"}
"""Send limits that are never reached here, but counted as always."""


def settle(database: Database, number: int) -> dict[str, PersonKey]:
    """Create mobiles on one account; returns each number with a person who has no access yet."""
    numbers = [_mobile(place) for place in range(number)]
    account = AccountFacts(uuid4(), "N-1", "Näidis OÜ", CompanyKey("EE", "10000000"))
    services = [ServiceFacts(uuid4(), account.id, ServiceKind.MOBILE, each, "") for each in numbers]
    with database.transaction() as session:
        put_accounts(session, [account], actor=_ACTOR)
        put_services(session, services, actor=_ACTOR)
    return dict(zip(numbers, _people(number), strict=True))


def _mobile(place: int) -> str:
    """Return an Estonian number; neighbouring places share no prefix."""
    return f"+3725{place % 1000:03}{place // 1000:04}"


def _people(number: int) -> list[PersonKey]:
    everyone = (People(1).at(place) for place in count())
    estonians = (PersonKey("EE", each.code) for each in everyone if each.country == "EST")
    return list(islice(estonians, number))


def code_in(sms: str) -> str:
    """Return the code in an SMS. Raises RuntimeError if there is none."""
    found = re.search(r"\b\d{6}\b", sms)
    if found is None:
        raise RuntimeError(f"no code in {sms!r}")
    return found[0]
