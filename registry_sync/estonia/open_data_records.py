"""Parses the open-data file: one JSON array of companies, read in pieces, never held whole."""

import re
from codecs import BOM_UTF8
from collections.abc import Iterator
from functools import partial
from itertools import pairwise
from typing import IO, NamedTuple
from zipfile import BadZipFile

import msgspec

_CHUNK = 1 << 18  # fits a core's cache: larger chunks are slower
_RECORD_AT_MOST = 64 << 20
_UNREADABLE = (msgspec.MsgspecError, UnicodeDecodeError)
# Begin of a company's record. Inside a string every quote is escaped, and a string that ends in
# a brace is followed by a comma, a colon or another bracket: it cannot begin anywhere else.
_FIRST_KEY = b'"ariregistri_kood"'
_BEGIN = re.compile(rb'\{\s*"ariregistri_kood"')
_CODE = re.compile(rb'\{\s*"ariregistri_kood"\s*:\s*"?(\d{1,10})\b')


class Person(msgspec.Struct, gc=False):
    """A person on a company's register card."""

    isiku_roll: str | None = None
    isiku_tyyp: str | None = None
    isikukood_hash: str | None = None
    isikukood_registrikood: str | int | None = None
    valis_kood: str | int | None = None
    valis_kood_riik: str | None = None
    eesnimi: str | None = None
    nimi_arinimi: str | None = None
    synniaeg: str | None = None
    lopp_kpv: str | None = None


class Condition(msgspec.Struct, gc=False):
    """A special condition of who may represent the company. Its text is masked."""

    esinduse_tyyp: str | None = None
    kirje_id: str | int | None = None
    lopp_kpv: str | None = None


class Company(msgspec.Struct, gc=False):
    """The fields that are read, by the file's own names. All others are skipped."""

    ariregistri_kood: int
    kaardile_kantud_isikud: list[Person]
    esindusoiguse_eritingimused: list[Condition]


class Unreadable(NamedTuple):
    """A record that is no company as above; its registry code, if it can be read."""

    code: str | None
    detail: str


def companies(member: IO[bytes]) -> Iterator[Company | Unreadable]:
    """Yield every record. Hundreds are parsed at once; where one is bad, one by one."""
    decode = msgspec.json.Decoder(list[Company]).decode
    for array in _arrays(member):
        try:
            parsed = decode(array)
        except _UNREADABLE:
            yield from map(_company, _records(array))
        else:
            yield from parsed


def _company(record: bytes) -> Company | Unreadable:
    try:
        return msgspec.json.decode(record, type=Company)
    except _UNREADABLE as error:
        found = _CODE.match(record)
        return Unreadable(found[1].decode() if found else None, str(error))


def _arrays(member: IO[bytes]) -> Iterator[bytes]:
    """Yield the file's array as many short ones. Raises BadZipFile where it is cut off."""
    rest = member.read(len(BOM_UTF8)).removeprefix(BOM_UTF8)
    for chunk in iter(partial(member.read, _CHUNK), b""):
        text = rest + chunk
        # The last record may continue in the next chunk: cut at the comma before it.
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
    """Raise BadZipFile where the array does not end after a complete record."""
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
