/** Health and metrics, which probes and Prometheus read. */
export const isForOperators = (route = ''): boolean => route.startsWith('/health/') || route === '/metrics';
