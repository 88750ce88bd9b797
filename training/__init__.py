"""What trains the models that ship: scripts of the repository, not of the installed package."""
