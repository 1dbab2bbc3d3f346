"""The pages of messages and notices, and the doors for the provider's callbacks."""
