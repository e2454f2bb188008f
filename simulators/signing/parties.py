"""The one relying party of a signing service, as the service knows it."""

import hmac
from typing import NamedTuple


class RelyingParty(NamedTuple):
    """UUID and name that were agreed upon. The real services check the address, too."""

    uuid: str
    name: str

    def sent(self, uuid: str, name: str) -> bool:
        """Return whether this party sent the request. Case counts in neither."""
        known = hmac.compare_digest(uuid.lower().encode(), self.uuid.lower().encode())
        return known and name.casefold() == self.name.casefold()
