"""A mobile subscription of the demo over HTTP: started, read, signed on a phone, ended."""

import base64
import hashlib
import io
from typing import Any
from zipfile import ZipFile

import httpx

from dev.demo.client import Body, Scene, until

_PRODUCT = "mobile-subscription"
_SIGNATURES = "META-INF/signatures"
SEAL = 1
"""Number of seals that the operator puts on what it offers."""


class Subscription:
    """A contract of one account, and what its people do about it; each by a fresh login."""

    def __init__(self, scene: Scene, account: str, number: str, sim: str) -> None:
        self._scene = scene
        self._account = account
        self._wanted: Body = {
            "product": _PRODUCT,
            "number": number,
            "parameters": {"package": "mobile-m", "iccid": sim},
        }
        self.path = ""
        self.service = ""

    def start(self, code: str) -> Body:
        """Start it for a member; return it once it is offered, or as it is when time is out."""
        where = f"/v1/accounts/{self._account}/contracts"
        started = self._scene.post(where, self._scene.login(code), self._wanted)
        self.path = started.raise_for_status().headers["Location"]
        offered = self.reached(code, "offered")
        self.service = next(iter(offered["services"]), "")
        return offered

    def read(self, code: str) -> Body:
        """Return the contract as a member sees it."""
        found: Body = self._scene.get(self.path, self._scene.login(code)).json()
        return found

    def reached(self, code: str, *states: str) -> Body:
        """Wait until it is in one of these states; return it."""
        return until(lambda: self.read(code), lambda found: found.get("state") in states)

    def document(self, code: str, kind: str) -> httpx.Response:
        """Return one of its documents."""
        return self._scene.get(f"{self.path}/document?kind={kind}", self._scene.login(code))

    def container(self, code: str) -> "Container":
        """Return the signed container."""
        return Container(self.document(code, "container").raise_for_status().content)

    def sign(self, code: str, phone: str) -> Body:
        """Begin to sign by Mobile-ID what the member is shown; return the operation."""
        seen = self.read(code)["confirmation"]
        said = {"digest": seen["digest"], "method": "mobile_id", "phone": phone} | {
            name: seen["shown"][name] for name in ("template_version", "language")
        }
        begun = self._scene.post(f"{self.path}/sign", self._scene.login(code), said)
        operation: Body = begun.raise_for_status().json()
        return operation

    def asking(self, code: str, operation: Body) -> Body:
        """Wait until the phone asks; return the operation, with its code."""
        return self._operation(code, operation, lambda found: bool(found["verification_code"]))

    def signed(self, code: str, operation: Body) -> Body:
        """Wait until the operation has ended; return it."""
        ends = {"succeeded", "failed"}
        return self._operation(code, operation, lambda found: found["state"] in ends)

    def end(self, code: str, preview: Body) -> Body:
        """Set its end as this preview says; return the answer."""
        said = {"preview": preview.get("digest", ""), "reason": "customer"}
        answer: Body = self._scene.post(f"{self.path}/end", self._scene.login(code), said).json()
        return answer

    def preview(self, code: str) -> Body:
        """Preview its end."""
        shown: Body = self._scene.get(f"{self.path}/end-preview", self._scene.login(code)).json()
        return shown

    def booked(self) -> list[str]:
        """Return what billing booked for its service, in order."""
        found: list[Body] = self._scene.billing("GET", "/_control/booked")
        return [each["action"] for each in found if each["booking"]["service"] == self.service]

    def at_network(self) -> Body:
        """Return what the network has of its service."""
        found: list[Body] = self._scene.network("GET", "/_control/services")
        return next((each for each in found if each["id"] == self.service), {})

    def _operation(self, code: str, operation: Body, satisfied: Any) -> Body:
        where = f"/v1/operations/{operation['id']}"
        return until(lambda: self._scene.get(where, self._scene.login(code)).json(), satisfied)


class Container:
    """A container as anybody opens it: a zip with the files and their signatures."""

    def __init__(self, content: bytes) -> None:
        with ZipFile(io.BytesIO(content)) as zipped:
            self.files = {name: zipped.read(name) for name in zipped.namelist()}

    @property
    def signatures(self) -> list[bytes]:
        """XAdES signatures, in order."""
        return [self.files[name] for name in sorted(self.files) if name.startswith(_SIGNATURES)]

    def signs(self, content: bytes) -> bool:
        """Return whether it holds this file, and each signature its SHA-256."""
        digest = base64.b64encode(hashlib.sha256(content).digest())
        held = content in self.files.values()
        return held and bool(self.signatures) and all(digest in each for each in self.signatures)


class Phones:
    """The phones of the Mobile-ID simulator."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene

    def by_hand(self) -> None:
        """Let phones wait for a hand from now on."""
        self._scene.mobile_id("PUT", "/_control/habits", {"answers": "manual"})

    def by_themselves(self) -> None:
        """Let phones answer by themselves again."""
        self._scene.mobile_id("DELETE", "/_control/habits")

    def asked(self) -> Body:
        """Return the newest question to a phone."""
        found: list[Body] = self._scene.mobile_id("GET", "/_control/sessions")
        return found[-1] if found else {}

    def answer(self, *, confirmed: bool) -> None:
        """Press a button of the phone that was asked last."""
        path = f"/_control/sessions/{self.asked()['id']}/answer"
        self._scene.mobile_id("POST", path, {"confirmed": confirmed})
