import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { loadCatalogue } from '@lianban/catalogue';
import { aDriverContext, anOperation, describeDriver, SimulatorProcess } from '@lianban/testing';
import { NAMESPACE } from './envelope.js';
import { envelope } from './odd-company.mother.js';
import { WaterSoapDriver } from './water-soap.driver.js';

const TIMEOUT = 2_000;

describe('water-soap', () => {
  let simulator: SimulatorProcess;
  beforeAll(async () => (simulator = await SimulatorProcess.start()));
  afterAll(() => simulator.stop());

  const driverFor = (endpoint: string, ...secret: string[]): WaterSoapDriver =>
    new WaterSoapDriver(
      aDriverContext({
        provider: loadCatalogue().provider('jinan-water')!,
        endpoint,
        secret,
        timeout: TIMEOUT,
      }),
    );

  describeDriver(
    'water-soap',
    'status-query',
    ({ unreachable, wrongSecret }) =>
      driverFor(
        unreachable ? 'http://127.0.0.1:1' : `${simulator.url}/jinan-water`,
        SimulatorProcess.secretOf(wrongSecret ? 'somebody-else' : 'jinan-water'),
      ),
    () => simulator.scripted('jinan-water', 'water', TIMEOUT),
  );

  it('is understood while only the previous password is known there', async () => {
    const secret = SimulatorProcess.secretOf('jinan-water');
    const driver = driverFor(`${simulator.url}/jinan-water`, 'of tomorrow', secret);
    const order = anOperation({ utility: 'water', provider: 'jinan-water' });
    expect((await driver.place(order)).reference).toMatch(/^jinan-water-/);
    expect(await simulator.effects({ operation: order.operation })).toBe(1);
  });

  it('is served under the same WSDL as ours', async () => {
    const served = await fetch(`${simulator.url}/jinan-water/WaterService?wsdl`);
    const digestOf = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
    expect(digestOf(Buffer.from(await served.arrayBuffer()))).toBe(
      digestOf(readFileSync(new URL('./water-soap.wsdl', import.meta.url))),
    );
  });

  it.each([
    ['an operation that it does not have', 'closeFlow', '<a/>', 'UNKNOWN_OPERATION'],
    ['what is no XML', 'queryFlow', '<a', 'MALFORMED'],
    ['an envelope with nothing inside', 'queryFlow', envelope(''), 'MALFORMED'],
    [
      'nobody who logs in',
      'queryFlow',
      envelope('<queryFlow><outerNo>o</outerNo></queryFlow>'),
      'LOGIN_FAILED',
    ],
  ])('answers %s with a fault in its namespace and without a stack', async (_, operation, body, code) => {
    const answer = await fetch(`${simulator.url}/jinan-water/WaterService`, {
      method: 'POST',
      headers: { 'content-type': 'text/xml', soapaction: `"${NAMESPACE}/${operation}"` },
      body,
    });
    const text = await answer.text();
    expect([answer.status, answer.headers.get('content-type')]).toEqual([500, 'text/xml; charset=utf-8']);
    expect(text).toMatch(
      new RegExp(`<faultcode>soap:Client.*<detail><ServiceFault xmlns="${NAMESPACE}"><resultCode>${code}<`),
    );
    expect(text).not.toMatch(/\bat .*\d+:\d+/);
  });
});
