"""What runs on: the bot, workers, the sample; and the app that Slack is given."""
