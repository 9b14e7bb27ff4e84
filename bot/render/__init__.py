"""Reports as text, as a page, as pictures: what is kept is said in a language and given a form."""
