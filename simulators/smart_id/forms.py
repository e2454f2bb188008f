"""Request bodies. Stricter than the real service, which ignores what it does not know."""

from typing import Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from simulators.signing.forms import Base64, decoded
from simulators.signing.keys import HASHES
from simulators.smart_id.interactions import Interactions

HashAlgorithm = Literal["SHA-256", "SHA-384", "SHA-512", "SHA3-256", "SHA3-384", "SHA3-512"]


class _Form(BaseModel):
    model_config = ConfigDict(extra="forbid")


class Properties(_Form):
    share_address: bool = Field(default=False, alias="shareMdClientIpAddress")


class CertificateForm(_Form):
    uuid: str = Field(alias="relyingPartyUUID")
    name: str = Field(alias="relyingPartyName")
    level: Literal["ADVANCED", "QUALIFIED", "QSCD"] = Field("QUALIFIED", alias="certificateLevel")


class ChoiceForm(CertificateForm):
    nonce: str | None = Field(None, min_length=1, max_length=30)
    properties: Properties | None = Field(None, alias="requestProperties")
    capabilities: list[str] | None = None


class AlgorithmForm(_Form):
    hash: HashAlgorithm = Field(alias="hashAlgorithm")


class ParametersForm(_Form):
    digest: Base64
    algorithm: Literal["rsassa-pss"] = Field(alias="signatureAlgorithm")
    parameters: AlgorithmForm = Field(alias="signatureAlgorithmParameters")

    @property
    def hash_type(self) -> str:
        """Name of the hash algorithm as simulators.signing.keys has it."""
        return self.parameters.hash.replace("SHA-", "SHA")

    @property
    def digest_bytes(self) -> bytes:
        return decoded(self.digest)

    @model_validator(mode="after")
    def _digest_fits(self) -> Self:
        if len(self.digest_bytes) != HASHES[self.hash_type].digest_size:
            raise ValueError("the digest is not of this hash algorithm")
        return self


class SignatureForm(ChoiceForm):
    protocol: Literal["RAW_DIGEST_SIGNATURE"] = Field(alias="signatureProtocol")
    parameters: ParametersForm = Field(alias="signatureProtocolParameters")
    interactions: Interactions
