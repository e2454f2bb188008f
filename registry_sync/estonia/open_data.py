"""The open-data file of persons on register cards: fingerprints of all companies.

A trigger, never the truth: it has no personal codes, masks the signing rules, and leaves deleted
companies out.
"""

import re
import zlib
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator
from functools import partial
from hashlib import blake2b
from itertools import pairwise
from pathlib import Path
from typing import IO, NamedTuple
from zipfile import BadZipFile, ZipFile

import httpx
import msgspec

from domain.registry.bulk_file import BulkFile, BulkRow
from domain.registry.register import Defect, RegisterUnknown
from registry_sync.estonia.download import Download, Progress

_CHUNK = 1 << 18  # what a core keeps near: larger pieces take longer, not shorter
_RECORD_AT_MOST = 64 << 20
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)
# How a company's record begins. Inside a string every quote is escaped, and a string that ends in
# a brace is followed by a comma, a colon or another bracket: it cannot begin anywhere else.
_FIRST_KEY = b'"ariregistri_kood"'
_BEGIN = re.compile(rb'\{\s*"ariregistri_kood"')
_CODE = re.compile(rb'\{\s*"ariregistri_kood"\s*:\s*"?(\d{1,10})\b')
_REGISTRY_CODES = range(10_000_000, 100_000_000)


