"""Models: the user's own exported networks, each described by a JSON card beside it. Used by `depth` and `detect`.

`card` reads the card, `pixels` turns a picture into a network's input and its output back, `network` runs the file.
"""
