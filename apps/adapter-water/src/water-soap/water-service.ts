import { ProviderHttp, type DriverContext } from '@lianban/adapter-kit';
import { Client, WSDL, type IHttpClient, type SoapMethodAsync } from 'soap';
import { NAMESPACE, openEnvelope, ServiceFault, WSDL_TEXT } from './envelope.js';
import type { Result } from './flow.js';
import { LOGIN_FAILED } from './statuses.js';

const LONGEST_ANSWER_BYTES = 1024 * 1024;

export type ServiceOperation =
  'checkSubmitFlow' | 'submitFlow' | 'supplementFlow' | 'cancelFlow' | 'queryFlow';

const wsdl = await readWsdl();

/** A company's SOAP 1.1 service; each call with the login in its header. */
export class WaterService {
  private readonly http: ProviderHttp;

  constructor(
    private readonly context: DriverContext,
    private readonly address: string,
    private readonly user: string,
  ) {
    this.http = new ProviderHttp(context.provider, context.timeout, LONGEST_ANSWER_BYTES);
  }

  /**
   * The result, of an answer or of a fault. While the password is changed, the company may know the previous one alone.
   * @throws ProviderUnavailable, ProviderUnknown
   */
  async call<T extends Result>(
    operation: ServiceOperation,
    body: object,
    { isQuestion = false } = {},
  ): Promise<T> {
    let result: T | undefined;
    for (const password of this.context.secret) {
      result = await this.callAs<T>(password, operation, body, isQuestion);
      if (result.resultCode !== LOGIN_FAILED) break;
    }
    return result!;
  }

  private async callAs<T extends Result>(
    password: string,
    operation: ServiceOperation,
    body: object,
    isQuestion: boolean,
  ): Promise<T> {
    const send = async (headers: Record<string, string>, xml: string): Promise<string> => {
      const call = { method: 'POST', url: this.address, headers, body: xml, isQuestion } as const;
      return openEnvelope(await this.http.call(call), `${operation}Response`);
    };
    const client = new Client(wsdl, this.address, { httpClient: httpClientOf(send) });
    client.addSoapHeader({ Authentication: { user: this.user, password } }, '', 'tns', NAMESPACE);
    const method = (client as unknown as Record<string, SoapMethodAsync>)[`${operation}Async`]!;
    try {
      return (await method(body))[0] as T;
    } catch (error) {
      if (error instanceof ServiceFault) return error as Result as T;
      throw error;
    }
  }
}

const httpClientOf = (send: (headers: Record<string, string>, xml: string) => Promise<string>): IHttpClient =>
  ({
    request(_, xml, done, headers) {
      send(headers as Record<string, string>, xml as string)
        .then((answer) => done(undefined, { headers: {} }, answer))
        .catch(done);
    },
  }) as IHttpClient;

function readWsdl(): Promise<WSDL> {
  const read = new WSDL(WSDL_TEXT, '', {});
  return new Promise((resolve, reject) => read.onReady((error) => (error ? reject(error) : resolve(read))));
}