class OpenDataFile:
    """Port ``RegisterFile`` for Estonia."""

    name: str = "ee-open-data"
    country: str = "EE"

    def __init__(self, http: httpx.Client, url: str, directory: Path) -> None:
        self._download = Download(http, url, directory, self.name)

    def fetch(self, known_version: str | None, progress: Progress) -> BulkFile | None:
        """Download the file, resuming a broken download. See ``Download.fetch``."""
        return self._download.fetch(known_version, progress)

    def rows(self, file: BulkFile, reject: Callable[[Defect], None]) -> Iterator[BulkRow]:
        """Stream each company once, in the file's order; a piece of the file in memory at a time.

        A record that cannot be read goes to ``reject``, under its registry code where that
        much can be read. Raises RegisterUnknown ``file_damaged``, perhaps after many rows; the
        file is removed then, so that the next ``fetch`` does not take it up again.
        """
        try:
            with ZipFile(file.path) as archive, archive.open(_only_member(archive)) as member:
                yield from _rows(member, reject)
        except FileNotFoundError:
            raise RegisterUnknown("file_missing", retry=False) from None
        except (BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
            Path(file.path).unlink(missing_ok=True)
            raise RegisterUnknown("file_damaged", type(error).__name__, retry=False) from error


class _Person(msgspec.Struct, gc=False):
    isiku_roll: str
    isiku_tyyp: str | None = None
    isikukood_hash: str | None = None
    isikukood_registrikood: str | int | None = None
    valis_kood: str | int | None = None
    valis_kood_riik: str | None = None
    eesnimi: str | None = None
    nimi_arinimi: str | None = None
    synniaeg: str | None = None
    lopp_kpv: str | None = None


class _Condition(msgspec.Struct, gc=False):
    esinduse_tyyp: str | None = None
    kirje_id: str | int | None = None
    lopp_kpv: str | None = None


class _Company(msgspec.Struct, gc=False):
    """The fields that are read, by the file's own names. All others are skipped."""

    ariregistri_kood: int
    kaardile_kantud_isikud: list[_Person]
    esindusoiguse_eritingimused: list[_Condition]


class _Unreadable(NamedTuple):
    """A record that is no company as above; its registry code, if it can be read."""

    code: str | None
    detail: str


def _only_member(archive: ZipFile) -> str:
    names = [name for name in archive.namelist() if name.endswith(".json")]
    if len(names) != 1:
        raise BadZipFile("not exactly one JSON file")
    return names[0]


def _rows(member: IO[bytes], reject: Callable[[Defect], None]) -> Iterator[BulkRow]:
    seen: set[int] = set()
    for number, company in enumerate(_companies(member), 1):
        if isinstance(company, _Unreadable):
            key = company.code or f"record {number}"
            reject(Defect(key, "record_unreadable", company.detail))
            continue
        code = company.ariregistri_kood
        if code not in _REGISTRY_CODES:
            reject(Defect(f"record {number}", "registry_code_invalid", "not eight digits"))
            continue
        if code in seen:
            reject(Defect(str(code), "record_repeated", f"record {number}"))
            continue
        seen.add(code)
        yield BulkRow(str(code), _fingerprint(company))


def _companies(member: IO[bytes]) -> Iterator[_Company | _Unreadable]:
    """Yield every record. Hundreds are parsed at once; where one is bad, one by one."""
    decode = msgspec.json.Decoder(list[_Company]).decode
    for array in _arrays(member):
        try:
            companies = decode(array)
        except _UNREADABLE:
            yield from map(_company, _records(array))
        else:
            yield from companies


def _company(record: bytes) -> _Company | _Unreadable:
    try:
        return msgspec.json.decode(record, type=_Company)
    except _UNREADABLE as error:
        found = _CODE.match(record)
        return _Unreadable(found[1].decode() if found else None, str(error))


def _arrays(member: IO[bytes]) -> Iterator[bytes]:
    """Yield the file's array as many short ones. Raises BadZipFile where it is cut off."""
    rest = member.read(len(BOM_UTF8)).removeprefix(BOM_UTF8)
    for chunk in iter(partial(member.read, _CHUNK), b""):
        text = rest + chunk
        # The last record may go on in the next chunk: cut at the comma before it.
        key = max(text.rfind(_FIRST_KEY), 0)
        brace = text.rfind(b"{", 0, key)
        comma = text.rfind(b",", 0, brace)
        if b"".join(text[comma:key].split()) == b",{":
            yield text[:comma] + b"]"
            text = b"[" + text[brace:]
        rest = text
        _check(len(rest) < _RECORD_AT_MOST)
    _check_end(rest)
    yield rest


def _records(array: bytes) -> Iterator[bytes]:
    """Yield the records of a piece one by one. Raises BadZipFile where none begins."""
    starts = [match.start() for match in _BEGIN.finditer(array)]
    _check(array[: starts[0] if starts else None].strip() == b"[")
    for start, end in pairwise([*starts, len(array)]):
        yield array[start : array.rfind(b"}", start, end) + 1]


def _check_end(array: bytes) -> None:
    """Return True if the array ended after a complete record, False if it was cut off."""
    if b"".join(array.split()) == b"[]":
        return
    *_, last = b"", *_records(array)
    _check(array[array.rfind(b"}") + 1 :].strip() == b"]")
    try:
        msgspec.json.decode(last, type=msgspec.Raw)
    except msgspec.DecodeError:
        _check(False)


def _check(whole: bool) -> None:
    if not whole:
        raise BadZipFile("not one whole JSON array of companies")


def _fingerprint(company: _Company) -> str:
    """Return a fingerprint: equal while the same people hold the same roles and conditions.

    A new surname, a new row for the same entry, another order and repeated rows change nothing.
    """
    marks = {_mark(person) for person in company.kaardile_kantud_isikud if not person.lopp_kpv}
    for condition in company.esindusoiguse_eritingimused:
        # Its text is masked, so a new row is the only sign that it says something else now.
        if not condition.lopp_kpv:
            marks.add(f"condition\x1f{condition.esinduse_tyyp}\x1f{condition.kirje_id}")
    return blake2b("\x1e".join(sorted(marks)).encode(), digest_size=16).hexdigest()


def _mark(person: _Person) -> str:
    """Return role and holder, by the most stable identity that the row has."""
    if person.isikukood_hash:
        who = person.isikukood_hash
    elif person.isikukood_registrikood:
        who = f"EE\x1f{person.isikukood_registrikood}"
    elif person.valis_kood:
        who = f"{person.valis_kood_riik}\x1f{person.valis_kood}"
    else:
        who = f"{person.eesnimi}\x1f{person.nimi_arinimi}\x1f{person.synniaeg}"
    return f"{person.isiku_tyyp}\x1f{person.isiku_roll}\x1f{who}"
