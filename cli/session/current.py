"""The sign-in that counts now: read from its file, and refreshed before it expires."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from cli.console import USAGE, Failure
from cli.session.provider import Provider, ProviderRefusedError, ProviderUnavailableError, Tokens
from cli.session.session_file import Session, SessionFile
from cli.session.trust import authorities
from cli.session.verification import BREAK_GLASS, expires_at
from settings.process_bases import StaffProcessSettings

_EARLY = 60.0
"""Seconds before its expiry that an access token is replaced, so that it lasts for the command."""


def session_file(settings: StaffProcessSettings) -> SessionFile:
    """The file of the sign-in."""
    given = settings.staff_login.session_file
    if given is not None:
        return SessionFile(given)
    home = os.environ.get("XDG_STATE_HOME") or Path("~/.local/state").expanduser()
    return SessionFile(Path(home) / "volitus" / "session.json")


@contextmanager
def login_provider(settings: StaffProcessSettings) -> Iterator[Provider]:
    """The provider at which staff sign in to commands. Raises Failure: the settings name none."""
    client_id = settings.staff_login.client_id
    issuers = {
        profile.issuer
        for profile in settings.issuers
        if profile.kind == "staff" and client_id in profile.allowed_clients
    }
    if len(issuers) != 1:
        which = "No profile" if not issuers else "More than one issuer"
        raise Failure(
            f"{which} of staff in VOLITUS_ISSUERS allows the client {client_id} "
            "(VOLITUS_STAFF_LOGIN_CLIENT_ID): correct one of the two (docs/identity.md).",
            USAGE,
        )
    with httpx.Client(verify=authorities()) as http:
        yield Provider(issuers.pop(), client_id, http)


def current(settings: StaffProcessSettings) -> Session:
    """Return the sign-in, refreshed where it is about to expire. Raises Failure: there is none."""
    file = session_file(settings)
    session = _read(file)
    if session.refresh_token is None or _lasts(session):
        return session
    with file.locked():
        session = _read(file)  # another command may have refreshed or ended it meanwhile
        if session.refresh_token is None or _lasts(session):
            return session
        return _refreshed(settings, file, session, session.refresh_token)


def _read(file: SessionFile) -> Session:
    session = file.read()
    if session is None:
        raise Failure(f"Nobody is signed in: run `volitus login`; {BREAK_GLASS}.")
    return session


def kept(issuer: str, client_id: str, tokens: Tokens, before: str | None = None) -> Session:
    """What is kept of these tokens. ``before``: the refresh token that they were got for."""
    refresh = tokens.refresh or before
    return Session(issuer, client_id, tokens.access, refresh, expires_at(tokens.access))


def _refreshed(
    settings: StaffProcessSettings, file: SessionFile, session: Session, token: str
) -> Session:
    with login_provider(settings) as provider:
        if (provider.issuer, provider.client_id) != (session.issuer, session.client_id):
            raise Failure("The sign-in is another provider's: run `volitus login`.")
        try:
            new = kept(session.issuer, session.client_id, provider.refresh(token), token)
        except ProviderUnavailableError as error:
            if session.expires_at > time.time():
                return session
            raise Failure(unavailable(session.issuer, error)) from None
        except ProviderRefusedError as refused:
            return _not_refreshed(file, session, refused)
    file.write(new)
    return new


def _not_refreshed(file: SessionFile, session: Session, refused: ProviderRefusedError) -> Session:
    """Forget a sign-in that has ended (RFC 6749, 5.2); any other refusal may pass."""
    if refused.code == "invalid_grant":
        file.remove()
        raise Failure(f"The sign-in has ended ({refused.code}): run `volitus login`.")
    if session.expires_at > time.time():
        return session
    raise Failure(
        f"The identity provider {session.issuer} does not renew the sign-in ({refused.code}). "
        f"Try again, or run `volitus login`; {BREAK_GLASS}."
    )


def unavailable(issuer: str, error: ProviderUnavailableError) -> str:
    """One line: the provider does not answer, and what works without it."""
    return f"The identity provider {issuer} is unavailable ({error}). Try again; {BREAK_GLASS}."


def _lasts(session: Session) -> bool:
    return session.expires_at - time.time() > _EARLY
