import { isDocument, withDocuments } from './documents.js';

const HOSTS = ['documents.example', 'archive.example:8443'];
const aDocument = (changes: object = {}) => ({
  kind: 'plan' as const,
  name: '供电方案答复单',
  url: 'https://documents.example/1/plan.pdf',
  ...changes,
});

describe('the documents of a job', () => {
  it('are kept in the order in which they came, each address once', () => {
    const contract = aDocument({ kind: 'contract', url: 'https://archive.example:8443/1' });
    const first = withDocuments([], [aDocument()]);
    const both = withDocuments(first, [aDocument({ name: 'again' }), contract]);
    expect(both).toEqual([aDocument(), contract]);
    expect([aDocument(), contract].every((each) => isDocument(each, HOSTS))).toBe(true);
  });

  it.each([
    ['at a host that the row does not name', { url: 'https://evil.example/1/plan.pdf' }],
    ['at another port', { url: 'https://documents.example:8443/1/plan.pdf' }],
    ['without encryption', { url: 'http://documents.example/1/plan.pdf' }],
    ['that is a program', { url: 'javascript:alert(1)//documents.example' }],
    ['with a user name before its host', { url: 'https://documents.example@documents.example/1' }],
    ['that is no address', { url: '/1/plan.pdf' }],
    ['with an address without end', { url: `https://documents.example/${'1'.repeat(500)}` }],
    ['of a kind that nobody knows', { kind: 'joke' }],
  ])('are without one %s', (_, changes) => {
    expect(isDocument(aDocument(changes), HOSTS)).toBe(false);
  });

  it('are twenty at most', () => {
    const many = Array.from({ length: 30 }, (_, n) => aDocument({ url: `https://documents.example/${n}` }));
    expect(withDocuments([], many)).toHaveLength(20);
  });
});
