"""Idempotency-Key (IETF draft): a repeated request is carried out once and answered the same."""

import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import asdict, dataclass, field
from typing import Annotated, Any
from uuid import NAMESPACE_URL, UUID, uuid5

import msgspec
from fastapi import Depends, Header, Request, Response

from api.auth.authorization import Authorized
from api.auth.principals import StaffCaller
from api.http import problems
from api.http.problem_kinds import KINDS
from api.http.problems import Problem, of_refused
from api.http.validation_errors import ValidationIssue
from api.parts import parts_of
from services.errors import Refused
from services.requests import idempotency
from storage.requests.idempotency_keys import Claim, Kept

# The draft makes it a structured string, in quotes; most clients leave them out.
_KEY = r'^"?[!#-\[\]-~]{1,255}"?$'

REPLAYED = "Idempotent-Replayed"
"""Header of an answer that is the first one's, repeated."""

_NOT_YET = frozenset({429})
"""Statuses that are not kept: the same request may succeed later."""

RESPONSES = problems.documented(
    "idempotency_key_in_use", "idempotency_key_missing", "idempotency_key_reused"
)


@dataclass(frozen=True, slots=True)
class Done:
    """Answer to a request that was carried out."""

    status: int
    body: Mapping[str, Any]
    headers: Mapping[str, str] = field(default_factory=dict)


class Once:
    """Carries out one request, or repeats the answer of the first one with its key."""

    def __init__(self, request: Request, key: str) -> None:
        self._request = request
        self._engine = parts_of(request).engine
        self._key = key.strip('"')

    async def __call__(
        self,
        admitted: Authorized,
        work: Callable[[UUID], Awaitable[Done]],
        person_id: UUID | None = None,
        *,
        has_secret: bool = False,
    ) -> Response:
        """Do the work for this caller, who acts for this person, or repeat its answer.

        ``work`` gets an id made of caller and key: the same if it is repeated after a crash.
        Problems that it raises are answers too and are kept; server errors (5xx) and 429 are not.
        ``has_secret``: the body holds one, which nobody is to try out by what is kept of it.
        """
        caller = _caller_digest(admitted, person_id)
        claim = await self._claim(caller, person_id, has_secret=has_secret)
        if isinstance(claim, Kept):
            return self._response(claim, replayed=True)
        if claim is not Claim.OURS:
            running = claim is Claim.RUNNING
            code = "idempotency_key_in_use" if running else "idempotency_key_reused"
            raise Problem(code, headers={"Retry-After": "1"} if running else None)
        try:
            kept = await self._carry_out(work, uuid5(NAMESPACE_URL, f"{caller}/{self._key}"))
        except BaseException:
            await idempotency.release(self._engine, caller, self._key)
            raise
        await idempotency.keep(self._engine, caller, self._key, kept)
        return self._response(kept)

    async def _claim(
        self, caller: str, person_id: UUID | None, *, has_secret: bool
    ) -> Claim | Kept:
        request = self._request
        content = f"{request.method} {request.url.path}\n".encode() + await request.body()
        fingerprint = hashlib.sha256(content).hexdigest()
        if has_secret:
            fingerprint = parts_of(request).secrets.digest(fingerprint)
        return await idempotency.claim(self._engine, caller, self._key, fingerprint, person_id)

    async def _carry_out(self, work: Callable[[UUID], Awaitable[Done]], id_: UUID) -> Kept:
        try:
            done = await work(id_)
        except (Problem, Refused) as error:
            problem = error if isinstance(error, Problem) else of_refused(error)
            if KINDS[problem.code][0] in _NOT_YET or KINDS[problem.code][0] >= 500:
                raise
            body = {
                "code": problem.code,
                "detail": problem.detail,
                "verification": problem.verification,
                "refusals": list(problem.refusals),
                "preview": problem.preview,
                "errors": [asdict(issue) for issue in problem.errors],
            }
            return Kept(KINDS[problem.code][0], {}, body)
        return Kept(done.status, done.headers, done.body)

    def _response(self, kept: Kept, *, replayed: bool = False) -> Response:
        told = {REPLAYED: "true"} if replayed else {}
        if kept.status >= 400:
            body = kept.body
            problem = Problem(
                body["code"],
                body.get("detail", ""),
                verification=body.get("verification"),
                refusals=body.get("refusals", ()),
                preview=body.get("preview"),
                errors=[ValidationIssue(**issue) for issue in body.get("errors", ())],
                headers=told,
            )
            return problems.answer(self._request.scope, problem)
        # Sorted: the database returns the keys of a document in another order.
        content = msgspec.json.encode(kept.body, order="sorted")
        headers = {**kept.headers, **told}
        return Response(content, kept.status, headers, media_type="application/json")


async def _once(
    request: Request,
    key: Annotated[
        str,
        Header(
            alias="Idempotency-Key",
            pattern=_KEY,
            description="The same key and body get the same answer, for a week.",
        ),
    ],
) -> Once:
    return Once(request, key)


OnceOnly = Annotated[Once, Depends(_once)]


def _caller_digest(admitted: Authorized, person_id: UUID | None) -> str:
    """Return a digest of the caller and the person: keys of different callers are unrelated.

    Ids are made of it, so it holds nothing personal: persons and staff are internal ids.
    """
    caller = admitted.caller
    subject = admitted.actor.id if isinstance(caller, StaffCaller) else ""
    who = [caller.issuer, caller.client_id, subject, str(person_id or "")]
    return hashlib.sha256("\n".join(who).encode()).hexdigest()
