"""Real HTTP stand-ins for outside systems, with faults on demand. The product never needs them."""
