"""The cookie parsers of curl and of Python on our cookies: cookies.py OURS

A server on 127.0.0.1 answers with the Set-Cookie lines that loginctl prints and
tells what it is sent. Prints a result a line: verdict, "cookie", what.
"""
import base64
import http.cookiejar
import http.cookies
import http.server
import json
import pathlib
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request

ours = pathlib.Path(sys.argv[1])
token = (ours / "ES256.token").read_text().strip()
payload = token.split(".")[1]
life = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))["exp"] - time.time()  # the remaining lifetime of the token


def loginctl(*arguments):
    return subprocess.run(["loginctl", "cookie", *arguments], input=token, capture_output=True, text=True, check=True).stdout


plain = loginctl()
shaped = loginctl("--name", "session", "--path", "/app", "--same-site", "strict", "--max-age", "10m", "--insecure")
session = loginctl("--name", "__Host-session", "--max-age", "session")
deleted = loginctl("--name", "session", "--path", "/app", "--insecure", "--delete")
LINES = {"/plain": plain, "/app/shaped": shaped, "/session": session, "/app/deleted": deleted}


class Handler(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        if self.path in LINES:
            name, _, value = LINES[self.path].strip().partition(": ")
            self.send_header(name, value)
        body = json.dumps({"cookie": self.headers.get_all("Cookie", []), "authorization": self.headers.get_all("Authorization", [])}).encode()
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
threading.Thread(target=server.serve_forever, daemon=True).start()
base = f"http://127.0.0.1:{server.server_port}"


def verdict(what, check):
    try:
        check()
        print("ok", "cookie", what, sep="\t")
    except Exception as e:  # any exception is a result
        print(f"{type(e).__name__}: {e}".replace("\n", " ").replace("\t", " "), "cookie", what, sep="\t")


def same(got, want):
    if got != want:
        raise AssertionError(f"{got!r}, want {want!r}")


def about(seconds, want):
    """A machine that is busy may take a minute for what comes in between."""
    if not want - 60 < seconds <= want + 1:
        raise AssertionError(f"{seconds} seconds, want {want}")


def morsel(line):
    jar = http.cookies.SimpleCookie()
    jar.load(line.strip().partition(": ")[2])
    same(len(jar), 1)
    return next(iter(jar.values()))


def python_reads_attributes():
    m = morsel(plain)
    same((m.key, m.value, m["path"], m["samesite"], m["domain"]), ("access-token", token, "/", "Lax", ""))
    same((m["secure"], m["httponly"]), (True, True))
    about(int(m["max-age"]), life)


def python_reads_choices():
    m = morsel(shaped)
    same((m.key, m.value, m["path"], m["samesite"], m["secure"], m["max-age"]), ("session", token, "/app", "Strict", "", "600"))
    same(morsel(session)["max-age"], "")
    same(morsel(deleted)["max-age"], "0")


def python_keeps_and_sends():
    jar = http.cookiejar.CookieJar()
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}), urllib.request.HTTPCookieProcessor(jar))
    opener.open(base + "/app/shaped").read()
    kept = list(jar)
    same([(c.name, c.value, c.path, c.has_nonstandard_attr("HttpOnly")) for c in kept], [("session", token, "/app", True)])
    about(kept[0].expires - time.time(), 600)
    same(json.load(opener.open(base + "/app/echo"))["cookie"], [f"session={token}"])
    same(json.load(opener.open(base + "/echo"))["cookie"], [])
    opener.open(base + "/app/deleted").read()
    same(len(jar), 0)


def curl(*arguments, stdin=None):
    return subprocess.run(["curl", "-sS", "--fail", "--noproxy", "*", *arguments], input=stdin, capture_output=True, text=True, check=True).stdout


def curl_keeps(path, want):
    """want: tail-match, path, secure, life, name; from curl's own jar."""
    with tempfile.NamedTemporaryFile() as jar:
        curl("-c", jar.name, base + path)
        lines = [line.split("\t") for line in pathlib.Path(jar.name).read_text().splitlines() if line.startswith("#HttpOnly_")]
    same(len(lines), 1)
    host, _, cookie_path, secure, expires, name, value = lines[0]
    same((host, cookie_path, secure, name, value), ("#HttpOnly_127.0.0.1", want[0], want[1], want[3], token))
    if want[2]:
        about(int(expires) - time.time(), want[2])
    else:
        same(expires, "0")


def curl_deletes():
    with tempfile.NamedTemporaryFile() as jar:
        curl("-b", "", "-c", jar.name, base + "/app/shaped", "--next", "-sS", "-b", "", "-c", jar.name, base + "/app/deleted")
        same("session" in pathlib.Path(jar.name).read_text(), False)


def curl_sends_netscape_jar():
    with tempfile.NamedTemporaryFile("w") as jar:
        jar.write(loginctl("--format", "netscape", "--host", "127.0.0.1", "--insecure"))
        jar.flush()
        same(json.loads(curl("-b", jar.name, base + "/echo"))["cookie"], [f"access-token={token}"])


def curl_sends_its_configuration():
    got = json.loads(curl("-K", "-", base + "/echo", stdin=loginctl("--format", "curl")))
    same(got["cookie"] + got["authorization"], [f"access-token={token}"])


verdict("Python reads the attributes", python_reads_attributes)
verdict("Python reads what was asked for", python_reads_choices)
verdict("Python keeps it, sends it below its path, and deletes it", python_keeps_and_sends)
verdict("curl keeps it", lambda: curl_keeps("/app/shaped", ("/app", "FALSE", 600, "session")))
verdict("curl keeps a Secure one", lambda: curl_keeps("/plain", ("/", "TRUE", life, "access-token")))
verdict("curl keeps a __Host- one for the session", lambda: curl_keeps("/session", ("/", "TRUE", 0, "__Host-session")))
verdict("curl deletes it", curl_deletes)
verdict("curl sends our Netscape jar", curl_sends_netscape_jar)
verdict("curl sends our configuration", curl_sends_its_configuration)
