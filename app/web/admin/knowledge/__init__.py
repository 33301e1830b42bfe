"""«Conocimiento»: the questions it answers, those it could not, the documents, and the filing of it all."""
