"""`python -m scenegraph3d.cli`."""

from . import main

if __name__ == "__main__":
    main()
