"""A provider that speaks `feed` (docs/dialects/feed.md), with the CloudEvents SDK and Standard Webhooks: address, id, secret."""

import json
import sys
import uuid
from datetime import datetime, timezone

import requests
from cloudevents.core.formats.json import JSONFormat
from standardwebhooks import Webhook

from company import Company, say, stop

address, provider, secret = sys.argv[1:]
company = Company()
position = None


def post(report: dict, callback: str) -> None:
    body = json.dumps(report)
    report_id = str(uuid.uuid4())
    at = datetime.now(timezone.utc)
    answer = requests.post(
        callback,
        data=body.encode(),
        headers={
            "content-type": "application/json",
            "webhook-id": report_id,
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign(report_id, at, body),
        },
        timeout=10,
    )
    if answer.status_code != 202:
        stop(f"a report was answered {answer.status_code}: {answer.text}")


say(ready=True)
while True:
    pulled = requests.get(
        f"{address}/v1/providers/{provider}/feed",
        params={"wait": "5", **({"after": position} if position else {})},
        headers={"authorization": f"Bearer {secret}"},
        timeout=30,
    )
    if pulled.status_code != 200:
        stop(f"the feed answered {pulled.status_code}: {pulled.text}")
    for given in pulled.json():
        event = JSONFormat().read(None, json.dumps(given))
        for report in company.take(event):
            post(report, event.get_data()["callback"])
        position = event.get_extension("position")
