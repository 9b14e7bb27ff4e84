"""What every command of the terminal is made with: words, options, help, completion, rows, printing."""
