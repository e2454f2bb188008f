"""``volitus login``, ``logout`` and ``whoami``: who runs the commands that follow."""

import sys
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from api.auth.principals import StaffCaller
from cli.connections import read_settings
from cli.console import USAGE, Failure, say
from cli.printing.as_json import Json, print_json
from cli.printing.facts import print_facts
from cli.session.current import current, kept, login_provider, session_file, unavailable
from cli.session.device_login import device_login
from cli.session.provider import DevicePrompt, ProviderRefusedError, ProviderUnavailableError
from cli.session.session_file import Session, SessionFile
from cli.session.verification import expires_at, issuer_of, verified
from domain.staff import staff_id
from settings.commands import LoginSettings

TokenFile = Annotated[
    Path | None,
    typer.Option(
        allow_dash=True,
        help="Use the access token in this file, got elsewhere, instead; `-` reads stdin.",
    ),
]
_LONGEST = 8 * 1024


def login(token_file: TokenFile = None) -> None:
    """Sign in at the operator's identity provider, with a code that you type there.

    Commands that follow are run in your name until `volitus logout`, or until the provider ends the
    sign-in. It is kept in a file that only you can read (VOLITUS_STAFF_LOGIN_SESSION_FILE).
    """
    settings = read_settings(LoginSettings)
    session = _with_device(settings) if token_file is None else _with_token(token_file)
    caller = verified(settings, session.access_token)
    file = session_file(settings)
    with file.locked():  # a command that refreshes the sign-in before does not overwrite this one
        file.write(session)
    say(f"Signed in: {caller.name}, {_roles(caller)}.")


def logout() -> None:
    """Sign out: forget the sign-in here, and end it at the identity provider."""
    settings = read_settings(LoginSettings)
    session = _forgotten(session_file(settings))
    if session is None or session.refresh_token is None or _revoked(settings, session):
        say("Signed out.")
    else:
        say("Signed out here. The identity provider was not told: the sign-in expires there.")


def whoami(*, as_json: Json = False) -> None:
    """Show who is signed in: name, roles, and the id by which the history knows them.

    Exit code 1 where nobody is.
    """
    settings = read_settings(LoginSettings)
    session = current(settings)
    caller = verified(settings, session.access_token)
    facts = {
        "name": caller.name,
        "roles": sorted(caller.roles),
        "id": staff_id(settings.staff.id_key(), caller.issuer, caller.subject),
        "issuer": caller.issuer,
        "token_expires_at": datetime.fromtimestamp(session.expires_at, UTC),
        "refreshable": session.refresh_token is not None,
    }
    if as_json:
        print_json(facts)
        return
    named = {name.replace("_", " "): value for name, value in facts.items()}
    refreshed = "yes" if session.refresh_token else "no"
    print_facts(named | {"roles": _roles(caller), "refreshable": refreshed})


def _forgotten(file: SessionFile) -> Session | None:
    """Remove the sign-in, and return it where it could be read."""
    session = None
    with suppress(Failure), file.locked():  # a command that refreshes it has written it before
        session = file.read()
        file.remove()
    file.remove()  # also what cannot be read or locked
    return session


def _with_device(settings: LoginSettings) -> Session:
    with login_provider(settings) as provider:
        try:
            tokens = device_login(provider, settings.staff_login.scope, _show)
        except ProviderUnavailableError as error:
            raise Failure(unavailable(provider.issuer, error)) from None
        except ProviderRefusedError as refused:
            raise Failure(
                f"The identity provider refuses a sign-in ({refused.code}): check the client "
                f"{provider.client_id} and the scope there."
            ) from None
        return kept(provider.issuer, provider.client_id, tokens)


def _with_token(file: Path) -> Session:
    try:
        with sys.stdin if str(file) == "-" else file.open(encoding="utf-8") as source:
            token = source.read(_LONGEST + 1).strip()
        token.encode("ascii")
    except (OSError, UnicodeError):
        raise Failure(
            f"{file} cannot be read as text: name a file with an access token, or -.", USAGE
        ) from None
    return Session(issuer_of(token), "", token, None, expires_at(token))


def _show(prompt: DevicePrompt) -> None:
    say(f"Open {prompt.address} and enter the code {prompt.user_code}")
    if prompt.complete_address:
        say(f"Or open {prompt.complete_address}")
    say("Compare the code there with this one. Waiting …")


def _revoked(settings: LoginSettings, session: Session) -> bool:
    try:
        with login_provider(settings) as provider:
            known = provider.issuer == session.issuer
            return known and provider.revoke(session.refresh_token or "")
    except (Failure, ProviderUnavailableError, ProviderRefusedError):
        return False


def _roles(caller: StaffCaller) -> str:
    return ", ".join(sorted(caller.roles)) or "without a role here"
