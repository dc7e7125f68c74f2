"""`phasegate db`."""
