import { AddChangedOn } from '@lianban/messaging';

export class AddChangedOn1790000001001 extends AddChangedOn {
  protected readonly table = 'service_request';
  protected override readonly id = 'id';
}
