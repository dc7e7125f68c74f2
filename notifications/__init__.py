"""Notices: their records, their texts and the channels they go out by. Knows nothing of the engine."""
