"""Settings of signatures in the development stack, where test people sign."""

from pathlib import Path

from simulators.trust.app import OCSP_PATH, TIME_STAMPS_PATH
from simulators.trust.identities import Identities


def signature_settings(directory: Path, trust_url: str) -> dict[str, str]:
    """Return what the product trusts and asks; makes the authorities in a directory without any."""
    identities = Identities(directory)
    return {
        "VOLITUS_SIGNATURES_TRUSTED_ISSUERS": identities.trusted_issuers().decode(),
        "VOLITUS_SIGNATURES_OCSP_URL": trust_url + OCSP_PATH,
        "VOLITUS_SIGNATURES_TRUSTED_TIMESTAMPS": identities.trusted_time_stampers().decode(),
        "VOLITUS_SIGNATURES_TIMESTAMP_URL": trust_url + TIME_STAMPS_PATH,
    }
