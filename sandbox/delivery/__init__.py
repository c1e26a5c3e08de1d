"""How payloads reach the app: over Socket Mode or signed HTTP."""

from sandbox.delivery.ack import Ack
from sandbox.delivery.courier import Courier

__all__ = ["Ack", "Courier"]
