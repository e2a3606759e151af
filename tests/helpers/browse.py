#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Opens a page of quire-search in headless Chromium and says what is wrong with it.

    browse.py PAGE ANSWER [--axe AXE.js] [--once] [--shots DIRECTORY]

ANSWER is what the same command printed as JSON Lines: its marks must be on the page.  Looked at, in light and in dark, as wide as a desk and as a
phone: the console, requests, the style sheet, marks, boxes of the legend, folding by mouse and by
keyboard, width, and what axe-core finds, where it is given; with --once in light and wide only.  Prints how long it
took until the page was shown, and a line for each thing that is wrong; exit status 1 if there is any.

It speaks the protocol of the browser's developer tools through a pipe, so it needs nothing but
Python itself.
"""

import argparse
import base64
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
import time

BROWSERS = ("chromium", "chromium-browser", "google-chrome")


class Browser:
    """A browser with one page."""

    def __init__(self, directory):
        program = next(filter(None, map(shutil.which, BROWSERS)))
        to_read, self.to = os.pipe()
        self.source, from_write = os.pipe()
        for end in (to_read, from_write):
            os.set_inheritable(end, True)

        def place_pipes():
            # Both are moved out of the way first: one may be where the other must go.
            high = [os.dup(to_read), os.dup(from_write)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             "--remote-debugging-pipe", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--user-data-dir=" + directory, "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            preexec_fn=place_pipes, close_fds=False)
        os.close(to_read)
        os.close(from_write)
        self.rest = b""
        self.number = 0
        self.session = None
        self.events = []
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(t["targetId"] for t in targets if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Log", "Network"):
            self.call(domain + ".enable")

    def receive(self):
        while b"\0" not in self.rest:
            more = os.read(self.source, 1 << 20)
            if not more:
                raise RuntimeError("the browser has ended")
            self.rest += more
        message, self.rest = self.rest.split(b"\0", 1)
        return json.loads(message)

    def call(self, method, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        if self.session is not None:
            message["sessionId"] = self.session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.to, data):]
        while True:
            answer = self.receive()
            if answer.get("id") == self.number:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']}")
                return answer["result"]
            if "method" in answer:
                self.events.append(answer)

    def wait_for(self, method):
        for event in self.events:
            if event["method"] == method:
                return
        while True:
            event = self.receive()
            if "method" in event:
                self.events.append(event)
                if event["method"] == method:
                    return

    def run(self, script):
        """The value of a script of the page."""
        answer = self.call("Runtime.evaluate", expression=script, awaitPromise=True,
                           returnByValue=True)
        if "exceptionDetails" in answer:
            raise RuntimeError(str(answer["exceptionDetails"]))
        return answer["result"].get("value")

    def press(self, key, code, text=""):
        for kind in ("keyDown", "keyUp"):
            self.call("Input.dispatchKeyEvent", type=kind, key=key, code=key,
                      windowsVirtualKeyCode=code, text=text if kind == "keyDown" else "")

    def end(self):
        try:
            self.session = None
            self.call("Browser.close")
        except (RuntimeError, OSError):
            pass
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Checks:
    """What is wrong with the page."""

    def __init__(self, browser, uri):
        self.browser = browser
        self.uri = uri
        self.nfaults = 0

    def complain(self, text):
        self.nfaults += 1
        print(text)

    def open(self):
        begun = time.monotonic()
        self.browser.events.clear()
        self.browser.call("Page.navigate", url=self.uri)
        self.browser.wait_for("Page.loadEventFired")
        # Two frames: what was laid out is on the screen.
        self.browser.run("new Promise(r => requestAnimationFrame(() => requestAnimationFrame(r)))")
        took = time.monotonic() - begun
        print(f"# shown after {took:.2f} s")

    def look_at_events(self):
        for event in self.browser.events:
            params = event["params"]
            if event["method"] == "Runtime.exceptionThrown":
                self.complain(f"an exception: {params}")
            elif event["method"] == "Runtime.consoleAPICalled":
                self.complain(f"on the console: {params}")
            elif event["method"] == "Log.entryAdded":
                self.complain(f"logged: {params['entry'].get('text')}")
            elif event["method"] == "Page.javascriptDialogOpening":
                self.complain(f"a dialog: {params}")
            elif event["method"] == "Network.requestWillBeSent" and \
                    params["request"]["url"].split("#")[0] != self.uri:
                self.complain(f"a request: {params['request']['url']}")

    def marks(self, wanted):
        # Of a passage that was cut all is there, folded.
        got = self.browser.run("""Array.from(document.querySelectorAll('mark'))
            .filter(m => { const article = m.closest('.results article');
                           return !article || !m.closest('blockquote') || m.closest('.wholes') ||
                                  !article.querySelector('.wholes'); })
            .map(m => [Number(m.dataset.clause), m.textContent.replace(/\\s+/g, ' ')])""")
        if got != wanted:
            differing = [(w, g) for w, g in zip(wanted, got) if w != g]
            self.complain(f"marks: {len(wanted)} wanted, {len(got)} there; "
                          f"the first that differs: {differing[:1]}")

    def style(self):
        unmarked = self.browser.run("""Array.from(document.querySelectorAll('mark'))
            .filter(m => getComputedStyle(m).backgroundColor === 'rgba(0, 0, 0, 0)').length""")
        if unmarked:
            self.complain(f"{unmarked} marks have no colour")
        wide = self.browser.run(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth")
        if wide > 0:
            self.complain(f"the page is {wide} pixels wider than the window")

    def scripts(self):
        if self.browser.run("document.querySelectorAll('script, iframe, object, embed').length"):
            self.complain("there is a script")
        links = self.browser.run("""Array.from(document.querySelectorAll('[href], [src]'),
            e => e.getAttribute('href') || e.getAttribute('src'))""")
        for link in links:
            if not link.lower().startswith(("#", "http://", "https://")):
                self.complain(f"a link leads to {link}")
        broken = self.browser.run("""Array.from(document.querySelectorAll('[href^="#"]'))
            .filter(a => !document.getElementById(decodeURIComponent(a.getAttribute('href').slice(1)))).length""")
        if broken:
            self.complain(f"{broken} links lead nowhere on the page")
        handlers = self.browser.run("""Array.from(document.querySelectorAll('*')).filter(
            e => Array.from(e.attributes).some(a => a.name.startsWith('on') || a.name === 'style')).length""")
        if handlers:
            self.complain(f"{handlers} elements have handlers or styles")

    def folding(self):
        """Each kind of <details>: open by mouse, closed by keyboard."""
        kinds = self.browser.run("""Array.from(new Set(Array.from(
            document.querySelectorAll('details'), d => d.className)))""")
        for kind in kinds:
            first = f"Array.from(document.querySelectorAll('details')).find(d => d.className === {json.dumps(kind)})"
            was = self.browser.run(first + ".open")
            self.browser.run(first + ".querySelector('summary').click()")
            if self.browser.run(first + ".open") == was:
                self.complain(f"details.{kind} do not fold by mouse")
            self.browser.run(first + ".querySelector('summary').focus()")
            self.browser.press("Enter", 13, "\r")
            if self.browser.run(first + ".open") != was:
                self.complain(f"details.{kind} do not fold by keyboard")

    def legend(self):
        boxes = self.browser.run("document.querySelectorAll('.legend input').length")
        for box in range(boxes or 0):
            colored = f"""(() => {{
                const input = document.querySelectorAll('.legend input')[{box}];
                const mark = input.closest('.answer').querySelector('mark.k' + input.className.slice(1));
                return mark && getComputedStyle(mark).backgroundColor !== 'rgba(0, 0, 0, 0)'; }})()"""
            if not self.browser.run(colored):
                continue
            self.browser.run(f"document.querySelectorAll('.legend input')[{box}].focus()")
            self.browser.press(" ", 32, " ")
            if self.browser.run(colored):
                self.complain(f"box {box} of the legend does not take its colour away")
            self.browser.press(" ", 32, " ")
            if not self.browser.run(colored):
                self.complain(f"box {box} of the legend does not bring its colour back")

    def axe(self, script, where):
        self.browser.run(script)
        found = self.browser.run("""axe.run(document, {resultTypes: ['violations']}).then(
            r => r.violations.map(v => [v.impact, v.id, v.help, v.nodes.slice(0, 3).map(n => n.html)]))""")
        for impact, name, text, nodes in found:
            if impact in ("serious", "critical"):
                self.complain(f"axe, {where}: {impact}: {name}: {text}: {nodes}")
            else:
                print(f"# axe, {where}: {impact}: {name}: {text}")


# How controls and what has no look are shown: as quire-search(1) says.
SHOWN = {0xAD: None, 0x7F: "\u2421", **{c: chr(0x2400 + c) for c in range(0x20)},
         **{c: f"<U+{c:04X}>" for r in ((0x80, 0xA0), (0x200E, 0x2010), (0x202A, 0x202F),
                                       (0x2066, 0x2070), (0xE0000, 0xE0080)) for c in range(*r)}}


def marked(text, mark):
    found = text.encode()[mark["start"]:mark["end"]].decode()
    return [mark["clause"], re.sub(r"\s+", " ", found).translate(SHOWN)]


def wanted_marks(path):
    """[clause, text] of each mark, in the order of the page."""
    wanted = []
    for line in open(path, encoding="utf-8"):
        record = json.loads(line)
        wanted += [marked(record["title"], m) for m in record.get("title_marks", ())]
        wanted += [marked(record["text"], m) for m in record.get("marks", ())]
    return wanted


def look(browser, options):
    uri = pathlib.Path(options.page).resolve().as_uri()
    wanted = wanted_marks(options.answer)
    axe = open(options.axe, encoding="utf-8").read() if options.axe else None
    checks = Checks(browser, uri)
    for scheme in ("light",) if options.once else ("light", "dark"):
        browser.call("Emulation.setEmulatedMedia",
                     features=[{"name": "prefers-color-scheme", "value": scheme}])
        for width, height in ((1280, 900),) if options.once else ((1280, 900), (375, 812)):
            browser.call("Emulation.setDeviceMetricsOverride", width=width, height=height,
                         deviceScaleFactor=1, mobile=width < 500)
            where = f"{scheme}-{width}"
            checks.open()
            checks.marks(wanted)
            checks.style()
            checks.scripts()
            if axe is not None:
                checks.axe(axe, where)
            checks.folding()
            checks.legend()
            checks.look_at_events()
            if options.shots:
                shot = browser.call("Page.captureScreenshot", captureBeyondViewport=True,
                                    clip={"x": 0, "y": 0, "width": width,
                                          "height": options.height, "scale": 1})
                with open(os.path.join(options.shots, where + ".png"), "wb") as file:
                    file.write(base64.b64decode(shot["data"]))
    return checks.nfaults


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("page")
    parser.add_argument("answer")
    parser.add_argument("--axe")
    parser.add_argument("--once", action="store_true")
    parser.add_argument("--shots")
    parser.add_argument("--height", type=int, default=1600)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as directory:
        browser = Browser(directory)
        try:
            nfaults = look(browser, options)
        finally:
            browser.end()
    return 1 if nfaults else 0


if __name__ == "__main__":
    sys.exit(main())
