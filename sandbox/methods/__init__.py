"""The Web API methods that the sandbox knows, one file per family."""

from sandbox.methods import auth, chat, conversations, files, users, views
from sandbox.methods.registry import METHODS, Call, Method, Platform

__all__ = ["METHODS", "Call", "Method", "Platform", "auth", "chat", "conversations", "files", "users", "views"]
