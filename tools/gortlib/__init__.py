"""The modules behind tools/gort: cmd_<name>.py is the command <name>, the others are what the commands share."""
