"""Asking: questions that a scene has a sure answer to, drawn at random; `query.qa` chooses among them."""
