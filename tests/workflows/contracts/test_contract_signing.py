"""contract.6: people sign contracts on their phones; real Temporal, simulated signing services."""

from pathlib import Path
from uuid import UUID

import pytest

from dev.stack.signature_settings import OPERATOR
from domain.contracts.states import ContractState
from domain.operations import OperationState
from domain.rates import LimitReached
from domain.signatures.methods import SignatureLevel, SignatureMethod
from services.errors import Refused
from simulators.trust.identities import Service
from storage.contracts import starting
from tests.builders import approvals, contracts
from tests.builders.people import JAAN, MARI, TIIU
from tests.builders.register_states import KUUSK, together
from tests.builders.rows import store_states
from tests.fixtures.engine import until
from tests.fixtures.signing_stack import PHONE, Signing
from tests.oracles.signed_containers import files_by_digidoc, signatures_by_digidoc, signers

METHODS = (SignatureMethod.MOBILE_ID, SignatureMethod.SMART_ID)


@pytest.mark.parametrize("method", METHODS)
async def test_contract_6_a_signed_contract_is_set_up_and_its_container_opens_elsewhere(
    signing: Signing, method: SignatureMethod, tmp_path: Path
) -> None:
    contract_id = await signing.offered()

    operation = await signing.signed(signing.wanted(contract_id, method=method))

    assert operation.result == {"contract_id": str(contract_id), "approval_id": None}
    await until(lambda: signing.contract(contract_id).state is ContractState.ACTIVE)
    kept = signing.signatures(contract_id)
    assert [(each.method, each.level) for each in kept] == [
        (SignatureMethod.E_SEAL, SignatureLevel.LT),
        (method, SignatureLevel.LT),
    ]
    path = tmp_path / "leping.asice"
    path.write_bytes(signing.container(contract_id))
    assert [name for name, *_ in files_by_digidoc(path)] == ["leping.pdf", "lepingu-kokkuvõte.pdf"]
    read = signatures_by_digidoc(path)
    assert signers(path) == [f"NTREE-{OPERATOR}", f"PNOEE-{MARI.code}"]
    assert all("LT" in each.profile or "time-stamp" in each.profile for each in read)


async def test_contract_6_the_person_compares_the_code_while_the_phone_asks(
    signing: Signing,
) -> None:
    phones = signing.services.mobile_id
    phones.by_hand()
    contract_id = await signing.offered()

    signing_id = await signing.sign(signing.wanted(contract_id))
    code = await signing.code(signing_id)

    (asked,) = [each for each in phones.log() if each["kind"] == "signature"]
    assert asked["code"] == code
    phones.press(asked["id"], "confirm")
    ended = await signing.ended(signing_id)
    assert (ended.state, ended.verification_code) == (OperationState.SUCCEEDED, None)


MOBILE_ID_ENDS = {
    "TIMEOUT": "signing_timed_out",
    "NOT_MID_CLIENT": "signing_not_a_client",
    "USER_CANCELLED": "signing_refused_by_user",
    "SIGNATURE_HASH_MISMATCH": "signing_hash_mismatch",
    "PHONE_ABSENT": "signing_phone_absent",
    "DELIVERY_ERROR": "signing_delivery_error",
    "SIM_ERROR": "signing_sim_error",
}


async def test_contract_6_every_end_of_mobile_id_is_told_and_the_contract_waits_on(
    signing: Signing,
) -> None:
    contract_id = await signing.offered()
    ends = {}
    for word in MOBILE_ID_ENDS:
        signing.services.mobile_id.person(phone=PHONE, code=MARI.code, result=word)
        ends[word] = await signing.failed(signing.wanted(contract_id))

    assert ends == MOBILE_ID_ENDS
    assert signing.contract(contract_id).state is ContractState.OFFERED
    assert signing.of_people(contract_id) == []

    signing.services.mobile_id.person(phone=PHONE, code=MARI.code)
    await signing.signed(signing.wanted(contract_id))


FAULTS = [
    ("certificate", "other_person", "certificate_refused"),
    ("certificate", "expired", "certificate_refused"),
    ("sign", "wrong_signature", "signing_hash_mismatch"),
    ("sign", "cut", "signing_service_unavailable"),
]


async def test_contract_6_nothing_but_the_right_signature_of_the_right_person_is_kept(
    signing: Signing,
) -> None:
    contract_id = await signing.offered()
    ends = []
    for source, kind, _ in FAULTS:
        signing.services.mobile_id.fault(source, kind, times=1)
        ends.append(await signing.failed(signing.wanted(contract_id)))
        signing.services.mobile_id.control("DELETE", "/faults")

    assert ends == [code for *_, code in FAULTS]
    assert signing.of_people(contract_id) == []


async def test_contract_6_a_revoked_certificate_signs_nothing(signing: Signing) -> None:
    services = signing.services
    identity = services.trust.identities.signer(MARI.code, Service.MOBILE_ID)
    services.trust.set_status(identity.certificate.serial_number, "revoked")
    contract_id = await signing.offered()

    assert await signing.failed(signing.wanted(contract_id)) == "signing_certificate_not_active"
    assert signing.of_people(contract_id) == []


