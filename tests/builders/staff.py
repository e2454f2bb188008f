"""The one who runs the tests, as the command line knows them."""

import getpass

from domain.staff import StaffMember
from tests.fixtures import payload_keys

OPERATOR = StaffMember.of_command(payload_keys.STAFF_KEY, getpass.getuser()).id
