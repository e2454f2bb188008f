"""Messente's refusals: only those of the number may tell the person that the number is bad."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest
from pydantic import SecretStr

from activities.adapters.messente import Messente
from domain.provisioning.steps import NotDone


def answered(status: int, body: Any) -> str:
    """Send an SMS that the gateway answers like this; return the error in one line."""
    answer = {"text": body} if isinstance(body, str) else {"json": body}
    transport = httpx.MockTransport(lambda _: httpx.Response(status, **answer))
    with httpx.Client(transport=transport) as http:
        gateway = Messente(
            http,
            "https://api.messente.example",
            ("user", SecretStr("password")),
            sender="Volitus",
            reports_url=None,
            timeout=timedelta(seconds=1),
        )
        with pytest.raises(NotDone) as caught:
            gateway.send("+37255500001", "123456", timedelta(minutes=10), uuid4())
    return f"{type(caught.value).__name__} {caught.value}"


LOST = "InDoubt answer_lost: http_201"


def errors(*sources: str | None, code: object = "104") -> dict[str, Any]:
    items = [{"title": "Invalid data", "detail": "no", "code": code, "source": s} for s in sources]
    return {"errors": items}


@pytest.mark.parametrize(
    ("status", "body", "outcome"),
    [
        pytest.param(400, errors("to"), "Refused refused: 104", id="number"),
        pytest.param(400, errors("payload/to"), "Refused refused: 104", id="number-in-a-path"),
        pytest.param(422, errors("to", code=104), "Refused refused: 104", id="code-a-number"),
        pytest.param(400, errors("messages.0.sender"), "Trouble target_error: 104", id="sender"),
        pytest.param(400, errors("dlr_url"), "Trouble target_error: 104", id="reports-address"),
        pytest.param(400, errors("to", "text"), "Trouble target_error: 104", id="number-and-text"),
        pytest.param(400, errors(None), "Trouble target_error: 104", id="of-nothing-named"),
        pytest.param(402, errors(None, code="108"), "Trouble target_error: 108", id="no-credit"),
        pytest.param(404, errors(None, code="101"), "Trouble target_error: 101", id="moved-away"),
        pytest.param(405, errors(None, code="107"), "Trouble target_error: 107", id="method"),
        pytest.param(403, errors("to"), "Trouble target_error: http_403", id="forbidden"),
        pytest.param(400, {"errors": []}, "InDoubt answer_lost: http_400", id="no-error"),
        pytest.param(201, {"messages": [{"message_id": "a\0"}]}, LOST, id="no-database-takes-it"),
        pytest.param(201, {"messages": [{"message_id": "a\n"}]}, LOST, id="an-id-of-two-lines"),
        pytest.param(201, {"messages": [{"message_id": ""}]}, LOST, id="no-id"),
        pytest.param(413, "<html>", "InDoubt answer_lost: http_413", id="a-proxy"),
    ],
)
def test_fault_28_only_a_refused_number_is_a_bad_number(
    status: int, body: Any, outcome: str
) -> None:
    assert answered(status, body) == outcome
