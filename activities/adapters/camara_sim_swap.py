"""When a number's SIM was last changed: a port in the shape of CAMARA SIM Swap.

Source: CAMARA SIM Swap, ``POST /check``; NIST SP 800-63B asks for such a look before a code sent
over the telephone network is trusted.
"""

from http import HTTPStatus
from typing import Protocol

import httpx
from pydantic import SecretStr

from domain.ops.stuck_reasons import StuckReason
from domain.provisioning.steps import Trouble


class SimSwap(Protocol):
    """Asks whether a number's SIM was changed lately. Calls block."""

    def swapped(self, number: str) -> bool:
        """Whether it was. A number that the operator does not know was not.

        Raises access.steps.Trouble: unknown is neither yes nor no.
        """
        ...


class NoSimSwap:
    """For an operator without such a service: no SIM is ever suspected."""

    def swapped(self, number: str) -> bool:  # noqa: ARG002 # it has nobody to ask
        return False


class CamaraSimSwap:
    """The service at ``url``, which ends with its version."""

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
        asked = {"phoneNumber": number, "maxAge": self._hours}
        try:
            answer = self._http.post(self._url, json=asked, headers=headers)
            if _says_unknown_number(answer):
                return False
            answer.raise_for_status()
            swapped = answer.json()["swapped"]
        except httpx.TransportError:
            raise Trouble(StuckReason.UNREACHABLE) from None
        except httpx.HTTPStatusError as error:
            told = f"http_{error.response.status_code}"
            raise Trouble(StuckReason.TARGET_ERROR, told) from None
        except (httpx.HTTPError, ValueError, LookupError, TypeError):
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable") from None
        if not isinstance(swapped, bool):
            raise Trouble(StuckReason.TARGET_ERROR, "unreadable")
        return swapped


def _says_unknown_number(answer: httpx.Response) -> bool:
    # A 404 of anything else, a proxy say, is no word about the number.
    missing = answer.status_code == HTTPStatus.NOT_FOUND
    return missing and answer.json()["code"] in {"NOT_FOUND", "IDENTIFIER_NOT_FOUND"}
