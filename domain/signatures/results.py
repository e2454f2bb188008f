"""How a signature request ended: one list for Mobile-ID and Smart-ID, and their own words for it.

Sources: SK-EID/MID 3.1.7 and 3.3.8; Smart-ID RP API v3.1, session status and HTTP status codes.
"""

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType


class SigningResult(StrEnum):
    """How a signature request ended. May grow."""

    SIGNED = "signed"
    REFUSED_BY_USER = "refused_by_user"
    WRONG_VERIFICATION_CODE = "wrong_verification_code"
    """Of three codes on the phone the person chose another one."""
    TIMED_OUT = "timed_out"
    """The person did nothing for as long as the service waits."""
    SESSION_LOST = "session_lost"
    """The service forgot the session: a signature made in it cannot be fetched any more."""
    NOT_A_CLIENT = "not_a_client"
    """The service does not know the person, or not with this number."""
    CERTIFICATE_NOT_ACTIVE = "certificate_not_active"
    PHONE_ABSENT = "phone_absent"
    DELIVERY_ERROR = "delivery_error"
    """The phone could not be reached by SMS."""
    SIM_ERROR = "sim_error"
    HASH_MISMATCH = "hash_mismatch"
    """The signature does not belong to the certificate: the SIM is set up wrongly."""
    ACCOUNT_UNUSABLE = "account_unusable"
    DOCUMENT_UNUSABLE = "document_unusable"
    """This device of the person cannot sign at present; the app says why."""
    INTERACTION_NOT_SUPPORTED = "interaction_not_supported"
    """The app on the phone is too old for the question."""
    CERTIFICATE_LEVEL = "certificate_level"
    """The person has no account with qualified certificates."""
    USE_APP = "use_app"
    """The person is asked to open the Smart-ID app or its self-service first."""
    CLIENT_TOO_OLD = "client_too_old"
    """The service does not serve this version of the interface any more."""
    NOT_ALLOWED = "not_allowed"
    """The service does not know the operator, its address or its right to ask."""
    SERVICE_UNAVAILABLE = "service_unavailable"
    """The service failed while the person was asked, or for too long."""
    PROTOCOL_FAILURE = "protocol_failure"
    """The answer does not belong to the question, or one of the two cannot be read."""
    UNKNOWN = "unknown"
    """A word that is in no list: never taken for a yes or a no of the person."""

    @property
    def may_try_again(self) -> bool:
        """Return whether the same person may be asked again at once, by the same method.

        Otherwise something must be put right first: by the person, or by the operator.
        """
        return self in _TRY_AGAIN


_TRY_AGAIN = frozenset(
    {
        SigningResult.REFUSED_BY_USER,
        SigningResult.WRONG_VERIFICATION_CODE,
        SigningResult.TIMED_OUT,
        SigningResult.SESSION_LOST,
        SigningResult.PHONE_ABSENT,
        SigningResult.DELIVERY_ERROR,
        SigningResult.SIM_ERROR,
        SigningResult.SERVICE_UNAVAILABLE,
        SigningResult.PROTOCOL_FAILURE,
        SigningResult.UNKNOWN,
    }
)

MOBILE_ID_RESULTS: Mapping[str, SigningResult] = MappingProxyType(
    {
        "OK": SigningResult.SIGNED,
        "TIMEOUT": SigningResult.TIMED_OUT,
        "NOT_MID_CLIENT": SigningResult.NOT_A_CLIENT,
        "USER_CANCELLED": SigningResult.REFUSED_BY_USER,
        "SIGNATURE_HASH_MISMATCH": SigningResult.HASH_MISMATCH,
        "PHONE_ABSENT": SigningResult.PHONE_ABSENT,
        "DELIVERY_ERROR": SigningResult.DELIVERY_ERROR,
        "SIM_ERROR": SigningResult.SIM_ERROR,
        # Of the request for a certificate alone.
        "NOT_FOUND": SigningResult.NOT_A_CLIENT,
        "NOT_ACTIVE": SigningResult.CERTIFICATE_NOT_ACTIVE,
    }
)
"""``result`` of Mobile-ID."""
SMART_ID_RESULTS: Mapping[str, SigningResult] = MappingProxyType(
    {
        "OK": SigningResult.SIGNED,
        "USER_REFUSED": SigningResult.REFUSED_BY_USER,
        "USER_REFUSED_INTERACTION": SigningResult.REFUSED_BY_USER,
        "USER_REFUSED_CERT_CHOICE": SigningResult.REFUSED_BY_USER,
        "TIMEOUT": SigningResult.TIMED_OUT,
        "DOCUMENT_UNUSABLE": SigningResult.DOCUMENT_UNUSABLE,
        "ACCOUNT_UNUSABLE": SigningResult.ACCOUNT_UNUSABLE,
        "WRONG_VC": SigningResult.WRONG_VERIFICATION_CODE,
        "REQUIRED_INTERACTION_NOT_SUPPORTED_BY_APP": SigningResult.INTERACTION_NOT_SUPPORTED,
        "PROTOCOL_FAILURE": SigningResult.PROTOCOL_FAILURE,
        "EXPECTED_LINKED_SESSION": SigningResult.PROTOCOL_FAILURE,
        "SERVER_ERROR": SigningResult.SERVICE_UNAVAILABLE,
    }
)
"""``result.endResult`` of Smart-ID."""
_STATUSES: Mapping[int, SigningResult] = MappingProxyType(
    {
        400: SigningResult.PROTOCOL_FAILURE,
        401: SigningResult.NOT_ALLOWED,
        403: SigningResult.NOT_ALLOWED,
    }
)
MOBILE_ID_STATUSES = _STATUSES
"""HTTP status of Mobile-ID's refusals."""
SMART_ID_STATUSES: Mapping[int, SigningResult] = MappingProxyType(
    {
        **_STATUSES,
        404: SigningResult.NOT_A_CLIENT,
        471: SigningResult.CERTIFICATE_LEVEL,
        472: SigningResult.USE_APP,
        480: SigningResult.CLIENT_TOO_OLD,
    }
)
"""HTTP status of Smart-ID's refusals; 404 of a session is ``SESSION_LOST``."""
