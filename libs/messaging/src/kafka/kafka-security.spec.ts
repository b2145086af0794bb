import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkSecurity, tlsOptions, type KafkaSecurity } from './kafka-security.js';

describe('how Kafka is secured', () => {
  const folder = mkdtempSync(join(tmpdir(), 'lianban-ca-'));
  const file = (name: string) => join(folder, name);
  beforeAll(() => {
    for (const name of ['old.crt', 'new.pem', 'notes.txt']) writeFileSync(file(name), name);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  it.each<[KafkaSecurity, string[]]>([
    [
      { kafkaSecurity: 'plaintext', kafkaUsername: 'intake', kafkaPassword: 'p' },
      [
        'KAFKA_SECURITY=plaintext does not use KAFKA_USERNAME',
        'KAFKA_SECURITY=plaintext does not use KAFKA_PASSWORD',
      ],
    ],
    [{ kafkaSecurity: 'mtls', kafkaCertFile: 'x' }, ['KAFKA_SECURITY=mtls needs KAFKA_KEY_FILE']],
    [{ kafkaSecurity: 'scram', kafkaUsername: 'intake' }, ['KAFKA_SECURITY=scram needs KAFKA_PASSWORD']],
    [
      { kafkaSecurity: 'tls', kafkaCertFile: 'x', kafkaKeyFile: 'x' },
      ['KAFKA_SECURITY=tls does not use KAFKA_CERT_FILE', 'KAFKA_SECURITY=tls does not use KAFKA_KEY_FILE'],
    ],
    [{ kafkaSecurity: 'tls', kafkaCaFile: '/nowhere' }, [expect.stringContaining('/nowhere')]],
  ])('is refused where it does not fit together: %j', (security, errors) => {
    expect(() => checkSecurity(security)).toThrow(expect.objectContaining({ errors }));
  });

  it('trusts every certificate of a folder', () => {
    const { ca } = tlsOptions({ kafkaSecurity: 'tls', kafkaCaFile: folder });
    expect(String(ca)).toBe('new.pem,old.crt');
  });

  it('reads files anew for each connection', () => {
    const security: KafkaSecurity = { kafkaSecurity: 'tls', kafkaCaFile: file('old.crt') };
    checkSecurity(security);
    writeFileSync(file('old.crt'), 'changed');
    expect(String(tlsOptions(security).ca)).toBe('changed');
  });
});
