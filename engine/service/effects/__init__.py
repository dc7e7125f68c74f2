"""What recorded acts do to the state; shared by commands, the clock and replay."""
