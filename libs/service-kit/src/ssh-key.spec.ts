import { fingerprintOf, sshKeyOf } from './ssh-key.js';

describe('an SSH key of 32 bytes', () => {
  const key = sshKeyOf(Buffer.alloc(32, 7));

  it('is always the same, and another for other bytes', () => {
    expect(sshKeyOf(Buffer.alloc(32, 7))).toEqual(key);
    expect(sshKeyOf(Buffer.alloc(32, 8)).fingerprint).not.toBe(key.fingerprint);
  });

  it('is known by the digest of its public part, as OpenSSH prints it', () => {
    expect(fingerprintOf(key.publicKey)).toBe(key.fingerprint);
    expect(key.fingerprint).toBe('SHA256:z/fSv0Z0RZS+Lccbc6ZoOWwt/fbj1VFJGSBKQbo4icE');
  });
});
