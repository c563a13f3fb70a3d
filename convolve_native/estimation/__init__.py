"""Estimation: what an image itself tells of its noise and its blur."""
