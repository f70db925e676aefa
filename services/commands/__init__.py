"""What the command line does apart from naming commands: settings, output, the words for failures."""
