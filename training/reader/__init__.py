"""What makes the reader, ``bot/analyse/reader.onnx``: see README.md in this folder."""
