"""Use case of those who agree to a contract by signing it: have their own phone ask."""

from domain.approvals import templates
from domain.approvals.acts import ActKind
from domain.audit import Actor
from domain.catalogue.contract_terms import Agreement
from domain.contracts.agreeing import AgreeRefusal
from domain.signatures.methods import SignatureMethod
from services import launcher
from services.contracts.sight import seen_contract
from services.engine import Engine
from services.errors import Refused
from storage.contract_signing import requesting
from storage.contract_signing.signing_steps import AlreadySigning, NewSigning
from storage.contracts import acts
from storage.contracts.rows import StoredContract
from storage.database import Connection, Session


async def sign(engine: Engine, new: NewSigning, *, actor: Actor) -> None:
    """Ask a person's phone for a signature on a contract. Repeatable by its id.

    Raises NotFound, LimitReached, or Refused: ``contract_not_waiting``, ``signature_not_asked``,
    ``representative_needed``, ``act_changed``, ``phone_needed``, ``already_signing``.
    """
    contract = await engine.read(lambda c: _to_sign(c, new))

    def write(session: Session) -> None:
        requesting.request(session, contract, new, actor=actor)

    try:
        await engine.write(write)
    except AlreadySigning:
        raise Refused("already_signing") from None
    await launcher.start(engine, new.id)


def _to_sign(connection: Connection, new: NewSigning) -> StoredContract:
    """Return the contract that this person may sign now. Raises NotFound, Refused."""
    given = new.given
    contract, sight = seen_contract(connection, new.contract_id, given.person_id)
    if contract.agreement is not Agreement.SIGN:
        raise Refused("signature_not_asked")
    if not sight.may_agree(contract):
        raise Refused(AgreeRefusal.REPRESENTATIVE_NEEDED)
    if not contract.is_waiting:
        raise Refused(AgreeRefusal.CONTRACT_NOT_WAITING)
    if not templates.known(ActKind.CONTRACT_START, given.template_version):
        raise Refused("template_unknown")
    act = acts.act_of(connection, contract)
    if act is None or act.digest() != given.digest:
        raise Refused("act_changed")
    if (new.phone is None) is (new.method is SignatureMethod.MOBILE_ID):
        raise Refused("phone_needed")
    return contract
