"""Bodies of writes as TMF640 v4.0.0 types them: ``Service_Create`` and ``Service_Update``.

Members that the standard does not name are refused, which it leaves open: so a misspelled member
of a client is noticed.
"""

from typing import Annotated, Any, Literal, Required

from pydantic import AwareDatetime, ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

State = Literal["feasibilityChecked", "designed", "reserved", "inactive", "active", "terminated"]
ServiceId = Annotated[str, Field(pattern=r"^[^/?#\s\x00-\x1f\x7f]{1,200}$")]

_IN_URI = r"(?:[A-Za-z0-9._~:/?@!$&'()*+,;=-]|%[0-9A-Fa-f]{2})"
_Uri = Annotated[str, Field(pattern=rf"^[A-Za-z][A-Za-z0-9+.-]*:{_IN_URI}+(#{_IN_URI}*)?$")]

_Typed = TypedDict("_Typed", {"@baseType": str, "@schemaLocation": _Uri, "@type": str}, total=False)
_Referring = TypedDict("_Referring", {"@referredType": str}, total=False)
_Party = TypedDict("_Party", {"@referredType": Required[str]}, total=False)


class _Reference(_Typed, _Referring, total=False):
    id: Required[str]
    href: _Uri
    name: str
    version: str


class _Related(_Typed, _Referring, total=False):
    """A place or an entity, by reference or by value."""

    id: str
    href: str
    name: str
    role: Required[str]


class _RelatedParty(_Typed, _Party, total=False):
    id: Required[str]
    href: _Uri
    name: str
    role: str


class _CharacteristicRelationship(_Typed, total=False):
    id: str
    relationshipType: str


class _Characteristic(_Typed, total=False):
    id: str
    name: Required[Annotated[str, Field(min_length=1)]]
    value: Required[Any]
    valueType: str
    characteristicRelationship: list[_CharacteristicRelationship]


class _Period(_Typed, total=False):
    startDateTime: AwareDatetime
    endDateTime: AwareDatetime


class _FeatureRelationship(_Typed, total=False):
    id: str
    name: Required[str]
    relationshipType: Required[str]
    validFor: _Period


class _Feature(_Typed, total=False):
    id: str
    name: Required[str]
    isBundle: bool
    isEnabled: bool
    constraint: list[_Reference]
    featureCharacteristic: Required[Annotated[list[_Characteristic], Field(min_length=1)]]
    featureRelationship: list[_FeatureRelationship]


class _Note(_Typed, total=False):
    id: str
    author: str
    date: AwareDatetime
    text: str


class _OrderItem(_Typed, _Referring, total=False):
    itemId: Required[str]
    serviceOrderId: Required[str]
    serviceOrderHref: str
    role: str
    itemAction: Literal["add", "modify", "delete", "noChange"]


class _Relationship(_Typed, total=False):
    relationshipType: Required[str]
    ServiceRelationshipCharacteristic: list[_Characteristic]
    service: "_ServiceRefOrValue"


class _Service(_Typed, total=False):
    category: str
    description: str
    endDate: AwareDatetime
    hasStarted: bool
    isBundle: bool
    isServiceEnabled: bool
    isStateful: bool
    name: str
    serviceType: str
    startDate: AwareDatetime
    startMode: str
    feature: list[_Feature]
    note: list[_Note]
    place: list[_Related]
    relatedEntity: list[_Related]
    relatedParty: list[_RelatedParty]
    serviceCharacteristic: list[_Characteristic]
    serviceOrderItem: list[_OrderItem]
    serviceRelationship: list[_Relationship]
    supportingResource: list[_Reference]
    supportingService: list["_ServiceRefOrValue"]


class _ServiceRefOrValue(_Service, _Referring, total=False):
    id: str
    href: str
    serviceDate: str
    serviceSpecification: _Reference
    state: State


@with_config(ConfigDict(extra="forbid", strict=True))
class Update(_Service, total=False):
    """``Service_Update``. Its members are merged into the service; ``null`` removes one."""

    id: ServiceId
    serviceSpecification: _Reference
    state: State


@with_config(ConfigDict(extra="forbid", strict=True))
class Create(_Service, total=False):
    """``Service_Create``. ``id`` is ours: the network takes it where it has our extension."""

    id: ServiceId
    serviceDate: str
    serviceSpecification: Required[_Reference]
    state: Required[State]


UPDATE, CREATE = TypeAdapter(Update), TypeAdapter(Create)
MEMBERS = {"id", "href", *Create.__annotations__}
