"""What the tests of all apps share; no part of the running product imports it."""
