"""The clock: due moments are taken in order."""
