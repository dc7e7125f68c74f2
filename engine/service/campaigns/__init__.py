"""Campaigns: founded, led through their phases, moved between versions, ended."""
