"""Channels, one file each."""
