"""Accuracy and speed, each figure made by one command."""
