import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { Pool, request } from 'undici';
import { UTILITIES } from '@lianban/contracts';
import { aRegistration } from '@lianban/testing';
import type { Addresses, Receipt } from './jobs.js';

const ACCOUNT = 'clerk-lixia:lianban-demo';
const TOKEN_MS = 300_000;
const HOMES = 64;
const CONNECTIONS = 256;

export interface Answer {
  status: number;
  receipt?: Receipt;
  /** Seconds, from Retry-After. */
  retryAfterSeconds?: number;
}

/** Registers requests of all five utilities as one clerk does, bodies made beforehand. */
export class Clerk {
  private readonly bodies = Array.from({ length: HOMES }, (_, home) => bodyFor(home));
  private readonly pool: Pool;
  private token?: Promise<string>;
  private tokenUntil = 0;
  private sent = 0;

  constructor(private readonly at: Addresses) {
    this.pool = new Pool(at.intake, { connections: CONNECTIONS, pipelining: 1 });
  }

  newKey = (): string => randomUUID();

  /** One registration under a key; status 0 when there was no answer. */
  async register(key: string): Promise<Answer> {
    const token = await this.currentToken();
    const body = this.bodies[this.sent++ % HOMES]!;
    try {
      const {
        statusCode,
        headers,
        body: answer,
      } = await this.pool.request({
        path: '/v1/requests',
        method: 'POST',
        headers: {
          authorization: `Bearer ${token}`,
          'content-type': 'application/json',
          'idempotency-key': key,
        },
        body,
      });
      if (statusCode === 201) return { status: 201, receipt: (await answer.json()) as Receipt };
      await answer.dump();
      const retryAfterSeconds = headers['retry-after'];
      return {
        status: statusCode,
        ...(retryAfterSeconds && { retryAfterSeconds: Number(retryAfterSeconds) }),
      };
    } catch {
      return { status: 0 };
    }
  }

  /** Fetched anew every five minutes, while the one before still holds. */
  private currentToken(): Promise<string> {
    if (Date.now() >= this.tokenUntil) {
      this.tokenUntil = Date.now() + TOKEN_MS;
      this.token = fetchToken(this.at.issuer);
    }
    return this.token!;
  }

  async wait({ retryAfterSeconds: retryAfterSeconds = 1 }: Answer): Promise<void> {
    await pause(retryAfterSeconds * 1_000);
  }
}

async function fetchToken(issuer: string): Promise<string> {
  const { body } = await request(`${issuer}/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${btoa(ACCOUNT)}`,
      'content-type': 'application/x-www-form-urlencoded',
    },
    body: 'grant_type=client_credentials',
  });
  return ((await body.json()) as { access_token: string }).access_token;
}

function bodyFor(home: number): string {
  const form = aRegistration(...(UTILITIES as unknown as Parameters<typeof aRegistration>));
  return JSON.stringify({ ...form, address: { ...form.address, building: String(home) } });
}
