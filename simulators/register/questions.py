"""Answers SOAP queries from the world, or as an active fault demands."""

from secrets import compare_digest

from fastapi.responses import HTMLResponse, Response
from pydantic import SecretStr

from simulators.faults import TRANSPORT, Fault
from simulators.register import soap
from simulators.register.cards import Company
from simulators.register.generator import CANARY_CODE
from simulators.register.simulation import Simulation

SOURCES = {soap.REPRESENTATION: "esindus", soap.CHANGE_LIST: "change_list"}
FAULTS = TRANSPORT | {
    "soap_fault",
    "empty_answer",
    "wrong_contract",
    "garbage_xml",
    "page",
    "entity_attack",
}
_EMPTY = {"empty_answer", "wrong_contract"}
_GARBAGE = "<Hooldus><p>Teenus on ajutiselt maas</Hooldus>"
_PAGE = "<!DOCTYPE html><html><body><h1>Hooldus</h1><p>Teenus on ajutiselt maas</body></html>"
_ENTITY_ATTACK = (
    '<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + "".join(
        f'<!ENTITY lol{level} "{f"&lol{level - 1 or str()};" * 10}">' for level in range(1, 10)
    )
    + "]><lolz>&lol9;</lolz>"
)
_NO_KEY = (
    "Sisendparameetrid vigased: palun sisestage kas äriregistri kood, isikukood või isiku ees- ja "
    "perekonnanimi."
)


class Register:
    """The register's SOAP service for the contract partner ``user``."""

    def __init__(self, simulation: Simulation, user: str, password: SecretStr) -> None:
        self._simulation = simulation
        self._user = user
        self._password = password

    def answer(self, question: soap.Question, fault: Fault | None) -> Response:
        """Return the SOAP answer, or the SOAP fault, to ``question``."""
        match fault and fault.kind:
            case "soap_fault":
                return faulty("Andmebaasi viga.")
            case "garbage_xml":
                return _xml(_GARBAGE)
            case "page":
                return HTMLResponse(_PAGE)
            case "entity_attack":
                return _xml(_ENTITY_ATTACK)
        try:
            self._check_credentials(question)
            return _xml(self._content(question, empty=fault is not None and fault.kind in _EMPTY))
        except soap.SoapFault as refusal:
            return faulty(str(refusal))

    def _check_credentials(self, question: soap.Question) -> None:
        fields = question.fields
        user = fields.get("ariregister_kasutajanimi", "")
        password = fields.get("ariregister_parool", "").encode()
        right = compare_digest(password, self._password.get_secret_value().encode())
        if not right or user != self._user:
            raise soap.SoapFault("Incorrect user name or password.")

    def _content(self, question: soap.Question, *, empty: bool) -> str:
        world = self._simulation.world
        if question.operation == soap.REPRESENTATION:
            companies = self._asked_for(question)
            return soap.representation(question, [] if empty else companies)
        entries = world.entries_of(question.day())
        changed = [(entry, world.company(entry.code)) for entry in entries]
        news = [(entry, company) for entry, company in changed if company is not None]
        return soap.change_list(question, [] if empty else news)

    def _asked_for(self, question: soap.Question) -> list[Company]:
        fields = question.fields
        code, person = fields.get("ariregistri_kood", ""), fields.get("fyysilise_isiku_kood", "")
        if code:
            company = self._simulation.world.company(code) if _is_code(code) else None
            return [] if company is None else [company]
        if not person:
            raise soap.SoapFault(_NO_KEY)
        country = fields.get("fyysilise_isiku_koodi_riik") or "EST"
        return self._simulation.world.companies_of(country, person)


def spared(question: soap.Question) -> frozenset[str]:
    """Return the faults that this query is spared: only a wrong contract silences the canary."""
    canary = question.fields.get("ariregistri_kood") == CANARY_CODE
    return frozenset({"empty_answer"}) if canary else frozenset()


def faulty(text: str) -> Response:
    """Return a SOAP fault with the status that SOAP 1.1 requires."""
    return _xml(soap.fault(text), status=500)


def _is_code(code: str) -> bool:
    return code.isdecimal() and len(code) == 8


def _xml(content: str, status: int = 200) -> Response:
    return Response(content, status, media_type="text/xml; charset=utf-8")
