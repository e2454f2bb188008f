"""Settings of traces (OpenTelemetry), which are off unless they are given an address."""

from pydantic import Field, SecretStr, ValidationInfo, field_validator

from settings.fields import BaseUrl, Share, is_loopback
from settings.sections import Section, parse_json


class TraceSettings(Section):
    """Where traces are sent."""

    url: BaseUrl | None = Field(
        None,
        description="OpenTelemetry collector (OTLP over HTTP), without `/v1/traces`; if unset, "
        "nothing is traced.",
    )
    headers: SecretStr | None = Field(
        None,
        description='Headers that the collector asks for: JSON, `{"Authorization": "Bearer …"}`. '
        "Needs https.",
    )
    share: Share = Field(
        0.1,
        description="Share of the traces that begin here which is recorded. Of one that a caller "
        "began, the caller has decided.",
    )

    @field_validator("headers")
    @classmethod
    def _are_headers(cls, value: SecretStr | None) -> SecretStr | None:
        try:
            good = value is None or all(
                name.replace("-", "").isalnum() and f"{name}{text}".isascii() and text.isprintable()
                for name, text in _by_name(value).items()
            )
        except (ValueError, AttributeError, TypeError):
            good = False
        if not good:
            raise ValueError("must be a JSON object of header names and their values in ASCII")
        return value

    @field_validator("headers")
    @classmethod
    def _go_over_tls(cls, value: SecretStr | None, info: ValidationInfo) -> SecretStr | None:
        url = info.data.get("url")
        in_clear = url is not None and url.scheme != "https" and not is_loopback(url.host or "")
        if value is not None and in_clear:
            raise ValueError("would be sent in clear: VOLITUS_TRACES_URL must be https")
        return value

    def endpoint(self) -> str:
        """The address that spans are posted to. Call it only where traces are on."""
        return f"{str(self.url).rstrip('/')}/v1/traces"

    def sent_headers(self) -> dict[str, str]:
        """The headers in clear, for the exporter."""
        return _by_name(self.headers) if self.headers else {}


def _by_name(headers: SecretStr) -> dict[str, str]:
    by_name: dict[str, str] = parse_json(headers.get_secret_value())
    return by_name
