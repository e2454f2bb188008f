"""Kinds of settings that several sections have, and what makes each of them unusable."""

import base64
import re
from datetime import time, timedelta
from ipaddress import ip_address
from typing import Annotated
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, HttpUrl, SecretStr

from domain.rates import Rate

_HOST_NAME = re.compile(
    r"(?=.{1,253}$)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*",
    re.IGNORECASE,
)


_ORIGIN_HOST = re.compile(r"([a-z0-9._-]+|\[[0-9a-f:.]+\])(:[0-9]+)?")
_TIME_OF_DAY = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")
_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")


def is_host_name(text: str) -> bool:
    """``text`` is a host name: no scheme, port or path."""
    return _HOST_NAME.fullmatch(text) is not None


def is_loopback(host: str) -> bool:
    """Only this machine reaches ``host``."""
    try:
        return ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _host(text: str) -> str:
    try:
        ip_address(text)
    except ValueError:
        if not is_host_name(text) or text.replace(".", "").isdigit():
            raise ValueError("must be an IP address or a host name, without a port") from None
    return text


def _address(text: str) -> str:
    host, _, port = text.rpartition(":")
    in_brackets = host.startswith("[") and host.endswith("]")
    try:
        _host(host[1:-1] if in_brackets else host)
        good = 1 <= int(port) <= 65535 and port.isdigit() and text.isascii()
    except ValueError:
        good = False
    if ":" in host and not in_brackets:  # or nobody knows where the port begins
        good = False
    if not good:
        raise ValueError("must be host:port, without a scheme")
    return text


def _base_url(url: HttpUrl) -> HttpUrl:
    if url.username or url.password or url.query or url.fragment:
        raise ValueError("must be a URL without a user, a query or a fragment: paths are appended")
    return url


def _origin(text: str) -> str:
    try:
        parts = urlsplit(text)
        good = text == f"{parts.scheme}://{parts.netloc}" and parts.port != 0
    except ValueError:
        good = False
    else:
        good = good and parts.scheme in {"http", "https"} and "@" not in parts.netloc
        good = good and _ORIGIN_HOST.fullmatch(parts.netloc) is not None
    if not good:
        raise ValueError("must be an origin as browsers send it: https://host or https://host:port")
    return text


def _secret(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text.strip() or not text.isprintable():
        raise ValueError("must be one line that is not blank")
    return value


def _key(value: SecretStr) -> SecretStr:
    try:
        good = len(key_bytes(value)) == 32
    except ValueError:
        good = False
    if not good:
        raise ValueError("must be base64 of 32 bytes")
    return value


def key_bytes(value: SecretStr) -> bytes:
    """The bytes of a ``Key``."""
    return base64.b64decode(value.get_secret_value(), validate=True)


def _token(value: SecretStr) -> SecretStr:
    text = value.get_secret_value()
    if not text.isascii() or not text.isprintable() or " " in text:
        raise ValueError("must be ASCII without spaces or line breaks: it is sent in a header")
    return value


def _name(text: str) -> str:
    if text.strip() != text or not text.isprintable():
        raise ValueError("must be one line without spaces around it")
    return text


def _word(text: str) -> str:
    if not text.isprintable() or " " in text:
        raise ValueError("must have no spaces or line breaks")
    return text


def _seconds(value: object) -> object:
    return float(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value


def _countable(span: timedelta) -> timedelta:
    if span > LONGEST:
        raise ValueError(f"must be at most {LONGEST.days} days")
    return span


def _zone(value: object) -> object:
    try:
        return ZoneInfo(value) if isinstance(value, str) else value
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("must be a time zone of the IANA database, like Europe/Tallinn") from None


def _time_of_day(value: object) -> object:
    if not isinstance(value, str):
        return value
    if _TIME_OF_DAY.fullmatch(value) is None:
        raise ValueError("must be hours and minutes, like 21:00")
    return time.fromisoformat(value)


def _rate(text: str) -> str:
    _countable(Rate.of(text).span)
    return text


CALL_LIMIT = timedelta(seconds=12)
"""The longest that a target may take: the activity that calls it has 15 s."""
LONGEST = timedelta(days=3650)
"""The longest time that a setting may be: dates beyond what databases can count are errors."""
Share = Annotated[float, Field(gt=0, le=1)]
Port = Annotated[int, Field(ge=1, le=65535)]
Duration = Annotated[timedelta, BeforeValidator(_seconds), AfterValidator(_countable)]
"""ISO 8601, or a number of seconds; ten years at most."""
Span = Annotated[Duration, Field(gt=timedelta())]
"""A length of time above zero."""
Host = Annotated[str, AfterValidator(_host)]
"""Where to listen: an IP address or a host name."""
Address = Annotated[str, AfterValidator(_address)]
"""Where to connect to: host:port."""
BaseUrl = Annotated[HttpUrl, AfterValidator(_base_url)]
"""The address of an API, to which paths are appended."""
Origin = Annotated[str, AfterValidator(_origin)]
Secret = Annotated[SecretStr, AfterValidator(_secret)]
Key = Annotated[SecretStr, AfterValidator(_key)]
"""A key of 32 bytes, in Base64."""
Token = Annotated[SecretStr, AfterValidator(_token)]
"""A secret that is sent in an HTTP header."""
Name = Annotated[str, AfterValidator(_name)]
Word = Annotated[str, AfterValidator(_word)]
RateText = Annotated[str, AfterValidator(_rate)]
"""``5/P1D``: five at once, then one back every fifth of a day."""
Zone = Annotated[ZoneInfo, BeforeValidator(_zone)]
"""A time zone, by its name in the IANA database."""
TimeOfDay = Annotated[time, BeforeValidator(_time_of_day)]
"""Hours and minutes by the clocks of VOLITUS_ZONE."""
