import {
  BadSignature,
  entryOf,
  failForStatus,
  jsonIn,
  ProviderHttp,
  ProviderRefused,
  ProviderUnavailable,
  ProviderUnknown,
  readAnswer,
  readEach,
  readPlacementName,
  ReportTooOld,
  settingsOf,
  UnknownJob,
  type Accepted,
  type DriverContext,
  type HttpAnswer,
  type ListedJob,
  type ListedJobs,
  type OperationBody,
  type ProviderCallback,
  type ProviderReport,
  type UtilityDriver,
} from '@lianban/adapter-kit';
import { canonicalJson, cutText, InvalidForm, readTolerantly } from '@lianban/service-kit';
import { toApplication, toCancellation } from './application.js';
import { GridRestSettings } from './grid-rest.settings.js';
import { GridAnswer, GridList, GridProgress, toReport } from './progress.js';
import { sign, signerOf } from './signature.js';

const LONGEST_ANSWER_BYTES = 65_536;
/** Of a page of the company's list of applications. */
const LONGEST_LIST_BYTES = 1024 * 1024;
const TOLERANCE_MS = 5 * 60_000;

/**
 * JSON over HTTP with signed bodies both ways (docs/dialects/grid-rest.md). The company knows a repetition by `requestNo`, our
 * operation's id, and calls us with what becomes of a job, counted by itself: early, twice or reordered does not matter.
 */
export class GridRestDriver implements UtilityDriver {
  readonly retrySafety = 'idempotency-key';
  private readonly http: ProviderHttp;
  private readonly listHttp: ProviderHttp;
  private readonly settings: GridRestSettings;
  private readonly endpoint: string;

  constructor(private readonly context: DriverContext) {
    const { provider, timeout, endpoint, secret } = context;
    if (secret.length === 0) throw new Error(`${provider.id} has no secret`);
    this.endpoint = endpoint;
    this.settings = settingsOf(GridRestSettings, provider);
    const { signature, publicKeys } = this.settings;
    if (signature === 'sm2' && publicKeys.length === 0)
      throw new Error(`${provider.id} signs with sm2, and its settings name no publicKeys`);
    this.http = new ProviderHttp(provider, timeout, LONGEST_ANSWER_BYTES);
    this.listHttp = new ProviderHttp(provider, timeout, LONGEST_LIST_BYTES);
  }

  place = (order: OperationBody): Promise<Accepted> =>
    this.tell('/applications', toApplication(order, this.context.callbacks));
  correct = (order: OperationBody): Promise<Accepted> =>
    this.tell('/applications/supplement', toApplication(order, this.context.callbacks));
  withdraw = (order: OperationBody): Promise<Accepted> =>
    this.tell('/applications/cancel', toCancellation(order));

  async readCallback({ headers, body }: ProviderCallback): Promise<ProviderReport[]> {
    await this.authenticate(body, headers);
    const { form, errors } = readTolerantly(GridProgress, jsonIn({ body }));
    if (errors.length > 0) throw new InvalidForm(errors);
    const about = readPlacementName(form.externalNo, 'electricity');
    if (!about) throw new UnknownJob();
    const report = toReport(form, this.settings.reasons);
    return [{ id: form.eventId, ...about, report }];
  }

  /** @throws BadSignature, ReportTooOld */
  private async authenticate(body: Buffer, headers: ProviderCallback['headers']): Promise<void> {
    const { signature, publicKeys } = this.settings;
    const keys = signature === 'sm2' ? publicKeys : this.context.secret;
    const signer = await signerOf(signature, body, headers, keys);
    if (!signer) throw new BadSignature();
    if (signature === 'hmac' && !(await this.context.accepts(signer.key))) throw new BadSignature();
    const distance = Math.abs(signer.at.getTime() - this.context.clock.now().getTime());
    if (distance > TOLERANCE_MS) throw new ReportTooOld();
  }

  async list(since: Date, cursor: string | null): Promise<ListedJobs> {
    const content = { openOrChangedSince: since.toISOString(), ...(cursor !== null && { after: cursor }) };
    const answer = await this.call('/applications/list', content, this.listHttp);
    const { code, applications = [], next } = readAnswer(GridList, jsonIn(answer));
    if (code !== '0') throw new ProviderUnavailable(`gives no list: code ${code}`, false);
    const name = ({ applicationNo = 'without a number' }: Partial<GridProgress>): string =>
      `application ${applicationNo}`;
    const { forms, unreadable } = readEach(GridProgress, applications, name);
    return { jobs: forms.map((each) => this.toListedJob(each)), cursor: next ?? null, unreadable };
  }

  private toListedJob(progress: GridProgress): ListedJob {
    const { at: _, sequence: _1, reference, ...seen } = toReport(progress, this.settings.reasons);
    return { placement: progress.externalNo, ...(reference && { reference }), observations: [seen] };
  }

  private async tell(path: string, content: object): Promise<Accepted> {
    return this.outcomeOf(readAnswer(GridAnswer, jsonIn(await this.call(path, content, this.http))));
  }

  /** While the secret is being changed the company may know the previous one alone. */
  private async call(path: string, content: object, http: ProviderHttp): Promise<HttpAnswer> {
    // The same to the letter at each try, wherever the order was read from.
    const body = canonicalJson(content);
    const { clock, secret } = this.context;
    let failed = 0;
    for (const each of secret) {
      const signed = await sign(this.settings.signature, body, each, clock.now());
      const headers = { 'content-type': 'application/json', ...signed };
      const answer = await http.call({ method: 'POST', url: this.endpoint + path, headers, body });
      if (answer.status === 200) return answer;
      failed = answer.status;
      if (failed !== 401) break;
    }
    return failForStatus(failed);
  }

  /** What is neither "done" nor a refusal of the table may have been taken: it is sent again, which has no second effect. */
  private outcomeOf({ code, message, applicationNo }: GridAnswer): Accepted {
    if (code === '0') return applicationNo ? { reference: applicationNo } : {};
    const reason = entryOf(this.settings.reasons, code);
    if (reason === undefined) throw new ProviderUnknown(`answered code ${code}`, false);
    throw new ProviderRefused(reason, message && cutText(message, 500));
  }
}
