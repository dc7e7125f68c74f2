"""A campaign as plain files, to leave with."""
