"""Use case of operations: end a contract as it was previewed, and write down why."""

from uuid import UUID
from zoneinfo import ZoneInfo

from domain.approvals.acts import ActKind
from domain.audit import Actor
from domain.contracts.end_preview import WantedEnd
from services.contracts import end_previews, ends, together
from services.contracts.locking import locked_contract
from services.engine import Engine
from storage.approvals import open_about
from storage.contract_orders import previewed_end
from storage.contracts import decisions
from storage.contracts.decisions import EndDecision
from storage.database import Session


async def end(
    engine: Engine,
    contract_id: UUID,
    wanted: WantedEnd,
    zone: ZoneInfo,
    *,
    digest: str,
    actor: Actor,
    note: str,
) -> None:
    """Set the end of a contract as it was previewed: ``digest``. Repeatable.

    The preview is computed anew under the contract's lock. What its people have proposed about it
    is ended. Raises NotFound, PreviewChanged, or Refused: ``contract_not_in_force``,
    ``contract_ending``, ``end_not_possible``.
    """

    def write(session: Session) -> None:
        proposed = together.lock_open(session, contract_id, ActKind.CONTRACT_END).open
        contract, sight = locked_contract(session, contract_id, None)
        preview = end_previews.computed(session, contract, wanted, zone)
        if ends.is_to_be_set(session, sight, preview, digest):
            previewed_end.set_as(session, preview, actor=actor)
            open_about.end_impossible(session, proposed, actor)
            decisions.record(session, contract, EndDecision.END, actor=actor, note=note)

    await engine.write(write)
