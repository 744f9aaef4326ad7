"""The verbs: one function a user intent, each one audited operation, one commit."""
