"""Requests of trust services, which speak DER over HTTP."""

from datetime import timedelta

import httpx

from domain.signatures.proofs import ProofFault, ProofRejected, ProofUnavailable

_LONGEST_ANSWER = 256 * 1024
"""Bytes. OCSP and time-stamps take a few thousand, with their certificates."""


class DerRequests:
    """Requests to one service at ``url``. Redirects are not followed."""

    def __init__(
        self, http: httpx.AsyncClient, url: str, content_type: str, *, timeout: timedelta
    ) -> None:
        self._http = http
        self._url = url
        self._headers = {"Content-Type": content_type}
        seconds = timeout.total_seconds()
        self._timeout = httpx.Timeout(seconds, connect=min(seconds, 5))

    async def answer(self, request: bytes) -> bytes:
        """Return the body of a successful answer. Asking twice does no harm.

        Raises ProofUnavailable, or ProofRejected where the service does not take the request.
        """
        try:
            async with self._http.stream(
                "POST",
                self._url,
                content=request,
                headers=self._headers,
                timeout=self._timeout,
                follow_redirects=False,
            ) as answer:
                _check(answer)
                return await _body(answer)
        except httpx.HTTPError:
            raise ProofUnavailable("unreachable") from None


def _check(answer: httpx.Response) -> None:
    if answer.is_success:
        return
    # 4xx of a proxy or of a service that knows us no more is repaired by operations, not by us.
    if answer.status_code in {400, 413, 415}:
        raise ProofRejected(ProofFault.REFUSED)
    raise ProofUnavailable(f"http_{answer.status_code}")


async def _body(answer: httpx.Response) -> bytes:
    body = bytearray()
    async for part in answer.aiter_bytes():
        body += part
        if len(body) > _LONGEST_ANSWER:
            raise ProofRejected(ProofFault.MALFORMED)
    return bytes(body)
