# The simulated providers of all five utilities, with the secret that their own are derived from in SECRET_FILE.
set -eu
SIMULATOR_SECRET=$(cat "$SECRET_FILE")
export SIMULATOR_SECRET SIMULATOR_DATA="${DATA:-/data}/provider-simulator"
exec node --max-old-space-size-percentage=60 /app/provider-simulator.js
