"""contract.6: what would be refused once it is signed makes no phone ring."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from uuid import UUID

import pytest

from domain.approvals import limits
from domain.approvals.rules import ApprovalRules
from domain.contracts.states import ContractState
from domain.identifiers import PersonKey
from domain.rates import LimitReached
from domain.signatures.methods import PHONE_METHODS, SignatureMethod
from services.contracts.sign import SigningRules
from services.errors import Refused
from services.parties.people import ensure_person
from storage.contract_signing.signing_steps import NewSigning
from storage.contracts import starting
from storage.database import Database
from storage.requests import rate_limits
from tests.builders import contracts
from tests.builders.approvals import OFF, ON
from tests.builders.freezes import freeze
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, joint, state, together, unreadable
from tests.builders.rows import carry_out, store_states
from tests.builders.rows import rows as select
from tests.fixtures.signing_stack import Signing

_NONE: frozenset[SignatureMethod] = frozenset()
Prepare = Callable[[Database, UUID], None]


def withdrawn(database: Database, contract_id: UUID) -> None:
    """Withdraw an offer, unless it has lapsed meanwhile."""
    with database.transaction() as session:
        contract = contracts.locked(session, contract_id)
        cancelled, why = ContractState.CANCELLED, starting.WITHDRAWN
        if contract.state is ContractState.OFFERED:
            starting.end_unstarted(session, contract, cancelled, why, actor=contracts.OPS)


def late(database: Database, contract_id: UUID) -> None:
    carry_out(database, "UPDATE contract SET agree_by = now() WHERE id = :id", id=contract_id)


def frozen(database: Database, _: UUID) -> None:
    freeze(database, MARI)


def of_a_group(database: Database, _: UUID) -> None:
    store_states(database, together(TIIU, JAAN, of=KUUSK, minute=1))


def that_cannot_be_filled(database: Database, _: UUID) -> None:
    pair = (joint(TIIU), unreadable("EE", None))
    store_states(database, state(*pair, of=KUUSK, groups=(pair,), minute=2))


def who_proposed_on_and_on(database: Database, contract_id: UUID) -> None:
    of_a_group(database, contract_id)
    uses = limits.uses(ensure_person(database, TIIU))
    with database.transaction() as session:
        for _ in range(uses[0].rate.count):
            rate_limits.take(session, uses)


@dataclass(frozen=True)
class Case:
    code: str
    prepare: Prepare = lambda *_: None
    who: PersonKey = MARI
    approvals: ApprovalRules = ON
    methods: frozenset[SignatureMethod] = PHONE_METHODS
    changes: dict[str, object] = field(default_factory=dict)
    given: dict[str, object] = field(default_factory=dict)

    def wanted(self, signing: Signing, contract_id: UUID) -> NewSigning:
        found = replace(signing.wanted(contract_id, self.who), **self.changes)  # type: ignore[arg-type]
        return replace(found, given=replace(found.given, **self.given))  # type: ignore[arg-type]


CASES = [
    Case("contract_not_waiting", withdrawn),
    Case("contract_not_waiting", late),
    Case("template_unknown", given={"template_version": 2}),
    Case("act_changed", given={"digest": "0" * 64}),
    Case("phone_needed", changes={"phone": None}),
    Case("signing_method_unavailable", methods=_NONE),
    Case("not_found", frozen),
    Case("needs_joint_approval", of_a_group, TIIU, approvals=OFF),
    Case("too_many_requests", who_proposed_on_and_on, TIIU),
    Case("group_unfillable", that_cannot_be_filled, TIIU),
]


async def test_contract_6_no_phone_rings_for_what_is_refused(signing: Signing) -> None:
    for case in CASES:
        contract_id = await signing.offered()
        wanted = case.wanted(signing, contract_id)
        case.prepare(signing.database, contract_id)
        how = SigningRules(case.approvals, case.methods)
        with pytest.raises((Refused, LimitReached)) as caught:
            await signing.sign(wanted, case.who, how)
        assert _code(caught.value) == case.code, case
        withdrawn(signing.database, contract_id)

    assert signing.services.mobile_id.log() == []
    assert signing.services.smart_id.log() == []
    assert select(signing.database, "SELECT FROM contract_signing") == []


@pytest.mark.settings(VOLITUS_JOINT_APPROVAL="on")
async def test_contract_6_who_has_signed_for_their_group_is_not_asked_again(
    signing: Signing,
) -> None:
    store_states(signing.database, together(TIIU, JAAN, of=KUUSK, minute=1))
    contract_id = await signing.offered()
    await signing.signed(signing.wanted(contract_id, TIIU), TIIU)

    with pytest.raises(Refused, match="already_agreed"):
        await signing.sign(signing.wanted(contract_id, TIIU), TIIU)

    phones = signing.services.mobile_id
    assert [each["kind"] for each in phones.log()].count("signature") == 1
    assert len(signing.of_people(contract_id)) == 1


def _code(error: BaseException) -> str:
    return error.code if isinstance(error, Refused) else "too_many_requests"
