"""Calls a water company by our WSDL, with zeep: address, user, password. Prints a line for each rule."""

import json
import sys
import uuid

import zeep
from zeep.exceptions import Fault

address, user, password = sys.argv[1:]
NAMESPACE = "{urn:lianban:water:1}"
client = zeep.Client(f"{address}?wsdl")
[service] = client.wsdl.services.values()
[port] = service.ports.values()
company = client.create_service(port.binding.name, address)
number = f"{uuid.uuid4()}:water:1"


def login(word: str):
    return [client.get_element(f"{NAMESPACE}Authentication")(user=user, password=word)]


def call(operation: str, word: str = password, **parts):
    """The answer, where a header comes with it too; or the result code of a fault."""
    try:
        return company[operation](**parts, _soapheaders=login(word))
    except Fault as fault:
        detail = fault.detail.find(f"{NAMESPACE}ServiceFault")
        return client.get_element(f"{NAMESPACE}ServiceFault").parse(detail, client.wsdl.types)


def check(rule: str, held: bool, said) -> None:
    print(json.dumps({"rule": rule, "held": bool(held), "detail": str(said)}, ensure_ascii=False), flush=True)


submission = {
    "outerNo": number,
    "operationNo": str(uuid.uuid4()),
    "receiptNo": "LB370102-20261123-J-00001-A",
    "flowCode": "WATER_NEW",
    "applyTime": "2026-11-23 09:00:00",
    "promiseDate": "2026-12-14",
    "applicant": {"kind": "person", "name": "欧阳试样"},
    "address": {"districtCode": "370102", "text": "历下区样例路1号"},
    "field": [{"name": "usage", "value": "residential"}, {"name": "pipeDiameter", "value": "20"}],
    "material": [{"code": "ID_CARD", "method": "paper"}],
}
check("the WSDL has the five operations", len(list(port.binding._operations)) == 5, list(port.binding._operations))
asked = call("checkSubmitFlow", flowCode="WATER_NEW", districtCode="370102")
check("checkSubmitFlow: may be submitted", asked.resultCode == "0", asked)
owing = call("checkSubmitFlow", flowCode="WATER_TRANSFER", districtCode="370102", accountNo="99990001")
check("checkSubmitFlow: arrears in fen", owing.resultCode == "ARREARS" and owing.arrears == "12350", owing)
taken = call("submitFlow", **submission)
check("submitFlow: taken, with a number", taken.resultCode == "0" and taken.billNo, taken)
found = call("queryFlow", outerNo=number)
check(
    "queryFlow: lists what was taken",
    found.resultCode == "0" and submission["operationNo"] in found.flow.operationNo,
    found,
)
supplied = call("supplementFlow", **{**submission, "operationNo": str(uuid.uuid4())})
check("supplementFlow: taken", supplied.resultCode == "0", supplied)
dropped = call("cancelFlow", outerNo=number, operationNo=str(uuid.uuid4()), reasonCode="withdrawn-by-applicant")
check("cancelFlow: noted", dropped.resultCode == "0", dropped)
absent = call("queryFlow", outerNo=f"{uuid.uuid4()}:water:1")
check("queryFlow: NOT_FOUND of what it does not have", absent.resultCode == "NOT_FOUND", absent)
stranger = call("queryFlow", word="wrong", outerNo=number)
check("a wrong password is a fault with a ServiceFault", stranger.resultCode == "LOGIN_FAILED", stranger)
