"""The one error of this reader, and the one way to raise it."""


class FormatError(Exception):
    """A file is not what the specification says."""


def require(condition: object, complaint: str) -> None:
    if not condition:
        raise FormatError(complaint)
