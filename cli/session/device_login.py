"""Sign in by the device grant: wait until somebody approves the code (RFC 8628, section 3.5)."""

import time
from collections.abc import Callable

from cli.console import Failure
from cli.session.provider import (
    DevicePrompt,
    Provider,
    ProviderRefusedError,
    ProviderUnavailableError,
    Tokens,
)

_SLOWER = 5.0
_ENDED = {
    "access_denied": "The sign-in was refused: run `volitus login` to try again.",
    "expired_token": "Nobody approved the sign-in in time: run the same command again.",
}


def device_login(
    provider: Provider,
    scope: str,
    show: Callable[[DevicePrompt], None],
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> Tokens:
    """Show a code and wait for its approval.

    Raises Failure where it was denied or nobody answered in time, ProviderUnavailableError and
    ProviderRefusedError where it could not begin.
    """
    prompt = provider.start_device(scope)
    show(prompt)
    interval, waited = prompt.interval, 0.0
    while waited < prompt.seconds:
        sleep(interval)
        waited += interval
        try:
            return provider.ask_device(prompt)
        except ProviderUnavailableError:
            interval *= 2  # section 3.5 asks for back-off where the connection fails
        except ProviderRefusedError as refused:
            interval += _longer(refused)
    raise Failure(_ENDED["expired_token"])


def _longer(refused: ProviderRefusedError) -> float:
    """Seconds by which the next question waits longer. Raises Failure where there is none."""
    match refused.code:
        case "authorization_pending":
            return 0.0
        case "slow_down":
            return _SLOWER
        case code:
            raise Failure(_ENDED.get(code, f"The identity provider ended the sign-in ({code})."))
