"""Gates: judged by their criteria from what is stored, answered by people, explained."""
