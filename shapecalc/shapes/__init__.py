"""Shapes, and the arithmetic of one axis mapped over all."""
