export * from './adapter.config.js';
export * from './adapter.module.js';
export * from './delivery/call-provider.js';
export * from './drivers/utility-driver.js';
export * from './drivers/webhook.driver.js';
export * from './drivers/workbench.driver.js';
export type { OperationBody } from './jobs/operation.js';
export { AskedCorrection, JobReport } from './jobs/job-report.js';
export { BadSignature } from './reports/signed-report.js';
