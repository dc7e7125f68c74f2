"""`phasegate campaign`."""
