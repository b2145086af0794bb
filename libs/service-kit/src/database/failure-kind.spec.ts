import { classifyDatabaseError } from './failure-kind.js';

describe('a failure of the database', () => {
  it.each([
    ...['28P01', '28000', '08006', '57P01', '53300', '3D000', '25006'],
    ...['ENOTFOUND', 'EHOSTUNREACH', 'ECONNREFUSED', 'SELF_SIGNED_CERT_IN_CHAIN', 'CERT_HAS_EXPIRED'],
  ])('with %s lets everybody wait: it is away, its password is being changed, or it is full', (code) =>
    expect(classifyDatabaseError({ code })).toBe('away'),
  );

  it.each(['22P05', '23505', '42P01'])('with %s is the statement’s own fault', (code) =>
    expect(classifyDatabaseError({ driverError: { code } })).toBe('permanent'),
  );
});
