"""What the providers here do with an operation, whatever brought it: the last digit of the account decides."""

import json
import sys
from datetime import datetime, timezone


def now() -> str:
    return datetime.now(timezone.utc).isoformat()


def say(**line) -> None:
    print(json.dumps(line, ensure_ascii=False), flush=True)


def answers_to(kind: str, account: str, request_id: str) -> list[dict]:
    """What is reported of a job after an operation."""
    if kind == "withdraw":
        return [{"withdrawal": "agreed"}]
    if kind == "correct":
        return []
    if account.endswith("9"):
        return [{"state": "refused", "reason": "not-covered", "text": "不在供应范围"}]
    accepted = {"state": "accepted", "reference": f"PY-{request_id[-8:]}"}
    if account.endswith("0"):
        return [accepted]
    return [accepted, {"state": "in-progress"}, {"state": "completed"}]


class Company:
    def __init__(self) -> None:
        self._done: set[str] = set()

    def take(self, event) -> list[dict]:
        """The reports that follow from an operation; none for one that it has had before."""
        operation = event.get_data()
        say(
            id=event.get_id(),
            type=event.get_type(),
            subject=event.get_subject(),
            source=event.get_source(),
            operation=operation["operation"],
            kind=operation["kind"],
            requestId=operation["requestId"],
            key=event.get_extension("partitionkey"),
        )
        if event.get_id() in self._done:
            return []
        self._done.add(event.get_id())
        account = operation["dossier"]["fields"]["accountNumber"] if operation["kind"] == "place" else ""
        said = answers_to(operation["kind"], account, operation["requestId"])
        return [{"placement": operation["placement"], "at": now(), **report} for report in said]


def stop(reason: str) -> None:
    print(reason, file=sys.stderr, flush=True)
    sys.exit(1)
