"""SOAP queries in the schema's order; invalid answers; no personal data in errors and logs."""

import logging
import re
import traceback

import httpx
import pytest
from pydantic import SecretStr

from domain.registry.register import RegisterUnknown
from registry_sync.estonia import soap
from registry_sync.estonia.soap import answer, children, request, text
from tests.builders.people import JAAN, MARI
from tests.builders.soap_answers import (
    COMPANY,
    PASSWORD,
    USER,
    Reply,
    company,
    envelope,
    esindus,
    fault,
    person,
    saying,
)

BILLION_LAUGHS = (
    '<!DOCTYPE x [<!ENTITY a "47101010033"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    + envelope("&b;")
)
OUTSIDE_FILE = '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + envelope("&a;")
ONLY_A_DTD = '<!DOCTYPE x SYSTEM "http://evil.test/x.dtd">' + esindus(company(person()))
XHTML = (
    '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN"'
    ' "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><html><body>Hooldus</body></html>'
)
ANOTHER_NAMESPACE = esindus(company(person())).replace("arireg.x-road.eu", "arireg.example")


def test_a_query_about_a_company_has_its_fields_in_the_order_of_the_schema() -> None:
    question = request(
        "esindus_v2", USER, SecretStr(PASSWORD), (("ariregistri_kood", COMPANY.code),)
    ).decode()

    assert 'xmlns:prod="http://arireg.x-road.eu/producer/"' in question
    assert re.findall(r"<prod:(\w+)", question) == [
        "esindus_v2", "keha", "ariregister_kasutajanimi", "ariregister_parool", "ariregistri_kood",
    ]  # fmt: skip
    assert "salasõna &lt;&amp;&gt; 7313" in question


def test_a_query_about_a_person_has_code_then_country() -> None:
    outside = saying(esindus(company(person())))

    outside.register.companies_of(MARI)

    fields = re.findall(r"<prod:(\w+)>[^<]", outside.asked[0])
    assert fields[-2:] == ["fyysilise_isiku_kood", "fyysilise_isiku_koodi_riik"]
    assert outside.fields("fyysilise_isiku_koodi_riik") == ["EST"]


@pytest.mark.parametrize("prefix", ["ns1", "prod", "ar"])
def test_namespace_prefixes_do_not_matter(prefix: str) -> None:
    reply = esindus(company(person())).replace("ns1", prefix).encode()

    body = answer("esindus_v2", 200, reply)

    assert text(children(body, "ettevotjad", "item")[0], "ariregistri_kood") == COMPANY.code


def test_the_echo_with_the_password_is_removed_first() -> None:
    body = answer("esindus_v2", 200, esindus(company(person(JAAN))).encode())

    seen = " ".join(body.itertext())
    assert JAAN.code in seen
    assert USER not in seen
    assert PASSWORD not in seen


NOT_ANSWERS = [
    pytest.param(httpx.ReadTimeout("slow"), "register_timeout", True, id="slow"),
    pytest.param(httpx.ConnectError("no"), "register_unreachable", True, id="down"),
    pytest.param(httpx.RemoteProtocolError("cut"), "register_unreachable", True, id="cut"),
    pytest.param(httpx.Response(503, text="Busy"), "register_http_error", True, id="503"),
    pytest.param(
        httpx.Response(500, text=esindus(company(person()))),
        "register_http_error", True, id="500-with-a-good-body",
    ),
    pytest.param(
        httpx.Response(500, text=fault("Viga")), "register_fault", True, id="fault-with-500"
    ),
    pytest.param(fault("Sisendparameetrid vigased"), "register_fault", True, id="fault-with-200"),
    pytest.param(
        fault("Incorrect user name or password."),
        "register_credentials_refused", False, id="wrong-credentials",
    ),
    pytest.param(
        httpx.Response(500, text=fault("Vale kasutajanimi või parool")),
        "register_credentials_refused", False, id="wrong-credentials-in-estonian-with-500",
    ),
    pytest.param("Hooldus", "answer_unparsable", True, id="text"),
    pytest.param("<html><p>Hooldus", "answer_is_a_page", True, id="fault-15-html"),
    pytest.param(
        "\ufeff\n<!DOCTYPE html><html><p>Hooldus</p></html>", "answer_is_a_page", True,
        id="fault-15-html-with-a-document-type",
    ),
    pytest.param(XHTML, "answer_is_a_page", True, id="fault-15-well-formed-xhtml"),
    pytest.param(
        envelope(" " * (33 << 20)), "answer_too_large", True, id="fault-16-more-than-any-answer"
    ),
    pytest.param("", "answer_unparsable", True, id="nothing"),
    pytest.param(esindus(company(person()))[:-40], "answer_unparsable", True, id="cut-xml"),
    pytest.param(BILLION_LAUGHS, "answer_hostile", True, id="entity-bomb"),
    pytest.param(OUTSIDE_FILE, "answer_hostile", True, id="external-entity"),
    pytest.param(ONLY_A_DTD, "answer_hostile", True, id="document-type"),
    pytest.param(ANOTHER_NAMESPACE, "answer_incomplete", True, id="another-namespace"),
    pytest.param(envelope(""), "answer_incomplete", True, id="empty-body"),
    pytest.param(
        esindus().replace("ns1:ettevotjad", "ns1:midagi"), "answer_incomplete", True,
        id="no-companies-element",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("reply", "code", "retry"), NOT_ANSWERS)
def test_an_invalid_answer_is_unknown_and_not_no(reply: Reply, code: str, retry: bool) -> None:
    outside = saying(reply)

    with pytest.raises(RegisterUnknown) as unknown:
        outside.register.state(COMPANY)

    assert (unknown.value.code, unknown.value.retry) == (code, retry)
    assert outside.acquisitions == len(outside.asked) == 1


@pytest.mark.parametrize(("reply", "code", "retry"), NOT_ANSWERS)
def test_errors_and_logs_never_say_what_was_asked_or_answered(
    reply: Reply, code: str, retry: bool, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)

    with pytest.raises(RegisterUnknown) as unknown:
        saying(reply).register.companies_of(MARI)

    error = unknown.value
    text_ = "".join(traceback.format_exception(error)) + caplog.text + repr(vars(error))
    for secret in (MARI.code, USER, PASSWORD, "7313", "Maasikas", "Sisendparameetrid", "Hooldus"):
        assert secret not in text_
    assert error.__cause__ is None
    assert error.__context__ is None


def test_an_unknown_encoding_is_unparsable() -> None:
    reply = b'<?xml version="1.0" encoding="KOI-7"?><x/>'

    with pytest.raises(RegisterUnknown, match="answer_unparsable"):
        answer("esindus_v2", 200, reply)


def test_fault_16_an_answer_nested_very_deeply_is_read_like_any_other() -> None:
    deep = "<a>" * 100_000 + "</a>" * 100_000

    body = answer("esindus_v2", 200, esindus(company(person()), deep).encode())

    assert len(children(body, "ettevotjad", "item")) == 1


def test_fault_29_an_answer_that_comes_byte_by_byte_is_a_timeout(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(soap, "_WITHIN", -1.0)  # over as soon as the first piece is there
    pieces = iter([esindus(company(person())).encode(), b" "])

    with pytest.raises(RegisterUnknown, match="register_timeout"):
        saying(httpx.Response(200, content=pieces)).register.state(COMPANY)
