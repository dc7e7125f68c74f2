"""What every use case stands on: a campaign opened, its journal, who acts, how an action is decided and applied."""
