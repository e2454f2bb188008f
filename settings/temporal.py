"""Settings of Temporal and of what Temporal keeps."""

import base64
import binascii

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from settings.fields import Address, Origin, Token, Word, is_loopback
from settings.sections import Section, parse_json


class TemporalSettings(Section):
    """Address of Temporal."""

    address: Address = Field("127.0.0.1:7233", description="Temporal's frontend, host:port.")
    namespace: Word = Field("default", description="Temporal namespace.")
    tls: bool = Field(False, description="Connect to Temporal over TLS.")
    api_key: Token | None = Field(
        None, description="Temporal API key, if the server asks for one. Needs TLS."
    )

    @field_validator("api_key")
    @classmethod
    def _goes_over_tls(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        host = info.data.get("address", "").rpartition(":")[0]
        if value is not None and info.data.get("tls") is False and not is_loopback(host):
            raise ValueError("would be sent in clear: set VOLITUS_TEMPORAL_TLS=true")
        return value

    def key(self) -> str | None:
        """The API key in clear, for the client."""
        return self.api_key.get_secret_value() if self.api_key else None


class PayloadSettings(Section):
    """The keys that encrypt what Temporal stores."""

    keys: SecretStr = Field(
        description='Keys of Temporal payloads: JSON, key id to base64 of 32 bytes: `{"k1": …}`.'
    )
    key_current: Word = Field(description="Id of the key that encrypts; the others only decrypt.")

    @field_validator("keys")
    @classmethod
    def _keys_are_keys(cls, value: SecretStr) -> SecretStr:
        try:
            good = all(len(key) == 32 for key in _ring(value).values()) and bool(_ring(value))
        except (ValueError, AttributeError, TypeError):
            good = False
        if not good:
            raise ValueError("must be JSON that maps key ids to base64 of 32 bytes each")
        return value

    @field_validator("key_current")
    @classmethod
    def _current_key_is_one_of_them(cls, value: str, info: ValidationInfo) -> str:
        keys = info.data.get("keys")  # missing where it was wrong itself
        if keys is not None and value not in _ring(keys):
            raise ValueError("must be the id of one of the keys")
        return value

    def ring(self) -> dict[str, bytes]:
        """The keys by id."""
        return _ring(self.keys)


def _ring(keys: SecretStr) -> dict[str, bytes]:
    texts: dict[str, str] = parse_json(keys.get_secret_value())
    try:
        return {name: base64.b64decode(key, validate=True) for name, key in texts.items()}
    except binascii.Error as error:
        raise ValueError(str(error)) from None


class CodecSettings(Section):
    """The codec that decrypts payloads for Temporal's web UI, on the internal port."""

    origins: tuple[Origin, ...] = Field(
        (), description="Origins (JSON list) of Temporal UIs whose browsers may call the codec."
    )
    open: bool = Field(
        False, description="Let the codec decrypt without an `ops` token. Only on loopback."
    )
