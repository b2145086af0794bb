/** Token of the log that the process was started with; a service's own `Log` is this one with its name. */
export const ROOT_LOG = Symbol('ROOT_LOG');
