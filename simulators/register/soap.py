"""The register's SOAP: reading a query, writing ``esindus_v2`` and the change list.

Element names and their order are those of the register's schemas; every answer echoes the
query in ``paring``, the password included, because the real one does.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from html import escape
from itertools import groupby

from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from simulators.register import words
from simulators.register.cards import Company, Holder
from simulators.register.world import Entry

REPRESENTATION = "esindus_v2"
CHANGE_LIST = "ettevotjaMuudatusedTasuline_v1"
_ENVELOPE = "http://schemas.xmlsoap.org/soap/envelope/"
_NAMESPACE = "http://arireg.x-road.eu/producer/"


class SoapFault(Exception):
    """Answered as a SOAP fault; ``str()`` is the fault string."""


@dataclass(frozen=True, slots=True)
class Question:
    """A SOAP query: the operation, and the fields of ``keha`` in the order they came."""

    operation: str
    fields: dict[str, str]

    def day(self) -> date:
        """``kuupaev``. Raises SoapFault."""
        try:
            return date.fromisoformat(self.fields.get("kuupaev", ""))
        except ValueError as error:
            raise SoapFault("Sisendparameetrid vigased: kuupaev") from error


def read(body: bytes) -> Question:
    """Parse the query in a SOAP envelope, whatever its prefixes. Raises SoapFault."""
    try:
        root = ElementTree.fromstring(body)
    except (ElementTree.ParseError, DefusedXmlException) as error:
        raise SoapFault("Päring ei ole korrektne XML.") from error
    operation = root.find(f"{{{_ENVELOPE}}}Body/*")
    content = None if operation is None else operation.find(f"{{{_NAMESPACE}}}keha")
    if operation is None or content is None:
        raise SoapFault("Päringu keha puudub.")
    fields = {_local(element.tag): (element.text or "").strip() for element in content}
    return Question(_local(operation.tag), fields)


def representation(question: Question, companies: Iterable[Company]) -> str:
    """Return the answer of ``esindus_v2``: each company in full."""
    language = question.fields.get("keel", "est")
    items = "".join(_company(company, language) for company in companies)
    return _answer(question, _e("ettevotjad", items))


def change_list(question: Question, news: Iterable[tuple[Entry, Company]]) -> str:
    """Return the answer of the change list: companies and their entries, but not what changed."""
    by_company = groupby(sorted(news, key=_place), key=lambda each: each[0].code)
    changed = [_changes(list(each)) for _, each in by_company]
    return _answer(question, "".join(changed) + _e("tulemuste_arv", str(len(changed))))


def fault(text: str) -> str:
    """Return a SOAP fault as the register writes it."""
    parts = f"<faultcode>SOAP-ENV:Server</faultcode><faultstring>{escape(text)}</faultstring>"
    return _envelope(f"<SOAP-ENV:Fault>{parts}</SOAP-ENV:Fault>")


def _place(news: tuple[Entry, Company]) -> tuple[str, int, int]:
    entry = news[0]
    return entry.code, entry.card_nr, entry.entry_nr


def _changes(news: list[tuple[Entry, Company]]) -> str:
    company = news[0][1]
    return _e(
        "ettevotja_muudatused",
        _e("ariregistri_kood", company.code),
        _t("arinimi", company.name),
        _t("oiguslik_vorm", company.form),
        *(_entry(entry, company) for entry, _ in news),
    )


def _entry(entry: Entry, company: Company) -> str:
    return _e(
        "kanded",
        _e("registrikaardi_piirkond", str(company.region)),
        _t("registrikaardi_tyyp", company.card_kind),
        _e("registrikaardi_nr", str(entry.card_nr)),
        _e("kande_nr", str(entry.entry_nr)),
        _e("kande_kuupaev", entry.day.isoformat()),
        _e("kande_liik", str(entry.kind)),
        _t("kande_liik_tekst", words.ENTRIES[entry.kind]),
        _e("isikuandmed", "1") if entry.persons else "",
    )


def _company(company: Company, language: str) -> str:
    texts = [condition.text for condition in company.conditions]
    return _e(
        "item",
        _e("ariregistri_kood", company.code),
        _t("arinimi", company.name),
        _t("staatus", company.status),
        _t("staatus_tekstina", _text(words.STATUSES, company.status, language)),
        _e("isikud", *(_person(holder, language) for holder in company.holders)),
        _e("esindusoiguse_eritingimused", *(_e("item", _t("item", text)) for text in texts)),
        _e("esindusoiguse_grupid", *_groups(company)),
        _t("oiguslik_vorm", company.form),
        _t("oiguslik_vorm_tekstina", _text(words.FORMS, company.form, language)),
    )


def _groups(company: Company) -> list[str]:
    rows = {holder.row_id: holder for holder in company.holders}
    return [
        _e("grupp", _e("grupi_nr", str(number)), *(_member(rows[row_id]) for row_id in group))
        for number, group in enumerate(company.groups, 1)
    ]


def _member(holder: Holder) -> str:
    return _e("item", *_names(holder), _t("fyysilise_isiku_roll", holder.role))


def _person(holder: Holder, language: str) -> str:
    person = holder.person
    country = _text(words.COUNTRIES, person.country, language) if person.code else ""
    born = f"{person.born.isoformat()}Z" if person.born and person.country != "EST" else ""
    return _e(
        "item",
        *_names(holder),
        _t("isikukoodi_riik_tekstina", country),
        _t("fyysilise_isiku_synniaeg", born),
        _t("fyysilise_isiku_roll", holder.role),
        _t("fyysilise_isiku_roll_tekstina", _text(words.ROLES, holder.role, language)),
        _e("ainuesindusoigus_olemas", "JAH" if holder.alone else "EI"),
    )


def _names(holder: Holder) -> tuple[str, ...]:
    """Return the name elements; legal persons have registry code and business name in them."""
    person = holder.person
    return (
        _t("fyysilise_isiku_eesnimi", person.first_name),
        _t("fyysilise_isiku_perenimi", person.name),
        _t("fyysilise_isiku_kood", person.code),
        _t("isikukood_riik", person.country if person.code else ""),
    )


def _text(texts: dict[str, words.Text], code: str, language: str) -> str:
    return texts[code].in_language(language) if code in texts else code


def _answer(question: Question, content: str) -> str:
    echo = (_t(name, text) for name, text in question.fields.items())
    name = f"{question.operation}Response"
    return _envelope(_e(name, _e("paring", *echo), _e("keha", content)))


def _envelope(content: str) -> str:
    return (
        f'<SOAP-ENV:Envelope xmlns:SOAP-ENV="{_ENVELOPE}"><SOAP-ENV:Header/>'
        f'<SOAP-ENV:Body xmlns:ns1="{_NAMESPACE}">{content}</SOAP-ENV:Body></SOAP-ENV:Envelope>'
    )


def _e(name: str, *content: str) -> str:
    inside = "".join(content)
    return f"<ns1:{name}>{inside}</ns1:{name}>" if inside else f"<ns1:{name}/>"


def _t(name: str, text: str) -> str:
    """Return an element of text; omitted when empty, as the register does."""
    return _e(name, escape(text, quote=False)) if text else ""


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]
