"""English questions to programs: words, noun phrases, predicates and the forms of questions."""
