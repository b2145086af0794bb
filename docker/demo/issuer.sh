# Tokens for the demo's well-known accounts.
export ISSUER_DATA=${DATA:-/data}/issuer
exec node /app/issuer.js
