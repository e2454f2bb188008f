"""Containers that were changed or made to deceive, and archives made to harm."""

import base64
import hashlib
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest

from activities.adapters.signing.asice.containers import container, open_container
from activities.adapters.signing.asice.faults import ContainerFault, ContainerRefused
from activities.adapters.signing.asice.files import DataFile
from activities.adapters.signing.asice.words import CONTAINER_TYPE
from domain.signatures.algorithms import SignatureAlgorithm
from tests.builders.signed_containers import (
    CONTRACT,
    FILES,
    SUMMARY,
    archive_of,
    container_of,
    entries_of,
    signature_by,
)
from tests.builders.signers import signer

MARI = signer(SignatureAlgorithm.ECDSA_SHA256)
OTHER = signer(SignatureAlgorithm.ECDSA_SHA256, "SOMEBODY ELSE")
SIGNATURE = "META-INF/signatures0.xml"
MANIFEST = "META-INF/manifest.xml"
GOOD = entries_of(container_of(MARI))
TYPE = ("mimetype", CONTAINER_TYPE.encode())
EMPTY_ENTITY = b'<!DOCTYPE a [<!ENTITY b "">]>'


def fault_of(content: bytes) -> ContainerFault:
    with pytest.raises(ContainerRefused) as caught:
        open_container(content)
    return caught.value.fault


def changed(entry: str, change: Callable[[bytes], bytes]) -> bytes:
    return archive_of(list({**GOOD, entry: change(GOOD[entry])}.items()))


def replaced(old: bytes, new: bytes) -> Callable[[bytes], bytes]:
    def change(content: bytes) -> bytes:
        assert old in content
        return content.replace(old, new)

    return change


def b64(content: bytes) -> bytes:
    return base64.b64encode(content)


DIGEST = b64(hashlib.sha256(CONTRACT.content).digest())
OTHER_DIGEST = b64(hashlib.sha256(b"another contract").digest())


def test_the_good_one_is_opened() -> None:
    assert open_container(archive_of(list(GOOD.items()))).files == FILES


@pytest.mark.parametrize(
    ("entry", "change", "fault"),
    [
        (CONTRACT.name, lambda _: b"another contract", ContainerFault.WRONG_DIGEST),
        (SIGNATURE, replaced(DIGEST, OTHER_DIGEST), ContainerFault.WRONG_DIGEST),
        (SIGNATURE, replaced(b"09:30:15Z", b"09:30:16Z"), ContainerFault.WRONG_DIGEST),
        (
            SIGNATURE,
            replaced(b64(MARI.certificate_der), b64(OTHER.certificate_der)),
            ContainerFault.WRONG_CERTIFICATE,
        ),
        (
            SIGNATURE,
            replaced(b64(MARI.certificate_der), b64(b"no certificate")),
            ContainerFault.WRONG_CERTIFICATE,
        ),
        (SIGNATURE, replaced(b"ecdsa-sha256", b"ecdsa-sha1"), ContainerFault.UNSUPPORTED_ALGORITHM),
        (SIGNATURE, replaced(b"xmlenc#sha256", b"md5"), ContainerFault.UNSUPPORTED_ALGORITHM),
        (SIGNATURE, replaced(b"exc-c14n#", b"other#"), ContainerFault.UNSUPPORTED_ALGORITHM),
        (SIGNATURE, replaced(b"ds:SignatureValue", b"ds:Value"), ContainerFault.WRONG_STRUCTURE),
        (SIGNATURE, replaced(b"asic:XAdES", b"asic:Other"), ContainerFault.WRONG_STRUCTURE),
        (SIGNATURE, replaced(b"?>", b"?>" + EMPTY_ENTITY), ContainerFault.WRONG_XML),
        (SIGNATURE, replaced(b"09:30", b"09<!-- -->:30"), ContainerFault.WRONG_XML),
        (SIGNATURE, lambda xml: xml[:-1], ContainerFault.WRONG_XML),
        (MANIFEST, replaced(b"application/pdf", b"text/html"), ContainerFault.OTHER_FILES),
        (MANIFEST, replaced(b"asic-e+zip", b"asic-s+zip"), ContainerFault.WRONG_MANIFEST),
        (MANIFEST, replaced("kokkuvõte".encode(), b"other"), ContainerFault.WRONG_MANIFEST),
    ],
)
def test_contract_6_a_change_after_signing_is_found(
    entry: str, change: Callable[[bytes], bytes], fault: ContainerFault
) -> None:
    assert fault_of(changed(entry, change)) is fault


def test_contract_6_one_wrong_signature_among_right_ones_refuses_the_container() -> None:
    entries = entries_of(container_of(MARI, OTHER))
    wrong = entries["META-INF/signatures1.xml"].replace(b"09:30:15Z", b"09:30:16Z")
    content = archive_of(list({**entries, "META-INF/signatures1.xml": wrong}.items()))
    assert fault_of(content) is ContainerFault.WRONG_DIGEST


def test_contract_6_a_file_that_nobody_signed_is_no_part_of_a_container() -> None:
    more = DataFile("lisa.pdf", "application/pdf", b"%PDF-1.7 more")
    for files in ((*FILES, more), FILES[:1], (SUMMARY, replace(CONTRACT, name="teine.pdf"))):
        with pytest.raises(ContainerRefused, match=ContainerFault.OTHER_FILES):
            container(files, [signature_by(MARI)])


