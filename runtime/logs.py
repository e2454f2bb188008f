"""Logging, set up once by every process: JSON lines on stdout without personal data.

Events of the product (structlog) and of libraries (logging) have one form and pass the same mask.
The mask is a last resort: code must not log personal data in the first place.
"""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor

from runtime import tracing

Format = Literal["json", "console"]

_SECRET_KEYS = frozenset(
    {"api_key", "authorization", "client_secret", "parool", "password", "secret"}
    | {"access_token", "id_token", "refresh_token", "token"}
)
_MASKS = (
    # Tokens first: parts of them may match the other patterns.
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
# Most lines hold nothing to mask. This quick test of the whole line finds them, since every request
# logs one.
_DIGITS = re.compile(rb"\d{10}|372[ -]\d|\d{6}[-A-FU-Y]\d{3}")
_WORDS = (b"+", b"@", b"eyj", b"bearer", b"parool", b"passw", b"secret", b"token", b"key", b"auth")

# Libraries of which only warnings are logged. uvicorn's access log has raw paths; ours has route
# templates instead. HTTP and SQL clients log every request or statement, with its parameters. The
# scheduler logs every job, which is two lines a second; Alembic every check of the version.
_WARNINGS_ONLY = (
    *("uvicorn.access", "uvicorn.error", "httpx", "httpcore", "sqlalchemy.engine"),
    *("apscheduler", "alembic"),
)


def _suspect(line: bytes) -> bool:
    lowered = line.lower()
    return any(word in lowered for word in _WORDS) or _DIGITS.search(line) is not None


def masked(text: str) -> str:
    """Replace personal codes, phone numbers, tokens and passwords in ``text``."""
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
    """Mask every text of the event, however deep, and its keys."""
    cleaned: EventDict = _clean(event)
    return cleaned


def as_json(logger: Any, method: str, event: EventDict) -> str:
    """Render the event as a masked line of JSON."""
    line = msgspec.json.encode(event, enc_hook=str)
    if _suspect(line):
        line = msgspec.json.encode(mask(logger, method, event))
    return line.decode()


class _StdoutLogger:
    """Writes events to the current stdout, one write per line."""

    def __init__(self, name: str = "") -> None:
        self.name = name

    def msg(self, line: str) -> None:
        _stdout().write(line + "\n")
        _stdout().flush()

    debug = info = warning = error = critical = exception = msg


def _stdout() -> TextIO:
    return sys.stdout


def configure(level: str, output: Format, process: str) -> None:
    """Set up logging. Call it before anything is logged; ``process`` is in every line."""

    def named(logger: Any, _method: str, event: MutableMapping[str, Any]) -> EventDict:
        name = logger.name if logger else event["_record"].name
        return {"process": process, "logger": name, **event}

    first: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        _with_trace,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        named,
    ]
    last: list[Processor] = [structlog.processors.format_exc_info, *_rendering(output)]
    structlog.configure(
        processors=[*first, *last],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=_StdoutLogger,
        cache_logger_on_first_use=True,
    )
    _redirect_libraries(level, first, last)


def _with_trace(_logger: Any, _method: str, event: EventDict) -> EventDict:
    trace_id = tracing.trace_id()
    if trace_id is not None:
        event["trace_id"] = trace_id
    return event


def every_level(name: str) -> Any:
    """A logger of which no line is left out, whatever ``VOLITUS_LOG_LEVEL`` says.

    For lines that someone else relies on.
    """
    return structlog.wrap_logger(
        None,
        wrapper_class=structlog.make_filtering_bound_logger("debug"),
        logger_factory_args=(name,),
    )


def _rendering(output: Format) -> list[Processor]:
    if output == "json":
        return [as_json]
    # Plain tracebacks: rich ones would show the values of local variables.
    plain = structlog.dev.plain_traceback
    return [
        mask,
        structlog.dev.ConsoleRenderer(colors=_stdout().isatty(), exception_formatter=plain),
    ]


def _redirect_libraries(level: str, first: list[Processor], last: list[Processor]) -> None:
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
    for name in _WARNINGS_ONLY:
        logging.getLogger(name).setLevel(logging.WARNING)
