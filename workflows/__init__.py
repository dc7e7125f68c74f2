"""Shipped workflows, calendars and the catalogue."""
