"""Settings of the sign-in of staff to the command line."""

from pathlib import Path

from pydantic import Field

from settings.fields import Word
from settings.sections import Section


class StaffLoginSettings(Section):
    """How staff sign in to commands (`volitus login`)."""

    client_id: Word = Field(
        "volitus-cli",
        description="Client of the command line at the identity provider: public, with the device"
        " grant. One staff profile of `VOLITUS_ISSUERS` must allow it.",
    )
    scope: str = Field(
        "offline_access",
        description="Scope that `volitus login` asks for. `offline_access` lets a sign-in be"
        " refreshed.",
    )
    session_file: Path | None = Field(
        None,
        description="File of the sign-in, one for each person. Default:"
        " `$XDG_STATE_HOME/volitus/session.json`, in `~/.local/state` where that is not set.",
    )
