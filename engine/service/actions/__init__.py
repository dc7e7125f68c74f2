"""What can be done to a campaign, each decided and applied; `engine.service.registry` names all."""
