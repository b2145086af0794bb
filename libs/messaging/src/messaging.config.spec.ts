import { loadConfig } from '@lianban/service-kit';
import { MessagingConfig } from './messaging.config.js';

const load = (env: Record<string, string>) => loadConfig(MessagingConfig, env);

describe('the security of the connection to Kafka', () => {
  it('is none unless it is asked for', () => expect(load({}).kafkaSecurity).toBe('plaintext'));

  it.each([
    ['tls', {}],
    ['tls', { KAFKA_CA_FILE: 'ca.crt' }],
    ['mtls', { KAFKA_CERT_FILE: 'user.crt', KAFKA_KEY_FILE: 'user.key' }],
    ['scram', { KAFKA_USERNAME: 'intake', KAFKA_PASSWORD: 'secret' }],
    ['scram', { KAFKA_USERNAME: 'intake', KAFKA_PASSWORD_FILE: 'password' }],
  ])('may be %s with %j', (kind, env) =>
    expect(load({ KAFKA_SECURITY: kind, ...env }).kafkaSecurity).toBe(kind),
  );

  it.each([
    [{ KAFKA_SECURITY: 'ssl' }, 'KAFKA_SECURITY is wrong'],
    [{ KAFKA_SECURITY: 'mtls', KAFKA_CERT_FILE: 'user.crt' }, 'KAFKA_KEY_FILE is missing'],
    [{ KAFKA_SECURITY: 'scram', KAFKA_PASSWORD: 'secret' }, 'KAFKA_USERNAME is missing'],
    [{ KAFKA_SECURITY: 'scram', KAFKA_USERNAME: 'intake' }, 'KAFKA_PASSWORD is missing'],
    [
      { KAFKA_CA_FILE: 'ca.crt' },
      'KAFKA_CA_FILE is wrong (it belongs to KAFKA_SECURITY=tls or mtls or scram)',
    ],
    [
      { KAFKA_SECURITY: 'tls', KAFKA_USERNAME: 'intake' },
      'KAFKA_USERNAME is wrong (it belongs to KAFKA_SECURITY=scram)',
    ],
  ])('is refused with %j', (env, sentence) => expect(() => load(env)).toThrow(sentence));
});
