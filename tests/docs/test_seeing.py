"""docs/seeing.md shows the hotline as it is."""

from __future__ import annotations

from ivrkit.app import App
from ivrkit.flow.graph import as_mermaid, draw
from tests.docs.pages import ROOT, blocks


def test_the_picture_on_the_page_is_the_hotline() -> None:
    flow = App(ROOT / "ivrkit.yaml").compile(ROOT / "flows" / "hotline.yaml").flow
    assert flow is not None
    shown = [block.text for block in blocks(ROOT / "docs" / "seeing.md") if block.language == "mermaid"]
    assert shown == [as_mermaid(draw(flow))], "write it anew: ivrkit graph flows/hotline.yaml"
