"""Detect: what is in the picture, as Detections: given by the user, or found by geometry alone."""
