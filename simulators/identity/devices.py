"""The device authorization grant (RFC 8628): somebody signs in for a program without a browser.

The program shows a short code; the person types it into a page, on any device, and approves.
"""

import secrets
import time
from collections.abc import Callable
from dataclasses import dataclass

from simulators.identity.staff import Member

GRANT = "urn:ietf:params:oauth:grant-type:device_code"
CODE_LIFE = 600
INTERVAL = 5
SLOWER = 5
"""Seconds by which ``slow_down`` lengthens the interval: RFC 8628 section 3.5."""
_LETTERS = "BCDFGHJKLMNPQRSTVWXZ"
"""No vowels, so that no code is a word: RFC 8628 section 6.1."""


class DeviceGrantError(Exception):
    """An error code of RFC 8628 section 3.5, or of RFC 6749 section 5.2."""


@dataclass(slots=True)
class Device:
    """A program that waits for somebody's approval."""

    client_id: str
    scope: str
    user_code: str
    until: float
    interval: float
    asked_at: float | None = None
    answered: bool = False
    member: Member | None = None
    """Who approved; None: nobody, or it was denied."""


class Devices:
    """The programs that wait."""

    def __init__(self, now: Callable[[], float] = time.time, *, interval: float = INTERVAL) -> None:
        self._now = now
        self._interval = interval
        self._devices: dict[str, Device] = {}

    def start(self, client_id: str, scope: str) -> tuple[str, Device]:
        """Return a device code, known to the program alone, and what waits under it."""
        now = self._now()
        self._devices = {code: each for code, each in self._devices.items() if each.until > now}
        letters = "".join(secrets.choice(_LETTERS) for _ in range(8))
        user_code = f"{letters[:4]}-{letters[4:]}"
        device = Device(client_id, scope, user_code, now + CODE_LIFE, self._interval)
        code = secrets.token_urlsafe(32)
        self._devices[code] = device
        return code, device

    def answer(self, user_code: str, member: Member | None) -> bool:
        """Approve as ``member``, or deny; returns whether this code waits for an answer."""
        typed = "".join(letter for letter in user_code.upper() if letter in _LETTERS)
        for device in self._devices.values():
            waits = not device.answered and device.until > self._now()
            if waits and device.user_code.replace("-", "") == typed:
                device.answered, device.member = True, member
                return True
        return False

    def redeem(self, device_code: str, client_id: str) -> tuple[Device, Member]:
        """Return what was approved, once. Raises DeviceGrantError."""
        device = self._devices.get(device_code)
        if device is None or device.client_id != client_id:
            raise DeviceGrantError("invalid_grant")
        now, before = self._now(), device.asked_at
        device.asked_at = now
        if device.until <= now:
            raise DeviceGrantError("expired_token")
        if before is not None and now - before < device.interval:
            device.interval += SLOWER
            raise DeviceGrantError("slow_down")
        if not device.answered:
            raise DeviceGrantError("authorization_pending")
        del self._devices[device_code]
        if device.member is None:
            raise DeviceGrantError("access_denied")
        return device, device.member
