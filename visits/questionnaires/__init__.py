"""What a visit's questionnaire asks, as plain values: definitions, their answers, the form of a section. No database."""
