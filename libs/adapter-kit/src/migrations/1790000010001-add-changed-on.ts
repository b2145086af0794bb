import { AddChangedOn } from '@lianban/messaging';

export class AddChangedOn1790000010001 extends AddChangedOn {
  protected readonly table = 'placement';
}
