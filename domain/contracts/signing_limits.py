"""How often one person, and one phone, may be asked to sign: nobody's phone is made to ring on."""

from datetime import timedelta
from uuid import UUID

from domain.rates import Rate, Use

SIGNER_LIMIT = "signatures"
"""Name of the limit on signings that one person starts."""
RINGING_LIMIT = "signature_person"
"""Name of the limit on signings of one person in a short time, by whatever method."""
PHONE_LIMIT = "signature_phone"
"""Name of the limit on signings by one phone, whoever starts them."""
_PER_SIGNER = Rate(10, timedelta(hours=1))
_RINGING = Rate(5, timedelta(minutes=15))


def uses(person_id: UUID, phone: str | None) -> list[Use]:
    """Limits that one signing uses. ``phone``: E.164; None: the method finds the phone itself."""
    person = str(person_id)
    found = [Use(SIGNER_LIMIT, person, _PER_SIGNER), Use(RINGING_LIMIT, person, _RINGING)]
    if phone is not None:
        found.append(Use(PHONE_LIMIT, phone, _RINGING))
    return found
