"""Rooms: a procedural indoor world with known truth."""
