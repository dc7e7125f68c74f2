"""Pictures and tables of a workflow or a campaign; pure, from records alone. Each is imported from its own module."""
