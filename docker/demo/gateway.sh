# One address for all services.
exec node /app/gateway.js
