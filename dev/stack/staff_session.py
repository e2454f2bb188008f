"""A sign-in to the ``volitus`` program, so that its commands work as soon as the stack runs."""

from pathlib import Path

import httpx

from cli.session.current import kept
from cli.session.device_login import device_login
from cli.session.provider import DevicePrompt, Provider
from cli.session.session_file import SessionFile
from simulators.identity.client import answer_device
from simulators.identity.clients import CLI_CLIENT

OPERATOR = "staff-kati"
"""The test member of staff who is signed in; has every role."""


def sign_in(identity_url: str, file: Path) -> None:
    """Sign the operator in at the simulated provider, by the device grant, and keep it in a file.

    It lasts for a working day; ``volitus login`` signs in again. Raises httpx.HTTPError.
    """

    def approve(prompt: DevicePrompt) -> None:
        answer_device(identity_url, prompt.user_code, OPERATOR)

    with httpx.Client(trust_env=False) as http:  # no proxy between neighbours
        provider = Provider(identity_url, CLI_CLIENT, http)
        tokens = device_login(provider, "offline_access", approve, sleep=lambda _seconds: None)
    SessionFile(file).write(kept(identity_url, CLI_CLIENT, tokens))
