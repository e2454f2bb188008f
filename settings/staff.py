"""Settings of staff."""

from pydantic import Field

from settings.fields import Key, key_bytes
from settings.sections import Section


class StaffSettings(Section):
    """Key of the ids under which the history knows members of staff."""

    key: Key = Field(
        description="Base64 of 32 bytes: keys the pseudonymous ids of staff. A new one gives"
        " everyone a new id."
    )

    def id_key(self) -> bytes:
        """The key of the ids."""
        return key_bytes(self.key)
