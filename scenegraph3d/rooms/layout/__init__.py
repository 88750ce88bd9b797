"""How a room comes about: a camera, walls and lights, and things where they would stand, by seed."""
