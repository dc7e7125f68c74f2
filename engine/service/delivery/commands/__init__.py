"""What can be done here: each action decided and applied."""
