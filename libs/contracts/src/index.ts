export * from './words.js';
export * from './state-table.js';
export * from './overall-status.js';
export * from './event.js';
export * from './topics.js';
export * from './intake.events.js';
export * from './routing.events.js';
export * from './adapter.events.js';
