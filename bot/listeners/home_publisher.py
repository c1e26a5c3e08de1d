"""Publishing somebody's Home: at once as text, and with its picture as soon as Slack has that."""

import logging
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError

from bot.delivery.pictures import Pictures
from bot.flows import home as flow
from bot.flows.actor import Actor
from bot.listeners import picturing
from bot.listeners.later import Later
from bot.listeners.picturing import Pictured
from bot.slack import meaning
from bot.store.database import Database
from bot.views import home
from bot.views.home import Home
from bot.views.message import Block
from bot.views.picture import Drawing, ShownPicture

logger = logging.getLogger(__name__)

# A change may concern somebody who has left, as when their accounts are handed over.
_LEFT = frozenset({"user_not_found", "user_disabled"})


@dataclass(frozen=True, slots=True)
class HomePublisher:
    """One person's Home at one moment."""

    db: Database
    client: WebClient
    later: Later
    now: datetime
    actor: Actor

    def publish(self) -> None:
        """Show the Home as it is now. A picture that Slack has already is there from the start, so nothing flickers."""
        try:
            self._show()
        except SlackApiError as error:
            if meaning(error).code not in _LEFT:
                raise
            logger.info("%s has no Home any more: %s", self.actor.user, meaning(error).code)

    def _show(self) -> None:
        shown = flow.look(self.db, self.now, self.actor)
        drawing = flow.drawing(self.db, self.now, self.actor, shown)
        pictures = Pictures(self.db, self.client, self.actor.workspace_id, self.now)
        picture = pictures.known(drawing) if drawing else None
        if drawing and picture and self._publish_with(shown, drawing, picture, pictures):
            return
        published = self._publish(home.build(shown, self.now))
        if drawing:
            pictured = Pictured(drawing, lambda ready: home.build(shown.pictured(ready), self.now))
            show = partial(self._publish, hash=published["view"]["hash"])
            self.later.beside(lambda: picturing.put(pictures, pictured, show))

    def _publish_with(self, shown: Home, drawing: Drawing, picture: ShownPicture, pictures: Pictures) -> bool:
        try:
            self._publish(home.build(shown.pictured(picture), self.now))
        except SlackApiError:
            pictures.forget(drawing)  # most likely deleted in Slack
            return False
        return True

    def _publish(self, view: Block, **more: Any) -> Any:
        return self.client.views_publish(user_id=self.actor.user, view=view, **more)
