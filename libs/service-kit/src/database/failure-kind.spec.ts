import { classifyDatabaseError } from './failure-kind.js';

describe('a failure of the database', () => {
  it.each(['28P01', '28000', '08006', '57P01', '53300', '25006', 'EAI_AGAIN', 'ENOTFOUND'])(
    'with %s lets everybody wait: it is away, its password is being changed, it is full, or only a standby is there',
    (code) => expect(classifyDatabaseError({ driverError: { code } })).toBe('away'),
  );

  it.each(['22P05', '23505', '42P01'])('with %s is the statement’s own fault', (code) =>
    expect(classifyDatabaseError({ driverError: { code } })).toBe('permanent'),
  );
});
