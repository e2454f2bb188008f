"""States may come in any order and any number of times: only the newest counts.

Left out on purpose: entries that cannot be read. They leave things as they are, so what they
leave depends on what was there; see test_alignment_steady.
"""

import itertools
from collections.abc import Sequence
from typing import NamedTuple

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.identifiers import CompanyKey, PersonKey
from domain.registry.register import Capacity, CompanyStatus, Holder, RegisterState
from storage.accounts.accounts import AccountFacts
from storage.database import Database
from storage.registry import register_state_json
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import company, entry, state
from tests.builders.rows import Held, account, held, put, rows, store_states

PEOPLE = (MARI, JAAN, TIIU)
ENTRIES = {
    "alone": ("JUHL", Capacity.BOARD, True),
    "joint": ("JUHL", Capacity.BOARD, False),
    "procurist": ("PROK", Capacity.PROCURIST, True),
    "liquidator": ("LIKV", Capacity.LIQUIDATOR, True),
    "owner": ("O", Capacity.NONE, False),
}
_numbers = itertools.count(1000)


class Statement(NamedTuple):
    """A register state at a minute, of any company."""

    minute: int
    status: CompanyStatus
    entries: tuple[tuple[PersonKey, str], ...]

    def of(self, key: CompanyKey) -> RegisterState:
        holders = tuple(_holder(person, kind) for person, kind in self.entries)
        group = tuple(holder for holder in holders if holder.acts_alone is False)
        groups = (group,) if len(group) > 1 else ()
        return state(*holders, of=key, status=self.status, groups=groups, minute=self.minute)


def _holder(person: PersonKey, kind: str) -> Holder:
    role, capacity, alone = ENTRIES[kind]
    return entry(person, role, capacity, alone=alone)


WORDS = st.builds(
    Statement,
    # Few minutes, so that the register often says two things at once.
    st.integers(0, 3),
    st.sampled_from([CompanyStatus.ACTIVE, CompanyStatus.ACTIVE, CompanyStatus.LIQUIDATION]),
    st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(sorted(ENTRIES))), max_size=4).map(
        tuple
    ),
)
NEWS = st.lists(st.tuples(st.integers(0, 1), WORDS), min_size=1, max_size=6)


@given(st.data())
@settings(
    derandomize=True,
    deadline=None,
    # The database is not emptied between examples: each has companies and accounts of its own.
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_any_order_and_repetition_ends_in_the_same_grants(
    database: Database, data: st.DataObject
) -> None:
    news = data.draw(NEWS)
    repeated = data.draw(st.lists(st.sampled_from(news), max_size=3))
    arriving = data.draw(st.permutations(news + repeated))
    opened_after = data.draw(st.integers(0, len(arriving)))
    shuffled, once = _customers(2), _customers(2)

    for which, statement in arriving[:opened_after]:
        store_states(database, statement.of(_owner(shuffled[which])))
    put(database, *itertools.chain(*shuffled))
    for which, statement in arriving[opened_after:]:
        store_states(database, statement.of(_owner(shuffled[which])))
    put(database, *itertools.chain(*once))
    for which, accounts in enumerate(shuffled):
        stated = [statement.of(_owner(accounts)) for company, statement in news if company == which]
        if stated:
            newest = max(
                range(len(stated)),
                key=lambda i: (stated[i].as_of, register_state_json.digest(stated[i])),
            )
            words = [statement for company, statement in news if company == which]
            store_states(database, words[newest].of(_owner(once[which])))

    for accounts, expected in zip(shuffled, once, strict=True):
        assert _grants(database, accounts) == _grants(database, expected)
        assert _believed_without_gap(database, _owner(accounts))


def _customers(number: int) -> list[list[AccountFacts]]:
    """New companies, of which the first has two accounts."""
    return [_accounts(company(next(_numbers)), 2 if first == 0 else 1) for first in range(number)]


def _accounts(owner: CompanyKey, number: int) -> list[AccountFacts]:
    return [account(owner, next(_numbers)) for _ in range(number)]


def _owner(accounts: Sequence[AccountFacts]) -> CompanyKey:
    owner = accounts[0].owner
    assert isinstance(owner, CompanyKey)
    return owner


def _grants(database: Database, accounts: Sequence[AccountFacts]) -> list[Held]:
    """Return the grants, with numbered accounts so that two companies can be compared."""
    places = {account.id: place for place, account in enumerate(accounts)}
    return sorted(
        grant._replace(account=places[grant.account])  # type: ignore[arg-type]  # a place will do
        for grant in held(database)
        if grant.account in places
    )


def _believed_without_gap(database: Database, key: CompanyKey) -> bool:
    ranges = [
        row.in_force
        for row in rows(
            database,
            "SELECT s.in_force FROM register_state s JOIN company c ON c.id = s.company_id"
            " WHERE c.code = :code ORDER BY s.in_force",
            code=key.code,
        )
    ]
    ends = [believed.upper for believed in ranges]
    return ends == [believed.lower for believed in ranges[1:]] + [None] * bool(ranges)
