"""What can be set, each with a line that says what it is for."""

from bot.views import blocks, buttons
from bot.views.message import Block

CALLBACK = "settings_menu"

_ENTRIES = (
    ("*Channels and admins*: where alerts go, who may change all this, time zone and dates.", buttons.channels),
    ("*Channels of alerts*: other channels for a segment, a team or a cell.", buttons.routes),
    ("*Who sees and rates*: everybody or those an account belongs to; leaders and viewers.", buttons.access),
    ("*People*: who reports to whom, and who is what.", buttons.people),
    ("*Map and cuts*: four quadrants or nine cells, and where the bands begin.", buttons.map_and_cuts),
    ("*Weights*: how much each category counts.", buttons.weights),
    ("*Frameworks*: which questions are asked of whom.", buttons.which_framework),
    ("*Health sources*: their scales, and which of them counts.", buttons.health_sources),
    ("*Cadence and limits*: when ratings are due, how old figures may get, alerts of imports.", buttons.cadence),
    ("*Pause asking*: for everybody or one team, until a day.", buttons.pauses),
    ("*Weekly report*: when leaders and managers get it.", buttons.weekly),
    ("*Holidays*: the days on which nobody is asked.", buttons.holidays),
    ("*Playbooks*: what to do in each cell.", buttons.playbooks),
    ("*Bands and touch*: maturity, closeness of care, qualification of prospects.", buttons.bands),
    ("*Import*: accounts, health scores and content from a file.", buttons.import_again),
    ("*Export*: everything that is known here, as Excel or CSV.", buttons.export_again),
    ("*Not sent*: messages that Slack didn't take, to send again or to drop.", buttons.unsent),
    ("*What was changed*: by whom, when, and from what to what.", buttons.audit),
)


def build() -> Block:
    body = [blocks.section(text, button()) for text, button in _ENTRIES]
    return blocks.modal("Settings", body, callback_id=CALLBACK)
