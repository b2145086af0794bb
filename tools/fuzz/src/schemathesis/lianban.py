"""What schemathesis does not know of the stack: what is none of the caller's business, and how a provider signs."""

import base64
import hashlib
import hmac
import json
import os
import time
import uuid

import schemathesis

FOREIGN = json.loads(os.environ["LIANBAN_FOREIGN"])
SECRET = os.environ.get("LIANBAN_SECRET")
KEPT = os.environ["LIANBAN_KEPT"]
OF_A_SIGNATURE = ("webhook-id", "webhook-timestamp", "webhook-signature")


@schemathesis.check
def nothing_of_others(ctx, response, case):
    said = response.content.decode("utf-8", "replace") + json.dumps(dict(response.headers), ensure_ascii=False)
    shown = [word for word in FOREIGN if word in said]
    if shown:
        raise AssertionError(f"The answer shows what is not the caller's: {', '.join(shown)}")


def sign(request):
    """Standard Webhooks, over the bytes that are really sent."""
    body = request.body or b""
    body = body.encode() if isinstance(body, str) else body
    name, at = str(uuid.uuid4()), str(int(time.time()))
    digest = hmac.new(base64.b64decode(SECRET), f"{name}.{at}.".encode() + body, hashlib.sha256).digest()
    request.headers["webhook-id"] = name
    request.headers["webhook-timestamp"] = at
    request.headers["webhook-signature"] = "v1," + base64.b64encode(digest).decode()
    return request


@schemathesis.hook
def before_call(context, case, kwargs):
    """A case that lacks a header of a signature is to stay without it."""
    if SECRET and all(name in (case.headers or {}) for name in OF_A_SIGNATURE):
        kwargs["auth"] = sign


@schemathesis.hook
def after_call(context, case, response):
    """Leaves a mark where a report was kept: then it went the whole way."""
    if SECRET and response.status_code == 202:
        open(KEPT, "w").close()
