"""Notices: what is to be told is bound, written, released, signed, corrected."""
