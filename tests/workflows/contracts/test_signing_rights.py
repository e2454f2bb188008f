"""contract.6: who may sign is judged before the phone rings, and when the signature comes."""

import pytest

from services import launcher
from storage.contract_signing import requesting
from storage.contract_signing.signing_steps import NewSigning
from tests.builders import contracts
from tests.builders.delegations import actor
from tests.builders.freezes import freeze
from tests.builders.people import MARI
from tests.builders.rows import carry_out
from tests.fixtures.signing_stack import Signing


async def begun_late(signing: Signing, new: NewSigning, requested_at: str = "now()") -> str:
    """Request a signature and have no worker until now; returns why it failed."""
    with signing.database.transaction() as session:
        contract = contracts.locked(session, new.contract_id)
        requesting.request(session, contract, new, actor=actor(signing.database, MARI))
    # No column that a request could name.
    at = f"UPDATE contract_signing SET requested_at = {requested_at} WHERE id = :id"
    carry_out(signing.database, at, id=new.id)
    await launcher.start(signing.ordering.engine, new.id)
    operation = await signing.ended(new.id)
    assert operation.error is not None
    return operation.error.code


async def test_contract_6_no_phone_rings_for_who_lost_their_right_before_it_was_to(
    signing: Signing,
) -> None:
    contract_id = await signing.offered()
    wanted = signing.wanted(contract_id)
    freeze(signing.database, MARI)

    assert await begun_late(signing, wanted) == "signature_not_taken"
    assert signing.services.mobile_id.log() == []


async def test_contract_6_no_phone_rings_for_what_was_requested_long_ago(signing: Signing) -> None:
    wanted = signing.wanted(await signing.offered())

    why = await begun_late(signing, wanted, "now() - interval '11 minutes'")

    assert why == "signing_service_unavailable"
    assert signing.services.mobile_id.log() == []


@pytest.mark.settings(VOLITUS_SIGNATURES_TIMESTAMP_URL="")
async def test_contract_6_what_nothing_proves_is_not_kept_of_who_lost_their_right(
    signing: Signing,
) -> None:
    phones = signing.services.mobile_id
    phones.by_hand()
    contract_id = await signing.offered()
    signing_id = await signing.sign(signing.wanted(contract_id))
    await signing.code(signing_id)
    freeze(signing.database, MARI)
    (asked,) = [each for each in phones.log() if each["kind"] == "signature"]
    phones.press(asked["id"], "confirm")

    operation = await signing.ended(signing_id)

    assert operation.error is not None
    assert operation.error.code == "signature_not_taken"
    assert signing.of_people(contract_id) == []
