import { IntakeConfig } from '../intake.config.js';
import { QueryCodes } from './query-code.js';

it('a new query code comes from the last secret of the configuration, whatever its number', () => {
  const queryCodeSecret = [`2:${'b'.repeat(32)}`, `1:${'a'.repeat(32)}`];
  expect(new QueryCodes(Object.assign(new IntakeConfig(), { queryCodeSecret })).newest).toBe(1);
});
