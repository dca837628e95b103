"""The pages of the documentation, and what stands in them."""

import re
import textwrap

from harness import TOP

PAGES = sorted(path for folder in (TOP, TOP / "docs", TOP / "emulator", TOP / "charts")
               for path in (folder.glob("*.md") if folder in (TOP, TOP / "emulator") else folder.rglob("*.md")))
BLOCK = re.compile(r"^( *)```(\w*)[^\n]*\n(.*?)^ *```$", re.M | re.S)
SUBSCRIPTION = "11111111-1111-1111-1111-111111111111"
GUID = "11111111-2222-3333-4444-555555555555"


def name_of(path):
    return str(path.relative_to(TOP))


def blocks(page, *languages):
    """The texts in fences of these languages, without the indentation of a list."""
    for found in BLOCK.finditer(page.read_text()):
        if found[2] in languages:
            yield textwrap.dedent(found[3])


def filled_in(text, subscription=SUBSCRIPTION):
    """With everything that the reader fills in: … in an id, or as a value, and the variables of the quick start."""
    group = f"/subscriptions/{subscription}/resourceGroups/data"
    clusters = f"{group}/providers/Microsoft.Kusto/clusters"
    text = text.replace("/subscriptions/…/providers/", f"{group}/providers/").replace("/subscriptions/…", f"/subscriptions/{subscription}")
    text = text.replace("/resourceGroups/…", "/resourceGroups/data")
    text = re.sub(r"(?<=[ :])…/clusters(?=/)", clusters, text)
    text = re.sub(r"(?<=[ :])…(?=/providers/)", group, text)
    text = text.replace("$F", f"{clusters}/reporting").replace("$L", f"{clusters}/corp")
    return re.sub(r"(?<=: )…", GUID, text)
