"""Files of open data: read whole wherever they are cut, with bad records, and damaged."""

import random
from pathlib import Path
from typing import Any
from zipfile import ZIP_BZIP2, ZIP_LZMA

import pytest

from domain.registry.bulk_file import BulkFile
from domain.registry.register import RegisterUnknown
from registry_sync.estonia import open_data, open_data_records
from tests.builders.open_data_files import (
    condition,
    hash_of,
    holder,
    read_file,
    record,
    text_of,
    zipped,
)
from tests.builders.people import JAAN

MARI, OTHER = holder(), holder(isikukood_hash=hash_of(JAAN))


@pytest.mark.parametrize("chunk", [7, 97, 1 << 20])
@pytest.mark.parametrize("indent", [pytest.param(None, id="compact"), pytest.param(4, id="pretty")])
def test_every_company_is_read_wherever_the_file_is_cut_into_pieces(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, chunk: int, indent: int | None
) -> None:
    monkeypatch.setattr(open_data_records, "_CHUNK", chunk)
    chance = random.Random(1)
    codes = range(10_000_000, 10_000_040)
    companies = (record(*[MARI, OTHER][: chance.randrange(3)], code=code) for code in codes)

    rows, rejected = read_file(zipped(tmp_path / "f.zip", text_of(*companies, indent=indent)))

    assert [row.code for row in rows] == [str(code) for code in codes]
    assert rejected == []


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        pytest.param(b"[]", [], id="nothing"),
        pytest.param(b" [ \n ] \n", [], id="nothing-widely"),
        pytest.param(b"\xef\xbb\xbf" + text_of(record(MARI)), ["10000018"], id="byte-order-mark"),
        pytest.param(text_of(record(MARI)) + b"\n\n", ["10000018"], id="blank-lines-at-the-end"),
    ],
)
def test_whole_files(tmp_path: Path, text: bytes, codes: list[str]) -> None:
    rows, _ = read_file(zipped(tmp_path / "f.zip", text))

    assert [row.code for row in rows] == codes


@pytest.mark.parametrize(
    ("bad", "key", "code"),
    [
        pytest.param(
            record(MARI, code=10000024) | {"kaardile_kantud_isikud": None},
            "10000024", "record_unreadable", id="no-persons",
        ),
        pytest.param(
            record(MARI, code="10000024"), "10000024", "record_unreadable", id="code-as-text"
        ),
        pytest.param(record(MARI, code=None), "record 2", "record_unreadable", id="no-code"),
        pytest.param(
            record(MARI, code=47101010033), "record 2", "registry_code_invalid", id="a-long-code"
        ),
        pytest.param(record(OTHER), "10000018", "record_repeated", id="the-same-company-again"),
    ],
)  # fmt: skip
def test_a_bad_record_is_rejected_and_the_rest_is_read(
    tmp_path: Path, bad: dict[str, Any], key: str, code: str
) -> None:
    text = text_of(record(MARI), bad, record(MARI, code=10000030))

    rows, rejected = read_file(zipped(tmp_path / "f.zip", text))

    assert [row.code for row in rows] == ["10000018", "10000030"]
    assert [(defect.key, defect.code) for defect in rejected] == [(key, code)]
    assert "47101010033" not in repr(rejected)


def test_fault_4_an_entry_without_a_role_does_not_make_the_companys_record_unreadable(
    tmp_path: Path,
) -> None:
    without = record(holder(isiku_roll=None), OTHER)

    rows, rejected = read_file(zipped(tmp_path / "f.zip", text_of(without)))

    assert ([row.code for row in rows], rejected) == (["10000018"], [])


def test_a_record_that_is_no_json_is_rejected(tmp_path: Path) -> None:
    text = text_of(record(MARI), record(MARI, code=10000024), record(MARI, code=10000030))
    text = text.replace(b'10000024,\n        "nimi":', b'10000024,\n        "nimi"')

    rows, rejected = read_file(zipped(tmp_path / "f.zip", text))

    assert [row.code for row in rows] == ["10000018", "10000030"]
    assert [(defect.key, defect.code) for defect in rejected] == [("10000024", "record_unreadable")]


def test_the_last_record_may_be_bad_while_the_file_is_whole(tmp_path: Path) -> None:
    last = record(holder(isiku_roll=1), code=10000024)

    rows, rejected = read_file(zipped(tmp_path / "f.zip", text_of(record(MARI), last)))

    assert (len(rows), len(rejected)) == (1, 1)


