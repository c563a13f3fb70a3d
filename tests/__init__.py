"""The tests; a package, so that they share `tests.reference` and `tests.cases`."""
