"""What can be done to schools, people and their calendar: one function a business act."""
