"""Proof, rebuilding and health of what is kept."""
