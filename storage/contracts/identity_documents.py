"""What follows for a user's contract when their identity document is replaced: policy of products.

Some operators tie a Mobiil-ID to the document by which it was ordered, others do not: the product's
contract says so (``endsWithDocument``).
"""

from domain.audit import Actor
from domain.catalogue.contract_terms import Party
from domain.contracts.reasons import EndReason
from storage.catalogue import products
from storage.contracts import following
from storage.contracts.rows import StoredContract
from storage.database import Session


def replaced(session: Session, contract: StoredContract, *, actor: Actor) -> None:
    """End a locked contract by the replacement of its user's document, where its product says so.

    Repeating changes nothing.
    """
    if contract.state.is_in_force and _depends(session, contract):
        following.end_now(session, contract, EndReason.IDENTITY_CHANGED, actor=actor)


def _depends(session: Session, contract: StoredContract) -> bool:
    version = contract.product_version
    if contract.party is not Party.USER or version is None:
        return False
    product = products.read(session.connection(), contract.product, version)
    terms = None if product is None else product.contract
    return terms is not None and terms.ends_with_document
