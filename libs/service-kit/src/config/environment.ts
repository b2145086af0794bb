/** Token of the service's environment; only `serve()` reads `process.env`. */
export const ENVIRONMENT = Symbol('ENVIRONMENT');
export type Environment = Readonly<Record<string, string | undefined>>;
