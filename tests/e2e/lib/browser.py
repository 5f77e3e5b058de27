"""browser.py - a page in headless Chromium, worked over the debugging protocol's pipe (no port, no library).

Every message of the page's console and every script error is collected: a test asks for trouble at its end.
"""
import base64
import json
import os
import select
import shutil
import subprocess
import time

import client
import rig
import tap

WAIT_S = 30


class Browser:
    def __init__(self, width, height, *options):
        program = shutil.which("chromium") or shutil.which("google-chrome")
        if not program:
            raise tap.Skip("no chromium here")
        to_read, self.write_end = os.pipe()
        self.read_end, to_write = os.pipe()

        def connect():
            rig._die_with_parent()
            # The protocol is spoken on descriptors 3 and 4; moved out of each other's way first.
            high = [os.dup2(fd, fd + 100) for fd in (to_read, to_write)]
            os.dup2(high[0], 3)
            os.dup2(high[1], 4)

        self.process = subprocess.Popen(
            [program, "--headless=new", "--no-sandbox", "--disable-gpu", "--no-first-run", "--mute-audio",
             "--autoplay-policy=no-user-gesture-required", f"--user-data-dir={rig.folder / f'chromium-{id(self)}'}",
             "--remote-debugging-pipe", *options, "about:blank"],
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, close_fds=False,
            preexec_fn=connect)
        rig._running.append(self.process)
        os.close(to_read)
        os.close(to_write)
        self.buffer, self.last_id, self.session, self.trouble = b"", 0, None, []
        targets = self.call("Target.getTargets")["targetInfos"]
        page = next(t for t in targets if t["type"] == "page")
        self.session = self.call("Target.attachToTarget", targetId=page["targetId"], flatten=True)["sessionId"]
        for domain in "Page", "Runtime", "Log":
            self.call(f"{domain}.enable")
        self.call("Emulation.setDeviceMetricsOverride", width=width, height=height, deviceScaleFactor=1, mobile=False)

    def close(self):
        self.process.kill()
        self.process.wait()
        os.close(self.write_end)
        os.close(self.read_end)

    def _receive(self, end):
        while b"\0" not in self.buffer:
            ready, _, _ = select.select([self.read_end], [], [], max(0, end - time.monotonic()))
            tap.check(ready, "chromium does not answer")
            more = os.read(self.read_end, 1 << 20)
            tap.check(more, "chromium ended")
            self.buffer += more
        line, _, self.buffer = self.buffer.partition(b"\0")
        return json.loads(line)

    def call(self, method, **parameters):
        self.last_id += 1
        message = {"id": self.last_id, "method": method, "params": parameters}
        if self.session:
            message["sessionId"] = self.session
        os.write(self.write_end, json.dumps(message).encode() + b"\0")
        end = time.monotonic() + WAIT_S
        while True:
            answer = self._receive(end)
            if answer.get("id") == self.last_id:
                tap.check("error" not in answer, f"{method}: {answer.get('error')}")
                return answer["result"]
            self._note(answer)

    def _note(self, event):
        parameters = event.get("params", {})
        if event.get("method") == "Runtime.exceptionThrown":
            self.trouble.append(parameters["exceptionDetails"].get("exception", {}).get("description", "exception"))
        elif event.get("method") == "Log.entryAdded" and parameters["entry"]["level"] == "error":
            self.trouble.append(parameters["entry"]["text"])

    def before_load(self, script):
        """Runs in every page before its own scripts."""
        self.call("Page.addScriptToEvaluateOnNewDocument", source=script)

    def open(self, address, cookie=None):
        """cookie: of a session, as if one had signed in here."""
        if cookie:
            self.call(
                "Network.setCookie",
                name=client.COOKIE,
                value=cookie,
                url=address,
                path="/",
                secure=True,
                httpOnly=True,
                sameSite="Strict",
            )
        self.call("Page.navigate", url=address)

    def ask(self, expression):
        """The value of a JavaScript expression in the page."""
        answer = self.call("Runtime.evaluate", expression=expression, returnByValue=True, awaitPromise=True)
        tap.check("exceptionDetails" not in answer, f"{expression}: {answer.get('exceptionDetails')}")
        return answer["result"].get("value")

    def until(self, expression, within_s, what):
        value = []

        def is_true():
            value[:] = [self.ask(expression)]
            return value[0]
        return tap.until(is_true, within_s, lambda: f"{what}: {expression} is {value}")

    def hover(self, selector):
        x, y = self.ask(f"(() => {{ const r = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
                        " return [r.left + r.width / 2, r.top + r.height / 2]; })()")
        self.call("Input.dispatchMouseEvent", type="mouseMoved", x=x, y=y)

    def picture(self, selector):
        """A PNG of what is seen of this element."""
        x, y, w, h = self.ask(f"(() => {{ const r = document.querySelector({json.dumps(selector)}).getBoundingClientRect();"
                              " return [r.left, r.top, r.width, r.height]; })()")
        clip = {"x": x, "y": y, "width": w, "height": h, "scale": 1}
        return base64.b64decode(self.call("Page.captureScreenshot", format="png", clip=clip)["data"])
