"""The web room: one page on which a unit signs for its tasks by the link of a notice (docs/semantics.md Z3)."""
