"""Use cases about the size of an account's owner, by which the law on contracts goes."""

from collections.abc import Iterable
from uuid import UUID

from domain.audit import Actor
from domain.contracts.sizes import SizeThatCounts, ToldSize, size_of
from services.accounts.import_records import RecordKind
from services.engine import Engine
from services.errors import NotFound, Refused
from storage.accounts import account_queries, import_rules
from storage.accounts.upserts import UpsertResult, parts
from storage.contracts import sizes
from storage.database import Connection, Session


async def put_size(engine: Engine, told: ToldSize, *, actor: Actor) -> bool:
    """Keep the size of an account's owner; returns whether it was unknown before. Idempotent.

    Raises NotFound, or Refused: ``size_outdated``, ``size_not_of_owner``.
    """

    def write(session: Session) -> bool:
        taken = sizes.put(session, [told], actor=actor)
        if taken.unknown:
            raise NotFound
        if why := taken.refused.get(told.id):
            raise Refused(why)
        return bool(taken.created)

    return await engine.write(write)


async def read_size(engine: Engine, account_id: UUID) -> SizeThatCounts:
    """Return the size of an account's owner. Raises NotFound."""

    def read(connection: Connection) -> SizeThatCounts:
        account = account_queries.account(connection, account_id)
        if account is None:
            raise NotFound
        known = sizes.known(connection, account_id)
        return SizeThatCounts(size_of(known, is_person=account.person_id is not None), known)

    return await engine.read(read)


def _put(session: Session, facts: Iterable[ToldSize], /, *, actor: Actor) -> UpsertResult:
    done = UpsertResult()
    for part in parts(facts):
        each = sizes.put(session, part, actor=actor)
        done += UpsertResult(each.created, each.changed, refused=each.refused)
    return done


SIZES: RecordKind[ToldSize] = RecordKind(
    "sizes",
    import_rules.SIZES,
    claim=lambda _: None,
    party=lambda told: told.id,
    put=_put,
)
