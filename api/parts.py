"""The parts of an API that its routes use: ``parts_of(request)``."""

from dataclasses import dataclass

from starlette.requests import HTTPConnection

from api.auth.client_limits import ClientLimits
from api.auth.freshness import Fresh
from api.auth.tokens import TokenVerifier
from api.http.request_metrics import RequestMetrics
from domain.access_requests.request_rules import RequestRules
from domain.approvals.rules import ApprovalRules
from domain.delegations.departures import DepartureRules
from domain.delegations.offer_rules import OfferRules
from domain.registry.refresh_limits import RefreshLimits
from domain.signatures.methods import SignatureMethod
from runtime.health_server import Readiness
from runtime.secret_cipher import SecretCipher
from services.access.uses import AccessUses
from services.billing.reader import BillingReader
from services.engine import Engine
from services.numbers.policy import NumberPolicy
from services.payments.paying import Paying


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one API. They stay their owner's to close."""

    engine: Engine
    verifier: TokenVerifier
    readiness: Readiness
    numbers: NumberPolicy
    refreshes: RefreshLimits
    offers: OfferRules
    """Rules of delegations that are offered."""
    access_requests: RequestRules
    departures: DepartureRules
    approvals: ApprovalRules
    signing_methods: frozenset[SignatureMethod]
    """Methods by which people can sign here."""
    fresh: Fresh
    """What the login of whoever confirms something must be."""
    meters: RequestMetrics
    staff_key: bytes
    """Key of the ids of staff."""
    secrets: SecretCipher
    """Opens what is sealed in rows."""
    limits: ClientLimits
    uses: AccessUses
    """Where uses of access are noted."""
    billing: BillingReader
    """Reads what the operator's billing says."""
    paying: Paying
    """How invoices are paid here."""


def parts_of(connection: HTTPConnection) -> Parts:
    """The parts of the API that answers this request."""
    parts: Parts = connection.app.state.parts
    return parts
