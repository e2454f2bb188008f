"""/v1/ops/number-blocks: who gets no codes now, and lifting a block.

A block is named by a keyed digest of its subject: numbers in URLs would end up in logs, and a
digest without a key is guessed in seconds.
"""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from pydantic import Field
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import idempotency, pagination, problems
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput, ResponseModel
from api.parts import parts_of
from services.numbers.blocks import Block, lift_block, list_blocks

router = APIRouter(prefix="/v1/ops/number-blocks", tags=["number-blocks"], route_class=GuardedRoute)

_Reader = Annotated[Authorized, Depends(Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS)))]
_Operator = Annotated[Authorized, Depends(Allow(roles=(StaffRole.OPS,)))]
_REF = "^[0-9a-f]{32}$"


class NumberBlock(ResponseModel):
    """A number, prefix, person or program that gets no codes now."""

    id: str = Field(description="Names it in the URL that lifts it.")
    kind: str = Field(description="What is blocked, or the limit that is used up.")
    subject: str = Field(description="The number, the prefix, or the id of the person or program.")
    why: str
    until: datetime = Field(description="When the next code may be sent.")


class NumberBlockPage(ResponseModel):
    """A page of blocks."""

    items: list[NumberBlock]
    next: str | None = Field(description="`after` for the next page; null: this is the last.")


class LiftedBlock(ResponseModel):
    """A block that was lifted."""

    id: str
    kind: str


def _blocks(request: Request) -> Mapping[str, Block]:
    """Return the blocks in force by their ids."""
    numbers, database = parts_of(request).numbers, parts_of(request).engine.database
    return {_ref(each, numbers.key): each for each in list_blocks(database, numbers.limits)}


def _ref(block: Block, key: bytes) -> str:
    named = f"number-block/{block.kind}/{block.subject}"
    return hmac.digest(key, named.encode(), "sha256").hex()[:32]


@router.get("", operation_id="listNumberBlocks", responses=pagination.RESPONSES)
def list_number_blocks(
    request: Request,
    _admitted: _Reader,
    page: pagination.Asked,
    kind: str | None = None,
) -> NumberBlockPage:
    """List blocked numbers and prefixes, and everyone whose limit of codes is used up, by id."""
    after = page.place("number-blocks", str) or ""
    found = [
        (id_, each)
        for id_, each in sorted(_blocks(request).items())
        if id_ > after and kind in {None, each.kind}
    ]
    shown, following = page.cut("number-blocks", found[: page.limit + 1], lambda each: each[0])
    items = [
        NumberBlock(id=id_, kind=each.kind, subject=each.subject, why=each.why, until=each.until)
        for id_, each in shown
    ]
    return NumberBlockPage(items=items, next=following)


@router.post(
    "/{block_id}/lift",
    operation_id="liftNumberBlock",
    response_model=LiftedBlock,
    responses=problems.together(idempotency.RESPONSES, problems.documented("not_found")),
)
async def lift_number_block(
    block_id: Annotated[str, Path(pattern=_REF)],
    why: ReasonInput,
    request: Request,
    admitted: _Operator,
    once: OnceOnly,
) -> Response:
    """Lift a block, or give a used limit back: codes are sent again. 404: it has ended."""
    database = parts_of(request).engine.database

    def lift() -> Block | None:
        block = _blocks(request).get(block_id)
        if block and lift_block(database, block, why.reason, actor=admitted.actor):
            return block
        return None

    async def work(_: UUID) -> Done:
        lifted = await run_in_threadpool(lift)
        if lifted is None:
            raise Problem("not_found")
        return Done(200, LiftedBlock(id=block_id, kind=lifted.kind).to_keep())

    return await once(admitted, work)
