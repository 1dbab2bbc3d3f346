"""The parts of a visit's page. Each subject answers with what its part shows, None when there is nothing to show yet."""
