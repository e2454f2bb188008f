"""A client of the register simulator for its own tests, written without the product's adapter."""

import io
import json
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from html import escape
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import httpx
from pydantic import SecretStr

from domain.identifiers import PersonKey
from simulators.register.app import FILE_PATH, create_app
from simulators.serving import serving
from tests.builders.people import listed
from tests.fixtures.patience import PATIENCE

NS = "{http://arireg.x-road.eu/producer/}"
CREDENTIALS = {"ariregister_kasutajanimi": "volitus", "ariregister_parool": "salajane <&>"}
PASSWORD = SecretStr(CREDENTIALS["ariregister_parool"])


class Client:
    """Client of a running register simulator."""

    def __init__(self, http: httpx.Client) -> None:
        self.http = http

    def soap(self, operation: str, fields: dict[str, str]) -> httpx.Response:
        content = "".join(f"<p:{k}>{escape(v)}</p:{k}>" for k, v in (CREDENTIALS | fields).items())
        body = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/" '
            'xmlns:p="http://arireg.x-road.eu/producer/"><e:Body>'
            f"<p:{operation}><p:keha>{content}</p:keha></p:{operation}></e:Body></e:Envelope>"
        )
        headers = {"content-type": "text/xml; charset=utf-8", "soapaction": '""'}
        return self.http.post("/", content=body.encode(), headers=headers)

    def answer(self, operation: str, **fields: str) -> ET.Element:
        response = self.soap(operation, fields)
        assert response.status_code == 200, response.text
        found = ET.fromstring(response.content).find(f".//{NS}keha")
        assert found is not None
        return found

    def companies(self, **fields: str) -> list[ET.Element]:
        return self.answer("esindus_v2", **fields).findall(f"{NS}ettevotjad/{NS}item")

    def company(self, code: str) -> ET.Element:
        (item,) = self.companies(ariregistri_kood=code)
        return item

    def changed(self, day: str) -> dict[str, list[str]]:
        """Entry numbers by company."""
        found = self.answer("ettevotjaMuudatusedTasuline_v1", kuupaev=day)
        return {
            text(each, "ariregistri_kood"): [
                text(entry, "kande_nr") for entry in each.findall(f"{NS}kanded")
            ]
            for each in found.findall(f"{NS}ettevotja_muudatused")
        }

    def records(self) -> dict[str, dict[str, Any]]:
        """The open-data file by registry code."""
        return {str(r["ariregistri_kood"]): r for r in unzipped(self.http.get(FILE_PATH).content)}

    def control(self, method: str, path: str, json: Any = None) -> Any:
        response = self.http.request(method, f"/_control{path}", json=json)
        response.raise_for_status()
        return response.json() if response.content else None

    def put(self, code: str, **form: Any) -> Any:
        """Put a company; a holder is one of ``people``, or what ``people.listed`` makes of it."""
        if "holders" in form:
            form["holders"] = [
                listed(each) if isinstance(each, PersonKey) else each for each in form["holders"]
            ]
        return self.control("PUT", f"/companies/{code}", form)

    def fault(self, source: str, kind: str, **more: Any) -> None:
        self.control("PUT", "/faults", {"source": source, "kind": kind, **more})


@contextmanager
def running(folder: Path, companies: int = 40, *, one_at_a_time: bool = False) -> Iterator[Client]:
    app = create_app(
        folder, user="volitus", password=PASSWORD, companies=companies, one_at_a_time=one_at_a_time
    )
    with serving(app) as url, httpx.Client(base_url=url, timeout=PATIENCE) as http:
        yield Client(http)


def published(folder: Path) -> Path:
    """The newest file on the simulator's shelf."""
    return max((folder / "open-data").glob("*.zip"), key=lambda file: file.stat().st_mtime_ns)


def text(element: ET.Element, name: str) -> str:
    return element.findtext(f"{NS}{name}", "")


def people(item: ET.Element) -> list[dict[str, str]]:
    """The persons of an ``esindus_v2`` item, by local element name."""
    return [fields(each) for each in item.findall(f"{NS}isikud/{NS}item")]


def fields(element: ET.Element) -> dict[str, str]:
    return {each.tag.removeprefix(NS): each.text or "" for each in element}


def unzipped(content: bytes) -> Any:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        (name,) = archive.namelist()
        assert name.endswith(".json")
        return json.loads(archive.read(name))
