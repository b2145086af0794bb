import { Injectable } from '@nestjs/common';
import type { Caller, Language } from '@lianban/service-kit';
import { ListJobs, type ListedJob, type Position } from './list-jobs.js';
import type { JobsFilter } from './workbench.forms.js';

const PAGE = 500;

const HEADINGS: Record<Language, string[]> = {
  'zh-CN': ['受理编号', '事项', '状态', '原因', '期限', '剩余工作日', '办理人', '受理时间', '地址'],
  en: [
    'Receipt',
    'Matter',
    'State',
    'Reason',
    'Due',
    'Working days left',
    'Officer',
    'Registered',
    'Address',
  ],
};

/** The list as a spreadsheet program reads it: UTF-8 with a mark, page by page as it is taken. */
@Injectable()
export class ExportJobs {
  constructor(private readonly jobs: ListJobs) {}

  async *lines(caller: Caller, language: Language, filter: JobsFilter): AsyncGenerator<string> {
    yield `\uFEFF${toLine(HEADINGS[language])}`;
    let after: Position | undefined;
    do {
      const { jobs, next } = await this.jobs.page(caller, language, filter, after, PAGE);
      if (jobs.length > 0) yield jobs.map((job) => toLine(cellsOf(job))).join('');
      after = next ? positionOf(jobs) : undefined;
    } while (after);
  }
}

function positionOf(jobs: readonly ListedJob[]): Position {
  const { urgentOn, requestId } = jobs.at(-1)!;
  return [urgentOn, requestId];
}

const cellsOf = (job: ListedJob): string[] => [
  job.receiptNumber,
  job.shown.matter,
  job.shown.state,
  job.shown.reason ?? '',
  job.urgentOn,
  String(job.workingDaysLeft),
  job.claimedBy ?? '',
  job.registeredAt,
  job.address,
];

const toLine = (cells: readonly string[]): string => `${cells.map(toCell).join()}\r\n`;

/** What a spreadsheet program would calculate is text: a formula in an address runs on the officer's machine. */
export function toCell(text: string): string {
  const isNumber = /^-?\d+$/.test(text);
  const safe = /^[=+\-@\t\r]/.test(text) && !isNumber ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
