"""`phasegate units`."""
