# SPDX-License-Identifier: GPL-3.0-or-later
"""What the readers of formats, read_*.py, share.

Each is called with a DIRECTORY first, which holds what one query or --show printed, a file a
format; complains of what differs; and ends with what it compared, and a status.
"""

import pathlib
import re
import sys

ESC = "\x1b"
directory = pathlib.Path(sys.argv[1])
nfaults = 0


def complain(text):
    global nfaults
    nfaults += 1
    print(text)


def finish(compared, is_enough):
    """Status 1 where something differs, or there was nothing to compare."""
    print(compared)
    sys.exit(1 if nfaults or not is_enough else 0)


def read(name):
    return (directory / name).read_bytes().decode("utf-8")


def lines(name):
    return read(name).split("\n")[:-1]


def without_blanks(text):
    """Text that is shown may be wrapped."""
    return re.sub(r"\s+", "", text)


def squeeze(text):
    """What has no look is left out, too."""
    return without_blanks(text.replace("\u00ad", ""))


def marked(text, marks, left, right):
    """The text with left and right round its marks, which are ranges of bytes."""
    data = text.encode()
    made = b""
    last = 0
    for mark in marks:
        start, end = mark["start"], mark["end"]
        made += data[last:start] + left.encode() + data[start:end] + right.encode()
        last = end
    return (made + data[last:]).decode()
