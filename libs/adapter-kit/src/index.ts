export * from './adapter.config.js';
export * from './adapter.module.js';
export * from './deliveries/deliver.js';
export * from './drivers/utility-driver.js';
export * from './drivers/webhook.driver.js';
export * from './drivers/workbench.driver.js';
export type { OperationBody } from './jobs/job-file.js';
export { AskedCorrection, JobReport } from './jobs/job-report.js';
