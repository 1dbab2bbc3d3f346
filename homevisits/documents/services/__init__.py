"""What is done with documents and attachments."""
