import { topFunctions } from './top-functions.js';

const frame = (functionName: string, url = '', lineNumber = 0) => ({
  callFrame: { functionName, url, lineNumber },
});

describe('the functions that took most time', () => {
  it('are summed over all places they were called from, rest left out', () => {
    const nodes = [
      { id: 1, ...frame('(idle)') },
      { id: 2, ...frame('validate', 'file:///x/libs/messaging/dist/record.js', 9) },
      { id: 3, ...frame('', 'file:///x/node_modules/pg/lib/client.js', 0) },
      { id: 4, ...frame('validate', 'file:///x/libs/messaging/dist/record.js', 9) },
    ];
    const profile = { nodes, samples: [1, 2, 3, 4], timeDeltas: [9_000, 2_000, 1_500, 1_000] };
    expect(topFunctions(profile, 2)).toEqual([
      { name: 'validate  messaging/dist/record.js:10', ms: 3 },
      { name: '(anonymous)  pg/lib/client.js:1', ms: 1.5 },
    ]);
  });
});
