import { Body, Controller, Get, Header, Headers, HttpCode, Post, Req, Res } from '@nestjs/common';
import { readReceiptNumber } from '@lianban/contracts';
import { TooManyGuesses } from '@lianban/query-codes';
import {
  ApiDoc,
  Clock,
  InvalidForm,
  languageOf,
  Log,
  NotFound,
  Public,
  readForm,
  toProblem,
  UrlEncoded,
  type Language,
} from '@lianban/service-kit';
import { lookUpDocument, statusDocument, WORDS, type LookUp } from '@lianban/status-page';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { AuthenticateByCode } from './authenticate-by-code.js';
import { RenderStatus } from './render-status.js';
import { StatusPageForm } from './status-page.forms.js';

const HTML = 'text/html; charset=utf-8';

/** Nothing but our own style, and forms that are posted here. */
const SAFETY_HEADERS = {
  'content-security-policy':
    "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  vary: 'accept-language',
};

/** The applicant's page for a browser without scripts. */
@Controller('v1/track/page')
@Public()
export class StatusPageController {
  constructor(
    private readonly authenticateByCode: AuthenticateByCode,
    private readonly renderStatus: RenderStatus,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  /** The empty form as a page, in the language asked for. */
  @Get()
  @Header('content-type', HTML)
  @ApiDoc({ needsNoDatabase: true })
  form(
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('accept-language') accepted: string | undefined,
  ): string {
    const language = languageOf(accepted);
    reply.headers({ ...SAFETY_HEADERS, 'content-language': language });
    return lookUpDocument(language, {});
  }

  /** The status as a page. Every refusal is a page too, with the form again; limits on guesses are those of the JSON. */
  @Post()
  @HttpCode(200)
  @Header('content-type', HTML)
  @UrlEncoded()
  @ApiDoc({
    body: StatusPageForm,
    bodyType: 'application/x-www-form-urlencoded',
    refuses: [TooManyGuesses, NotFound],
  })
  async show(
    @Req() request: FastifyRequest,
    @Res({ passthrough: true }) reply: FastifyReply,
    @Headers('accept-language') accepted: string | undefined,
    @Body() body: unknown,
  ): Promise<string> {
    const { form, errors } = readForm(StatusPageForm, body ?? {});
    const language =
      form.language === 'en' || form.language === 'zh-CN' ? form.language : languageOf(accepted);
    reply.headers({ ...SAFETY_HEADERS, 'content-language': language });
    const key = {
      receiptNumber: readReceiptNumber(String(form.receiptNumber)),
      queryCode: String(form.queryCode),
    };
    if (errors.length > 0) {
      const text = this.refuse(new InvalidForm(errors), reply, language);
      return lookUpDocument(language, { errors: [{ field: 'form', text }] });
    }
    if (!isLookUp(body)) return lookUpDocument(language, {});
    const missing = findMissing(key, language);
    if (missing.length > 0) {
      reply.code(422);
      return lookUpDocument(language, { receiptNumber: key.receiptNumber, errors: missing });
    }
    try {
      const view = await this.authenticateByCode.execute(request, key.receiptNumber, key.queryCode);
      const status = this.renderStatus.execute(view, { reader: 'applicant', language });
      return statusDocument(status, language, key, this.clock.now());
    } catch (thrown) {
      const text = this.refuse(thrown, reply, language);
      return lookUpDocument(language, {
        receiptNumber: key.receiptNumber,
        errors: [{ field: 'form', text }],
      });
    }
  }

  private refuse(thrown: unknown, reply: FastifyReply, language: Language): string {
    const problem = toProblem(thrown);
    if (problem.status === 500) this.log.error('a status page failed', thrown as Error);
    reply.code(problem.status).headers(problem.extra.headers ?? {});
    return problem instanceof NotFound ? WORDS[language].lookUp.notFound : problem.text[language];
  }
}

/** A form without these fields only asks for the page in a language. */
const isLookUp = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && ('receiptNumber' in body || 'queryCode' in body);

function findMissing(
  { receiptNumber, queryCode }: { receiptNumber: string; queryCode: string },
  language: Language,
): NonNullable<LookUp['errors']> {
  const { receiptMissing, codeMissing } = WORDS[language].lookUp;
  return [
    ...(receiptNumber ? [] : [{ field: 'receiptNumber' as const, text: receiptMissing }]),
    ...(queryCode.trim() ? [] : [{ field: 'queryCode' as const, text: codeMissing }]),
  ];
}
