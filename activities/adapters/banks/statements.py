"""Where a bank's statements are fetched: a list of ids in order, and each statement as camt.053.

Banks' own gateways differ (Swedbank Gateway, SEB Baltic Gateway, LHV Connect, Coop Gateway). What
stands here before one of them answers two questions below one address: ``GET ?after=ID`` is a JSON
list of the ids after that one, oldest first, at most some hundred; ``GET /ID`` is the statement.
"""

from collections.abc import Iterable, Iterator
from typing import Protocol
from urllib.parse import quote

import httpx
from pydantic import SecretStr

from activities.adapters.banks.camt053 import read_statement
from activities.adapters.banks.camt053_values import StatementRefused
from activities.adapters.json_requests import JsonRequests, is_id, json_of
from domain.ops.stuck_reasons import StuckReason
from domain.payments.orders import Statement
from domain.provisioning.steps import Refused, Trouble


class Statements(Protocol):
    """Statements of one account."""

    def after(self, statement_id: str | None) -> Iterable[Statement]:
        """See activities.adapters.banks.port.Bank.statements."""
        ...


class NoStatements:
    """A bank whose statements no setting names: every call is trouble."""

    def after(self, statement_id: str | None) -> Iterable[Statement]:  # noqa: ARG002
        raise Trouble(StuckReason.UNREACHABLE, "statements_url is not set")


class StatementRequests(JsonRequests):
    """Requests to what hands out statements, at ``url``."""

    def __init__(
        self, http: httpx.Client, url: str, token: SecretStr | None, *, timeout: float
    ) -> None:
        super().__init__(http, url, token, timeout=timeout)
        self._headers["Accept"] = "application/json, application/xml"


class HttpStatements:
    """Statements over HTTP."""

    def __init__(self, requests: StatementRequests, account: str) -> None:
        self._requests = requests
        self._account = account

    def after(self, statement_id: str | None) -> Iterator[Statement]:
        """See Statements. Each is fetched when it is asked for."""
        while ids := self._ids(statement_id):
            for each in ids:
                yield self._statement(each)
            statement_id = ids[-1]

    def _ids(self, after: str | None) -> list[str]:
        ids = json_of(self._get("", None if after is None else {"after": after}))
        if not isinstance(ids, list) or not all(map(is_id, ids)):
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable")
        if after in ids or len(set(ids)) < len(ids):  # it would never end
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable")
        return ids

    def _statement(self, statement_id: str) -> Statement:
        answer = self._get(f"/{quote(statement_id, safe='')}")
        try:
            return read_statement(answer.content, statement_id, self._account)
        except StatementRefused as refused:
            raise Trouble(StuckReason.TARGET_ERROR, refused.fault.value) from None

    def _get(self, path: str, query: dict[str, str] | None = None) -> httpx.Response:
        try:
            return self._requests.get(path, query)
        except Refused as refused:  # a question is refused: nothing is known
            raise Trouble(StuckReason.TARGET_ERROR, refused.detail) from None