TWO = text_of(
    record(MARI, conditions=[condition()]),
    record(OTHER, code=10000024, conditions=[condition()]),
)


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(TWO[:-1], id="without-its-last-bracket"),
        pytest.param(TWO[: TWO.rindex(b"}")], id="without-its-last-brace"),
        pytest.param(TWO[: TWO.rindex(b"hooney")], id="cut-in-a-key"),
        pytest.param(TWO[: TWO.rindex(b"]")][: TWO.rindex(b"],") + 1], id="cut-after-a-list"),
        pytest.param(TWO[: TWO.index(b"ariregistri")], id="cut-before-the-first"),
        pytest.param(TWO.lstrip(b"["), id="without-its-first-bracket"),
        pytest.param(b'{"companies": ' + TWO + b"}", id="wrapped"),
        pytest.param(b"", id="empty"),
        pytest.param(b"<html>Hooldus</html>", id="a-page"),
        pytest.param(b'[{"nimi": "X"}]', id="other-records"),
    ],
)
def test_a_cut_text_in_a_whole_zip_is_damage(tmp_path: Path, text: bytes) -> None:
    _is_damaged(zipped(tmp_path / "f.zip", text))


def test_a_zip_with_two_files_is_damage(tmp_path: Path) -> None:
    _is_damaged(zipped(tmp_path / "f.zip", TWO, "a.json", "b.json"))


def _with_wrong_crc(data: bytes) -> bytes:
    crc = data[14:18]
    return data.replace(crc, bytes(byte ^ 255 for byte in crc))


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(lambda data: data[: len(data) // 2], id="cut-in-the-middle"),
        pytest.param(lambda data: data[:-10], id="cut-at-the-end"),
        pytest.param(lambda _: b"", id="empty"),
        pytest.param(lambda _: b"<html>" + b" " * 500, id="a-page"),
        pytest.param(lambda data: data[:90] + b"\0\1\2\3" + data[94:], id="bytes-overwritten"),
        pytest.param(_with_wrong_crc, id="wrong-checksum"),
    ],
)
def test_a_harmed_zip_is_damage(tmp_path: Path, harm: Any) -> None:
    file = zipped(tmp_path / "f.zip", TWO)
    path = Path(file.path)
    path.write_bytes(harm(path.read_bytes()))

    _is_damaged(file)


def _flagged_as_encrypted(data: bytes) -> bytes:
    central = data.rindex(b"PK\1\2")
    return data[:6] + b"\1" + data[7 : central + 8] + b"\1" + data[central + 9 :]


def _compressed_by(method: int) -> Any:
    def harm(data: bytes) -> bytes:
        central = data.rindex(b"PK\1\2")
        number = method.to_bytes(2, "little")
        return data[:8] + number + data[10 : central + 10] + number + data[central + 12 :]

    return harm


@pytest.mark.parametrize(
    "harm",
    [
        pytest.param(_flagged_as_encrypted, id="encrypted"),
        pytest.param(_compressed_by(ZIP_BZIP2), id="said-to-be-bzip2"),
        pytest.param(_compressed_by(ZIP_LZMA), id="said-to-be-lzma"),
        pytest.param(_compressed_by(99), id="compressed-in-no-known-way"),
    ],
)
def test_fault_16_a_poisoned_zip_is_refused_at_once(tmp_path: Path, harm: Any) -> None:
    file = zipped(tmp_path / "f.zip", TWO)
    path = Path(file.path)
    path.write_bytes(harm(path.read_bytes()))

    _is_damaged(file)


def test_fault_16_a_file_too_large_when_unpacked_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_data, "_UNPACKED_AT_MOST", len(TWO) - 1)

    _is_damaged(zipped(tmp_path / "f.zip", TWO))


@pytest.mark.parametrize("place", ["first", "last"])
def test_fault_16_json_nested_deeper_than_any_is_refused_at_once(
    tmp_path: Path, place: str
) -> None:
    nested = b'"hooneyhistu_liikmed": ' + b"[" * 100_000 + b"]" * 100_000
    before, after = (
        TWO.split(b'"hooneyhistu_liikmed": []', 1)
        if place == "first"
        else (TWO.rsplit(b'"hooneyhistu_liikmed": []', 1))
    )

    _is_damaged(zipped(tmp_path / "f.zip", before + nested + after))


def _is_damaged(file: BulkFile) -> None:
    with pytest.raises(RegisterUnknown) as unknown:
        read_file(file)

    assert (unknown.value.code, unknown.value.retry) == ("file_damaged", False)
    assert not Path(file.path).exists(), "or the next fetch would find it"


def test_a_file_that_is_gone() -> None:
    with pytest.raises(RegisterUnknown, match="file_missing"):
        read_file(BulkFile("/nowhere/f.zip", '"1"', "", 1))
