"""Signed containers, and archives that are no good ones."""

import io
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime

from activities.adapters.signing.asice.containers import container
from activities.adapters.signing.asice.files import DataFile
from activities.adapters.signing.asice.signatures import complete, prepare
from tests.builders.signers import TestSigner

SIGNED_AT = datetime(2026, 11, 30, 9, 30, 15, tzinfo=UTC)
CONTRACT = DataFile("Leping nr 17 – Õuna & Жук OÜ.pdf", "application/pdf", b"%PDF-1.7 contract")
SUMMARY = DataFile("kokkuvõte.pdf", "application/pdf", b"%PDF-1.7 summary")
FILES = (CONTRACT, SUMMARY)


def signature_by(
    signer: TestSigner, files: Sequence[DataFile] = FILES, at: datetime = SIGNED_AT
) -> bytes:
    """Return a signature of level B."""
    prepared = prepare(files, signer.certificate_der, at, algorithm=signer.algorithm)
    return complete(prepared, signer.sign(prepared.signed_info_digest))


def container_of(*signers: TestSigner) -> bytes:
    return container(FILES, [signature_by(each) for each in signers])


def entries_of(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {each: archive.read(each) for each in archive.namelist()}


def archive_of(
    entries: Sequence[tuple[str, bytes]], compression: int = zipfile.ZIP_STORED
) -> bytes:
    """Make an archive of any entries, the first not compressed."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_STORED) as archive:
        for number, (name, content) in enumerate(entries):
            kind = compression if number else zipfile.ZIP_STORED
            archive.writestr(zipfile.ZipInfo(name), content, kind)
    return made.getvalue()
