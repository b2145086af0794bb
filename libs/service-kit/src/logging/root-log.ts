/** Token of the process's log; a service's `Log` adds its name. */
export const ROOT_LOG = Symbol('ROOT_LOG');
