"""A day with a paper for every taste."""

from datetime import UTC, date, datetime, time, timedelta

from core.models.chat import Chat, ChatKind
from core.models.values import Digest, Focus, Paper
from tests.core.store.samples import NOON

DAY = date(2026, 3, 13)
_TEXTS = {
    "splat": ("Gaussian splatting of streets", "3D Gaussian splatting for driving scenes."),
    "sr": ("Diffusion priors for super-resolution", "Image super-resolution of photographs."),
    "mri": (
        "Super-resolution of medical images",
        "Medical image super-resolution: MRI super-resolution for medical imaging.",
    ),
    "birds": ("Counting birds", "A benchmark of birds and bird counting."),
    "flow": ("Flow matching for image restoration", "Deblurring and deraining."),
    "hot": ("A vision language model", "A large vision-language model answers questions."),
}
_OLD = {
    "splat-old": ("Gaussian splatting for static rooms", "3D Gaussian splatting of rooms."),
    "splat-old2": ("Compressing Gaussian splats", "Smaller 3D Gaussian splatting."),
    "splat-old3": ("Dynamic Gaussian splatting", "4D Gaussian splatting of motion."),
    "splat-old4": ("Gaussian splatting SLAM", "Splatting for dense mapping."),
    "splat-old5": ("Relightable Gaussian splatting", "3D Gaussian splatting with light."),
}
PAPERS = {
    key: Paper(
        id=key,
        title=title,
        abstract=abstract,
        listed=DAY if key in _TEXTS else DAY - timedelta(days=20),
        upvotes=80 if key == "hot" else None,
    )
    for key, (title, abstract) in (_TEXTS | _OLD).items()
}
BASE = Digest(
    day=DAY,
    audience="main",
    language="zh",
    focus=Focus(interests=("图像修复",)),
    threshold=60,
    scanned=(),
    candidates=6,
    picks=(),
    others=(),
    created_at=datetime(2026, 3, 13, tzinfo=UTC),
)


def chat(chat_id: int, *topics: str, paused: bool = False) -> Chat:
    """Return a subscriber with topics of their own, or with none."""
    return Chat(
        chat_id,
        ChatKind.PRIVATE,
        "zh",
        time(8, 30),
        "Asia/Shanghai",
        NOON - timedelta(days=9),
        interests=topics,
        paused_at=NOON if paused else None,
    )
