import { CreateRoutedRequest1790000020000 } from './1790000020000-create-routed-request.js';
import { AddChangedOn1790000020001 } from './1790000020001-add-changed-on.js';
import { AddDocuments1790000020002 } from './1790000020002-add-documents.js';

/** In their order. */
export const routingMigrations = [
  CreateRoutedRequest1790000020000,
  AddChangedOn1790000020001,
  AddDocuments1790000020002,
];
