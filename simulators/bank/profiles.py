"""What was agreed upon with each bank."""

from dataclasses import dataclass

OPERATOR_ID = "TELEKOM"
OPERATOR_NAME = "Telekom AS"


@dataclass(frozen=True, slots=True)
class Profile:
    """A bank, and how it speaks the bank link."""

    name: str
    title: str
    bank_id: str
    version: str
    mac_hash: str
    encoding: str
    account: str
    """The operator's IBAN there."""
    account_field: str = "VK_REC_ACC"
    encoding_field: str = "VK_ENCODING"


KUUSK = Profile("kuusk", "Kuusk Pank", "KUUSK", "009", "sha512", "UTF-8", "EE382200221020145685")
TAMM = Profile(
    "tamm",
    "Tamm Pank",
    "TAMM",
    "008",
    "sha1",
    "ISO-8859-1",
    "EE471000001020145685",
    account_field="VK_ACC",
    encoding_field="VK_CHARSET",
)
PROFILES = {each.name: each for each in (KUUSK, TAMM)}
