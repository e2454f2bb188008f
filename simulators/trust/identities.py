"""Everybody's keys and certificates: made when first asked for, then always the same.

Several programs may use one directory at the same time. What is in it is secret only to those who
would sign as test people.
"""

import fcntl
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from simulators.trust.authority import (
    Holder,
    KeyType,
    PrivateKey,
    issued,
    new_authority,
    new_responder,
    new_root,
    new_time_stamper,
)
from simulators.trust.names import name_of
from simulators.trust.profiles import SEALS, Profile

ISSUERS = "issuers.pem"
TIME_STAMPERS = "time-stampers.pem"
_CODE = re.compile(r"[A-Za-z0-9][A-Za-z0-9.+-]{0,99}")


class Service(StrEnum):
    """Who issues: each has an authority of its own."""

    MOBILE_ID = "mobile-id"
    SMART_ID = "smart-id"
    E_SEAL = "e-seal"

    @property
    def key_type(self) -> KeyType:
        """Of its people, and of the authority itself."""
        return KeyType.RSA if self is Service.SMART_ID else KeyType.EC


class Identity(NamedTuple):
    """A key, its certificate, and the certificate of the authority that issued it."""

    key: PrivateKey
    certificate: x509.Certificate
    issuer: x509.Certificate

    @property
    def der(self) -> bytes:
        """The certificate."""
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def issuer_der(self) -> bytes:
        """The issuer's certificate."""
        return self.issuer.public_bytes(Encoding.DER)

    def as_pem(self) -> bytes:
        """The key, not encrypted, then the certificate."""
        return Holder(self.key, self.certificate).as_pem()


class Identities:
    """The keys and certificates in ``directory``, which is made where it does not exist."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._read: dict[str, Holder] = {}
        for each in ("authorities", "people", "issued"):
            (directory / each).mkdir(mode=0o700, parents=True, exist_ok=True)

    def signer(self, code: str, service: Service, *, country: str = "EE") -> Identity:
        """Return what this person signs with."""
        return self._person(code, service, country, for_signing=True)

    def login(self, code: str, service: Service, *, country: str = "EE") -> Identity:
        """Return what this person logs in with."""
        return self._person(code, service, country, for_signing=False)

    def seal(self, registry_code: str) -> Identity:
        """Return what this Estonian company seals with."""
        profile = Profile(f"NTREE-{registry_code}", organization="TEST COMPANY", qc_type=SEALS)
        return self._kept(f"e-seal.{registry_code}", Service.E_SEAL, profile)

    def issue(self, service: Service, profile: Profile, key: PrivateKey | None = None) -> Identity:
        """Issue a certificate that is nobody's usual one, odd ones too. It is not kept."""
        authority = self.authority(service)
        holder = issued(authority, profile, key or service.key_type.new())
        self._record(holder, service)
        return Identity(holder.key, holder.certificate, authority.certificate)

    def authority(self, service: Service) -> Holder:
        """Return the authority that issues to the people of this service."""
        name = f"TEST Volitus {service} CA"
        return self._holder(
            f"authorities/{service}", lambda: new_authority(self.root(), name, service.key_type)
        )

    def responder(self, service: Service) -> Holder:
        """Return what answers OCSP for this service's authority."""
        name = f"TEST Volitus {service} OCSP responder"
        return self._holder(
            f"authorities/{service}-ocsp", lambda: new_responder(self.authority(service), name)
        )

    def time_stamper(self) -> Holder:
        """Return what signs time-stamps."""
        name = "TEST Volitus time-stamping unit"
        return self._holder("authorities/tsa", lambda: new_time_stamper(self.root(), name))

    def root(self) -> Holder:
        """Return the authority above all others."""
        return self._holder("authorities/root", lambda: new_root("TEST Volitus root CA"))

    def trusted_issuers(self) -> bytes:
        """Return the PEM of the authorities that issue to people."""
        return b"".join(
            self.authority(each).certificate.public_bytes(Encoding.PEM) for each in Service
        )

    def trusted_time_stampers(self) -> bytes:
        """Return the PEM of what signs time-stamps, and of the root that its chain ends at."""
        chain = self.time_stamper().certificate, self.root().certificate
        return b"".join(each.public_bytes(Encoding.PEM) for each in chain)

    def write_trusted(self) -> None:
        """Write what to trust, for programs that read it from files of this directory."""
        with self._alone("authorities/trusted"):
            _write(self._directory / ISSUERS, self.trusted_issuers())
            _write(self._directory / TIME_STAMPERS, self.trusted_time_stampers())

    def service_of(self, serial_number: int) -> Service | None:
        """Return whose authority issued a certificate with this number; None: nobody's."""
        try:
            return Service((self._directory / "issued" / f"{serial_number:x}").read_text())
        except FileNotFoundError:
            return None

    def _person(self, code: str, service: Service, country: str, *, for_signing: bool) -> Identity:
        if not _CODE.fullmatch(code):  # it becomes a part of a path
            raise ValueError("the code has characters that no code has")
        given_name, surname = name_of(code)
        profile = Profile(f"PNO{country}-{code}", given_name, surname, for_signing=for_signing)
        use = "sign" if for_signing else "login"
        return self._kept(f"{service}.{profile.identifier}.{use}", service, profile)

    def _kept(self, name: str, service: Service, profile: Profile) -> Identity:
        authority = self.authority(service)

        def new() -> Holder:
            holder = issued(authority, profile, service.key_type.new())
            self._record(holder, service)
            return holder

        holder = self._holder(f"people/{name}", new)
        return Identity(holder.key, holder.certificate, authority.certificate)

    def _record(self, holder: Holder, service: Service) -> None:
        number = holder.certificate.serial_number
        (self._directory / "issued" / f"{number:x}").write_text(service)

    def _holder(self, name: str, new: Callable[[], Holder]) -> Holder:
        """Read what is kept under this name, or make and keep it: only one program does."""
        if name in self._read:
            return self._read[name]
        file = self._directory / f"{name}.pem"
        if not file.exists():
            with self._alone(name):
                if not file.exists():
                    _write(file, new().as_pem())
        self._read[name] = Holder.from_pem(file.read_bytes())
        return self._read[name]

    @contextmanager
    def _alone(self, name: str) -> Iterator[None]:
        with (self._directory / f"{name}.lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _write(file: Path, content: bytes) -> None:
    part = file.with_suffix(".part")
    part.touch(mode=0o600)
    part.write_bytes(content)
    part.replace(file)
