"""Tests of the kernel catalogue."""
