"""Number verification as its callers use it: the database decides, the workflow is told."""

import asyncio
from collections.abc import Callable
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Row
from temporalio.client import (
    Client,
)

from domain.audit import Actor
from domain.numbers.phone_numbers import PhoneNumber, mobile
from services.errors import NotFound
from services.numbers.policy import NumberPolicy
from services.numbers.workflow_client import NumberWorkflow
from services.temporal import TemporalUnavailable
from storage.audit import events
from storage.database import Database, Session
from storage.numbers import blocks, codes, verification_queries, verifications
from storage.numbers.codes import Guess
from storage.numbers.verifications import Request as Wish
from storage.numbers.verifications import Requester
from storage.requests import rate_limits
from storage.requests.rate_limits import Use

T = TypeVar("T")


class NumberProcess:
    """One per application."""

    def __init__(
        self, database: Database, temporal: Client, task_queue: str, policy: NumberPolicy
    ) -> None:
        self._database = database
        self._workflow = NumberWorkflow(temporal, task_queue, policy.rules.life)
        self.policy = policy

    def number(self, text: str) -> PhoneNumber:
        """The number that somebody wrote. Raises NumberRefused."""
        return mobile(text, self.policy.numbers)

    async def ask(self, wish: Wish, address: str | None, actor: Actor) -> Row[Any]:
        """Send a code; returns the verification once the gateway has it, or after a while.

        Raises LimitReached, or TemporalUnavailable. Repeatable by its id.
        """
        uses = self.policy.uses(wish.requester, wish.number, address)

        def open_(session: Session) -> list[UUID]:
            rules = self.policy.rules
            return list(verifications.open_(session, wish, rules, uses, actor=actor))

        await asyncio.to_thread(blocks.watch, self._database, wish.number, self.policy.watch)
        for voided in await self._change(open_):
            await self._workflow.close(voided)
        try:
            await self._workflow.start(wish.id)
        except TemporalUnavailable:
            await self._change(lambda s: verifications.take_back_send(s, wish.id, uses))
            raise
        await self._workflow.wait(wish.id, "sent", 1)
        return await self.read(wish.id)

    async def resend(
        self, verification_id: UUID, requester: Requester, address: str | None
    ) -> bool:
        """Send one more code. False: there is no such verification, or it has ended.

        Raises LimitReached, or TemporalUnavailable; then nothing has changed.
        """

        def count(session: Session) -> tuple[int, list[Use]] | None:
            row = verifications.read(session, verification_id, lock=True)
            if row is None or Requester.of(row) != requester or not verifications.is_open(row):
                return None
            uses = self.policy.uses(requester, self.number(row.number), address)
            return verifications.resend(session, row, self.policy.rules, uses), uses

        counted = await self._change(count)
        if counted is None:
            return False
        sends, uses = counted
        if not await self._workflow.carry_on(verification_id, "send", sends):
            await self._change(lambda s: verifications.take_back_send(s, verification_id, uses))
            raise TemporalUnavailable
        await self._workflow.wait(verification_id, "sent", sends)
        return True

    async def guess(
        self, verification_id: UUID, requester: Requester, code: str, actor: Actor
    ) -> Guess:
        """Try a code. RIGHT: what follows from it has followed, or is under way.

        Raises TemporalUnavailable: the same code may be sent again.
        """
        digest = self.policy.digest(verification_id, code)

        def try_(session: Session) -> Guess:
            rules = self.policy.rules
            return codes.guess(session, verification_id, requester, digest, rules, actor=actor)

        found = await self._change(try_)
        if found is Guess.LAST:
            await self._workflow.close(verification_id)
        if found is Guess.RIGHT:
            if not await self._workflow.carry_on(verification_id, "prove"):
                raise TemporalUnavailable(retry_after=1)
            await self._workflow.wait(verification_id, "over")
        return found

    async def count_check(self, requester: Requester) -> None:
        """Count one look at a code by a program. Raises LimitReached, of ``client…``."""
        uses = self.policy.check_uses(requester)
        await self._change(lambda s: rate_limits.take(s, uses, at=events.now(s)))

    async def cancel(self, verification_id: UUID, requester: Requester, actor: Actor) -> bool:
        """The person does not want it any more; returns whether there is such a verification."""

        def cancel_(session: Session) -> bool | None:
            row = verifications.read(session, verification_id, lock=True)
            if row is None or Requester.of(row) != requester:
                return None
            return verifications.cancel(session, verification_id, actor=actor)

        cancelled = await self._change(cancel_)
        if cancelled:
            await self._workflow.close(verification_id)
        return cancelled is not None

    async def close(self, verification_id: UUID) -> None:
        """Tell the workflow that the verification has ended, if it can be told."""
        await self._workflow.close(verification_id)

    async def read(self, verification_id: UUID) -> Row[Any]:
        """The verification, as it stands now. It must exist."""

        def read_() -> Row[Any]:
            with self._database.reading() as connection:
                row = verification_queries.one(connection, verification_id)
            if row is None:
                raise NotFound
            return row

        return await asyncio.to_thread(read_)

    async def _change(self, work: Callable[[Session], T]) -> T:
        def carry_out() -> T:
            with self._database.transaction() as session:
                return work(session)

        return await asyncio.to_thread(carry_out)
