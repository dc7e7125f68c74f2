"""Histories that the program wrote, frozen: each must upgrade, verify, replay, be rebuilt and go on (SEMANTICS H5)."""
