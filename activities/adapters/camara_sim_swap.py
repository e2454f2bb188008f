"""Port and adapter for checking whether a number's SIM was changed recently.

Source: CAMARA SIM Swap, ``POST /check``. NIST SP 800-63B asks for such a check before a code sent
over the telephone network is trusted.
"""

from http import HTTPStatus
from typing import Protocol

import httpx
from pydantic import SecretStr

from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Trouble


class SimSwap(Protocol):
    """Checks SIMs. Calls block."""

    def swapped(self, number: str) -> bool:
        """Return whether the number's SIM was changed recently; False for a number unknown there.

        Raises domain.provisioning.steps.Trouble where the answer is unknown.
        """
        ...


class NoSimSwap:
    """For an operator without such a service: every SIM counts as unchanged."""

    def swapped(self, number: str) -> bool:  # noqa: ARG002 # the port's signature
        return False


class CamaraSimSwap:
    """CAMARA SIM Swap at ``url``, which ends with the API's version."""

    def __init__(
        self, http: httpx.Client, url: str, token: SecretStr | None, *, hours: int
    ) -> None:
        self._http = http
        self._url = f"{url.rstrip('/')}/check"
        self._token = token
        self._hours = hours

    def swapped(self, number: str) -> bool:
        """See SimSwap."""
        headers = {}
        if self._token is not None:
            headers["Authorization"] = f"Bearer {self._token.get_secret_value()}"
        body = {"phoneNumber": number, "maxAge": self._hours}
        try:
            answer = self._http.post(self._url, json=body, headers=headers)
            if _is_unknown_number(answer):
                return False
            answer.raise_for_status()
            swapped = answer.json()["swapped"]
        except httpx.TransportError:
            raise Trouble(StuckReason.UNREACHABLE) from None
        except httpx.HTTPStatusError as error:
            status = f"http_{error.response.status_code}"
            raise Trouble(StuckReason.TARGET_ERROR, status) from None
        except (httpx.HTTPError, ValueError, LookupError, TypeError):
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable") from None
        if not isinstance(swapped, bool):
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable")
        return swapped


def _is_unknown_number(answer: httpx.Response) -> bool:
    # A 404 without this code, of a proxy say, says nothing about the number.
    missing = answer.status_code == HTTPStatus.NOT_FOUND
    return missing and answer.json()["code"] in {"NOT_FOUND", "IDENTIFIER_NOT_FOUND"}
