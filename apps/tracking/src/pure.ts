/** The pure decisions of this service, for the simulation alone. */
export { overallOf } from './status/overall.js';
export { jobsOf, type Snapshots } from './status/tracked.js';
