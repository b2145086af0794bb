"""Holds recorded messages against TM Forum's own document of TMF641 v4.1, with jsonschema: the document, the messages."""

import json
import re
import sys
from collections import defaultdict

from jsonschema import Draft4Validator, FormatChecker

BASE = "/tmf-api/serviceOrdering/v4"
# The calls that an adapter makes of itself; other carriers ask for more.
EXPECTED = {
    "POST /serviceOrder",
    "GET /serviceOrder",
    "PATCH /serviceOrder/{id}",
    "POST /cancelServiceOrder",
    "POST /hub",
}

standard_file, messages_file = sys.argv[1:]
with open(standard_file, encoding="utf-8") as file:
    standard = json.load(file)
with open(messages_file, encoding="utf-8") as file:
    messages = json.load(file)


def template_of(path: str) -> str | None:
    own = path[path.index(BASE) + len(BASE) :]
    for template in standard["paths"]:
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", template), own):
            return template
    return None


def errors_in(value, schema: dict) -> list[str]:
    whole = {**schema, "definitions": standard["definitions"]}
    found = Draft4Validator(whole, format_checker=FormatChecker()).iter_errors(value)
    return [f"/{'/'.join(map(str, each.absolute_path))} {each.message[:120]}" for each in found]


def check(message: dict) -> tuple[str, list[str]]:
    template = template_of(message["path"])
    call = f"{message['method']} {template or message['path']}"
    operation = standard["paths"].get(template, {}).get(message["method"].lower())
    if operation is None:
        return call, ["the document has no such call"]
    errors = []
    for parameter in operation.get("parameters", []):
        if parameter.get("in") == "body":
            errors += errors_in(message["request"], parameter["schema"])
    answer = operation["responses"].get(str(message["status"]))
    if answer is None:
        errors.append(f"the document has no answer {message['status']}")
    elif "schema" in answer:
        errors += errors_in(message["response"], answer["schema"])
    return call, errors


seen = defaultdict(list)
for message in messages:
    call, errors = check(message)
    seen[call].append(errors)
for call, found in sorted(seen.items()):
    wrong = sorted({error for errors in found for error in errors})
    line = {"rule": f"{call}: bodies and answers fit", "held": not wrong, "detail": "; ".join(wrong)}
    print(json.dumps(line, ensure_ascii=False), flush=True)
sys.exit(0 if EXPECTED <= set(seen) else 1)
