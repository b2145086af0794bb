import { readReceiptFragment, receiptLink } from './receipt-link.js';

describe('the link of a receipt', () => {
  const receipt = { receiptNumber: 'LB370102-20260511-J-00001-A', queryCode: 'ABCD2345' };

  it('is read from its fragment as it was written', () => {
    const link = receiptLink('https://lianban.example', receipt.receiptNumber, receipt.queryCode);
    expect(link).toBe('https://lianban.example/applicant/#LB370102-20260511-J-00001-A.ABCD2345');
    expect(readReceiptFragment(new URL(link).hash)).toEqual(receipt);
  });

  it.each(['', '#', '#top', '#LB370102-20260511-J-00001-A', '#<script>.ABCD2345', '#a.b.c', '#%.%'])(
    'is not %j',
    (fragment) => expect(readReceiptFragment(fragment)).toBeUndefined(),
  );
});
