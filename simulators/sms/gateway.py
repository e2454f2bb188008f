"""Accepts messages and answers their status, as the real gateway does."""

import base64
import hmac
from typing import Any

from fastapi import Request
from fastapi.responses import JSONResponse, Response
from pydantic import SecretStr, ValidationError

from simulators.faults import Fault
from simulators.sms import refusals
from simulators.sms.forms import OmniMessageForm
from simulators.sms.outbox import Message, Outbox
from simulators.sms.reports import Reporter
from simulators.sms.statuses import state_of


class Gateway:
    """The gateway's one account: user, password and messages."""

    def __init__(self, user: str, password: SecretStr, outbox: Outbox, reporter: Reporter) -> None:
        pair = f"{user}:{password.get_secret_value()}".encode()
        self._authorization = b"Basic " + base64.b64encode(pair)
        self._outbox = outbox
        self._reporter = reporter

    async def send(self, request: Request, fault: Fault | None) -> Response:
        """Accept one message; its delivery reports may arrive before this answer does."""
        if not self._knows(request):
            return refusals.unauthorized()
        try:
            form = OmniMessageForm.model_validate_json(await request.body())
        except ValidationError as error:
            return refusals.bad_body(error)
        if fault is not None and fault.kind == "refuse":
            return refusals.not_taken(fault.code)
        message = Message.of(form)
        self._outbox.put(message)
        self._reporter.report(message)
        return JSONResponse(_taken(message), 201)

    def status(self, request: Request, omnimessage_id: str) -> Response:
        """Return the status of a message."""
        if not self._knows(request):
            return refusals.unauthorized()
        message = self._outbox.omnimessage(omnimessage_id)
        return refusals.no_such_message() if message is None else JSONResponse(state_of(message))

    def _knows(self, request: Request) -> bool:
        given = request.headers.get("authorization", "").encode()
        return hmac.compare_digest(given, self._authorization)


def _taken(message: Message) -> dict[str, Any]:
    sms = {"channel": "sms", "message_id": message.message_id, "sender": message.sender}
    return {"omnimessage_id": message.omnimessage_id, "to": message.to, "messages": [sms]}
