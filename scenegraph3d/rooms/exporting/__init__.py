"""Rooms as files: pictures, records, and data sets in formats that other people read."""
