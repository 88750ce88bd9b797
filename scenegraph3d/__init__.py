"""scenegraph3d: one picture in, an explicit 3D scene graph out."""

__version__ = "0.1.0"
