"""`phasegate workflow`."""
