"""Weights that ship, safetensors, each beside a card that says how it was trained and what it reaches."""
