"""Sessions: waited for, and told once the phone has answered."""

from typing import Any

from fastapi.responses import Response

from simulators.signing.keys import Keys, over, signature, written
from simulators.signing.sessions import Kind, Session, Sessions
from simulators.smart_id.answers import answered, refused
from simulators.smart_id.people import People

_LEAST_WAIT, _LONGEST_WAIT, _DEFAULT_WAIT = 1_000, 120_000, 60_500


class States:
    """The states of one service's sessions."""

    def __init__(self, people: People, keys: Keys, sessions: Sessions) -> None:
        self._people = people
        self._keys = keys
        self._sessions = sessions

    async def status(self, session_id: str, wait: str | None) -> Response:
        """Wait for an answer of the phone, and return it."""
        asked = _DEFAULT_WAIT if wait is None else int(wait) if wait.isdecimal() else 0
        if not _LEAST_WAIT <= asked <= _LONGEST_WAIT:
            return refused(400, "timeoutMs is out of range")
        session = self._sessions.find(session_id)
        if session is None:
            return refused(404, "no such session")
        if not await self._sessions.completed(session, asked / 1000):
            return answered(state="RUNNING")
        if session.result != self._sessions.words.ok:
            return answered(state="COMPLETE", result=_ended(session))
        return answered(state="COMPLETE", **self._signed(session))

    def _signed(self, session: Session) -> dict[str, Any]:
        person = self._people.find(session.person)
        signer = self._keys.signer(session.person, session.fault)
        made: dict[str, Any] = {"flowType": "Notification"}
        fields: dict[str, Any] = {}
        if session.kind is Kind.SIGNATURE:
            digest = over(session.digest, session.fault)
            value = signature(signer.key, digest, session.hash_type, pss=True)
            made |= {"value": written(value), **_algorithm(session)}
            fields["signatureProtocol"] = "RAW_DIGEST_SIGNATURE"
        return {
            **fields,
            "result": {"endResult": "OK", "documentNumber": person.document if person else ""},
            "signature": made,
            "cert": {
                "value": written(signer.der),
                "certificateLevel": person.level if person else "QUALIFIED",
            },
            "interactionTypeUsed": session.interaction or "displayTextAndPIN",
        }


def _ended(session: Session) -> dict[str, Any]:
    ended: dict[str, Any] = {"endResult": session.result}
    if session.result == "USER_REFUSED_INTERACTION":
        ended["details"] = {"interaction": session.interaction}
    return ended


def _algorithm(session: Session) -> dict[str, Any]:
    name = session.hash_type if "-" in session.hash_type else f"SHA-{session.hash_type[3:]}"
    return {
        "signatureAlgorithm": "rsassa-pss",
        "signatureAlgorithmParameters": {
            "hashAlgorithm": name,
            "maskGenAlgorithm": {"algorithm": "id-mgf1", "parameters": {"hashAlgorithm": name}},
            "saltLength": len(session.digest),
            "trailerField": "0xbc",
        },
    }
