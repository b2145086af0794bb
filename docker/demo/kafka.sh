# One node of Apache Kafka for a demo, records in DATA; ADVERTISED is the address that clients connect to.
set -eu
data=${DATA:-/data}/kafka
properties=/tmp/server.properties
cat >"$properties" <<END
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:9093
controller.listener.names=CONTROLLER
listeners=PLAINTEXT://:9092,CONTROLLER://127.0.0.1:9093
advertised.listeners=PLAINTEXT://${ADVERTISED:-kafka:9092}
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs=$data
auto.create.topics.enable=false
offsets.topic.replication.factor=1
offsets.topic.num.partitions=4
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
group.initial.rebalance.delay.ms=0
offsets.retention.minutes=57600
END
[ -e "$data/meta.properties" ] || java -cp '/opt/kafka/*' kafka.tools.StorageTool format -t bGlhbmJhbmxpYW5iYW4wMQ -c "$properties"
exec java -Xmx400m -Xms200m -XX:TieredStopAtLevel=1 -XX:+UseSerialGC -cp '/opt/kafka/*' kafka.Kafka "$properties"
