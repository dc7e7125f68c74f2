"""`phasegate task`."""
