"""A flow as a picture: `drawing` decides what is in it, and each format how it is written."""

from ivrkit.flow.graph.dot import as_dot
from ivrkit.flow.graph.drawing import Arrow, Box, Graph, Role, draw
from ivrkit.flow.graph.mermaid import as_mermaid

__all__ = ["Arrow", "Box", "Graph", "Role", "as_dot", "as_mermaid", "draw"]
