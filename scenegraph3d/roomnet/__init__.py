"""The small network that ships: from one picture to depth, things, their boxes and the camera.

Its modules import torch, and are themselves imported inside functions only.
"""
