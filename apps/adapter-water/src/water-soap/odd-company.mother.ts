import { createServer, type ServerResponse } from 'node:http';
import { LoopbackServer } from '@lianban/testing';
import { NAMESPACE } from './envelope.js';

export interface OddAnswer {
  status?: number;
  type?: string;
  body: string | Buffer;
}

const SOAP = 'http://schemas.xmlsoap.org/soap/envelope/';

export const envelope = (content: string): string =>
  `<?xml version="1.0" encoding="utf-8"?><s:Envelope xmlns:s="${SOAP}"><s:Body>${content}</s:Body></s:Envelope>`;

/** The answer to an operation. @param inside what its element holds */
export const answerOf = (operation: string, inside: string): OddAnswer => ({
  body: envelope(`<${operation}Response xmlns="${NAMESPACE}">${inside}</${operation}Response>`),
});

export const resultOf = (operation: string, code: string, more = ''): OddAnswer =>
  answerOf(operation, `<resultCode>${code}</resultCode>${more}`);

export const faultOf = (detail: string, code = 's:Server'): OddAnswer => ({
  status: 500,
  body: envelope(
    `<s:Fault><faultcode>${code}</faultcode><faultstring>故障</faultstring><detail>${detail}</detail></s:Fault>`,
  ),
});

export const serviceFault = (code: string): OddAnswer =>
  faultOf(
    `<ServiceFault xmlns="${NAMESPACE}"><resultCode>${code}</resultCode><resultMsg>不予受理</resultMsg></ServiceFault>`,
  );

const GBK_ARREARS = Buffer.from('c7b7b7d1', 'hex');

/** An answer in the bytes of GBK, with 欠费 for its message. */
export function inGbk(operation: string, declared: string, type = 'text/xml'): OddAnswer {
  const { body } = resultOf(operation, 'ARREARS', '<resultMsg>@</resultMsg>');
  const [before, after] = String(body).replace('utf-8', declared).split('@') as [string, string];
  return { type, body: Buffer.concat([Buffer.from(before), GBK_ARREARS, Buffer.from(after)]) };
}

const laughs = Array.from(
  { length: 10 },
  (_, level) => `<!ENTITY l${level + 1} "${`&l${level};`.repeat(10)}">`,
).join('');

interface BadAnswer {
  name: string;
  answer: OddAnswer;
  /** What an operator reads about it. */
  reason: RegExp;
}

