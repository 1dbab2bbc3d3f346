"""The acts of data protection."""
