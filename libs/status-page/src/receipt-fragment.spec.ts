import { readFragment, toFragment } from './receipt-fragment.js';

describe('the fragment of a QR code', () => {
  const receipt = { receiptNumber: 'LB370102-20260511-J-00001-A', queryCode: 'ABCD2345' };

  it('is read as it was written', () => {
    expect(toFragment(receipt)).toBe('LB370102-20260511-J-00001-A.ABCD2345');
    expect(readFragment(`#${toFragment(receipt)}`)).toEqual(receipt);
  });

  it.each(['', '#', '#top', '#LB370102-20260511-J-00001-A', '#<script>.ABCD2345', '#a.b.c'])(
    'is not %j',
    (fragment) => expect(readFragment(fragment)).toBeUndefined(),
  );
});
