"""The engine: workflows, campaigns, their clock, gates and history."""
