"""Use case of those who agree to a contract by signing it: have their own phone ask."""

from collections.abc import Collection
from dataclasses import dataclass

from domain.approvals.rules import ApprovalRules
from domain.audit import Actor
from domain.signatures.methods import SignatureMethod
from domain.signatures.signings import SigningFault
from services import launcher
from services.contracts.refusals import as_refused
from services.contracts.sight import seen_contract
from services.engine import Engine
from services.errors import Refused
from storage.contract_agreements import agreeing
from storage.contract_signing import requesting, signings
from storage.contract_signing.signing_steps import AlreadySigning, NewSigning
from storage.database import Session


@dataclass(frozen=True, slots=True)
class SigningRules:
    """What every signing is held to here."""

    approvals: ApprovalRules
    methods: Collection[SignatureMethod]
    """Methods by which people can sign, as the settings say."""


async def sign(engine: Engine, new: NewSigning, how: SigningRules, *, actor: Actor) -> None:
    """Ask a person's phone for a signature on a contract. Repeatable by its id.

    The phone does not ring for a signature that would be refused, as far as is known by now.

    Raises:
        NotFound: this person does not see the contract.
        LimitReached: they, or this number, were asked too often, or they proposed too much lately.
        Refused: with an AgreeRefusal, an ApprovalRefusal, ``signing_method_unavailable``,
            ``phone_needed`` or ``already_signing``.
    """
    _require_method(new, how)
    await engine.read(lambda c: seen_contract(c, new.contract_id, new.given.person_id))

    def write(session: Session) -> None:
        if signings.is_there(session, new.id):
            return
        contract = agreeing.require_signable(session, new.contract_id, new.given, how.approvals)
        requesting.request(session, contract, new, actor=actor)

    try:
        with as_refused():
            await engine.write(write)
    except AlreadySigning:
        raise Refused("already_signing") from None
    await launcher.start(engine, new.id)


def _require_method(new: NewSigning, how: SigningRules) -> None:
    if new.method not in how.methods:
        raise Refused(SigningFault.METHOD_UNAVAILABLE)
    if (new.phone is None) is (new.method is SignatureMethod.MOBILE_ID):
        raise Refused("phone_needed")
