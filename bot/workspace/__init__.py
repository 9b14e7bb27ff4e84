"""A local stand-in for Slack: the Web API, Socket Mode and a page, in one process on this machine."""

from bot.workspace.seed import Member, Seed, Usergroup, WorkspaceError
from bot.workspace.server import Workspace

__all__ = ["Member", "Seed", "Usergroup", "Workspace", "WorkspaceError"]
