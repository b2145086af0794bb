import { formatReceiptNumber } from './receipt-number.js';

const facts = { district: '370102', registeredOn: '2022-10-09', sequence: 12 };

describe('a receipt number', () => {
  it('names district, day, utility and sequence, with a check character', () => {
    expect(formatReceiptNumber({ ...facts, utilities: ['water', 'gas'] })).toMatch(
      /^LB370102-20221009-J-00012-[0-9A-Y]$/,
    );
    expect(formatReceiptNumber({ ...facts, utilities: ['telecom'] })).toMatch(/^LB370102-20221009-X-00012-/);
  });

  it('grows beyond five digits', () =>
    expect(formatReceiptNumber({ ...facts, utilities: ['heat'], sequence: 1234567 })).toContain(
      '-N-1234567-',
    ));

  it('has another check character when two neighbours are swapped', () => {
    const check = (sequence: number) =>
      formatReceiptNumber({ ...facts, utilities: ['gas'], sequence }).at(-1);
    expect(check(10213)).not.toBe(check(12013));
    expect(check(10213)).not.toBe(check(10231));
  });
});
