"""Requests for pages of usage records: their answers are large, and read with a limit."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import httpx

from activities.adapters.json_requests import JsonRequests, code_of
from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import InDoubt, Refused, Trouble

_MOST_BYTES = 32 * 2**20
"""Of an answer: 5,000 records are about 5 MB."""
ACCOUNT_UNKNOWN = "account_unknown"


class Told(NamedTuple):
    """A successful answer."""

    headers: httpx.Headers
    content: bytes


class UsageRequests(JsonRequests):
    """Requests to billing at ``url``."""

    def refusal(self, status: int, error: Any) -> Refused:  # noqa: ARG002 # the code says more
        """See JsonRequests."""
        code = code_of(error)
        is_unknown = code == ACCOUNT_UNKNOWN
        return Refused(StuckReason.SERVICE_UNKNOWN if is_unknown else StuckReason.REFUSED, code)

    def page(self, path: str, query: Sequence[tuple[str, str]]) -> Told:
        """Read a page. Raises Trouble or Refused: nothing is in doubt."""
        try:
            with self._http.stream(
                "GET",
                self._url + path,
                params=list(query),
                headers=self._headers,
                timeout=self._timeout,
                follow_redirects=False,
            ) as answer:
                content = _limited(answer)
                status, headers = answer.status_code, answer.headers
        except httpx.HTTPError:
            raise Trouble(StuckReason.UNREACHABLE) from None
        self._require_success(httpx.Response(status, content=content))
        return Told(headers, content)

    def _require_success(self, answer: httpx.Response) -> None:
        try:
            self._check(answer)
        except InDoubt as error:
            raise Trouble(error.code, error.detail) from None


def _limited(answer: httpx.Response) -> bytes:
    content = bytearray()
    for part in answer.iter_bytes():
        content += part
        if len(content) > _MOST_BYTES:
            raise Trouble(StuckReason.TARGET_ERROR, "too_large")
    return bytes(content)
