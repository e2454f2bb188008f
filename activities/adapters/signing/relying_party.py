"""The operator as SK's services know it."""

from typing import NamedTuple

from pydantic import SecretStr


class RelyingParty(NamedTuple):
    """What was agreed upon with SK. The UUID is a shared secret; the address is checked, too."""

    uuid: SecretStr
    name: str

    def fields(self) -> dict[str, str]:
        """Fields of every request."""
        uuid = self.uuid.get_secret_value()
        return {"relyingPartyUUID": uuid, "relyingPartyName": self.name}
