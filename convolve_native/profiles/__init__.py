"""Profiles: predicted seconds beside measured ones, and where the measured ones went."""
