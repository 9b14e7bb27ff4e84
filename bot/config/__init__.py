"""config.yaml and the environment, turned into the frozen Setup."""

from bot.config.errors import ConfigError as ConfigError
from bot.config.errors import Problem as Problem
from bot.config.load import load as load
