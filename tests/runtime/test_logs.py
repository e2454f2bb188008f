"""Logs: one JSON line per event, and nothing personal or secret in any of them."""

import json
import subprocess
import sys
from typing import Any

import pytest

from runtime.logs import masked

CODE = "60001019906"
JWT = "eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJFRTYwMDAxMDE5OTA2In0.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        pytest.param(f"person {CODE}.", "person [code].", id="personal-code"),
        pytest.param(f"EE{CODE}", "[code]", id="subject"),
        pytest.param(f"PNOEE-{CODE}", "[code]", id="certificate"),
        pytest.param(f"code_{CODE}_x", "code_[code]_x", id="within-a-name"),
        pytest.param("LT 91234567890", "LT [code]", id="lithuanian-without-a-birth-date"),
        pytest.param("FI131052-308T, 010203A123B", "[code], [code]", id="finnish"),
        pytest.param("LV010180-12345", "[code]", id="latvian"),
        pytest.param("+37255500001", "[phone]", id="phone"),
        pytest.param("tel:+372 5550 0001", "tel:[phone]", id="phone-with-spaces"),
        pytest.param("372 5550001", "[phone]", id="phone-without-plus"),
        pytest.param("+4915112345678", "[phone]", id="phone-of-another-country"),
        pytest.param(f"Authorization: Bearer {JWT}", "Authorization: Bearer [token]", id="bearer"),
        pytest.param(f"got {JWT}", "got [token]", id="jwt"),
        pytest.param("Bearer abcdefghijklmnopqrstuvwxyz", "Bearer [token]", id="opaque-token"),
        pytest.param("password=hush&x=1", "password=[secret]&x=1", id="password"),
        pytest.param('{"password": "hu sh"}', '{"password": [secret]}', id="password-in-json"),
        pytest.param("postgresql://u:hush@db/x", "postgresql://u:[secret]@db/x", id="in-a-url"),
        pytest.param(
            "<ns1:ariregister_parool>hush</ns1:ariregister_parool>",
            "<ns1:ariregister_parool>[secret]</ns1:ariregister_parool>",
            id="echoed-by-the-register",
        ),
    ],
)
def test_sensitive_text_is_masked(text: str, shown: str) -> None:
    assert masked(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("8b7c7b52-3b5a-4b57-9c59-600010199061", id="uuid"),
        pytest.param("70000310", id="registry-code"),
        pytest.param("2026-11-23T01:40:38.598676Z", id="time"),
        pytest.param("2026-11-23T01:40:38+02:00", id="time-with-offset"),
        pytest.param("01:40:38.598676-0200", id="fraction-with-offset"),
        pytest.param("1700000000000", id="milliseconds"),
        pytest.param('Bearer error="invalid_token"', id="challenge"),
        pytest.param("token_refused", id="name-of-an-event"),
        pytest.param("volitus-register-check", id="name-of-a-header"),
    ],
)
def test_harmless_text_stays(text: str) -> None:
    assert masked(text) == text


PROGRAM = f"""
import logging, structlog
from uuid import UUID
from runtime import logs
logs.configure("info", LEVEL, "tested")
log = structlog.get_logger("ours")
structlog.contextvars.bind_contextvars(request_id="r-1")
log.info("plain", id=UUID(int=7), many=[1, None, True, 2.5])
log.info("deep", a={{"EE{CODE}": ["+37255500001", {CODE}]}}, password="hush", token=None)
log.info("foreign", code="FI131052-308T")
log.debug("unseen")
logging.getLogger("theirs").warning("call %s", "+37255500001", extra={{"who": "{CODE}"}})
logging.getLogger("uvicorn.error").warning("slow")
logging.getLogger("uvicorn.access").info("unseen")
logging.getLogger("httpx").info("unseen")
logging.getLogger("apscheduler.executors.default").info("unseen")
logging.getLogger("apscheduler.executors.default").warning("missed")
logging.getLogger("alembic.runtime.migration").info("unseen")
try:
    raise ValueError("no {CODE}")
except ValueError:
    log.exception("broke")
    logging.getLogger("theirs").exception("broke")
"""


def logged(output: str) -> list[str]:
    program = PROGRAM.replace("LEVEL", repr(output))
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert not done.stderr
    return done.stdout.splitlines()


@pytest.mark.usefixtures("processes")
def test_our_log_lines_and_those_of_libraries_have_one_format() -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in logged("json")]

    assert [(line["logger"], line["event"]) for line in lines] == [
        ("ours", "plain"),
        ("ours", "deep"),
        ("ours", "foreign"),
        ("theirs", "call [phone]"),
        ("uvicorn.error", "slow"),
        ("apscheduler.executors.default", "missed"),
        ("ours", "broke"),
        ("theirs", "broke"),
    ]
    assert {line["process"] for line in lines} == {"tested"}
    assert {line["request_id"] for line in lines} == {"r-1"}
    assert all(line["timestamp"].endswith("Z") and line["level"] for line in lines)


@pytest.mark.usefixtures("processes")
def test_masks_reach_keys_numbers_and_tracebacks() -> None:
    lines: list[dict[str, Any]] = [json.loads(line) for line in logged("json")]

    assert lines[0]["id"] == "00000000-0000-0000-0000-000000000007"
    assert lines[0]["many"] == [1, None, True, 2.5]
    assert lines[1]["a"] == {"[code]": ["[phone]", "[code]"]}
    assert (lines[1]["password"], lines[1]["token"]) == ("[secret]", None)
    assert lines[2]["code"] == "[code]"
    assert lines[3]["who"] == "[code]"
    assert "ValueError: no [code]" in lines[-2]["exception"]
    assert "ValueError: no [code]" in lines[-1]["exception"]


@pytest.mark.usefixtures("processes")
@pytest.mark.parametrize("output", ["json", "console"])
def test_nothing_personal_is_in_any_line(output: str) -> None:
    text = "\n".join(logged(output))

    assert not any(word in text for word in (CODE, "131052", "55500001", "hush", "unseen"))
