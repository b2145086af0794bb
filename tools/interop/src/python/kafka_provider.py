"""A provider that speaks `kafka` (docs/dialects/kafka.md), with the CloudEvents SDK and librdkafka: brokers, id, group."""

import sys
import uuid

from cloudevents.core.bindings.kafka import (
    KafkaMessage,
    from_kafka_event,
    to_binary_event,
    to_structured_event,
)
from cloudevents.core.v1.event import CloudEvent
from confluent_kafka import Consumer, Producer

from company import Company, say, stop

brokers, provider, group = sys.argv[1:]
company = Company()
consumer = Consumer(
    {
        "bootstrap.servers": brokers,
        "group.id": group,
        "auto.offset.reset": "earliest",
        "enable.auto.commit": False,
    }
)
producer = Producer({"bootstrap.servers": brokers, "acks": "all", "compression.type": "zstd"})


def write(report: dict, key: str, is_structured: bool) -> None:
    event = CloudEvent(
        {
            "id": str(uuid.uuid4()),
            "source": f"/{provider}",
            "type": "cn.lianban.report.v1",
            "subject": key,
            "datacontenttype": "application/json",
        },
        report,
    )
    to_message = to_structured_event if is_structured else to_binary_event
    message = to_message(event, key_mapper=lambda _: key)
    producer.produce(
        f"lianban.provider.{provider}.reports", message.value, key=message.key, headers=message.headers
    )


consumer.subscribe([f"lianban.provider.{provider}.jobs"], on_assign=lambda *_: say(ready=True))
while True:
    record = consumer.poll(1.0)
    if record is None:
        continue
    if record.error():
        stop(str(record.error()))
    headers = dict(record.headers() or [])
    event = from_kafka_event(KafkaMessage(headers=headers, key=record.key(), value=record.value()))
    for number, report in enumerate(company.take(event)):
        write(report, event.get_subject(), is_structured=number % 2 == 1)
    if producer.flush(10) > 0:
        stop("a report was not acknowledged")
    consumer.commit(record, asynchronous=False)
