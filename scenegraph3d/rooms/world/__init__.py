"""What a room is made of: solids, their finishes, and the room itself. Numbers alone."""
