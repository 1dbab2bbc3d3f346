"""What would run if it were not escaped, and how one sees that it could: each carries `pwned` where a browser would read it as markup."""

from html.parser import HTMLParser

PAYLOADS = (
    "<script pwned>run()</script>",
    '"><img pwned src=x onerror=run()>',
    "'><svg pwned onload=run()>",
    '" onmouseover=run() pwned="',
    "' autofocus onfocus=run() pwned='",
    "x onclick=run() pwned",
    "javascript:run()//pwned",
    "data:text/html,<script pwned>run()</script>",
    "</textarea><img pwned src=x onerror=run()>",
    "</title><svg pwned onload=run()>",
    "</option></select><img pwned src=x onerror=run()>",
    "</script><script pwned>run()</script>",
    "--><img pwned src=x onerror=run()>",
    "]]><img pwned src=x onerror=run()>",
    '<a pwned href="javascript:run()">x</a>',
    "<iframe pwned srcdoc='<script>parent.run()</script>'>",
    "<math><mtext><img pwned src=x onerror=run()>",
    "<details pwned open ontoggle=run()>",
    "<base pwned href=//evil.example/>",
    "<meta pwned http-equiv=refresh content='0;url=//evil.example'>",
    "<form pwned action=//evil.example><button>Go",
    "<link pwned rel=stylesheet href=//evil.example/x.css>",
    "<style pwned>*{background:url(//evil.example)}</style>",
    "{{ 7|add:7 }}{% now 'Y' %}<b pwned>",
    "&lt;img pwned src=x onerror=run()&gt;",
    "&#60;img pwned src=x onerror=run()&#62;",
    "\\u003cimg pwned src=x onerror=run()\\u003e",
    "<ScRiPt\tpwned>run()</sCrIpT>",
    "<svg><a pwned xlink:href='javascript:run()'><text>x",
    "<body pwned onpageshow=run()>",
    "<p pwned hx-get=//evil.example hx-trigger=load>",
    "<div pwned data-live=//evil.example data-live-every=1>",
)
# What a spreadsheet runs. Each says so in its words, so that a cell which comes out as it is can be told from one made harmless.
FORMULAS = (
    "=1+1 formula",
    "+1+1 formula",
    "-1+1 formula",
    "@SUM(1) formula",
    "\t=1+1 formula",
    "\r=1+1 formula",
    "=cmd|' /C x'!A0 formula",
)
ADDRESSES = ("href", "src", "action", "formaction", "xlink:href", "poster", "data", "srcdoc")
FORBIDDEN = ("iframe", "object", "embed", "base", "style", "frame", "applet")
SCHEMES = ("javascript:", "vbscript:", "data:text", "//evil", "https://evil", "http://evil")


class Running(HTMLParser):
    """Reads a page as a browser does and lists what would run or was taken for markup."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[str] = []
        self._script: dict[str, str] | None = None
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that is none of ours, a handler, a style, an address that runs."""
        given = {name: value or "" for name, value in attrs}
        if tag in FORBIDDEN or "pwned" in given or any(name.startswith("on") or name == "style" for name in given):
            self.found.append(f"<{tag} {given}>")
        for name in ADDRESSES:
            bare = "".join(given.get(name, "").split()).lower()
            if bare.startswith(SCHEMES):
                self.found.append(f"{name}={given[name]}")
        if tag == "meta" and "http-equiv" in given:
            self.found.append(f"<meta {given}>")
        self._script = given if tag == "script" else None

    def handle_data(self, data: str) -> None:
        """Script in the page itself, without the nonce of the answer."""
        inline = self._script is not None and "src" not in self._script and not self._script.get("type", "").endswith("json")
        if inline and data.strip() and not (self._script or {}).get("nonce"):
            self.found.append(f"<script>{data[:60]}")

    def handle_endtag(self, tag: str) -> None:
        """Out of the script."""
        self._script = None


def running(html: str) -> list[str]:
    """What would run in a page, empty for a sound one."""
    return Running(html).found
