"""Real faults with real processes: `python -m tests.faults NAME`."""
