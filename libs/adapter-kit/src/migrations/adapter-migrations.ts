import { CreateJobs1790000010000 } from './1790000010000-create-jobs.js';
import { AddChangedOn1790000010001 } from './1790000010001-add-changed-on.js';
import { AddFeedPosition1790000010002 } from './1790000010002-add-feed-position.js';
import { CreateProviderStatus1790000010003 } from './1790000010003-create-provider-status.js';
import { AddDocuments1790000010004 } from './1790000010004-add-documents.js';
import { CreateBatch1790000010005 } from './1790000010005-create-batch.js';
import { CreateReconciliation1790000010007 } from './1790000010007-create-reconciliation.js';
import { CreateWorkbenchTrail1790000010008 } from './1790000010008-create-workbench-trail.js';
import { IndexWorkbench1790000010009 } from './1790000010009-index-workbench.js';
import { IndexUndelivered1790000010010 } from './1790000010010-index-undelivered.js';
import { CreateSecondOrder1790000010020 } from './1790000010020-create-second-order.js';

/** In their order. */
export const adapterMigrations = [
  CreateJobs1790000010000,
  AddChangedOn1790000010001,
  AddFeedPosition1790000010002,
  CreateProviderStatus1790000010003,
  AddDocuments1790000010004,
  CreateBatch1790000010005,
  CreateReconciliation1790000010007,
  CreateWorkbenchTrail1790000010008,
  IndexWorkbench1790000010009,
  IndexUndelivered1790000010010,
  CreateSecondOrder1790000010020,
];
