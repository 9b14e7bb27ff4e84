"""Reports: facts gathered from the rows, composed, filed, given to people, signed."""
