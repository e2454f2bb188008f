"""A client of the Mobile-ID and Smart-ID simulators, written without the product's code."""

import base64
import hashlib
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import httpx
from fastapi import FastAPI

from simulators.mobile_id.app import MOBILE_ID_PATH
from simulators.serving import serving
from simulators.smart_id.app import SMART_ID_PATH
from tests.fixtures.patience import PATIENCE

DIGEST = hashlib.sha256(b"Leping nr 1").digest()
HASH = base64.b64encode(DIGEST).decode()
MOBILE_ID_PARTY = {
    "relyingPartyUUID": "00000000-0000-0000-0000-000000000000",
    "relyingPartyName": "DEMO",
}
SMART_ID_PARTY = {
    "relyingPartyUUID": "00000000-0000-4000-8000-000000000000",
    "relyingPartyName": "DEMO",
}


class Client:
    """Client of a running simulator."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http
        self.url = str(http.base_url).rstrip("/")

    def log(self) -> list[dict[str, Any]]:
        """What phones were asked, the newest last."""
        found: list[dict[str, Any]] = self.control("GET", "/sessions")
        return found

    def by_hand(self) -> None:
        """Sessions wait for their phones from now on."""
        self.control("PUT", "/habits", {"answers": "manual"})

    def press(self, session_id: str, button: str) -> httpx.Response:
        """Press a button of the page, which is shown again."""
        path = f"/phones/{session_id}"
        return self.http.post(path, data={"press": button}, follow_redirects=True)

    def ahead(self, seconds: float) -> None:
        self.control("PUT", "/clock", {"ahead": seconds})

    def person(self, **person: Any) -> None:
        self.control("PUT", "/people", person)

    def fault(self, source: str, kind: str, **more: Any) -> None:
        """Set this fault and no other."""
        self.control("PUT", "/faults", {"source": source, "kind": kind, **more})

    def control(self, method: str, path: str, body: Any = None) -> Any:
        """``path`` is below ``/_control``."""
        response = self.http.request(method, f"/_control{path}", json=body)
        response.raise_for_status()
        return response.json() if response.content else None

    def reset(self) -> None:
        """As at the start."""
        for path in ("/faults", "/habits", "/clock", "/people", "/sessions"):
            self.control("DELETE", path)


class MobileIdClient(Client):
    """A relying party of Mobile-ID."""

    def post(self, path: str, phone: str, code: str, **more: Any) -> httpx.Response:
        about = {"phoneNumber": phone, "nationalIdentityNumber": code}
        return self.http.post(MOBILE_ID_PATH + path, json={**MOBILE_ID_PARTY, **about, **more})

    def sign(self, phone: str, code: str, **more: Any) -> httpx.Response:
        body = {"hash": HASH, "hashType": "SHA256", "language": "EST", **more}
        return self.post("/signature", phone, code, **body)

    def signing(self, phone: str, code: str, **more: Any) -> str:
        """Start to sign; return the session."""
        return str(self.sign(phone, code, **more).json()["sessionID"])

    def state(self, session_id: str, wait: int = 1000, kind: str = "signature") -> httpx.Response:
        path = f"{MOBILE_ID_PATH}/{kind}/session/{session_id}"
        return self.http.get(path, params={"timeoutMs": wait})


class SmartIdClient(Client):
    """A relying party of Smart-ID."""

    def post(self, path: str, **more: Any) -> httpx.Response:
        return self.http.post(SMART_ID_PATH + path, json={**SMART_ID_PARTY, **more})

    def choose(self, code: str, **more: Any) -> httpx.Response:
        return self.post(f"/signature/certificate-choice/notification/etsi/PNOEE-{code}", **more)

    def sign(self, code: str, **more: Any) -> httpx.Response:
        path = f"/signature/notification/document/PNOEE-{code}-MOCK-Q"
        return self.post(path, **signature_body(**more))

    def state(self, session_id: str, wait: int | str = 1000) -> httpx.Response:
        path = f"{SMART_ID_PATH}/session/{session_id}"
        return self.http.get(path, params={"timeoutMs": wait})


def signature_body(**more: Any) -> dict[str, Any]:
    return {
        "signatureProtocol": "RAW_DIGEST_SIGNATURE",
        "signatureProtocolParameters": {
            "digest": HASH,
            "signatureAlgorithm": "rsassa-pss",
            "signatureAlgorithmParameters": {"hashAlgorithm": "SHA-256"},
        },
        "interactions": interactions({"type": "displayTextAndPIN", "displayText60": "Leping"}),
        **more,
    }


def interactions(*shown: dict[str, str]) -> str:
    return base64.b64encode(json.dumps(shown).encode()).decode()


@contextmanager
def running_mobile_id(app: FastAPI) -> Iterator[MobileIdClient]:
    with serving(app) as url, httpx.Client(base_url=url, timeout=PATIENCE) as http:
        yield MobileIdClient(http)


@contextmanager
def running_smart_id(app: FastAPI) -> Iterator[SmartIdClient]:
    with serving(app) as url, httpx.Client(base_url=url, timeout=PATIENCE) as http:
        yield SmartIdClient(http)
