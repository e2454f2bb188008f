"""Settings of the banks at which invoices are paid: a JSON list, one object for each."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal, Self

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, RSAPublicKey
from cryptography.hazmat.primitives.serialization import load_pem_private_key, load_pem_public_key
from pydantic import AfterValidator, Field, HttpUrl, SecretStr, model_validator

from domain.payments.bank_links import USUAL_HASHES, LinkEncoding, LinkVersion, MacHash
from domain.payments.ibans import checked_iban
from settings.fields import CALL_LIMIT, BaseUrl, Name, Span, Token, Word
from settings.sections import Section


def _own_key(value: SecretStr) -> SecretStr:
    read_own_key(value)
    return value


def _bank_key(text: str) -> str:
    read_bank_key(text)
    return text


def read_own_key(value: SecretStr) -> RSAPrivateKey:
    """Read the operator's key. Raises ValueError, without the key."""
    key = _parsed(lambda: load_pem_private_key(value.get_secret_value().encode(), None))
    if not isinstance(key, RSAPrivateKey):
        raise ValueError("must be a private key for RSA in PEM, not encrypted")  # noqa: TRY004
    return key


def read_bank_key(text: str) -> RSAPublicKey:
    """Read a bank's key: of its certificate, or bare. Raises ValueError.

    Certificates of bank links are frames for a key that was handed over with the agreement: many
    are signed by themselves, and their dates are not looked at.
    """
    pem = text.encode()
    is_framed = b"BEGIN CERTIFICATE" in pem
    key = _parsed(
        lambda: (
            x509.load_pem_x509_certificate(pem).public_key()
            if is_framed
            else load_pem_public_key(pem)
        )
    )
    if not isinstance(key, RSAPublicKey):
        raise ValueError("must be a certificate or a public key for RSA in PEM")  # noqa: TRY004
    return key


def _parsed(parse: Any) -> object:
    try:
        return parse()
    except (ValueError, TypeError, UnsupportedAlgorithm):
        return None


class BankSettings(Section):
    """A bank that is reached by its bank link (pangalink, iPizza)."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?$")]
    """In addresses and in the history of payments: never changed, never given to another bank."""
    title: Annotated[Name, Field(max_length=60)]
    """What people know it by."""
    kind: Literal["pangalink"] = "pangalink"
    url: HttpUrl
    """Where the payer's browser posts to."""
    sender_id: Annotated[Word, Field(min_length=1, max_length=15)]
    """The operator, as the bank knows it (VK_SND_ID of orders)."""
    receiver_id: Annotated[Word, Field(min_length=1, max_length=15)]
    """The bank, as it calls itself (VK_SND_ID of its notices)."""
    version: LinkVersion
    hash: MacHash | None = None
    """None: that of the version in specification 1.2."""
    encoding: LinkEncoding = LinkEncoding.UTF_8
    private_key: Annotated[SecretStr, AfterValidator(_own_key)]
    bank_certificate: Annotated[str, AfterValidator(_bank_key)]
    account_iban: Annotated[str, AfterValidator(checked_iban)]
    account_name: Annotated[Name, Field(max_length=70)] | None = None
    """If set, orders name the account (service 1011), else the agreement does (1012)."""
    statements_url: BaseUrl | None = None
    statements_token: Token | None = None
    timeout: Span = Field(timedelta(seconds=10), le=CALL_LIMIT)
    """How long the statements may take to answer."""

    @property
    def mac_hash(self) -> MacHash:
        """Return the hash under signatures, both ways."""
        return self.hash or USUAL_HASHES[self.version]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if self.statements_token is not None and self.statements_url is None:
            raise ValueError("a statements_token needs a statements_url")
        if self.account_name is not None:
            try:
                self.account_name.encode(self.encoding)
            except UnicodeEncodeError:
                raise ValueError("the encoding lacks a character of the account_name") from None
        return self


def check_bank_names(banks: Sequence[BankSettings]) -> None:
    """Raise ValueError where two banks have one name."""
    if len({each.name for each in banks}) < len(banks):
        raise ValueError("two banks have one name")
