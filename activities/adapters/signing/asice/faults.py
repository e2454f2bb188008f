"""Why a container or a signature in it is refused."""

from enum import StrEnum


class ContainerFault(StrEnum):
    """The first fault that was found."""

    NOT_A_CONTAINER = "not_a_container"
    TOO_LARGE = "too_large"
    WRONG_NAME = "wrong_name"
    WRONG_MANIFEST = "wrong_manifest"
    NO_FILE = "no_file"
    WRONG_XML = "wrong_xml"
    WRONG_STRUCTURE = "wrong_structure"
    UNSUPPORTED_ALGORITHM = "unsupported_algorithm"
    OTHER_FILES = "other_files"
    """The signature is not over exactly the files of the container."""
    WRONG_DIGEST = "wrong_digest"
    WRONG_CERTIFICATE = "wrong_certificate"
    WRONG_SIGNATURE = "wrong_signature"
    EXTENDED_ALREADY = "extended_already"


class ContainerRefused(Exception):
    """A container, or a signature for one, cannot be used. Names no file and no person."""

    def __init__(self, fault: ContainerFault) -> None:
        super().__init__(fault.value)
        self.fault = fault
