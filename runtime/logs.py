"""Logging, set up once by every process: JSON lines on stdout, with nothing personal in them.

Our own events (structlog) and those of the libraries (logging) look alike and pass the same mask.
The mask is the last net, not a permission: nothing personal is to be logged in the first place.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor

Format = Literal["json", "console"]

_SECRET_KEYS = frozenset(
    {"api_key", "authorization", "client_secret", "parool", "password", "secret"}
    | {"access_token", "id_token", "refresh_token", "token"}
)
_MASKS = (
    # Tokens first: their letters may look like anything else.
    (re.compile(r"eyJ[\w-]{4,}\.[\w-]+(?:\.[\w-]*)?"), "[token]"),
    (re.compile(r"(?i)\bbearer\s+[\w.~+/=-]{16,}"), "Bearer [token]"),
    (re.compile(r"(?i)(<(?:\w+:)?\w*(?:parool|password)\w*>)[^<]*<"), r"\1[secret]<"),
    (re.compile(r"(://[^\s:/@]*:)[^\s@]+@"), r"\1[secret]@"),
    (
        re.compile(
            r"""(?ix) ((?:password|parool|passwd|secret|token|api_?key)["']? \s*[=:]\s*)
            ("[^"]*" | '[^']*' | [^\s,;&)}\]]+)"""
        ),
        r"\1[secret]",
    ),
    (re.compile(r"\+\d(?:[ -]?\d){6,14}(?!\d)"), "[phone]"),
    # An Estonian or Lithuanian personal code (eleven digits), a Finnish or Latvian one, also as a
    # token's subject (EE…) or a certificate's (PNOEE-…). Letters and digits around it make it
    # something else: a part of a UUID, a hash; a point before six of them, a second's fraction.
    (
        re.compile(
            r"""(?x) (?<![0-9A-Za-z]) (?:(?:PNO)?[A-Z]{2}-?)?
            (?: [1-9]\d{10} | (?<!\.)\d{6}[-A-FU-Y]\d{3}[0-9A-Y] | \d{6}-\d{5} )
            (?![0-9A-Za-z])"""
        ),
        "[code]",
    ),
    (re.compile(r"(?<![0-9A-Za-z])(?:00)?372[ -]?\d(?:[ -]?\d){6,7}(?![0-9A-Za-z])"), "[phone]"),
)
# Most lines have nothing of the kind. One look at the whole line tells; it is quick because every
# request pays for it.
_DIGITS = re.compile(rb"\d{10}|372[ -]\d|\d{6}[-A-FU-Y]\d{3}")
_WORDS = (b"+", b"@", b"eyj", b"bearer", b"parool", b"passw", b"secret", b"token", b"key", b"auth")

# Libraries of which only warnings are kept. uvicorn's access log has raw paths; ours has route
# templates instead. The clients tell of every request or statement, with its parameters. The
# scheduler tells of every job, which is two lines a second; Alembic of every look at the version.
_ONLY_TROUBLE = (
    *("uvicorn.access", "uvicorn.error", "httpx", "httpcore", "sqlalchemy.engine"),
    *("apscheduler", "alembic"),
)


def _suspect(line: bytes) -> bool:
    lowered = line.lower()
    return any(word in lowered for word in _WORDS) or _DIGITS.search(line) is not None


def masked(text: str) -> str:
    """The text without personal codes, phone numbers, tokens and passwords."""
    for pattern, instead in _MASKS:
        text = pattern.sub(instead, text)
    return text


def _clean(value: Any) -> Any:
    match value:
        case None | bool() | float():
            return value
        case int():
            text = masked(str(value))
            return text if "[" in text else value
        case Mapping():
            return {masked(str(key)): _member(key, inner) for key, inner in value.items()}
        case list() | tuple() | set() | frozenset():
            return [_clean(inner) for inner in value]
        case _:
            return masked(str(value))


def _member(key: Any, value: Any) -> Any:
    return "[secret]" if str(key).lower() in _SECRET_KEYS and value else _clean(value)


def mask(_logger: Any, _method: str, event: EventDict) -> EventDict:
    """Every word of the event, however deep, and its keys."""
    cleaned: EventDict = _clean(event)
    return cleaned


def as_json(logger: Any, method: str, event: EventDict) -> str:
    """The event as a line of JSON, masked."""
    line = msgspec.json.encode(event, enc_hook=str)
    if _suspect(line):
        line = msgspec.json.encode(mask(logger, method, event))
    return line.decode()


class _Lines:
    """Where events go: always the present stdout, one write a line."""

    def __init__(self, name: str = "") -> None:
        self.name = name

    def msg(self, line: str) -> None:
        _stdout().write(line + "\n")
        _stdout().flush()

    debug = info = warning = error = critical = exception = msg


def _stdout() -> TextIO:
    return sys.stdout


def configure(level: str, output: Format, process: str) -> None:
    """Set up logging, before anything is logged; ``process`` is this one's name in every line."""

    def named(logger: Any, _method: str, event: MutableMapping[str, Any]) -> EventDict:
        name = logger.name if logger else event["_record"].name
        return {"process": process, "logger": name, **event}

    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        named,
    ]
    last: list[Processor] = [structlog.processors.format_exc_info, *_rendering(output)]
    structlog.configure(
        processors=[*first, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_Lines,
        cache_logger_on_first_use=True,
    )
    _take_in_libraries(level, first, last)


def _rendering(output: Format) -> list[Processor]:
    if output == "json":
        return [as_json]
    # Plain tracebacks: rich ones would show the values of local variables.
    plain = structlog.dev.plain_traceback
    return [
        mask,
        structlog.dev.ConsoleRenderer(colors=_stdout().isatty(), exception_formatter=plain),
    ]


def _take_in_libraries(level: str, first: list[Processor], last: list[Processor]) -> None:
    handler = logging.StreamHandler(_stdout())
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[*first, structlog.stdlib.ExtraAdder()],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name in ("uvicorn", "uvicorn.error"):
        logging.getLogger(name).handlers.clear()
        logging.getLogger(name).propagate = True
    for name in _ONLY_TROUBLE:
        logging.getLogger(name).setLevel(logging.WARNING)
