"""`phasegate look`."""
