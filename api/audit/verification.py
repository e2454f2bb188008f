"""/v1/ops/events/verification: staff verify that nobody tampered with the history."""

from datetime import datetime
from typing import Annotated, Self

from fastapi import APIRouter, Depends, Query
from pydantic import Field

from api.auth.authorization import Allow, Authorized
from api.auth.principals import StaffRole
from api.http import problems
from api.http.dependencies import Store
from api.http.problems import Problem
from api.http.routes import GuardedRoute
from api.http.schemas import RequestModel, ResponseModel
from api.http.validation_errors import ValidationIssue
from domain.audit import ChainFault
from services.audit import head_checks
from services.audit.head_checks import ComparedHead, HeadVerdict
from services.audit.head_signatures import HeadKeys, HeadProblem
from storage.audit import chain_check, hash_chain

router = APIRouter(prefix="/v1/ops/events/verification", tags=["events"], route_class=GuardedRoute)

_Operator = Annotated[Authorized, Depends(Allow(roles=(StaffRole.OPS,), acts=False))]
_MOST_LINKS = 20_000


class ChainPart(ResponseModel):
    """A part of the hash chain that was recomputed, up to where it is broken."""

    checked: int = Field(description="Number of positions that are whole, from the first on.")
    through: int = Field(description="The last position that is whole.")
    end: int = Field(description="The last position that the chain has now.")
    head: str = Field(description="The hash of `through`: keep a copy elsewhere.")
    broken_at: int | None = Field(description="Null: every position that was read is whole.")
    fault: str | None = Field(description="What is wrong there.")
    fault_kind: ChainFault | None = Field(description="The same as a code. More may be added.")
    event_id: int | None = Field(description="The event there, where there is one still.")
    next: int | None = Field(description="`after` of the next part; null: this is the last.")


class HeadsInput(RequestModel):
    """Log lines with published heads, and the keys by which they are trusted."""

    lines: list[Annotated[str, Field(max_length=1000)]] = Field(
        min_length=1,
        max_length=100,
        description="Lines of a scheduler's log, `event_chain_head`; others are passed over.",
    )
    public_keys: str = Field(
        min_length=1,
        max_length=4000,
        description="Public keys in PEM, one after another, as `volitus events public-key` prints"
        " them.",
    )


class PublishedHead(ResponseModel):
    """A head whose signature is valid, and what the chain says of it."""

    position: int
    digest: str = Field(description="Digest of the chain up to that position.")
    at: datetime = Field(description="When it was published.")
    verdict: HeadVerdict = Field(
        description="`contradicted`: history was rewritten up to there; `cut_off`: the chain has no"
        " such position any more."
    )

    @classmethod
    def of(cls, found: ComparedHead) -> Self:
        head = found.head
        return cls(position=head.position, digest=head.digest, at=head.at, verdict=found.verdict)


class RejectedHead(ResponseModel):
    """A head that cannot be trusted."""

    line: int = Field(description="Of those that were sent, from 1 on.")
    problem: HeadProblem = Field(description="Why the head cannot be trusted.")


class ComparedHeads(ResponseModel):
    """Published heads, compared with the hashes that the chain has now."""

    heads: list[PublishedHead] = Field(description="In the order of their positions.")
    rejected: int = Field(description="Number of heads that cannot be trusted.")
    first_rejected: list[RejectedHead] = Field(
        description="Those heads that cannot be trusted, the first ones; empty: every one fits."
    )


@router.get("", operation_id="verifyEvents", responses=problems.documented("not_found"))
def verify_events(
    _admitted: _Operator,
    database: Store,
    after: Annotated[int, Query(ge=0, le=2**63 - 1, description="`next` of the part before.")] = 0,
    limit: Annotated[int, Query(ge=1, le=_MOST_LINKS, description="Positions to read.")] = 10_000,
) -> ChainPart:
    """Recompute a part of the hash chain: repeat with `next` to verify all of it.

    Ends at the first position that is broken. Whether erased notes were erased by somebody is seen
    by `volitus events verify`, which reads the whole chain. 404: no position `after`.
    """
    with database.reading() as connection:
        part = chain_check.check(connection, after=after, limit=limit)
        end = hash_chain.head(connection).position
    if part is None:
        raise Problem("not_found")
    more = part.fault is None and part.checked == limit
    return ChainPart(
        checked=part.checked,
        through=after + part.checked,
        end=end,
        head=part.head,
        broken_at=part.broken_at,
        fault=part.fault and part.fault.text,
        fault_kind=part.fault and part.fault.kind,
        event_id=part.event_id,
        next=part.through if more else None,
    )


@router.post("/heads", operation_id="compareEventHeads")
def compare_event_heads(_admitted: _Operator, database: Store, sent: HeadsInput) -> ComparedHeads:
    """Compare published heads with the chain: a chain that was recomputed as a whole has others.

    Each head's signature is verified first. Nothing is stored.
    """
    try:
        keys = HeadKeys.of_pem(sent.public_keys)
    except ValueError:
        text = "Has no Ed25519 public key in PEM"
        raise Problem("invalid", errors=[ValidationIssue("/public_keys", text)]) from None
    found = head_checks.compare(database, "\n".join(sent.lines), keys)
    return ComparedHeads(
        heads=[PublishedHead.of(each) for each in found.compared],
        rejected=found.read.rejected,
        first_rejected=[
            RejectedHead(line=each.line, problem=each.problem) for each in found.read.first_rejected
        ],
    )
