"""What a person might say of a room, and exactly what it claims."""
