import { readFileSync } from 'node:fs';
import { ParseOption, XmlDocument, XsdValidator, type XmlElement } from 'libxml2-wasm';
import { failForStatus, ProviderUnknown, type HttpAnswer } from '@lianban/adapter-kit';

export const NAMESPACE = 'urn:lianban:water:1';
/** Ours, never the company's: what it changes is to be seen and not followed. */
export const WSDL_TEXT = readFileSync(new URL('./water-soap.wsdl', import.meta.url), 'utf8');

const SOAP_11 = 'http://schemas.xmlsoap.org/soap/envelope/';
const SOAP_12 = 'http://www.w3.org/2003/05/soap-envelope';
const PREFIXES = { soap: SOAP_11, water: NAMESPACE, xsd: 'http://www.w3.org/2001/XMLSchema' };
const UNTRUSTED =
  ParseOption.XML_PARSE_NO_XXE | ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_IGNORE_ENC;

/** GB2312 and GBK are parts of GB 18030. */
const CHARSETS = new Map([
  ['utf-8', 'utf-8'],
  ['utf8', 'utf-8'],
  ['gb2312', 'gb18030'],
  ['gbk', 'gb18030'],
  ['gb18030', 'gb18030'],
]);

const schema = schemaIn(WSDL_TEXT);

/** A fault that says why in the words of the service. */
export class ServiceFault extends Error {
  constructor(
    readonly resultCode: string,
    readonly resultMsg: string | undefined,
  ) {
    super(`fault ${resultCode}`);
  }
}

/**
 * What an answer's envelope holds, in an envelope of ours: one element that the schema allows, and nothing else. The SOAP library
 * would believe any namespace, envelope, encoding and shape.
 * @throws ServiceFault, ProviderUnknown with what is wrong, ProviderUnavailable
 */
export function openEnvelope(answer: HttpAnswer, element: string): string {
  const { status, headers } = answer;
  const isXml = /^(text|application)\/([\w.-]+\+)?xml\b/i.test(String(headers['content-type']));
  if (status !== 200 && !(status === 500 && isXml)) failForStatus(status);
  const document = parse(decode(answer));
  try {
    const content = contentOf(document);
    if (content.namespaceUri === SOAP_11 && content.name === 'Fault') return failForFault(document);
    if (status !== 200) failForStatus(status);
    if (content.namespaceUri !== NAMESPACE || content.name !== element)
      return unreadable(`${nameOf(content)} in place of ${element}`);
    validate(content);
    return `<e:Envelope xmlns:e="${SOAP_11}"><e:Body>${content.canonicalizeToString()}</e:Body></e:Envelope>`;
  } finally {
    document.dispose();
  }
}

function unreadable(what: string): never {
  throw new ProviderUnknown(`answered with ${what}`, false);
}

/** The encoding that the document declares, unless the transport says otherwise: then nobody knows. */
function decode({ headers, body }: HttpAnswer): string {
  if (body.length === 0) unreadable('nothing');
  const declared = /^\W{0,3}<\?xml[^>]*?\bencoding\s*=\s*["']([\w.-]+)/.exec(
    body.toString('latin1', 0, 200),
  )?.[1];
  const announced = /\bcharset\s*=\s*"?([\w.-]+)/i.exec(String(headers['content-type']))?.[1];
  const names = [declared, announced].filter((name) => name !== undefined);
  const charsets = new Set(names.map((name) => CHARSETS.get(name.toLowerCase())));
  const [charset = names.length === 0 ? 'utf-8' : undefined] = charsets;
  if (charsets.size > 1 || !charset) unreadable(`the encoding ${names.join(', announced as ')}`);
  try {
    return new TextDecoder(charset, { fatal: true }).decode(body);
  } catch {
    return unreadable(`bytes that are no ${charset}`);
  }
}

function parse(text: string): XmlDocument {
  try {
    return XmlDocument.fromString(text, { option: UNTRUSTED });
  } catch (error) {
    return unreadable(`what is no XML: ${firstLineOf(error)}`);
  }
}

function contentOf(document: XmlDocument): XmlElement {
  if (document.dtd) unreadable('a DOCTYPE');
  const { root } = document;
  if (root.name === 'Envelope' && root.namespaceUri === SOAP_12) unreadable('a SOAP 1.2 envelope');
  if (root.name !== 'Envelope' || root.namespaceUri !== SOAP_11)
    unreadable(`${nameOf(root)} in place of a SOAP 1.1 envelope`);
  const found = document.find('/soap:Envelope/soap:Body/*', PREFIXES) as XmlElement[];
  if (found.length !== 1) unreadable(`${found.length} elements in the body`);
  return found[0]!;
}

function failForFault(document: XmlDocument): never {
  const textOf = (path: string): string | undefined => document.get(path, PREFIXES)?.content;
  const fault = '/soap:Envelope/soap:Body/soap:Fault';
  const detail = `${fault}/detail/water:ServiceFault`;
  const found = document.get(detail, PREFIXES) as XmlElement | null;
  if (!found) {
    const code = /^[\w.:-]{1,60}$/.exec(textOf(`${fault}/faultcode`) ?? '')?.[0] ?? 'without a code';
    return unreadable(`the fault ${code}`);
  }
  validate(found);
  throw new ServiceFault(textOf(`${detail}/water:resultCode`)!, textOf(`${detail}/water:resultMsg`));
}

/** @throws ProviderUnknown without the values: they may be about a person */
function validate(element: XmlElement): void {
  try {
    schema.validate(element);
  } catch (error) {
    const wrong = firstLineOf(error)
      .replaceAll(`{${NAMESPACE}}`, '')
      .replace(/The value '.*'/, 'The value');
    unreadable(`what the schema forbids: ${wrong}`);
  }
}

const firstLineOf = (error: unknown): string => (error as Error).message.split('\n')[0]!;
const nameOf = ({ namespaceUri, name }: XmlElement): string =>
  `{${namespaceUri.slice(0, 60)}}${name.slice(0, 60)}`;

function schemaIn(wsdl: string): XsdValidator {
  const document = XmlDocument.fromString(wsdl);
  const inline = XmlDocument.fromString((document.get('//xsd:schema', PREFIXES) as XmlElement).toString());
  try {
    return XsdValidator.fromDoc(inline);
  } finally {
    inline.dispose();
    document.dispose();
  }
}
