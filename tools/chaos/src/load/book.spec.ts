import { aLook, PHONE, RECEIPT } from '../checker/facts.mother.js';
import { Book } from './book.js';

describe('Book', () => {
  const looks = (...seen: ReturnType<typeof aLook>[]): number => {
    const book = new Book();
    book.noteReceipt({ key: 'key-1', phone: PHONE, receipts: [] }, RECEIPT, 0);
    const [request] = book.requests;
    for (const look of seen) book.noteLook(request!, look);
    return book.looks.length;
  };

  it('keeps a look that shows something new: a phase, the state of a part, a stage that was passed', () => {
    const look = aLook('under-way', { water: 'in-progress' }, 1);
    expect(looks(look, { ...look, at: 2 })).toBe(1);
    expect(looks(look, { ...look, at: 2, phase: 'ended' })).toBe(2);
    expect(looks(look, { ...look, at: 2, states: { ...look.states, water: 'completed' } })).toBe(2);
    expect(looks(look, { ...look, at: 2, reached: 1 })).toBe(2);
  });
});