def test_contract_6_properties_that_were_not_signed_are_not_believed() -> None:
    """Signature wrapping: what was signed is moved aside, and something else put in its place."""
    xml = GOOD[SIGNATURE].decode()
    start, end = xml.index("<xades:SignedProperties"), xml.index("</xades:QualifyingProperties")
    signed = xml[start:end]
    other = signed.replace("09:30:15Z", "10:30:15Z")
    aside = f"<ds:Object>{signed}</ds:Object></ds:Signature>"
    for forged in (other, other.replace("-properties", "-other")):
        wrapped = (xml[:start] + forged + xml[end:]).replace("</ds:Signature>", aside)
        content = archive_of(list({**GOOD, SIGNATURE: wrapped.encode()}.items()))
        assert fault_of(content) is ContainerFault.WRONG_STRUCTURE


def test_contract_6_two_signatures_in_one_file_are_refused() -> None:
    xml = GOOD[SIGNATURE].decode()
    one = xml[xml.index("<ds:Signature ") : xml.index("</asic:")]
    two = one.replace("S-", "T-")
    doubled = xml.replace("</asic:", f"{two}</asic:").encode()
    assert fault_of(changed(SIGNATURE, lambda _: doubled)) is ContainerFault.WRONG_STRUCTURE


def without(name: str) -> list[tuple[str, bytes]]:
    return [(each, content) for each, content in GOOD.items() if each != name]


def test_contract_6_only_an_archive_that_begins_with_its_type_is_a_container() -> None:
    good = list(GOOD.items())
    wrong = [
        b"",
        b"PK\x03\x04",
        b"%PDF-1.7",
        archive_of(without("mimetype")),
        archive_of([*good[1:], good[0]]),
        archive_of([("mimetype", b"application/zip"), *good[1:]]),
        b"#!/bin/sh\n" + archive_of(good),
        archive_of(good)[:-30],
    ]
    assert {fault_of(each) for each in wrong} == {ContainerFault.NOT_A_CONTAINER}


@pytest.mark.parametrize(
    "name",
    ["../a.pdf", "/etc/passwd", "a/b.pdf", "a\\b.pdf", "C:a", "..", "a\nb", "a\u202epdf.exe", ""],
)
def test_contract_6_names_that_are_paths_or_deceive_are_refused(name: str) -> None:
    file = replace(CONTRACT, name=name)
    with pytest.raises(ContainerRefused, match=ContainerFault.WRONG_NAME):
        signature_by(MARI, [file])
    escaped = name.replace("\n", "&#10;").encode()
    manifest = GOOD[MANIFEST].replace(CONTRACT.name.replace("&", "&amp;").encode(), escaped)
    content = [*without(CONTRACT.name), (name, CONTRACT.content)]
    entries = [(each, manifest if each == MANIFEST else found) for each, found in content]
    assert fault_of(archive_of(entries)) is ContainerFault.WRONG_NAME


def test_contract_6_no_name_is_there_twice() -> None:
    for name in (CONTRACT.name, CONTRACT.name.upper()):
        with pytest.raises(ContainerRefused, match=ContainerFault.WRONG_NAME):
            signature_by(MARI, [CONTRACT, replace(SUMMARY, name=name)])
    with pytest.warns(UserWarning, match="Duplicate name"):
        twice = archive_of([*GOOD.items(), (CONTRACT.name, b"another contract")])
    assert fault_of(twice) is ContainerFault.WRONG_NAME


def test_contract_6_an_entry_that_no_manifest_names_is_refused() -> None:
    for name in ("virus.exe", "META-INF/other.xml", "META-INF/a/signatures0.xml"):
        content = archive_of([*GOOD.items(), (name, b"x")])
        assert fault_of(content) is ContainerFault.WRONG_MANIFEST


def test_contract_6_a_small_archive_that_unpacks_to_much_is_refused() -> None:
    bomb = archive_of([*GOOD.items(), ("bomb", bytes(50_000_001))], zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    assert fault_of(bomb) is ContainerFault.TOO_LARGE
    many = archive_of([*GOOD.items(), *((f"{number}", b"") for number in range(100))])
    assert fault_of(many) is ContainerFault.TOO_LARGE


def test_contract_6_an_archive_that_lies_about_a_size_is_not_unpacked() -> None:
    bomb = archive_of([*GOOD.items(), ("bomb", bytes(5_000_000))], zipfile.ZIP_DEFLATED)
    small = bomb.replace((5_000_000).to_bytes(4, "little"), (10).to_bytes(4, "little"))
    assert small != bomb
    assert fault_of(small) is ContainerFault.NOT_A_CONTAINER


def test_contract_6_entities_are_not_expanded_in_a_manifest() -> None:
    lines = "".join('<!ENTITY l{} "{}">'.format(n, f"&l{n - 1};" * 10) for n in range(1, 9))
    laughs = f'<!DOCTYPE m [<!ENTITY l0 "ha">{lines}]>'.encode()
    content = changed(MANIFEST, replaced(b"?>", b"?>" + laughs))
    assert fault_of(content) is ContainerFault.WRONG_XML


def test_contract_6_an_encrypted_entry_is_refused() -> None:
    content = bytearray(archive_of([*GOOD.items(), ("secret", b"x")]))
    at = content.rindex(b"PK\x01\x02")  # the last entry of the directory
    content[at + 8] |= 1
    assert fault_of(bytes(content)) is ContainerFault.NOT_A_CONTAINER


def test_contract_6_a_refusal_names_neither_file_nor_person() -> None:
    content = changed(CONTRACT.name, lambda _: b"another contract")
    with pytest.raises(ContainerRefused) as caught:
        open_container(content)
    assert str(caught.value) == "wrong_digest"
