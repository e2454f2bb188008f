"""Use cases of officers who read signing rules, and look at those that a machine read."""
