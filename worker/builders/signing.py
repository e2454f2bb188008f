"""Activities of signatures, over the services that the settings name."""

from collections.abc import Mapping

import httpx

from activities.adapters.signing.e_seal import ESeal
from activities.adapters.signing.mobile_id import MobileId
from activities.adapters.signing.ocsp import OcspResponder
from activities.adapters.signing.port import SigningService
from activities.adapters.signing.relying_party import RelyingParty
from activities.adapters.signing.services import Opened, ProofServices, SigningServices
from activities.adapters.signing.smart_id import SmartId
from activities.adapters.signing.timestamps import TimestampAuthority, TrustedTimestamps
from activities.adapters.signing.trusted_issuers import TrustedIssuers
from activities.contracts.ask_signer import AskSignerActivities
from activities.contracts.keep_signature import KeepSignatureActivities
from activities.contracts.prove_signature import ProveSignatureActivities
from activities.contracts.seal import Sealer
from domain.signatures.methods import SignatureMethod
from settings.processes import WorkerSettings
from settings.signatures import SignatureSettings
from settings.signing_services import RelyingPartySettings
from storage.database import Database
from worker.registration import ActivityCarrier

_ADAPTERS: Mapping[SignatureMethod, type[MobileId | SmartId]] = {
    SignatureMethod.MOBILE_ID: MobileId,
    SignatureMethod.SMART_ID: SmartId,
}


def signing(settings: WorkerSettings, database: Database) -> list[ActivityCarrier]:
    """Build the activities that have people sign, and prove what they signed."""
    signatures = settings.signatures
    rules, issuers = settings.approval_rules(), trusted_issuers(signatures)
    return [
        AskSignerActivities(database, services(signatures), issuers, rules),
        ProveSignatureActivities(database, proofs(signatures)),
        KeepSignatureActivities(database, signatures.minimum_level, rules),
    ]


def services(settings: SignatureSettings) -> SigningServices:
    """Return the services that are set, by method."""
    by_method = {
        SignatureMethod.MOBILE_ID: _opened(SignatureMethod.MOBILE_ID, settings.mobile_id),
        SignatureMethod.SMART_ID: _opened(SignatureMethod.SMART_ID, settings.smart_id),
    }
    return SigningServices({name: each for name, each in by_method.items() if each is not None})


def _opened(
    method: SignatureMethod, settings: RelyingPartySettings
) -> Opened[SigningService] | None:
    url, uuid, name = settings.url, settings.relying_party_uuid, settings.relying_party_name
    if url is None or uuid is None or name is None:
        return None
    party, timeout = RelyingParty(uuid, name), settings.timeout.total_seconds()

    def opened(http: httpx.AsyncClient) -> SigningService:
        return _ADAPTERS[method](http, str(url), party, timeout=timeout)

    return opened


def trusted_issuers(settings: SignatureSettings) -> TrustedIssuers | None:
    """Return whose certificates are trusted; None: nobody's."""
    pem = settings.trusted_issuers
    return None if pem is None else TrustedIssuers.from_pem(pem.encode())


def sealer(settings: SignatureSettings) -> Sealer | None:
    """Return what seals in the operator's name; None: the settings name no key."""
    key, certificate = settings.e_seal.key, settings.e_seal.certificate
    if key is None or certificate is None:
        return None
    seal = ESeal.from_pem(key.get_secret_value().encode(), certificate.encode())
    return Sealer(seal, proofs(settings), trusted_issuers(settings))


def proofs(settings: SignatureSettings) -> ProofServices | None:
    """Return what proves signatures; None: the settings lack one of the two services."""
    stamps, ocsp, pem = settings.timestamp_url, settings.ocsp_url, settings.trusted_timestamps
    if stamps is None or ocsp is None or pem is None:
        return None
    trusted, timeout = TrustedTimestamps.from_pem(pem.encode()), settings.proof_timeout
    freshness = settings.ocsp_freshness
    return ProofServices(
        lambda http: TimestampAuthority(http, str(stamps), trusted, timeout=timeout),
        lambda http: OcspResponder(http, str(ocsp), timeout=timeout, freshness=freshness),
    )
