"""The app's end of the line: how it is told what happens, and how it acknowledges."""
