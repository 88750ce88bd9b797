"""Geometry: frames, cameras, boxes, points and planes as pure functions on arrays. No files, no types of ours."""
