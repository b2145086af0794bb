import { sm2 } from 'sm-crypto-v2';
import { sign, signerOf } from './signature.js';

/** The test vectors of docs/dialects/grid-rest.md: the second signature was made by Python's gmssl 3.2.2. */
const BODY = Buffer.from('{"eventId":"E-1","message":"𠮷"}');
const SECRET = 'whsec_c2hhcmVkIHdpdGggdGhlIGdyaWQgY29tcGFueSE=';
const PRIVATE_KEY = '0b1ce43098bc21b8e82b5c065edb534cb86532b1900a49d49f3c53762d2997fa';
const PUBLIC_KEY =
  '04bb34d657ee7e8490e66ef577e6b3cea28b739511e787fb4f71b7f38f241d87f18a5a93df74e90ff94f4eb907f271a36b295b851f971da5418f4915e2c1a23d6e';
const VECTORS = {
  hmac: 'PawXHdm1T96NQaqdMAiemWINuHoHLpZFf04L+ywzvO8=',
  sm2: '767fb1f3a8f75de6f0ec7cd1116e7f4ff568300e0b8287a2e6f3f1472be86e3e3436a4c79badc883a4594bffac927c842d8752ec363fbc66abc62deaca28e7d1',
};
const HEADERS = { 'x-grid-timestamp': '1795838400', 'x-grid-nonce': 'n-0001' };
const OTHER_KEY = sm2.getPublicKeyFromPrivateKey('1'.repeat(64));

describe.each([
  ['hmac', SECRET, SECRET, 'another secret'],
  ['sm2', PRIVATE_KEY, PUBLIC_KEY, OTHER_KEY],
] as const)('a signature by %s', (method, secret, key, other) => {
  const at = new Date('2026-11-28T04:00:00Z');
  const headers = { ...HEADERS, 'x-grid-signature': VECTORS[method] };

  it('of another program is known, whichever of the keys it was made with', async () => {
    expect(await signerOf(method, BODY, headers, [other, key])).toEqual({ key, at });
  });

  it('of ours is known, and is over the body, the time and the nonce', async () => {
    const ours = await sign(method, BODY.toString(), secret, at);
    expect(ours['x-grid-timestamp']).toBe('1795838400');
    expect(await signerOf(method, BODY, ours, [key])).toEqual({ key, at });
    for (const changed of [{ 'x-grid-nonce': 'n-0002' }, { 'x-grid-timestamp': '1795838401' }])
      expect(await signerOf(method, BODY, { ...ours, ...changed }, [key])).toBeUndefined();
    expect(await signerOf(method, Buffer.from('{}'), ours, [key])).toBeUndefined();
  });

  it.each(['', 'zz', 'a'.repeat(128), VECTORS[method].slice(1)])(
    'that is %p is nobody`s',
    async (signature) => {
      const wrong = { ...headers, 'x-grid-signature': signature };
      expect(await signerOf(method, BODY, wrong, [key])).toBeUndefined();
    },
  );

  it('is nobody`s where it has no time, or no key fits', async () => {
    const { 'x-grid-timestamp': _, ...timeless } = headers;
    expect(await signerOf(method, BODY, timeless, [key])).toBeUndefined();
    expect(await signerOf(method, BODY, headers, [other])).toBeUndefined();
    expect(await signerOf(method, BODY, headers, [])).toBeUndefined();
  });
});
