"""/v1/ops/number-blocks: who gets no codes now; blocking a number, and lifting a block.

A block is named by a keyed digest of its subject: numbers in URLs would end up in logs, and a
digest without a key is guessed in seconds.
"""

import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Depends, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import idempotency, pagination, problems
from api.http.idempotency import Done, OnceOnly
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import ReasonInput
from api.numbers.dependencies import parse_number
from api.ops.number_block_schemas import (
    BlockedNumber,
    LiftedBlock,
    NumberBlock,
    NumberBlockInput,
    NumberBlockPage,
)
from api.parts import parts_of
from domain.numbers.blocks import BlockKind
from services.numbers import blocks
from services.numbers.blocks import Block

router = APIRouter(prefix="/v1/ops/number-blocks", tags=["number-blocks"], route_class=GuardedRoute)

_Reader = Annotated[Authorized, Depends(Allow(roles=(StaffRole.SUPPORT, StaffRole.OPS)))]
_Operator = Annotated[Authorized, Depends(Allow(roles=(StaffRole.OPS,)))]
_Ref = Annotated[str, Path(pattern="^[0-9a-f]{32}$")]


def _blocks(request: Request) -> Mapping[str, Block]:
    """Return what is in force by its id: a block rather than the limit of the same subject."""
    numbers, database = parts_of(request).numbers, parts_of(request).engine.database
    found = blocks.list_blocks(database, numbers.limits)
    found = sorted(found, key=lambda each: each.opening is not None)
    return {_ref(each.kind, each.subject, numbers.key): each for each in found}


def _ref(kind: str, subject: str, key: bytes) -> str:
    return hmac.digest(key, f"number-block/{kind}/{subject}".encode(), "sha256").hex()[:32]


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
    items = [NumberBlock.of(id_, each) for id_, each in shown]
    return NumberBlockPage(items=items, next=following)


@router.get(
    "/{block_id}",
    operation_id="getNumberBlock",
    responses=problems.documented("not_found"),
)
def get_number_block(block_id: _Ref, request: Request, _admitted: _Reader) -> NumberBlock:
    """Return one block, or one limit that is used up. 404: it has ended."""
    found = _blocks(request).get(block_id)
    if found is None:
        raise Problem("not_found")
    return NumberBlock.of(block_id, found)


@router.post(
    "",
    operation_id="blockNumber",
    response_model=BlockedNumber,
    responses=problems.together(idempotency.RESPONSES, problems.documented("number_not_allowed")),
)
async def block_number(
    wanted: NumberBlockInput, request: Request, admitted: _Operator, once: OnceOnly
) -> Response:
    """Send no codes to a number, or to all numbers that differ in the last four digits.

    What is blocked already stays as it is, and its block is answered.
    """
    parts = parts_of(request)
    number = parse_number(parts.numbers, wanted.number)
    subject = number.prefix if wanted.kind is BlockKind.PREFIX else number.e164
    id_ = _ref(wanted.kind, subject, parts.numbers.key)

    def block() -> BlockedNumber:
        time, why = timedelta(hours=wanted.hours), wanted.reason
        about = (parts.engine.database, wanted.kind, subject, time)
        blocks.block_number(*about, actor=admitted.actor, note=why)
        return BlockedNumber(id=id_, kind=wanted.kind, until=_blocks(request)[id_].until)

    async def work(_: UUID) -> Done:
        return Done(200, (await run_in_threadpool(block)).to_keep())

    return await once(admitted, work)


@router.post(
    "/{block_id}/lift",
    operation_id="liftNumberBlock",
    response_model=LiftedBlock,
    responses=problems.together(idempotency.RESPONSES, problems.documented("not_found")),
)
async def lift_number_block(
    block_id: _Ref,
    why: ReasonInput,
    request: Request,
    admitted: _Operator,
    once: OnceOnly,
) -> Response:
    """Lift a block, or give a used limit back: codes are sent again. 404: it has ended."""
    database = parts_of(request).engine.database

    def lift() -> Block | None:
        block = _blocks(request).get(block_id)
        if block and blocks.lift_block(database, block, why.reason, actor=admitted.actor):
            return block
        return None

    async def work(_: UUID) -> Done:
        lifted = await run_in_threadpool(lift)
        if lifted is None:
            raise Problem("not_found")
        return Done(200, LiftedBlock(id=block_id, kind=lifted.kind).to_keep())

    return await once(admitted, work)