/** What no answer to this operation may be. */
export function badAnswersTo(operation: string): BadAnswer[] {
  const good = resultOf(operation, '0', '<resultMsg>text</resultMsg>').body as string;
  const withDoctype = (doctype: string, text: string) =>
    good.replace('?>', `?>${doctype}`).replace('>text<', `>${text}<`);
  const element = `\\{urn:lianban:water:1\\}`;
  const answers: [name: string, answer: string | OddAnswer, reason: string][] = [
    ['a DOCTYPE', withDoctype('<!DOCTYPE a>', 'text'), 'answered with a DOCTYPE'],
    [
      'an external entity',
      withDoctype('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '&x;'),
      'answered with a DOCTYPE',
    ],
    [
      'a billion laughs',
      withDoctype(`<!DOCTYPE a [<!ENTITY l0 "lol">${laughs}]>`, '&l10;'),
      'no XML: Maximum entity amplification',
    ],
    [
      'another namespace',
      good.replace(NAMESPACE, 'urn:evil'),
      `\\{urn:evil\\}${operation}Response in place of ${operation}Response`,
    ],
    [
      'a SOAP 1.2 envelope',
      good.replace(SOAP, 'http://www.w3.org/2003/05/soap-envelope'),
      'answered with a SOAP 1.2 envelope',
    ],
    ['an envelope of nobody', good.replace(SOAP, 'urn:post'), 'in place of a SOAP 1.1 envelope'],
    ['two elements in the body', good.replace('</s:Body>', '<a/></s:Body>'), '2 elements in the body'],
    [
      'HTML',
      { type: 'text/html', body: '<html><body>维护中<br></body></html>' },
      'answered with what is no XML',
    ],
    ['HTML and a 500', { status: 500, type: 'text/html', body: '<html></html>' }, 'answered 500'],
    ['a good answer and a 500', { ...resultOf(operation, '0'), status: 500 }, 'answered 500'],
    [
      'a fault with another detail than the schema allows',
      faultOf(`<ServiceFault xmlns="${NAMESPACE}"><resultMsg>欠费</resultMsg></ServiceFault>`),
      'the schema forbids: .*resultCode',
    ],
    ['nothing', '', 'answered with nothing'],
    [
      'no result code',
      answerOf(operation, '<resultMsg>text</resultMsg>'),
      'the schema forbids: .*resultCode',
    ],
    [
      'an element that nobody knows',
      resultOf(operation, '0', '<approved>1</approved>'),
      'the schema forbids: .*approved',
    ],
    [
      'the answer to another call',
      resultOf('cancelFlow', '0'),
      `${element}cancelFlowResponse in place of ${operation}Response`,
    ],
    ['more than 1 MiB', good + ' '.repeat(1024 * 1024), 'more than 1048576 bytes'],
    [
      '100,000 nested elements',
      envelope('<a>'.repeat(100_000) + '</a>'.repeat(100_000)),
      'no XML: Excessive depth',
    ],
    ['GBK bytes declared as UTF-8', inGbk(operation, 'utf-8'), 'bytes that are no utf-8'],
    ['GBK bytes declared as Latin-1', inGbk(operation, 'iso-8859-1'), 'the encoding iso-8859-1'],
    [
      'bytes declared as UTF-8 and announced as GBK',
      inGbk(operation, 'utf-8', 'text/xml; charset=GBK'),
      'the encoding utf-8, announced as GBK',
    ],
    [
      'a fault about an operation that its WSDL has no more',
      faultOf('<trace xmlns="urn:java">at java.lang</trace>', 's:Client.NoSuchOperation'),
      'the fault s:Client.NoSuchOperation',
    ],
  ];
  return answers.map(([name, answer, reason]) => ({
    name,
    answer: typeof answer === 'string' ? { body: answer } : answer,
    reason: new RegExp(reason),
  }));
}

/** A company that answers as it should, but where it is told otherwise; it has one flow, whatever it is asked for. */
export class OddCompany extends LoopbackServer {
  /** The answers in place of good ones: to an operation, or to whatever is about a flow, by our number. */
  odd: Record<string, OddAnswer | 'never' | ((operation: string) => OddAnswer)> = {};
  /** Of the flow that it shows, what follows its number of ours. */
  flow = '<billNo>B-1</billNo><status>02</status>';
  /** What it was sent. */
  received: { operation: string; xml: string }[] = [];
  protected readonly server = createServer(async (request, response) => {
    let xml = '';
    for await (const chunk of request) xml += String(chunk);
    const operation = /(\w+)"$/.exec(String(request.headers.soapaction))![1]!;
    this.received.push({ operation, xml });
    this.answer(operation, /<outerNo>([^<]+)/.exec(xml)?.[1] ?? '', response);
  });

  calls(operation: string): string[] {
    return this.received.filter((each) => each.operation === operation).map(({ xml }) => xml);
  }

  behave(): void {
    Object.assign(this, { odd: {}, flow: new OddCompany().flow, received: [] });
  }

  private answer(operation: string, outerNo: string, response: ServerResponse): void {
    const odd = this.odd[outerNo] ?? this.odd[operation];
    if (odd === 'never') return;
    const given = typeof odd === 'function' ? odd(operation) : odd;
    const { status = 200, type = 'text/xml', body } = given ?? this.goodAnswer(operation, outerNo);
    response.writeHead(status, { 'content-type': type }).end(body);
  }

  private goodAnswer(operation: string, outerNo: string): OddAnswer {
    const flow = `<flow><outerNo>${outerNo}</outerNo>${this.flow}</flow>`;
    const more = { submitFlow: '<billNo>B-1</billNo>', queryFlow: flow }[operation];
    return resultOf(operation, '0', more);
  }
}
