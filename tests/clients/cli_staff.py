"""Members of staff who are signed in to the command line, at a simulator of this process's own.

It is started when a test first runs a command. A member signs in once for all tests.
"""

import atexit
import json
import shutil
import tempfile
import time
from collections.abc import Mapping
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from cli.session.session_file import Session, SessionFile
from simulators.identity import client
from simulators.identity.app import JWKS_PATH, create_app
from simulators.identity.clients import CLI_CLIENT
from simulators.identity.profiles import issuer_profiles
from simulators.identity.staff import MEMBERS
from simulators.serving import serving
from tests.builders.staff import ISSUER

_LIFE = 3600


@cache
def signed_in(subject: str = "staff-kati", name: str = "") -> Mapping[str, str]:
    """Settings with which this test member of staff runs commands; ``name`` is of somebody else."""
    address, folder = _provider()
    member, now = MEMBERS.get(subject, MEMBERS["staff-kati"]), int(time.time())
    claims = {"sub": subject, "roles": list(member.roles), "name": name or member.name}
    lasting = {"client_id": CLI_CLIENT, "iat": now, "exp": now + _LIFE}
    token = client.staff_token(address, "ops", **claims, **lasting)
    file = folder / subject / "session.json"
    SessionFile(file).write(Session(ISSUER, CLI_CLIENT, token, None, now + _LIFE))
    return {"VOLITUS_ISSUERS": _issuers(), "VOLITUS_STAFF_LOGIN_SESSION_FILE": str(file)}


def nobody() -> Mapping[str, str]:
    """Settings with which nobody is signed in."""
    _, folder = _provider()
    missing = folder / "nobody" / "session.json"
    return {"VOLITUS_ISSUERS": _issuers(), "VOLITUS_STAFF_LOGIN_SESSION_FILE": str(missing)}


def _issuers() -> str:
    address, _ = _provider()
    profiles = issuer_profiles(ISSUER, jwks_uri=address + JWKS_PATH)
    return json.dumps([each | {"max_age": _LIFE} for each in profiles])


@cache
def _provider() -> tuple[str, Path]:
    """Address of the simulator, and the folder of the sign-ins."""
    stack = ExitStack()
    atexit.register(stack.close)
    folder = Path(tempfile.mkdtemp(prefix="volitus-signed-in-"))
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    return stack.enter_context(serving(create_app(ISSUER))), folder
