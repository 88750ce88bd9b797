"""From a room to pictures: ray casting, light and shadows in torch, and what a camera makes of them."""
