"""What people type, as Slack passes it on: escaped, with names turned into references."""

import re

from bot.workspace.facts.directory import Directory

_WORD = re.compile(
    r"(?P<reference><(?:@[UW]\w+|#C\w+|!\w+[^<>]*|https?://[^<>\s]+|mailto:[^<>\s]+)(?:\|[^<>]*)?>)"
    r"|(?P<link>https?://[^\s<>]+)"
    r"|(?<![\w@#])(?P<sign>[@#])(?P<name>[\w.\-]*[\w])"
    r"|(?P<special>[&<>])"
)
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}
_EVERYBODY = ("channel", "here", "everyone")


def refer(text: str, directory: Directory, *, with_labels: bool) -> str:
    """`@lin` becomes `<@U1>` (with labels `<@U1|lin>`), `#oncall` `<#C1|oncall>`, a user group's handle
    `<!subteam^S1>`; `&`, `<` and `>` are escaped. What is a reference already stays one."""

    def replace(found: re.Match[str]) -> str:
        if found["reference"]:
            return found["reference"]
        if found["link"]:
            return "<" + found["link"].replace("&", "&amp;") + ">"
        if found["special"]:
            return _ESCAPES[found["special"]]
        return _reference(found["sign"], found["name"], directory, with_labels=with_labels) or found[0]

    return _WORD.sub(replace, text)


def _reference(sign: str, name: str, directory: Directory, *, with_labels: bool) -> str | None:
    if sign == "#":
        channel = directory.channel_called(name)
        return f"<#{channel.id}|{channel.name}>" if channel else None
    if name in _EVERYBODY:
        return f"<!{name}>"
    user = directory.user_called(name) or directory.user_called(name.lower())
    if user:
        return f"<@{user.id}|{user.name}>" if with_labels else f"<@{user.id}>"
    group = next((group for group in directory.groups() if group.handle == name), None)
    if group:
        return f"<!subteam^{group.id}|@{group.handle}>" if with_labels else f"<!subteam^{group.id}>"
    return None
