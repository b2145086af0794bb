/** Token of the environment that a service was started with; nothing but `serve()` reads `process.env`. */
export const ENVIRONMENT = Symbol('ENVIRONMENT');
export type Environment = Readonly<Record<string, string | undefined>>;
