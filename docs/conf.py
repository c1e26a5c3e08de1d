"""The documentation site: `make docs`."""

project = "CMI Bot"
extensions = ["myst_parser"]
html_theme = "furo"
html_title = "CMI Bot"
myst_heading_anchors = 3
myst_enable_extensions = ["dollarmath"]
