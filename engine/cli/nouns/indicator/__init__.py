"""`phasegate indicator`."""
