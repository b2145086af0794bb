import { AddChangedOn } from '@lianban/messaging';

export class AddChangedOn1790000020001 extends AddChangedOn {
  protected readonly table = 'routed_request';
}
