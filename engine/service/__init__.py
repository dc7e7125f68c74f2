"""Use cases: the only way in for people and for the clock."""
