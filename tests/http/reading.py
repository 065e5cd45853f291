"""Reading HTML answers as a browser does. What they should say belongs to the tests."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element

import html5lib


def parse(text: str) -> Element:
    """Return the tree that a browser makes of a page, with plain names."""
    tree: Element = html5lib.parse(text, namespaceHTMLElements=False)
    return tree


def words(element: Element) -> str:
    """Return what a person reads."""
    return " ".join("".join(element.itertext()).split())


def said(answer: Any) -> str:
    """Return what a person reads in the main part of an answered page."""
    main = parse(answer.text).find(".//main")
    return words(main if main is not None else parse(answer.text))


def filled(answer: Any, action: str = "/comments") -> dict[str, str]:
    """Return what stands in the fields of the page's form that is sent to such an address."""
    for form in parse(answer.text).iter("form"):
        if action in form.get("action", ""):
            inputs = {e.get("name", ""): e.get("value", "") for e in form.iter("input")}
            areas = {e.get("name", ""): "".join(e.itertext()) for e in form.iter("textarea")}
            return inputs | areas
    raise AssertionError(f"no form to {action}")


def beside(answer: Any, field: str) -> str:
    """Return the sentence that stands beside a field that is wrong."""
    tree = parse(answer.text)
    names = " ".join(
        e.get("aria-describedby", "") for e in tree.iter() if e.get("name") == field
    ).split()
    return " ".join(words(e) for e in tree.iter() if e.get("id") in names)
