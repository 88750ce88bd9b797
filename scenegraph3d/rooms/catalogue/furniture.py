"""Furniture: the categories that stand on the floor.

A bed's front is its foot end, a shelf's the side without a back; a table, a stool, a lamp, a plant and a bin have none.
"""

from .category import Category
from .fixtures import make_floor_lamp, make_floor_plant, make_top_lamp, make_top_plant
from .lounge import make_bed, make_sofa
from .seats import make_chair, make_stool
from .storage import make_bin, make_cabinet, make_shelf
from .tables import make_desk, make_table
from .television import make_floor_tv, make_top_tv

FURNITURE: tuple[Category, ...] = (
    Category("table", make_table),
    Category("desk", make_desk),
    Category("chair", make_chair),
    Category("stool", make_stool),
    Category("sofa", make_sofa, materials=("wood", "plastic")),
    Category("bed", make_bed, materials=("wood", "metal")),
    Category("shelf", make_shelf),
    Category("cabinet", make_cabinet),
    Category("lamp", make_floor_lamp, make_top_lamp),
    Category("plant", make_floor_plant, make_top_plant),
    Category("bin", make_bin),
    Category("tv", make_floor_tv, make_top_tv),
)
