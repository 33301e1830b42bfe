"""Which embedder `retrieval.embedder` names."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from app.nlu.embedder.base import Access, Embedder
from app.nlu.embedder.builtin import Builtin

BUILTIN, LEXICAL = "builtin", "lexical"


@lru_cache(maxsize=4)
def embedder_of(name: str, folder: Path | None = None, access: Access = Access()) -> Embedder | None:  # noqa: B008 (frozen)
    """The embedder of this name; None for `lexical`, which has none. One for each name and place in a process.

    `folder`: where it may keep what it unpacks; `access`: to the services. Nothing is loaded or called here; a name
    that nobody has raises ValueError (config.yaml was checked before).
    """
    provider, _, model = name.partition("/")
    if provider == LEXICAL:
        return None
    if provider == BUILTIN:
        return Builtin(folder)
    if provider == "sentence-transformers":
        from app.nlu.embedder.sentence_transformers import SentenceTransformers

        return SentenceTransformers(model)
    if provider == "openai":
        from app.nlu.embedder.openai import OpenAI  # an HTTP client comes with it

        return OpenAI(model, access)
    if provider == "ollama":
        from app.nlu.embedder.ollama import Ollama

        return Ollama(model, access)
    raise ValueError(f"no embedder is called {name}")
