"""How a command ends that was not let finish."""

INTERRUPTED = 130
PIPE_CLOSED = 141
