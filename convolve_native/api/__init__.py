"""The functions that users call: check, describe, choose, run.  They neither loop nor time."""
