"""Settings and pace where the services stand on this machine."""

from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr

from bot.settings import Settings

NO_COURTESY = timedelta(0)
"""Between two requests: it is owed to arXiv, not to ourselves."""


def offline(settings: Settings, papers: str, database: Path) -> Settings:
    """Return settings without any secret, which ask for papers on this machine only."""
    secrets = {name: None for name, value in settings if isinstance(value, SecretStr)}
    return settings.model_copy(
        update=secrets
        | {
            "sources": ("huggingface", "arxiv"),
            "hf_endpoint": f"{papers}/hf",
            "arxiv_endpoint": f"{papers}/arxiv",
            "arxiv_categories": ("cs.CV",),
            "database_url": f"sqlite:///{database}",
            "ssl_cert_file": None,
            "ssl_cert_dir": None,
        }
    )
