"""Training of the small network that ships, on rooms rendered on the fly.

python -m training.perception --out runs/perception
"""
