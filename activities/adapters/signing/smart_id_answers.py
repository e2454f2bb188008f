"""What Smart-ID answers. Fields that are not named here are ignored, as SK demands."""

from pydantic import BaseModel, Field

from activities.adapters.signing.port import SigningFailed
from activities.adapters.signing.readings import bytes_of
from domain.signatures.results import SigningResult

PROTOCOL = "RAW_DIGEST_SIGNATURE"
ALGORITHM, HASH = "rsassa-pss", "SHA-256"
LEVEL = "QUALIFIED"
_SALT_BYTES = 32


class Started(BaseModel, frozen=True):
    session_id: str = Field(alias="sessionID")


class Code(BaseModel, frozen=True):
    value: str = Field(pattern=r"^[0-9A-Za-z]{4}$")


class Asked(Started, frozen=True):
    vc: Code


class MaskHash(BaseModel, frozen=True):
    hash: str = Field("", alias="hashAlgorithm")


class Mask(BaseModel, frozen=True):
    algorithm: str = ""
    parameters: MaskHash = MaskHash()


class Parameters(BaseModel, frozen=True):
    hash: str = Field("", alias="hashAlgorithm")
    mask: Mask = Field(Mask(), alias="maskGenAlgorithm")
    salt: int = Field(0, alias="saltLength")


class Signature(BaseModel, frozen=True):
    value: str = ""
    algorithm: str = Field("", alias="signatureAlgorithm")
    parameters: Parameters = Field(Parameters(), alias="signatureAlgorithmParameters")

    @property
    def is_as_asked(self) -> bool:
        """Return whether it was computed as XAdES will say that it was."""
        parameters = self.parameters
        return (
            (self.algorithm, parameters.hash, parameters.salt) == (ALGORITHM, HASH, _SALT_BYTES)
            and parameters.mask.algorithm == "id-mgf1"
            and parameters.mask.parameters.hash == HASH
        )


class Result(BaseModel, frozen=True):
    word: str = Field("", alias="endResult")
    document: str | None = Field(None, alias="documentNumber")


class Certificate(BaseModel, frozen=True):
    value: str = ""
    level: str = Field("", alias="certificateLevel")


class State(BaseModel, frozen=True):
    state: str
    result: Result | None = None
    protocol: str | None = Field(None, alias="signatureProtocol")
    signature: Signature | None = None
    certificate: Certificate | None = Field(None, alias="cert")


def qualified(state: State) -> bytes:
    """Return the session's certificate. Raises SigningFailed where it is of a lower level."""
    if state.certificate is None:
        raise SigningFailed(SigningResult.PROTOCOL_FAILURE)
    if state.certificate.level != LEVEL:
        raise SigningFailed(SigningResult.CERTIFICATE_LEVEL)
    return bytes_of(state.certificate.value)
