"""The register's answers in its own shape, with invented people, and a register that gives them."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from html import escape

import httpx
from pydantic import SecretStr

from domain.identifiers import CompanyKey, PersonKey
from domain.registry.register import Defect
from registry_sync.estonia.esindus import EstonianRegister
from registry_sync.estonia.soap import SoapService
from tests.builders.people import MARI

USER = "kasutaja-volitus"
PASSWORD = "salasõna <&> 7313"
COMPANY = CompanyKey("EE", "10000018")
Reply = str | httpx.Response | Exception
NOW = datetime(2026, 8, 12, 9, 30, tzinfo=UTC)


def element(name: str, content: str) -> str:
    return f"<ns1:{name}>{content}</ns1:{name}>"


def person(
    who: PersonKey | str = MARI,
    role: str = "JUHL",
    sole: str = "JAH",
    *,
    country: str = "EST",
    first: str = "Mari",
    last: str = "Maasikas",
    kind: str = "",
) -> str:
    """One ``isikud/item``; what is empty is left out, as the register does."""
    fields = {
        "isiku_liik": kind,
        "fyysilise_isiku_eesnimi": first,
        "fyysilise_isiku_perenimi": last,
        "fyysilise_isiku_kood": who.code if isinstance(who, PersonKey) else who,
        "isikukood_riik": country,
        "fyysilise_isiku_roll": role,
        "ainuesindusoigus_olemas": sole,
    }
    return element("item", "".join(element(k, escape(v)) for k, v in fields.items() if v))


def company(
    *people: str,
    code: str = COMPANY.code,
    status: str = "R",
    form: str = "OÜ",
    conditions: tuple[str, ...] = (),
    groups: tuple[tuple[str, ...], ...] = (),
) -> str:
    """One ``ettevotjad/item`` of ``esindus_v2``."""
    texts = (element("item", element("item", text)) for text in conditions)
    numbered = (
        element("grupp", element("grupi_nr", str(number)) + "".join(members))
        for number, members in enumerate(groups, 1)
    )
    return element(
        "item",
        element("ariregistri_kood", code)
        + element("arinimi", "Näidis &amp; Pojad OÜ")
        + element("staatus", status)
        + element("staatus_tekstina", "Registrisse kantud")
        + element("isikud", "".join(people))
        + element("esindusoiguse_eritingimused", "".join(texts))
        + element("esindusoiguse_grupid", "".join(numbered))
        + element("oiguslik_vorm", form)
        + element("oiguslik_vorm_tekstina", "Osaühing"),
    )


CANARY = company(person(role="ASES"), code="70000310", form="TRAS")


def answer(operation: str, content: str) -> str:
    """An envelope that echoes the question, as every answer of the register does."""
    echo = (
        element("ariregister_kasutajanimi", USER)
        + element("ariregister_parool", escape(PASSWORD))
        + element("fyysilise_isiku_kood", MARI.code)
    )
    inside = element("paring", echo) + element("keha", content)
    return envelope(element(f"{operation}Response", inside))


def fault(text: str) -> str:
    return envelope(
        "<SOAP-ENV:Fault><faultcode>SOAP-ENV:Server</faultcode>"
        f"<faultstring>{text}</faultstring></SOAP-ENV:Fault>"
    )


def envelope(content: str) -> str:
    return (
        '<SOAP-ENV:Envelope xmlns:SOAP-ENV="http://schemas.xmlsoap.org/soap/envelope/">'
        '<SOAP-ENV:Header/><SOAP-ENV:Body xmlns:ns1="http://arireg.x-road.eu/producer/">'
        f"{content}</SOAP-ENV:Body></SOAP-ENV:Envelope>"
    )


def esindus(*companies: str) -> str:
    return answer("esindus_v2", element("ettevotjad", "".join(companies)))


CANARY_ANSWERS = esindus(CANARY)


def change_list(*rows: str, number: int | None = None) -> str:
    count = element("tulemuste_arv", str(len(rows) if number is None else number))
    return answer("ettevotjaMuudatusedTasuline_v1", "".join(rows) + count)


def change(code: str, *entries: int) -> str:
    """One ``ettevotja_muudatused`` with entries of these numbers on card 1."""
    written = (
        element("registrikaardi_tyyp", "R")
        + element("registrikaardi_nr", "1")
        + element("kande_nr", str(number))
        + element("isikuandmed", "1")
        for number in entries
    )
    head = element("ariregistri_kood", code) + element("arinimi", "Näidis OÜ")
    return element("ettevotja_muudatused", head + "".join(element("kanded", e) for e in written))


class PreparedRegister:
    """A register with prepared answers, which records queries and whether each had a slot."""

    def __init__(self, reply: Callable[[str], Reply]) -> None:
        self.asked: list[str] = []
        self.acquisitions = 0
        self.rejected: list[Defect] = []
        self.now = NOW
        self._reply = reply
        self._acquired = False
        http = httpx.Client(transport=httpx.MockTransport(self._answer))
        soap = SoapService(http, "http://register.test/", USER, SecretStr(PASSWORD), self._acquire)
        self.register = EstonianRegister(soap, lambda: self.now, self.rejected.append)

    @contextmanager
    def _acquire(self) -> Iterator[None]:
        self.acquisitions += 1
        self._acquired = True
        yield
        self._acquired = False

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert self._acquired, "sent without a slot"
        question = request.content.decode()
        self.asked.append(question)
        reply = self._reply(question)
        if isinstance(reply, Exception):
            raise reply
        return reply if isinstance(reply, httpx.Response) else httpx.Response(200, text=reply)

    def fields(self, name: str) -> list[str]:
        """Return the values of the field ``name`` in all queries."""
        return [found[1] for q in self.asked if (found := re.search(f"{name}>([^<]*)<", q))]


def saying(reply: Reply, canary: Reply = CANARY_ANSWERS) -> PreparedRegister:
    """A register that says ``reply`` to everything but the question for the canary."""
    return PreparedRegister(lambda question: canary if ">70000310<" in question else reply)
