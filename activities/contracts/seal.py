"""The operator's e-seal on what it offers: who signs accepts an offer that nobody can change."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from activities.adapters.signing.asice.files import DataFile
from activities.adapters.signing.asice.signatures import complete, prepare
from activities.adapters.signing.e_seal import ESeal
from activities.adapters.signing.services import ProofServices
from activities.adapters.signing.trusted_issuers import TrustedIssuers
from domain.signatures.certificates import CertificateRefused
from domain.signatures.methods import SignatureLevel
from domain.signatures.proofs import ProofRejected, ProofUnavailable


@dataclass(frozen=True, slots=True)
class Seal:
    """A seal over files."""

    xml: bytes = field(repr=False)
    level: SignatureLevel
    timestamped_at: datetime | None


class Sealer:
    """The operator's key, and what proves when it was used."""

    def __init__(
        self, seal: ESeal, proofs: ProofServices | None, issuers: TrustedIssuers | None
    ) -> None:
        """``proofs`` or ``issuers`` None: seals stay at level B."""
        self._seal = seal
        self._proofs = proofs
        self._issuers = issuers

    def seal(self, files: Sequence[DataFile]) -> Seal:
        """Seal files. Where nothing proves it now, the seal stays at level B: no offer waits."""
        certificate = asyncio.run(self._seal.certificate())
        now = datetime.now(UTC)
        prepared = prepare(files, certificate.der, now, algorithm=certificate.algorithm)
        session = prepared.signed_info_digest.hex()
        value = asyncio.run(self._seal.poll(session, 0))
        xml = complete(prepared, value.value)
        try:
            return self._proven(xml, certificate.der, now)
        except (ProofUnavailable, ProofRejected, CertificateRefused):
            return Seal(xml, SignatureLevel.B, None)

    def _proven(self, xml: bytes, certificate: bytes, now: datetime) -> Seal:
        if self._proofs is None or self._issuers is None:
            return Seal(xml, SignatureLevel.B, None)
        issuer = self._issuers.issuer_of(certificate, now)
        proven = self._proofs.prove(xml, certificate, issuer)
        if proven is None:
            return Seal(xml, SignatureLevel.B, None)
        return Seal(proven.xml, SignatureLevel.LT, proven.at)