@pytest.mark.settings(VOLITUS_SIGNATURES_TIMESTAMP_URL="")
async def test_contract_6_a_signature_that_nothing_proves_is_kept_and_activates_nothing(
    signing: Signing,
) -> None:
    contract_id = await signing.offered()

    assert await signing.failed(signing.wanted(contract_id)) == "signature_not_proven"

    (kept,) = signing.of_people(contract_id)
    assert (kept.level, kept.counts) == (SignatureLevel.B, False)
    assert signing.contract(contract_id).state is ContractState.OFFERED


@pytest.mark.settings(VOLITUS_SIGNATURES_TIMESTAMP_URL="", VOLITUS_SIGNATURES_MINIMUM_LEVEL="B")
async def test_contract_6_where_nothing_real_is_signed_level_b_counts(signing: Signing) -> None:
    contract_id = await signing.offered()

    await signing.signed(signing.wanted(contract_id))

    (kept,) = signing.of_people(contract_id)
    assert (kept.level, kept.counts) == (SignatureLevel.B, True)


async def test_contract_6_services_that_prove_may_be_late(signing: Signing) -> None:
    signing.services.trust.fault("ocsp", "try_later", times=1)
    signing.services.trust.fault("time_stamps", "rejection", times=1)
    contract_id = await signing.offered()

    await signing.signed(signing.wanted(contract_id))

    (kept,) = signing.of_people(contract_id)
    assert kept.level is SignatureLevel.LT


async def test_contract_6_who_chose_an_account_is_not_asked_again_in_an_outage(
    signing: Signing,
) -> None:
    phones = signing.services.smart_id
    phones.fault("sign", "http_503")
    contract_id = await signing.offered()
    wanted = signing.wanted(contract_id, method=SignatureMethod.SMART_ID)

    assert await signing.failed(wanted) == "signing_service_unavailable"

    assert [each["kind"] for each in phones.log()] == ["certificate_choice"]


@pytest.mark.parametrize("method", METHODS)
async def test_contract_6_nobodys_phone_is_asked_twice_or_on_and_on(
    signing: Signing, method: SignatureMethod
) -> None:
    phones = {METHODS[0]: signing.services.mobile_id, METHODS[1]: signing.services.smart_id}[method]
    phones.by_hand()
    contract_id = await signing.offered()
    wanted = signing.wanted(contract_id, method=method)
    await signing.sign(wanted)
    await until(lambda: bool(phones.log()))

    await signing.sign(wanted)  # the same request again
    with pytest.raises(Refused, match="already_signing"):
        await signing.sign(signing.wanted(contract_id, method=method))
    for _ in range(4):
        signing.give_up(contract_id)
        await signing.sign(signing.wanted(contract_id, method=method))
    signing.give_up(contract_id)
    with pytest.raises(LimitReached):
        await signing.sign(signing.wanted(contract_id, method=method))


async def test_contract_6_a_contract_that_was_withdrawn_meanwhile_is_not_signed(
    signing: Signing,
) -> None:
    phones = signing.services.mobile_id
    phones.by_hand()
    contract_id = await signing.offered()
    signing_id = await signing.sign(signing.wanted(contract_id))
    await signing.code(signing_id)
    with signing.database.transaction() as session:
        contract = contracts.locked(session, contract_id)
        cancelled = ContractState.CANCELLED
        starting.end_unstarted(
            session, contract, cancelled, starting.WITHDRAWN, actor=contracts.OPS
        )
    (asked,) = [each for each in phones.log() if each["kind"] == "signature"]
    phones.press(asked["id"], "confirm")

    operation = await signing.ended(signing_id)

    assert operation.error is not None
    assert operation.error.code == "signature_not_taken"
    assert operation.error.facts == {"refusal": "contract_not_waiting"}
    assert signing.of_people(contract_id) == []


@pytest.mark.settings(VOLITUS_JOINT_APPROVAL="on")
async def test_contract_4_the_signatures_of_a_group_are_its_approval_in_one_container(
    signing: Signing, tmp_path: Path
) -> None:
    store_states(signing.database, together(TIIU, JAAN, of=KUUSK, minute=1))
    contract_id = await signing.offered()

    first = await signing.signed(signing.wanted(contract_id, TIIU), TIIU)

    assert first.result is not None
    assert first.result["approval_id"] is not None
    assert signing.contract(contract_id).state is ContractState.OFFERED

    second = signing.wanted(contract_id, JAAN, SignatureMethod.SMART_ID)
    await signing.signed(second, JAAN)

    approvals.conclude(signing.database, UUID(first.result["approval_id"]))
    await until(lambda: signing.contract(contract_id).state is ContractState.ACTIVE)
    path = tmp_path / "leping.asice"
    path.write_bytes(signing.container(contract_id))
    assert signers(path) == [f"NTREE-{OPERATOR}", f"PNOEE-{TIIU.code}", f"PNOEE-{JAAN.code}"]
